//! What the buttons in the timeline copy: texts as they were written, and output as a terminal shows it.

use playground_core::protocol::{ContentBlock, EventBody};
use playground_core::session::{Slot, Timeline};
use playground_core::terminal::{is_for_terminals, shown};
use web_sys::{Element, Event};

use super::SessionContext;
use crate::ui::kit::{copy_for, pressed_mark};

/// Copies what a pressed button stands beside, if one was pressed.
pub(super) fn pressed(context: SessionContext, event: &Event) {
    let Some((mark, kind)) = pressed_mark(event) else {
        return;
    };
    if let Some(text) = text_beside(context, &mark, &kind) {
        context.tasks.spawn(copy_for(mark, text));
    }
}

fn text_beside(context: SessionContext, mark: &Element, kind: &str) -> Option<String> {
    if kind == "code" {
        return mark.previous_element_sibling()?.text_content();
    }
    let row = mark.closest("[data-event-id]").ok()??;
    let id = row.get_attribute("data-event-id")?;
    context.read(|timeline| text_of(timeline, timeline.log().find(&id)?, kind))?
}

/// What an event says, or what belongs to a call.
fn text_of(timeline: &Timeline, slot: Slot, kind: &str) -> Option<String> {
    let body = timeline.log().event(slot).body();
    match (kind, body) {
        ("input", EventBody::AgentToolUse(e)) => Some(e.input.get().to_owned()),
        ("input", EventBody::AgentMcpToolUse(e)) => Some(e.input.get().to_owned()),
        ("input", EventBody::AgentCustomToolUse(e)) => Some(e.input.get().to_owned()),
        ("output", _) => {
            let links = timeline.call_links(timeline.log().event(slot).id()?);
            [links.result, links.answer]
                .into_iter()
                .flatten()
                .find_map(|slot| {
                    let text = written(timeline.log().event(slot).body())?;
                    Some(if is_for_terminals(&text) {
                        shown(&text).text
                    } else {
                        text
                    })
                })
        }
        (_, body) => written(body),
    }
}

/// The texts in the content of an event as they were written.
fn written(body: EventBody) -> Option<String> {
    let content = match body {
        EventBody::UserMessage(e) => e.content,
        EventBody::AgentMessage(e) => e.content,
        EventBody::SystemMessage(e) => e.content,
        EventBody::AgentThreadMessageSent(e) => e.content,
        EventBody::AgentThreadMessageReceived(e) => e.content,
        EventBody::AgentToolResult(e) => e.content,
        EventBody::AgentMcpToolResult(e) => e.content,
        EventBody::UserCustomToolResult(e) => e.content,
        EventBody::UserToolResult(e) => e.content,
        _ => return None,
    };
    let texts: Vec<&str> = content.iter().filter_map(ContentBlock::as_text).collect();
    Some(texts.join("\n\n"))
}
