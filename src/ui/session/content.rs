//! Content blocks and payloads as nodes: text stays text, long payloads are cut, base64 never enters the page.

use leptos::prelude::*;
use playground_core::markdown::{safe_link, visible_controls};
use playground_core::protocol::{ContentBlock, SearchResultContent, Source};

use crate::ui::kit::controls::button;
use crate::ui::kit::erased::{optional, when};
use crate::ui::kit::{CopyButton, MarkdownText, cut};

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
#[component]
pub(super) fn Content(blocks: Vec<ContentBlock>, style: TextStyle) -> impl IntoView {
    blocks
        .into_iter()
        .map(|block| one_block(block, style))
        .collect_view()
}

fn one_block(block: ContentBlock, style: TextStyle) -> AnyView {
    match block {
        ContentBlock::Text(text) => match style {
            TextStyle::Markdown => view! { <MarkdownText text=text.text/> }.into_any(),
            TextStyle::Plain => view! { <LongText text=text.text class="plain-text"/> }.into_any(),
            TextStyle::Output => view! { <LongText text=text.text class="output"/> }.into_any(),
        },
        ContentBlock::Image(image) => {
            view! { <p class="attachment">"Image · "{source_in_words(&image.source)}</p> }.into_any()
        }
        ContentBlock::Document(document) => {
            let title = document.title.unwrap_or_else(|| "Document".to_owned());
            view! {
                <p class="attachment">{visible_controls(&title).into_owned()}" · "{source_in_words(&document.source)}</p>
                {optional(document.context, |c| view! { <LongText text=c class="plain-text"/> }.into_any())}
            }
            .into_any()
        }
        ContentBlock::SearchResult(result) => {
            let title = visible_controls(&result.title).into_owned();
            view! {
                <div class="attachment">
                    {match safe_link(&result.source) {
                        Some(href) => view! { <a href=href rel="noopener noreferrer" target="_blank">{title}</a> }.into_any(),
                        None => view! { <span>{title}" ("{result.source}")"</span> }.into_any(),
                    }}
                    {result.content.into_iter().map(|excerpt| match excerpt {
                        SearchResultContent::Text(text) => view! { <LongText text=text.text class="plain-text"/> }.into_any(),
                        SearchResultContent::Unknown(raw) => view! { <JsonText json=raw.get().to_owned()/> }.into_any(),
                    }).collect_view()}
                </div>
            }
            .into_any()
        }
        ContentBlock::Redacted => {
            view! { <p class="attachment">"Content withheld by the server"</p> }.into_any()
        }
        ContentBlock::Unknown(raw) => view! { <JsonText json=raw.get().to_owned()/> }.into_any(),
    }
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
        Source::Url(url) => visible_controls(&url.url).into_owned(),
        Source::File(file) => file.file_id.clone(),
        Source::Unknown(_) => "unknown source".to_owned(),
    }
}

/// A text that is cut at first when it is long.
#[component]
pub(super) fn LongText(text: String, class: &'static str) -> impl IntoView {
    let is_long = cut(&text, SHOWN).1;
    let all = RwSignal::new(!is_long);
    let size = text.len();
    let stored = StoredValue::new(text);
    let shown = move || {
        stored.with_value(|text| {
            let part = if all.get() {
                text.as_str()
            } else {
                cut(text, SHOWN).0
            };
            visible_controls(part).into_owned()
        })
    };
    view! {
        <div class=class>{move || shown()}</div>
        {when(move || is_long && !all.get(), move || {
            button("quiet small", format!("Show all ({} kB)", size.div_ceil(1_000)), move || all.set(true))
        })}
    }
}

/// JSON, indented.
#[component]
pub(super) fn JsonText(json: String) -> impl IntoView {
    view! { <LongText text=indent(&json) class="output json"/> }
}

/// Raw JSON of an event with a button that copies it exactly as it came.
#[component]
pub(super) fn RawJsonPanel(json: String) -> impl IntoView {
    let copied = json.clone();
    view! {
        <div class="raw">
            <div class="raw-head"><h3>"JSON"</h3><CopyButton text=move || copied.clone() what="JSON"/></div>
            <LongText text=without_base64(&indent(&json)) class="output json"/>
        </div>
    }
}

/// Indents JSON without touching its values; numbers and key order stay as they came.
fn indent(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + json.len() / 4);
    let mut depth = 0usize;
    let mut in_string = false;
    let mut escaped = false;
    let mut chars = json.chars().peekable();
    let newline = |out: &mut String, depth: usize| {
        out.push('\n');
        // Deep nesting would otherwise cost the square of its depth.
        out.extend(std::iter::repeat_n(' ', 2 * depth.min(40)));
    };
    while let Some(c) = chars.next() {
        if in_string {
            out.push(c);
            in_string = escaped || c != '"';
            escaped = c == '\\' && !escaped;
            continue;
        }
        match c {
            '"' => {
                in_string = true;
                out.push(c);
            }
            '{' | '[' => {
                out.push(c);
                while chars.peek().is_some_and(|c| c.is_ascii_whitespace()) {
                    chars.next();
                }
                match chars.peek() {
                    Some('}' | ']') => out.extend(chars.next()),
                    _ => {
                        depth += 1;
                        newline(&mut out, depth);
                    }
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                newline(&mut out, depth);
                out.push(c);
            }
            ',' => {
                out.push(c);
                newline(&mut out, depth);
            }
            ':' => out.push_str(": "),
            c if c.is_ascii_whitespace() => {}
            c => out.push(c),
        }
    }
    out
}

/// Long base64 strings are replaced by their size: as text they help nobody and stall the page.
fn without_base64(json: &str) -> String {
    const LONGEST: usize = 512;
    let is_base64 = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'-' | b'_');
    let mut out = String::new();
    for (i, part) in json.split('"').enumerate() {
        if i > 0 {
            out.push('"');
        }
        if part.len() > LONGEST && part.bytes().all(is_base64) {
            out.push_str(&format!(
                "{}… ({} kB of base64, copied in full)",
                &part[..32],
                part.len().div_ceil(1_000)
            ));
        } else {
            out.push_str(part);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{indent, without_base64};

    #[test]
    fn indents_without_changing_values() {
        let json = r#"{"b":1.0,"a":["x, {y}: \"z\"",{}, [ ]],"n":12345678901234567890}"#;
        let indented = indent(json);
        assert_eq!(
            indented,
            "{\n  \"b\": 1.0,\n  \"a\": [\n    \"x, {y}: \\\"z\\\"\",\n    {},\n    []\n  ],\n  \"n\": 12345678901234567890\n}"
        );
        assert_eq!(indent(&indented), indented);
    }

    #[test]
    fn base64_is_shortened_and_text_is_not() {
        let long = "A".repeat(2_000);
        let shortened = without_base64(&format!(r#"{{"data": "{long}"}}"#));
        assert!(
            shortened.len() < 120 && shortened.contains("2 kB of base64"),
            "{shortened}"
        );
        let prose = format!(r#"{{"text": "{}"}}"#, "two words ".repeat(200));
        assert_eq!(without_base64(&prose), prose);
    }
}
