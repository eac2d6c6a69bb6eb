//! What stands in one row of the timeline, by view and type of event.

use leptos::prelude::*;
use playground_core::markdown::visible_controls;
use playground_core::protocol::{Event, EventBody, EventType};
use playground_core::session::words::{self, Tone};
use playground_core::session::{Gap, Outgoing, OutgoingId, OutgoingState, Row, Slot, Timeline, View};

use super::SessionContext;
use super::content::{Content, TextStyle};
use super::tool_call::ToolCall;
use crate::platform::intl;
use crate::ui::kit::controls::button;
use crate::ui::kit::cut;
use crate::ui::kit::erased::{on_press, optional};

/// Renders a row. `is_open` belongs to the row and survives scrolling it away.
pub(super) fn row_view(
    context: SessionContext,
    timeline: &Timeline,
    view: View,
    row: Row,
    is_open: RwSignal<bool>,
) -> AnyView {
    match row {
        Row::Event(slot) => {
            let event = timeline.log().event(slot);
            match view {
                View::Events => event_line(context, event, slot),
                View::Transcript => transcript_row(context, timeline, event, slot, is_open),
            }
        }
        // Streaming text keeps its nodes between versions; see `preview`.
        Row::Preview(_) => ().into_any(),
        Row::Gap(number) => optional(timeline.gap(number), gap_row),
        Row::Local(id) => optional(timeline.outgoing(id), |outgoing| local_row(context, id, outgoing)),
    }
}

fn transcript_row(
    context: SessionContext,
    timeline: &Timeline,
    event: &Event,
    slot: Slot,
    is_open: RwSignal<bool>,
) -> AnyView {
    match event.event_type() {
        EventType::AgentToolUse | EventType::AgentMcpToolUse | EventType::AgentCustomToolUse => {
            if let Some(call) = ToolCall::collect(timeline, slot) {
                return with_inspect(context, event, call.view(is_open));
            }
        }
        EventType::SpanModelRequestEnd => return request_row(timeline, event),
        _ => {}
    }
    match event.body() {
        EventBody::UserMessage(e) => {
            let pending = event.processed_at().is_none();
            said(
                context,
                event,
                "You",
                "from-user",
                pending,
                view! { <Content blocks=e.content style=TextStyle::Plain/> }.into_any(),
            )
        }
        EventBody::AgentMessage(e) => said(
            context,
            event,
            "Agent",
            "from-agent",
            false,
            view! { <Content blocks=e.content style=TextStyle::Markdown/> }.into_any(),
        ),
        EventBody::SystemMessage(e) => said(
            context,
            event,
            "System",
            "from-system",
            event.processed_at().is_none(),
            view! { <Content blocks=e.content style=TextStyle::Plain/> }.into_any(),
        ),
        EventBody::AgentThreadMessageSent(e) => {
            let to = e.to_agent_name.unwrap_or(e.to_session_thread_id);
            said(
                context,
                event,
                &format!("Task to {to}"),
                "from-thread",
                false,
                view! { <Content blocks=e.content style=TextStyle::Markdown/> }.into_any(),
            )
        }
        EventBody::AgentThreadMessageReceived(e) => {
            let from = e
                .from_agent_name
                .unwrap_or_else(|| "the primary agent".to_owned());
            said(
                context,
                event,
                &format!("Report from {from}"),
                "from-thread",
                false,
                view! { <Content blocks=e.content style=TextStyle::Markdown/> }.into_any(),
            )
        }
        _ => {
            let words = words::describe(event);
            let label = visible_controls(&words.label).into_owned();
            let detail = visible_controls(&words.detail).into_owned();
            with_inspect(
                context,
                event,
                view! {
                    <p class="remark" data-tone=tone_name(words.tone)>
                        <span class="remark-shape" aria-hidden="true"></span>
                        <strong>{label}</strong>" "<span>{detail}</span>
                    </p>
                }
                .into_any(),
            )
        }
    }
}

/// Something that somebody said.
fn said(
    context: SessionContext,
    event: &Event,
    who: &str,
    class: &'static str,
    pending: bool,
    content: AnyView,
) -> AnyView {
    let who = visible_controls(who).into_owned();
    with_inspect(
        context,
        event,
        view! {
            <div class=format!("said {class}")>
                <h2 class="said-who">{who}{optional(pending.then_some(()), |()| view! { <span class="tag">"queued"</span> }.into_any())}</h2>
                <div class="said-what">{content}</div>
            </div>
        }
        .into_any(),
    )
}

/// A row with its time, which opens the inspector.
fn with_inspect(context: SessionContext, event: &Event, content: AnyView) -> AnyView {
    let time = event.processed_at();
    let id = event.id().map(ToString::to_string);
    let label = time.map_or_else(|| "pending".to_owned(), intl::clock_time);
    let title = time.map_or_else(|| "Not processed yet".to_owned(), intl::exact);
    let name = format!("Inspect {} at {label}", event.event_type());
    view! {
        <div class="row-content">{content}</div>
        <button type="button" class="row-time quiet" title=title aria-label=name
            on:click=on_press(move || context.select(id.clone()))>{label}</button>
    }
    .into_any()
}

/// A finished model request: what it took.
fn request_row(timeline: &Timeline, event: &Event) -> AnyView {
    let EventBody::SpanModelRequestEnd(end) = event.body() else {
        return ().into_any();
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
    let failed = end.is_error == Some(true);
    let label = if failed {
        "Model request failed"
    } else {
        "Model request"
    };
    let detail = [duration, Some(words::tokens_in_words(&end.model_usage))]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ");
    view! { <p class="request-note number" data-tone=if failed { "bad" } else { "quiet" }>{label}" · "{detail}</p> }.into_any()
}

/// One line of the Events view.
fn event_line(context: SessionContext, event: &Event, slot: Slot) -> AnyView {
    let words = words::describe(event);
    let id = event.id().map(ToString::to_string);
    let detail = visible_controls(cut(&words.detail, 240).0).into_owned();
    let label = visible_controls(&words.label).into_owned();
    let time = event
        .processed_at()
        .map_or_else(|| "pending".to_owned(), intl::clock_time);
    let title = event
        .processed_at()
        .map_or_else(|| "Not processed yet".to_owned(), intl::exact);
    let own_id = id.clone();
    let event_type = visible_controls(event.event_type().as_str()).into_owned();
    let family = words::family_in_words(event.event_type().family());
    let _ = slot;
    view! {
        <button type="button" class="event-line" data-tone=tone_name(words.tone) data-family=family
            aria-current=move || context.selected.with(|s| s.is_some() && *s == own_id).then_some("true")
            on:click=on_press(move || context.select(id.clone()))>
            <span class="event-time number" title=title>{time}</span>
            <span class="event-type">{event_type}</span>
            <span class="event-words"><strong>{label}</strong>" "{detail}</span>
        </button>
    }
    .into_any()
}

fn gap_row(gap: &Gap) -> AnyView {
    let from = intl::clock_time(gap.since);
    let text = match gap.until {
        Some(until) => {
            let filled = match gap.filled {
                0 => "nothing was missed".to_owned(),
                1 => "1 event filled in".to_owned(),
                n => format!("{n} events filled in"),
            };
            format!("Disconnected {from} to {}: {filled}", intl::clock_time(until))
        }
        None => format!("Disconnected since {from}"),
    };
    view! { <p class="gap-mark" title=gap.cause.clone()><span>{text}</span></p> }.into_any()
}

fn local_row(context: SessionContext, id: OutgoingId, outgoing: &Outgoing) -> AnyView {
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
    let text = visible_controls(&text).into_owned();
    match &outgoing.state {
        OutgoingState::Sending => view! {
            <div class="said from-user"><h2 class="said-who">"You"<span class="tag">"sending"</span></h2>
                <div class="said-what plain-text">{text}</div></div>
        }
        .into_any(),
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
            view! {
                <div class="said from-user"><h2 class="said-who">"You"<span class="tag">"unconfirmed"</span></h2>
                    <div class="said-what plain-text">{text}</div>
                    <p class="note">{message.clone()}" "{verdict}</p>
                    <div class="row-end">
                        {button("small", "Send again", again)}
                        {button("quiet small", "Discard", move || context.open().discard(id))}
                    </div>
                </div>
            }
            .into_any()
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
