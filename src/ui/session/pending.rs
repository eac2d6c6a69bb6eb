//! Calls that wait for a person: approvals with Allow and Deny, and results of custom tools. Nothing is answered by
//! itself, and no key answers by accident: every answer is a click on its own button.

use leptos::prelude::*;
use playground_core::api::ApiError;
use playground_core::protocol::{EventBody, InputEvent};

use super::SessionContext;
use super::content::json_text;
use crate::state::open_session::SendOutcome;
use crate::ui::kit::controls::{action_button, text_area, text_field};
use crate::ui::kit::{Children, El, Item, Nodes, el, error_alert, keyed, memo, when};

/// One waiting call.
#[derive(Clone, PartialEq)]
struct Waiting {
    id: String,
    tool: String,
    origin: Option<String>,
    input: String,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Approval,
    CustomTool,
}

/// All waiting calls of the session, oldest first.
#[component]
pub(super) fn PendingCalls() -> Nodes {
    let context = expect_context::<SessionContext>();
    let facts = context.open().signals().facts.clone();
    let waiting = memo(move || {
        facts.track();
        context
            .session
            .try_with_value(|s| s.with_timeline(collect))
            .unwrap_or_default()
    });
    let heading = move || match waiting.with(Vec::len) {
        1 => "1 call waits for you".to_owned(),
        n => format!("{n} calls wait for you"),
    };
    let items = move || {
        let item = |call: Waiting| {
            Item::new(call.id.clone(), move || match call.kind {
                Kind::Approval => Approval(ApprovalProps { call }),
                Kind::CustomTool => CustomTool(CustomToolProps { call }),
            })
        };
        waiting.get().into_iter().map(item).collect()
    };
    when(
        move || waiting.with(|w| !w.is_empty()),
        move || {
            el("section.pending")
                .attr("aria-label", "Waiting for you")
                .with((el("h2").with(heading), el("div.pending-list").with(keyed(items))))
        },
    )
}

fn collect(timeline: &playground_core::session::Timeline) -> Vec<Waiting> {
    let calls = timeline.waiting_calls();
    calls
        .into_iter()
        .filter_map(|slot| {
            let event = timeline.log().event(slot);
            let id = event.id()?.to_string();
            let (tool, origin, input, kind) = match event.body() {
                EventBody::AgentToolUse(e) => (e.name, e.session_thread_id, e.input, Kind::Approval),
                EventBody::AgentMcpToolUse(e) => (e.name, Some(e.mcp_server_name), e.input, Kind::Approval),
                EventBody::AgentCustomToolUse(e) => (e.name, e.session_thread_id, e.input, Kind::CustomTool),
                _ => return None,
            };
            Some(Waiting {
                id,
                tool,
                origin,
                input: input.get().to_owned(),
                kind,
            })
        })
        .collect()
}

#[component]
fn Approval(call: Waiting) -> El {
    let answer = Answer::new();
    let reason = RwSignal::new(String::new());
    let name = format!("Approval: {}", call.tool);
    let (allow_id, deny_id) = (call.id.clone(), call.id);
    let deny = move || {
        let why = reason.get_untracked().trim().to_owned();
        answer.send(InputEvent::deny(
            deny_id.clone(),
            (!why.is_empty()).then_some(why),
        ));
    };
    let allow = move || answer.send(InputEvent::allow(allow_id.clone()));
    group(&name).with((
        el("p.pending-title").with((
            el("strong").with(call.tool),
            origin(" from ", call.origin),
            " asks for approval",
        )),
        json_text(&call.input),
        text_field(
            "Reason",
            reason,
            &[
                ("type", "text"),
                ("maxlength", "10000"),
                ("placeholder", "optional, told to the agent when you deny"),
            ],
        ),
        error_alert(answer.error),
        el("div.pending-end").with((
            action_button("danger", || "Deny", move || answer.busy.get(), deny),
            action_button("primary", || "Allow", move || answer.busy.get(), allow),
        )),
    ))
}

fn group(name: &str) -> El {
    el("div.pending-call").attrs(&[("role", "group"), ("aria-label", name)])
}

/// Where a call comes from, if that is not the session's own agent.
fn origin(word: &'static str, origin: Option<String>) -> impl Children {
    origin.map(|origin| el("span.muted").with((word, origin)))
}

#[component]
fn CustomTool(call: Waiting) -> El {
    let answer = Answer::new();
    let result = RwSignal::new(String::new());
    let name = format!("Tool result: {}", call.tool);
    let is_error = RwSignal::new(false);
    let id = call.id;
    let send = move || {
        answer.send(InputEvent::custom_tool_result(
            id.clone(),
            result.get_untracked(),
            is_error.get_untracked(),
        ));
    };
    let error_box = el("input")
        .attr("type", "checkbox")
        .on_check(move |on| is_error.set(on));
    let send_button = action_button(
        "primary",
        || "Send result",
        move || answer.busy.get() || result.with(|r| r.trim().is_empty()),
        send,
    );
    group(&name).with((
        el("p.pending-title").with((
            el("strong").with(call.tool),
            origin(" in thread ", call.origin),
            " waits for its result",
        )),
        json_text(&call.input),
        text_area("Result", result, &[("rows", "2")]),
        error_alert(answer.error),
        el("div.pending-end").with((
            el("label.check").with((error_box, el("span").with("Is error"))),
            send_button,
        )),
    ))
}

/// Sends one answer in its own request, so that a refusal of one does not refuse another.
#[derive(Clone, Copy)]
struct Answer {
    context: SessionContext,
    busy: RwSignal<bool>,
    error: RwSignal<Option<ApiError>>,
}

impl Answer {
    fn new() -> Self {
        Self {
            context: expect_context(),
            busy: RwSignal::new(false),
            error: RwSignal::new(None),
        }
    }

    fn send(self, event: InputEvent) {
        if self.busy.get_untracked() {
            return;
        }
        if let InputEvent::UserCustomToolResult(result) = &event
            && result
                .content
                .iter()
                .all(|b| b.as_text().is_none_or(|t| t.trim().is_empty()))
        {
            return;
        }
        self.busy.set(true);
        self.error.set(None);
        self.context.tasks.spawn(async move {
            let outcome = self.context.open().send(vec![event]).await;
            // After a success the group goes away with the next commit; a failure gives the buttons back.
            if let SendOutcome::Refused(failed) | SendOutcome::Unconfirmed(_, failed) = outcome {
                let _ = self.error.try_set(Some(failed));
                let _ = self.busy.try_set(false);
            }
        });
    }
}
