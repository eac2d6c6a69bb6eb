//! Calls that wait for a person: approvals with Allow and Deny, and results of custom tools. Nothing is answered by
//! itself, and no key answers by accident: every answer is a click on its own button.

use leptos::prelude::*;
use playground_core::api::ApiError;
use playground_core::markdown::visible_controls;
use playground_core::protocol::{EventBody, InputEvent};

use super::SessionContext;
use super::content::JsonText;
use crate::state::open_session::SendOutcome;
use crate::ui::kit::ErrorAlert;
use crate::ui::kit::controls::{action_button, text_area, text_field};
use crate::ui::kit::erased::{Item, keyed, memo, on_check, optional, when};

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
pub(super) fn PendingCalls() -> impl IntoView {
    let context = expect_context::<SessionContext>();
    let facts = context.open().signals().facts.clone();
    let waiting = memo(move || {
        facts.track();
        context
            .session
            .try_with_value(|s| s.with_timeline(collect))
            .unwrap_or_default()
    });
    view! {
        {when(move || waiting.with(|w| !w.is_empty()), move || view! {
            <section class="pending" aria-label="Waiting for you">
                <h2>{move || match waiting.with(Vec::len) {
                    1 => "1 call waits for you".to_owned(),
                    n => format!("{n} calls wait for you"),
                }}</h2>
                <div class="pending-list">
                    {keyed(move || waiting.get().into_iter().map(|call| Item::new(call.id.clone(), move || match call.kind {
                        Kind::Approval => view! { <Approval call=call/> }.into_any(),
                        Kind::CustomTool => view! { <CustomTool call=call/> }.into_any(),
                    })).collect())}
                </div>
            </section>
        }.into_any())}
    }
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
                tool: visible_controls(&tool).into_owned(),
                origin: origin.map(|o| visible_controls(&o).into_owned()),
                input: input.get().to_owned(),
                kind,
            })
        })
        .collect()
}

#[component]
fn Approval(call: Waiting) -> impl IntoView {
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
    view! {
        <div class="pending-call" role="group" aria-label=name>
            <p class="pending-title"><strong>{call.tool}</strong>
                {optional(call.origin, |o| view! { <span class="muted">" from "{o}</span> }.into_any())}" asks for approval"</p>
            <JsonText json=call.input/>
            {text_field("Reason", reason, &[
                ("type", "text"), ("maxlength", "10000"), ("placeholder", "optional, told to the agent when you deny"),
            ])}
            <ErrorAlert error=answer.error/>
            <div class="pending-end">
                {action_button("danger", || "Deny", move || answer.busy.get(), deny)}
                {action_button("primary", || "Allow", move || answer.busy.get(), move || {
                    answer.send(InputEvent::allow(allow_id.clone()));
                })}
            </div>
        </div>
    }
}

#[component]
fn CustomTool(call: Waiting) -> impl IntoView {
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
    view! {
        <div class="pending-call" role="group" aria-label=name>
            <p class="pending-title"><strong>{call.tool}</strong>
                {optional(call.origin, |o| view! { <span class="muted">" in thread "{o}</span> }.into_any())}" waits for its result"</p>
            <JsonText json=call.input/>
            {text_area("Result", result, &[("rows", "2")])}
            <ErrorAlert error=answer.error/>
            <div class="pending-end">
                <label class="check"><input type="checkbox" on:change=on_check(move |on| is_error.set(on))/>
                    <span>"Is error"</span></label>
                {action_button(
                    "primary",
                    || "Send result",
                    move || answer.busy.get() || result.with(|r| r.trim().is_empty()),
                    send,
                )}
            </div>
        </div>
    }
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
