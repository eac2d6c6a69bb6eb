//! Content blocks and payloads as nodes: text stays text, long payloads are cut, base64 never enters the page.

use leptos::prelude::*;
use playground_core::markdown::safe_link;
use playground_core::protocol::{ContentBlock, SearchResultContent, Source};

use crate::ui::kit::controls::button;
use crate::ui::kit::json::{indent, without_base64};
use crate::ui::kit::{El, Nodes, copy_button, cut, el, markdown_text, outward, when};

/// How blocks of text are shown.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum TextStyle {
    /// Markdown, for what agents write.
    Markdown,
    /// Lines as they are, for what people type.
    Plain,
    /// Lines as they are in a fixed-width font, for what tools print.
    Output,
}

/// Characters of a payload that are shown at first.
const SHOWN: usize = 4_000;

/// Content blocks in order.
pub(super) fn content(blocks: Vec<ContentBlock>, style: TextStyle) -> Nodes {
    let blocks = blocks.into_iter().map(|block| one_block(block, style));
    Nodes::of(blocks.collect::<Vec<_>>())
}

fn one_block(block: ContentBlock, style: TextStyle) -> Nodes {
    match block {
        ContentBlock::Text(text) => match style {
            TextStyle::Markdown => markdown_text(text.text),
            TextStyle::Plain => long_text(text.text, "plain-text"),
            TextStyle::Output => long_text(text.text, "output"),
        },
        ContentBlock::Image(image) => attachment("Image", &image.source).nodes(),
        ContentBlock::Document(document) => {
            let title = document.title.as_deref().unwrap_or("Document");
            Nodes::of((
                attachment(title, &document.source),
                document.context.map(|text| long_text(text, "plain-text")),
            ))
        }
        ContentBlock::SearchResult(result) => {
            let title = result.title.as_str();
            let head = match safe_link(&result.source) {
                Some(href) => outward(&href).with(title),
                None => el("span").with((title, " (", result.source.as_str(), ")")),
            };
            let excerpts = result.content.into_iter().map(|excerpt| match excerpt {
                SearchResultContent::Text(text) => long_text(text.text, "plain-text"),
                SearchResultContent::Unknown(raw) => json_text(raw.get()),
            });
            el("div.attachment").with(head).each(excerpts).nodes()
        }
        ContentBlock::Redacted => el("p.attachment").with("Content withheld by the server").nodes(),
        ContentBlock::Unknown(raw) => json_text(raw.get()),
    }
}

fn attachment(title: &str, source: &Source) -> El {
    el("p.attachment").with((title, " · ", source_in_words(source)))
}

fn source_in_words(source: &Source) -> String {
    match source {
        Source::Base64(inline) => {
            format!(
                "{}, {} kB",
                inline.media_type,
                (inline.data.len() * 3 / 4).div_ceil(1_000)
            )
        }
        Source::Text(inline) => format!("{}, {} characters", inline.media_type, inline.data.len()),
        Source::Url(url) => url.url.clone(),
        Source::File(file) => file.file_id.clone(),
        Source::Unknown(_) => "unknown source".to_owned(),
    }
}

/// A text that is cut at first when it is long.
pub(super) fn long_text(text: String, class: &str) -> Nodes {
    let (part, is_long) = cut(&text, SHOWN);
    let place = el("div").class(class);
    if !is_long {
        return place.with(part).nodes();
    }
    let all = RwSignal::new(false);
    let label = format!("Show all ({} kB)", text.len().div_ceil(1_000));
    let shown = move || {
        let part = if all.get() { &text } else { cut(&text, SHOWN).0 };
        part.to_owned()
    };
    Nodes::of((
        place.with(shown),
        when(
            move || !all.get(),
            move || button("quiet small", &label, move || all.set(true)),
        ),
    ))
}

/// JSON, indented.
pub(super) fn json_text(json: &str) -> Nodes {
    long_text(indent(json), "output json")
}

/// Raw JSON of an event with a button that copies it exactly as it came.
pub(super) fn raw_json_panel(json: String) -> El {
    let shown = long_text(without_base64(&indent(&json)), "output json");
    el("div.raw").with((
        el("div.raw-head").with((el("h3").with("JSON"), copy_button("JSON", move || json.clone()))),
        shown,
    ))
}
