//! What an event stream means, twice: by a literal model of the standard and by another implementation.

use std::num::NonZeroUsize;

use playground_core::sse::SseItem;

/// An item that owns its texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    Event { event: String, data: String, id: String },
    Retry(u64),
    Comment,
}

impl From<SseItem<'_>> for Item {
    fn from(item: SseItem<'_>) -> Self {
        match item {
            SseItem::Event(event) => Self::Event {
                event: event.event.into(),
                data: event.data.into(),
                id: event.id.into(),
            },
            SseItem::Retry(milliseconds) => Self::Retry(milliseconds),
            SseItem::Comment => Self::Comment,
        }
    }
}

/// A dispatched event.
pub(crate) fn event(event: &str, data: &str, id: &str) -> Item {
    Item::Event {
        event: event.into(),
        data: data.into(),
        id: id.into(),
    }
}

/// The standard's algorithm, line by line over the whole decoded text.
pub(crate) fn model(stream: &[u8]) -> Vec<Item> {
    let text = String::from_utf8_lossy(stream).into_owned();
    let text = text
        .strip_prefix('\u{FEFF}')
        .unwrap_or(&text)
        .replace("\r\n", "\n")
        .replace('\r', "\n");
    let mut lines: Vec<&str> = text.split('\n').collect();
    lines.pop();
    let (mut data, mut name, mut id_buffer) = (String::new(), String::new(), String::new());
    let mut items = Vec::new();
    for line in lines {
        if line.is_empty() {
            if !data.is_empty() {
                data.pop();
                let name = if name.is_empty() { "message" } else { &name };
                items.push(event(name, &data, &id_buffer));
            }
            data.clear();
            name.clear();
            continue;
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "" => items.push(Item::Comment),
            "event" => name = value.to_owned(),
            "data" => {
                data.push_str(value);
                data.push('\n');
            }
            "id" if !value.contains('\0') => id_buffer = value.to_owned(),
            "retry" if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) => {
                items.push(Item::Retry(value.parse().unwrap_or(u64::MAX)));
            }
            _ => {}
        }
    }
    items
}

/// `sse-core` reports neither comments nor a retry time that does not fit into 32 bits.
pub(crate) fn other_implementation(stream: &[u8], chunk: usize) -> Vec<Item> {
    let limit = NonZeroUsize::new(1 << 20).expect("not zero");
    let mut decoder = sse_core::SseDecoder::with_limit(limit);
    let mut items = Vec::new();
    for mut chunk in stream.chunks(chunk) {
        while let Some(item) = decoder.next(&mut chunk) {
            items.push(match item.expect("far below the limit") {
                sse_core::SseEvent::Message(message) => event(
                    &message.event,
                    &message.data,
                    message.last_event_id.as_deref().unwrap_or_default(),
                ),
                sse_core::SseEvent::Retry(milliseconds) => Item::Retry(milliseconds.into()),
            });
        }
    }
    items
}
