//! Content blocks and payloads as nodes: text stays text, long payloads are cut at first, base64 never enters the page.

use std::rc::Rc;

use playground_core::markdown::safe_link;
use playground_core::payload::{Indent, Payload, indented};
use playground_core::protocol::{ContentBlock, SearchResultContent, Source, text_inside};
use playground_core::terminal::is_for_terminals;

use crate::signals::RwSignal;
use crate::ui::kit::controls::plain_button;
use crate::ui::kit::{
    El, Nodes, copy_button, either, el, long_text, markdown_text, outward, payload_text, raw_text,
};

/// How blocks of text are shown.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum TextStyle {
    /// Markdown, for what agents write.
    Markdown,
    /// Lines as they are, for what people type.
    Plain,
    /// Lines as a terminal shows them, for what tools print.
    Output,
}

/// Content blocks in order.
pub(super) fn content(blocks: Vec<ContentBlock>, style: TextStyle) -> Nodes {
    let blocks = blocks.into_iter().map(|block| one_block(block, style));
    Nodes::of(blocks.collect::<Vec<_>>())
}

fn one_block(block: ContentBlock, style: TextStyle) -> Nodes {
    match block {
        ContentBlock::Text(text) => match style {
            TextStyle::Markdown => markdown_text(text.text),
            TextStyle::Plain => typed_text(text.text),
            TextStyle::Output => output(text.text),
        },
        ContentBlock::Image(image) => attachment("Image", &image.source).nodes(),
        ContentBlock::Document(document) => {
            let title = document.title.as_deref().unwrap_or("Document");
            Nodes::of((
                attachment(title, &document.source),
                document.context.map(typed_text),
            ))
        }
        ContentBlock::SearchResult(result) => {
            let title = result.title.as_str();
            let head = match safe_link(&result.source) {
                Some(href) => outward(&href).with(title),
                None => el("span").with((title, " (", result.source.as_str(), ")")),
            };
            let excerpts = result.content.into_iter().map(|excerpt| match excerpt {
                SearchResultContent::Text(text) => typed_text(text.text),
                SearchResultContent::Unknown(raw) => json_text(raw.get()),
            });
            el("div.attachment").with(head).each(excerpts).nodes()
        }
        ContentBlock::Redacted => el("p.attachment").with("Content withheld by the server").nodes(),
        ContentBlock::Unknown(raw) => unknown_block(raw.get()),
    }
}

/// Content of an unknown form: the words in it, and its JSON one press away.
fn unknown_block(json: &str) -> Nodes {
    Nodes::of((
        el("p.plain-text").with(text_inside(json)),
        raw_text("Content of an unknown form", &indented(json)),
    ))
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

/// What somebody typed, in lines as they are.
fn typed_text(text: String) -> Nodes {
    el("div")
        .attr("dir", "auto")
        .with(long_text(text, "plain-text"))
        .nodes()
}

/// What a tool printed. What a terminal would show otherwise is one press away as it came.
fn output(text: String) -> Nodes {
    let text: Rc<str> = text.into();
    if !is_for_terminals(&text) {
        return payload_text(Payload::plain(text).exactly(), "output exact");
    }
    let raw = RwSignal::new(false);
    let switch = plain_button("quiet small")
        .bind("aria-pressed", move || raw.get())
        .attr("title", "As it came, with pictures for control characters")
        .with("Raw")
        .on_press(move || raw.update(|raw| *raw = !*raw));
    let shown = Rc::clone(&text);
    let shown = either(
        move || raw.get(),
        move || payload_text(Payload::plain(Rc::clone(&text)).exactly(), "output exact"),
        move || payload_text(Payload::terminal(Rc::clone(&shown)).exactly(), "output exact"),
    );
    Nodes::of((el("div.output-ways").with(switch), shown))
}

/// JSON, indented and exact.
pub(super) fn json_text(json: &str) -> Nodes {
    payload_text(
        Payload::json(json.into(), Indent::whole()).exactly(),
        "output json exact",
    )
}

/// Raw JSON of an event with a button that copies it exactly as it came.
pub(super) fn raw_json_panel(json: String) -> El {
    let json: Rc<str> = json.into();
    let shown = Payload::json(Rc::clone(&json), Indent::without_base64()).exactly();
    el("div.raw").with((
        el("div.raw-head").with((
            el("h3").with("JSON"),
            copy_button("JSON", move || json.to_string()),
        )),
        payload_text(shown, "output json exact"),
    ))
}
