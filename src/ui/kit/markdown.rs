//! Markdown as nodes from a fixed list of elements; no markup of the text ever becomes markup of the page.

use playground_core::markdown::{self, Block, ColumnAlign, Inline, Target};
use web_sys::Node;

use super::children::Children;
use super::controls::button;
use super::copy::copy_mark;
use super::cut;
use super::element::{El, el};
use super::nodes::Nodes;
use super::reactive::{dynamic, when};
use crate::signals::RwSignal;

/// Characters of a message that are formatted at first.
const SHOWN: usize = 30_000;

/// A finished text in Markdown.
pub(crate) fn markdown_text(text: String) -> Nodes {
    let (shown, is_cut) = cut(&text, SHOWN);
    let first = markdown::parse(shown);
    if !is_cut {
        return el("div.markdown").each(first.into_iter().map(block)).nodes();
    }
    let all = RwSignal::new(false);
    Nodes::of((
        el("div.markdown").with(dynamic(move || {
            let blocks = if all.get() {
                markdown::parse(&text)
            } else {
                first.clone()
            };
            blocks.into_iter().map(block).collect::<Vec<_>>()
        })),
        when(
            move || !all.get(),
            move || button("quiet small", "Show all", move || all.set(true)),
        ),
    ))
}

/// A block in another one, which has said in which direction it is written.
impl Children for Block {
    fn append_to(self, parent: &Node) {
        inner_block(self).append_to(parent);
    }
}

impl Children for Inline {
    fn append_to(self, parent: &Node) {
        match self {
            Self::Text(text) => text.append_to(parent),
            Self::Code(text) => el("code").with(text).append_to(parent),
            Self::Strong(children) => el("strong").with(children).append_to(parent),
            Self::Emphasis(children) => el("em").with(children).append_to(parent),
            Self::Strike(children) => el("s").with(children).append_to(parent),
            Self::Link {
                target: Target::Safe(href),
                title,
                children,
            } => {
                let href = href.as_str();
                let link = if title.is_empty() {
                    outward(href).attr("title", href)
                } else {
                    outward(href).attr("title", &format!("{title} ({href})"))
                };
                link.with(children).append_to(parent);
            }
            // One element, as every inline is one node.
            Self::Link { target, children, .. } => {
                let note = target.note(&children);
                el("span").with((children, note)).append_to(parent);
            }
            // Loading it would tell its server who reads this session; a click is the reader's own decision.
            Self::Image { alt, target, .. } => {
                let label = if alt.is_empty() {
                    "Image".to_owned()
                } else {
                    format!("Image: {alt}")
                };
                let place = match target.href() {
                    Some(href) => outward(href),
                    None => el("span.attachment"),
                };
                place.with(label).append_to(parent);
            }
            Self::LineBreak => el("br").append_to(parent),
            Self::SoftBreak => "\n".append_to(parent),
            Self::TaskMarker(done) => if done { "☑ " } else { "☐ " }.append_to(parent),
        }
    }
}

/// A link that leaves the page.
pub(crate) fn outward(href: &str) -> El {
    el("a").attrs(&[
        ("href", href),
        ("target", "_blank"),
        ("rel", "noopener noreferrer"),
    ])
}

/// One block. It is written in the direction of its first letter.
pub(crate) fn block(block: Block) -> El {
    let is_text = matches!(block, Block::Paragraph(_) | Block::Heading { .. });
    let made = inner_block(block);
    if is_text { made.attr("dir", "auto") } else { made }
}

/// A direction is looked for in all that has none of its own, so what stands in lists, quotes and cells has none.
fn inner_block(block: Block) -> El {
    match block {
        Block::Paragraph(children) => el("p").with(children),
        // Rows come and go, so a level below "who said it" is all that can be promised to a screen reader.
        Block::Heading { level, children } => el("h3").class(&format!("heading-{level}")).with(children),
        Block::Code { text, .. } => el("div.code").attr("dir", "ltr").with((
            el("pre").attr("tabindex", "0").with(el("code").with(text)),
            copy_mark("code"),
        )),
        Block::Quote(blocks) => el("blockquote").attr("dir", "auto").with(blocks),
        Block::List { start, tight, items } => {
            let list = match start {
                Some(start) => el("ol").attr("start", &start.to_string()),
                None => el("ul"),
            };
            list.class(if tight { "tight" } else { "loose" })
                .attr("dir", "auto")
                .each(items.into_iter().map(|blocks| el("li").with(blocks)))
        }
        Block::Table {
            alignments,
            head,
            rows,
        } => {
            let cell = |tag: &str, column: usize, children: Vec<Inline>| {
                let class = match alignments.get(column) {
                    Some(ColumnAlign::Right) => "align-right",
                    Some(ColumnAlign::Center) => "align-center",
                    Some(ColumnAlign::Left) => "align-left",
                    _ => "",
                };
                el(tag).class(class).attr("dir", "auto").with(children)
            };
            let head = el("tr").each(
                head.into_iter()
                    .enumerate()
                    .map(|(i, children)| cell("th", i, children).attr("scope", "col")),
            );
            let body = el("tbody").each(rows.into_iter().map(|row| {
                el("tr").each(
                    row.into_iter()
                        .enumerate()
                        .map(|(i, children)| cell("td", i, children)),
                )
            }));
            el("div.markdown-table")
                .attrs(&[("tabindex", "0"), ("role", "group"), ("aria-label", "Table")])
                .with(el("table").with((el("thead").with(head), body)))
        }
        Block::Rule => el("hr"),
    }
}
