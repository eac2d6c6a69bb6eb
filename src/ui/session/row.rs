//! What stands in one row of the timeline, by view and type of event.

use leptos::prelude::*;
use playground_core::protocol::{Event, EventBody, EventType};
use playground_core::session::words::{self, Tone};
use playground_core::session::{Gap, Outgoing, OutgoingId, OutgoingState, Row, Slot, Timeline, View};

use super::SessionContext;
use super::content::{TextStyle, content};
use super::tool_call::ToolCall;
use crate::platform::intl;
use crate::ui::kit::controls::{button, plain_button};
use crate::ui::kit::{El, Nodes, copy_mark, cut, el, shape};

/// Renders a row. `is_open` belongs to the row and survives scrolling it away.
pub(super) fn row_view(
    context: SessionContext,
    timeline: &Timeline,
    view: View,
    row: Row,
    is_open: RwSignal<bool>,
) -> Nodes {
    match row {
        Row::Event(slot) => {
            let event = timeline.log().event(slot);
            match view {
                View::Events => event_line(context, event).nodes(),
                View::Transcript => transcript_row(context, timeline, event, slot, is_open),
            }
        }
        // Streaming text keeps its nodes between versions; see `preview`.
        Row::Preview(_) => Nodes::of(()),
        Row::Gap(number) => Nodes::of(timeline.gap(number).map(gap_row)),
        Row::Local(id) => Nodes::of(
            timeline
                .outgoing(id)
                .map(|outgoing| local_row(context, id, outgoing)),
        ),
    }
}

fn transcript_row(
    context: SessionContext,
    timeline: &Timeline,
    event: &Event,
    slot: Slot,
    is_open: RwSignal<bool>,
) -> Nodes {
    match event.event_type() {
        EventType::AgentToolUse | EventType::AgentMcpToolUse | EventType::AgentCustomToolUse => {
            if let Some(call) = ToolCall::collect(timeline, slot) {
                return with_inspect(context, event, call.view(is_open));
            }
        }
        EventType::SpanModelRequestEnd => return Nodes::of(request_row(timeline, event)),
        _ => {}
    }
    let is_queued = event.processed_at().is_none();
    let row = match event.body() {
        EventBody::UserMessage(e) => said(
            "You",
            "from-user",
            is_queued,
            content(e.content, TextStyle::Plain),
        ),
        EventBody::AgentMessage(e) => said(
            "Agent",
            "from-agent",
            false,
            content(e.content, TextStyle::Markdown),
        ),
        EventBody::SystemMessage(e) => said(
            "System",
            "from-system",
            is_queued,
            content(e.content, TextStyle::Plain),
        ),
        EventBody::AgentThreadMessageSent(e) => {
            let to = e.to_agent_name.unwrap_or(e.to_session_thread_id);
            let who = format!("Task to {to}");
            said(
                &who,
                "from-thread",
                false,
                content(e.content, TextStyle::Markdown),
            )
        }
        EventBody::AgentThreadMessageReceived(e) => {
            let from = e.from_agent_name.as_deref().unwrap_or("the primary agent");
            let who = format!("Report from {from}");
            said(
                &who,
                "from-thread",
                false,
                content(e.content, TextStyle::Markdown),
            )
        }
        _ => {
            let words = words::describe(event);
            el("p.remark").attr("data-tone", tone_name(words.tone)).with((
                shape("remark-shape"),
                el("strong").with(words.label),
                " ",
                el("span").attr("dir", "auto").with(words.detail),
            ))
        }
    };
    with_inspect(context, event, row)
}

/// Something that somebody said.
fn said(who: &str, class: &str, is_queued: bool, content: Nodes) -> El {
    let tag = is_queued.then(|| el("span.tag").with("queued"));
    el("div").class(&format!("said {class}")).with((
        el("h2.said-who").with((who, tag)),
        el("div.said-what").with(content),
        copy_mark("message"),
    ))
}

/// A row with its time, which opens the inspector.
fn with_inspect(context: SessionContext, event: &Event, content: El) -> Nodes {
    Nodes::of((
        el("div.row-content").with(content),
        inspect_button(context, event),
    ))
}

/// The time of an event, which opens the inspector.
pub(super) fn inspect_button(context: SessionContext, event: &Event) -> El {
    let (label, title) = time_in_words(event);
    let id = event.id().map(ToString::to_string);
    plain_button("row-time quiet")
        .attr("title", &title)
        .attr(
            "aria-label",
            &format!("Inspect {} at {label}", event.event_type()),
        )
        .with(label)
        .on_press(move || context.select(id.clone()))
}

/// When an event was processed: short, and exact.
fn time_in_words(event: &Event) -> (String, String) {
    match event.processed_at() {
        Some(at) => (intl::clock_time(at), intl::exact(at)),
        None => ("pending".to_owned(), "Not processed yet".to_owned()),
    }
}

/// A finished model request: what it took.
fn request_row(timeline: &Timeline, event: &Event) -> Option<El> {
    let EventBody::SpanModelRequestEnd(end) = event.body() else {
        return None;
    };
    let links = timeline.request_links(&end.model_request_start_id);
    let started = links
        .start
        .and_then(|slot| timeline.log().event(slot).processed_at());
    let duration = started.zip(event.processed_at()).map(|(a, b)| {
        #[expect(
            clippy::cast_precision_loss,
            reason = "durations are far below 2^53 microseconds"
        )]
        let ms = (b.micros() - a.micros()) as f64 / 1_000.0;
        intl::duration(ms)
    });
    let (tone, label) = if end.is_error == Some(true) {
        ("bad", "Model request failed")
    } else {
        ("quiet", "Model request")
    };
    let detail = [duration, Some(words::tokens_in_words(&end.model_usage))]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ");
    let note = el("p.request-note.number").attr("data-tone", tone);
    Some(note.with((label, " · ", detail)))
}

/// One line of the Events view.
fn event_line(context: SessionContext, event: &Event) -> El {
    let words = words::describe(event);
    let (time, title) = time_in_words(event);
    let id = event.id().map(ToString::to_string);
    let own_id = id.clone();
    plain_button("event-line")
        .attr("data-tone", tone_name(words.tone))
        .attr("data-family", words::family_in_words(event.event_type().family()))
        .bind("aria-current", move || {
            let is_selected = context.selected.with(|s| s.is_some() && *s == own_id);
            is_selected.then_some("true")
        })
        .on_press(move || context.select(id.clone()))
        .with((
            el("span.event-time.number").attr("title", &title).with(time),
            el("span.event-type").with(event.event_type().as_str()),
            el("span.event-words").with((el("strong").with(words.label), " ", cut(&words.detail, 240).0)),
        ))
}

fn gap_row(gap: &Gap) -> El {
    let times = match gap.times {
        1 => "Disconnected".to_owned(),
        n => format!("Disconnected {n} times,"),
    };
    let from = intl::clock_time(gap.since);
    let filled = match (gap.filled, gap.filling) {
        (n, true) => format!("filling in, {n} events so far"),
        (0, false) => "nothing was missed".to_owned(),
        (1, false) => "1 event filled in".to_owned(),
        (n, false) => format!("{n} events filled in"),
    };
    let text = match gap.until {
        Some(until) => format!("{times} {from} to {}: {filled}", intl::clock_time(until)),
        None if gap.times == 1 => format!("{times} since {from}"),
        None => format!("{times} first at {from}"),
    };
    el("p.gap-mark")
        .attr("title", &gap.cause)
        .with(el("span").with(text))
}

fn local_row(context: SessionContext, id: OutgoingId, outgoing: &Outgoing) -> El {
    let text = outgoing
        .events
        .iter()
        .filter_map(|json| Event::parse(json).ok())
        .map(|event| {
            let words = words::describe(&event);
            if words.detail.is_empty() {
                words.label.into_owned()
            } else {
                words.detail
            }
        })
        .collect::<Vec<_>>()
        .join("\n");
    let own = |tag: &'static str| {
        el("div.said.from-user").with((
            el("h2.said-who").with(("You", el("span.tag").with(tag))),
            el("div.said-what.plain-text")
                .attr("dir", "auto")
                .with(text.as_str()),
        ))
    };
    match &outgoing.state {
        OutgoingState::Sending => own("sending"),
        OutgoingState::Unconfirmed { message, looked_up } => {
            let verdict = if *looked_up {
                "It is not in the session's history. Send it again?"
            } else {
                "It may have arrived. The history is being asked."
            };
            let again = move || {
                context.tasks.spawn(async move {
                    let _ = context.open().send_again(id).await;
                });
            };
            own("unconfirmed").with((
                el("p.note").with((message.trim_end_matches('.'), ". ", verdict)),
                el("div.row-end").with((
                    button("small", "Send again", again),
                    button("quiet small", "Discard", move || context.open().discard(id)),
                )),
            ))
        }
    }
}

fn tone_name(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "plain",
        Tone::Quiet => "quiet",
        Tone::Good => "good",
        Tone::Attention => "attention",
        Tone::Bad => "bad",
    }
}
