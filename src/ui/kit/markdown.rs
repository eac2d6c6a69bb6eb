//! Markdown as nodes from a fixed list of elements; no markup of the text ever becomes markup of the page.

use leptos::prelude::*;
use playground_core::markdown::{self, Block, ColumnAlign, Inline};

use super::controls::button;
use super::cut;
use super::erased::{dynamic, when};

/// Characters of a message that are formatted at first.
const SHOWN: usize = 60_000;

/// A finished text in Markdown.
#[component]
pub fn MarkdownText(text: String) -> impl IntoView {
    let (shown, is_cut) = cut(&text, SHOWN);
    let all = RwSignal::new(!is_cut);
    let first = StoredValue::new(markdown::parse(shown));
    let stored = StoredValue::new(text);
    let blocks = move || {
        if is_cut && all.get() {
            stored.with_value(|t| markdown::parse(t))
        } else {
            first.get_value()
        }
    };
    view! {
        <div class="markdown">{dynamic(move || views(blocks()))}</div>
        {when(move || !all.get(), move || button("quiet small", "Show all", move || all.set(true)))}
    }
}

/// Parsed blocks in order.
fn views(blocks: Vec<Block>) -> AnyView {
    blocks.into_iter().map(block_view).collect_view().into_any()
}

/// One block.
pub(crate) fn block_view(block: Block) -> AnyView {
    match block {
        Block::Paragraph(children) => view! { <p>{inline_views(children)}</p> }.into_any(),
        // Rows come and go, so a level below "who said it" is all that can be promised to a screen reader.
        Block::Heading { level, children } => {
            view! { <h3 class=format!("heading-{level}")>{inline_views(children)}</h3> }.into_any()
        }
        Block::Code { text, .. } => view! { <pre tabindex="0"><code>{text}</code></pre> }.into_any(),
        Block::Quote(blocks) => view! { <blockquote>{views(blocks)}</blockquote> }.into_any(),
        Block::List { start, tight, items } => {
            let items = items
                .into_iter()
                .map(|blocks| view! { <li>{views(blocks)}</li> }.into_any())
                .collect_view();
            let class = if tight { "tight" } else { "loose" };
            match start {
                Some(start) => view! { <ol class=class start=start.to_string()>{items}</ol> }.into_any(),
                None => view! { <ul class=class>{items}</ul> }.into_any(),
            }
        }
        Block::Table {
            alignments,
            head,
            rows,
        } => {
            let class = |column: usize| match alignments.get(column) {
                Some(ColumnAlign::Right) => "align-right",
                Some(ColumnAlign::Center) => "align-center",
                _ => "align-left",
            };
            let head = head
                .into_iter()
                .enumerate()
                .map(|(i, cell)| {
                    view! {
                        <th scope="col" class=class(i)>{inline_views(cell)}</th>
                    }
                    .into_any()
                })
                .collect_view();
            let rows = rows
                .into_iter()
                .map(|row| {
                    let cells = row
                        .into_iter()
                        .enumerate()
                        .map(|(i, cell)| {
                            view! {
                                <td class=class(i)>{inline_views(cell)}</td>
                            }
                            .into_any()
                        })
                        .collect_view();
                    view! { <tr>{cells}</tr> }.into_any()
                })
                .collect_view();
            view! {
                <div class="markdown-table" tabindex="0" role="group" aria-label="Table">
                    <table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>
                </div>
            }
            .into_any()
        }
        Block::Rule => view! { <hr/> }.into_any(),
    }
}

fn inline_views(inlines: Vec<Inline>) -> AnyView {
    inlines.into_iter().map(inline_view).collect_view().into_any()
}

fn inline_view(inline: Inline) -> AnyView {
    match inline {
        Inline::Text(text) => text.into_any(),
        Inline::Code(text) => view! { <code>{text}</code> }.into_any(),
        Inline::Strong(children) => view! { <strong>{inline_views(children)}</strong> }.into_any(),
        Inline::Emphasis(children) => view! { <em>{inline_views(children)}</em> }.into_any(),
        Inline::Strike(children) => view! { <s>{inline_views(children)}</s> }.into_any(),
        Inline::Link {
            href,
            title,
            children,
        } => {
            let href = href.as_str().to_owned();
            let title = if title.is_empty() {
                href.clone()
            } else {
                format!("{title} ({href})")
            };
            view! { <a href=href title=title target="_blank" rel="noopener noreferrer">{inline_views(children)}</a> }.into_any()
        }
        // Loading it would tell its server who reads this session; a click is the reader's own decision.
        Inline::Image { alt, url } => {
            let label = if alt.is_empty() {
                "Image".to_owned()
            } else {
                format!("Image: {alt}")
            };
            match url {
                Some(url) => view! {
                    <a href=url.as_str().to_owned() target="_blank" rel="noopener noreferrer">{label}</a>
                }
                .into_any(),
                None => view! { <span class="attachment">{label}</span> }.into_any(),
            }
        }
        Inline::LineBreak => view! { <br/> }.into_any(),
        Inline::SoftBreak => "\n".into_any(),
        Inline::TaskMarker(done) => if done { "☑ " } else { "☐ " }.into_any(),
    }
}
