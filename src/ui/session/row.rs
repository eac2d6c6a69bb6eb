//! What stands in one row of the timeline, by view and type of event.

use std::rc::Rc;

use playground_core::present::{ToolCall, describe, thread_label};
use playground_core::protocol::{Event, EventBody, EventType};
use playground_core::session::words::{self, Tone};
use playground_core::session::{Gap, Outgoing, OutgoingId, OutgoingState, Row, Slot, Timeline, View};

use super::SessionContext;
use super::content::{TextStyle, content};
use super::tool_call::tool_call;
use crate::platform::intl;
use crate::signals::RwSignal;
use crate::ui::kit::controls::{button, plain_button};
use crate::ui::kit::{El, Nodes, copy_mark, cut, el, long_text, shape, when};

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
                // Without an id there is nothing to open beside it, so it opens in its place.
                View::Events if event.id().is_none() => {
                    let raw = event.raw().to_owned();
                    Nodes::of((
                        event_line(context, timeline, slot)
                            .bind("aria-expanded", move || is_open.get())
                            .on_press(move || is_open.update(|open| *open = !*open)),
                        when(move || is_open.get(), move || long_text(raw.clone(), "output")),
                    ))
                }
                View::Events => event_line(context, timeline, slot).nodes(),
                View::Transcript => transcript_row(context, timeline, event, slot, is_open),
            }
        }
        // Streaming text keeps its nodes between versions; see `preview`.
        Row::Preview(_) => Nodes::of(()),
        Row::Gap(number) => Nodes::of(timeline.gap(number).map(gap_row)),
        Row::Frame(id) => Nodes::of(timeline.frame(id).map(unreadable_frame)),
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
    if !event.is_readable() {
        return with_inspect(context, timeline, slot, unreadable(event.raw()));
    }
    let run = timeline.run(slot);
    if run.len() > 1 {
        return with_inspect(context, timeline, slot, run_row(context, timeline, &run, is_open));
    }
    match event.event_type() {
        EventType::AgentToolUse | EventType::AgentMcpToolUse | EventType::AgentCustomToolUse => {
            if let Some(call) = ToolCall::of(timeline, slot) {
                return with_inspect(context, timeline, slot, tool_call(call, is_open));
            }
        }
        EventType::SpanModelRequestEnd => return Nodes::of(request_row(timeline, event)),
        _ => {}
    }
    let is_queued = timeline.is_queued(slot);
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
            let who = format!(
                "Task to {}",
                thread_label(timeline, &e.to_session_thread_id, e.to_agent_name.as_deref())
            );
            said(
                &who,
                "from-thread",
                false,
                content(e.content, TextStyle::Markdown),
            )
        }
        EventBody::AgentThreadMessageReceived(e) => {
            let from = match e.from_agent_name {
                Some(name) => thread_label(timeline, &e.from_session_thread_id, Some(&name)),
                None => "the primary agent".to_owned(),
            };
            let who = format!("Report from {from}");
            said(
                &who,
                "from-thread",
                false,
                content(e.content, TextStyle::Markdown),
            )
        }
        _ => {
            let words = describe(timeline, slot);
            el("p.remark").attr("data-tone", tone_name(words.tone)).with((
                shape("remark-shape"),
                el("strong").with(words.label),
                " ",
                el("span").attr("dir", "auto").with(words.detail),
            ))
        }
    };
    with_inspect(context, timeline, slot, row)
}

/// A text that stands where an event should be.
fn unreadable(raw: &str) -> El {
    el("div.unreadable").attr("data-tone", "attention").with((
        el("p.remark").with((shape("remark-shape"), el("strong").with("Unreadable event"))),
        long_text(raw.to_owned(), "output"),
    ))
}

/// A frame of the stream that is no event; the history is asked for what it was.
fn unreadable_frame(raw: &str) -> El {
    el("div.unreadable").attr("data-tone", "attention").with((
        el("p.remark").with((
            shape("remark-shape"),
            el("strong").with("Unreadable frame"),
            " ",
            el("span").with("The history is being asked for it."),
        )),
        long_text(raw.to_owned(), "output"),
    ))
}

/// Neighbours of one type that this version does not know: one line, open for each of them.
fn run_row(context: SessionContext, timeline: &Timeline, run: &[Slot], is_open: RwSignal<bool>) -> El {
    /// Of longer runs the Events view shows the rest.
    const MOST: usize = 500;
    let count = run.len();
    let first = run.first().map(|slot| timeline.log().event(*slot));
    let name = first.map_or("", |event| event.event_type().as_str());
    let line = plain_button("tool-line")
        .bind("aria-expanded", move || is_open.get())
        .on_press(move || is_open.update(|open| *open = !*open))
        .with((
            shape("tool-shape"),
            el("span.tool-name").with(format!("{count} × {name}")),
            el("span.tool-argument").with(first.map(|event| words::describe(event).detail)),
        ));
    let members: Rc<[Slot]> = run.iter().take(MOST).copied().collect();
    let body = move || {
        let lines = context.read(|timeline| {
            let line = |slot: &Slot| event_line(context, timeline, *slot);
            members.iter().map(line).collect::<Vec<_>>()
        });
        let rest = (count > MOST).then(|| el("p.note").with("The Events view shows the rest."));
        el("div.run-body").with((lines, rest))
    };
    el("div.tool").with((line, when(move || is_open.get(), body)))
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
fn with_inspect(context: SessionContext, timeline: &Timeline, slot: Slot, content: El) -> Nodes {
    Nodes::of((
        el("div.row-content").with(content),
        inspect_button(context, timeline, slot),
    ))
}

/// The time of an event, which opens the inspector.
pub(super) fn inspect_button(context: SessionContext, timeline: &Timeline, slot: Slot) -> El {
    let event = timeline.log().event(slot);
    let (label, title) = time_in_words(timeline, slot);
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
fn time_in_words(timeline: &Timeline, slot: Slot) -> (String, String) {
    match timeline.log().event(slot).happened_at() {
        Some(at) => (intl::clock_time(at), intl::exact(at)),
        None if timeline.is_queued(slot) => ("pending".to_owned(), "Not processed yet".to_owned()),
        None => ("no time".to_owned(), "The server does not say when".to_owned()),
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
fn event_line(context: SessionContext, timeline: &Timeline, slot: Slot) -> El {
    let event = timeline.log().event(slot);
    let words = describe(timeline, slot);
    let (time, title) = time_in_words(timeline, slot);
    let id = event.id().map(ToString::to_string);
    let own_id = id.clone();
    let line = plain_button("event-line")
        .attr("data-tone", tone_name(words.tone))
        .attr("data-family", words::family_in_words(event.event_type().family()))
        .bind("aria-current", move || {
            let is_selected = context.selected.with(|s| s.is_some() && *s == own_id);
            is_selected.then_some("true")
        })
        .with((
            el("span.event-time.number").attr("title", &title).with(time),
            el("span.event-type").with(event.event_type().as_str()),
            el("span.event-words").with((el("strong").with(words.label), " ", cut(&words.detail, 240).0)),
        ));
    match id {
        Some(_) => line.on_press(move || context.select(id.clone())),
        None => line,
    }
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
