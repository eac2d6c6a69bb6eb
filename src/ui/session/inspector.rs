//! The selected event: summary, timing, related events and its JSON as it came.

use leptos::prelude::*;
use playground_core::present::describe;
use playground_core::protocol::{EventBody, EventType};
use playground_core::session::Timeline;

use super::SessionContext;
use super::content::raw_json_panel;
use crate::platform::intl;
use crate::ui::kit::controls::button;
use crate::ui::kit::{El, Nodes, copy_button, dynamic, el, memo};

/// What the inspector shows of one event.
#[derive(Clone, PartialEq)]
struct Inspected {
    id: String,
    event_type: String,
    label: String,
    detail: String,
    time: String,
    exact: Option<String>,
    related: Vec<(&'static str, String)>,
    json: String,
}

/// The side panel; a sheet on narrow screens.
#[component]
pub(super) fn Inspector() -> El {
    let context = expect_context::<SessionContext>();
    let count = context.open().signals().event_count.clone();
    let facts = context.open().signals().facts.clone();
    let inspected = memo(move || {
        count.track();
        facts.track();
        let id = context.selected.get()?;
        context.read(|t| inspect(t, &id))?
    });
    el("aside.inspector").attr("aria-label", "Inspector").with((
        el("div.inspector-head").with((
            el("h2").attr("tabindex", "-1").with("Event"),
            button("quiet", "Close", move || context.deselect()),
        )),
        dynamic(move || match inspected.get() {
            Some(event) => details(context, event),
            None => el("p.note")
                .with("This event is not loaded, or does not exist in this session.")
                .nodes(),
        }),
    ))
}

fn details(context: SessionContext, event: Inspected) -> Nodes {
    let id = event.id.clone();
    let related = event.related.into_iter().map(|(what, id)| {
        let target = id.clone();
        let go_there = move || context.select(Some(target.clone()));
        (el("dt").with(what), el("dd").with(button("link", id, go_there)))
    });
    Nodes::of((
        el("p.inspector-type").with(el("code").with(event.event_type)),
        el("p").with((el("strong").with(event.label), " ", event.detail)),
        el("dl.facts")
            .with((
                el("dt").with("Processed"),
                el("dd").with(event.exact.unwrap_or(event.time)),
                el("dt").with("ID"),
                el("dd").with((
                    el("code").with(event.id),
                    copy_button("event ID", move || id.clone()),
                )),
            ))
            .each(related),
        raw_json_panel(event.json),
    ))
}

fn inspect(timeline: &Timeline, id: &str) -> Option<Inspected> {
    let slot = timeline.log().find(id)?;
    let event = timeline.log().event(slot);
    let words = describe(timeline, slot);
    Some(Inspected {
        id: id.to_owned(),
        event_type: event.event_type().as_str().to_owned(),
        label: words.label.into_owned(),
        detail: words.detail.into_owned(),
        time: match timeline.is_queued(slot) {
            true => "Not processed yet".to_owned(),
            false => "The server does not say when".to_owned(),
        },
        exact: event.happened_at().map(|t| format!("{} ({t})", intl::exact(t))),
        related: related(timeline, event.event_type(), &event.body(), id),
        json: event.raw().to_owned(),
    })
}

fn related(
    timeline: &Timeline,
    event_type: &EventType,
    body: &EventBody,
    id: &str,
) -> Vec<(&'static str, String)> {
    let id_of = |slot| timeline.log().event(slot).id().map(ToString::to_string);
    let mut found = Vec::new();
    let mut call = None;
    match body {
        EventBody::AgentToolUse(_) | EventBody::AgentMcpToolUse(_) | EventBody::AgentCustomToolUse(_) => {
            call = Some(id.to_owned());
        }
        EventBody::AgentToolResult(e) => call = Some(e.tool_use_id.clone()),
        EventBody::AgentMcpToolResult(e) => call = Some(e.mcp_tool_use_id.clone()),
        EventBody::UserToolConfirmation(e) => call = Some(e.tool_use_id.clone()),
        EventBody::UserCustomToolResult(e) => call = Some(e.custom_tool_use_id.clone()),
        EventBody::UserToolResult(e) => call = Some(e.tool_use_id.clone()),
        EventBody::SpanModelRequestEnd(e) => found.push(("Request start", e.model_request_start_id.clone())),
        EventBody::SpanOutcomeEvaluationEnd(e) if !e.outcome_evaluation_start_id.is_empty() => {
            found.push(("Evaluation start", e.outcome_evaluation_start_id.clone()));
        }
        EventBody::WorkflowRunPhaseEnded(e) => found.push(("Phase start", e.phase_started_id.clone())),
        _ => {}
    }
    if *event_type == EventType::SpanModelRequestStart {
        let end = timeline.request_links(id).end.and_then(id_of);
        found.extend(end.map(|id| ("Request end", id)));
    }
    if let Some(call) = call {
        let links = timeline.call_links(&call);
        for (what, slot) in [
            ("Call", links.call),
            ("Answer", links.answer),
            ("Result", links.result),
        ] {
            found.extend(
                slot.and_then(id_of)
                    .filter(|other| other != id)
                    .map(|id| (what, id)),
            );
        }
    }
    found
}
