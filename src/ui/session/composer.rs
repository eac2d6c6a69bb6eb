//! The message field. A draft survives every failure and a reload; one press sends once.

use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::prelude::*;
use playground_core::api::ApiError;
use playground_core::protocol::InputEvent;

use super::SessionContext;
use crate::platform::storage;
use crate::state::open_session::SendOutcome;
use crate::ui::kit::ErrorAlert;

/// Message, Send, and what to do when the server waits for answers first.
#[component]
pub(super) fn Composer() -> impl IntoView {
    let context = expect_context::<SessionContext>();
    let signals = context.open().signals().clone();
    let draft_name = StoredValue::new(format!("playground.draft.{}", context.open().id()));
    let text = RwSignal::new(
        draft_name
            .with_value(|name| storage::get(name))
            .unwrap_or_default(),
    );
    let sending = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let waits_for_answers = move || error.with(|e| e.as_ref().is_some_and(ApiError::is_waiting_on_responses));
    let is_over = {
        let (facts, session) = (signals.facts.clone(), signals.session.clone());
        Memo::new(move |_| {
            facts.track();
            let over = context
                .session
                .try_with_value(|s| s.with_timeline(|t| t.facts().is_terminated() || t.facts().is_deleted()))
                .unwrap_or(true);
            over || session.with(|s| {
                s.as_ref()
                    .is_some_and(|s| s.archived_at.is_some() || s.status.as_str() == "terminated")
            })
        })
    };

    let set_text = move |value: String| {
        draft_name.with_value(|name| {
            if value.is_empty() {
                storage::remove(name)
            } else {
                storage::set(name, &value)
            }
        });
        text.set(value);
    };
    let send = move |interrupt: bool| {
        let message = text.get_untracked();
        if sending.get_untracked() || message.trim().is_empty() || is_over.get_untracked() {
            return;
        }
        sending.set(true);
        error.set(None);
        context.tasks.spawn(async move {
            let mut events = vec![InputEvent::message(message.clone())];
            if interrupt {
                events.insert(0, InputEvent::interrupt());
            }
            let outcome = context.open().send(events).await;
            if sending.try_set(false).is_some() {
                return;
            }
            match outcome {
                // What was typed meanwhile is a new draft.
                SendOutcome::Stored if text.get_untracked() == message => set_text(String::new()),
                SendOutcome::Stored => {}
                // The unconfirmed row keeps the text too; the draft stays until the log settles it.
                SendOutcome::Refused(failed) | SendOutcome::Unconfirmed(failed) => error.set(Some(failed)),
            }
        });
    };
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        send(false);
    };
    let on_key = move |event: KeyboardEvent| {
        // While an input method composes, Enter picks a candidate; some browsers report it as key code 229.
        let composing = event.is_composing() || event.key_code() == 229;
        if event.key() == "Enter" && !event.shift_key() && !composing {
            event.prevent_default();
            if !event.repeat() {
                send(false);
            }
        }
    };
    view! {
        <form class="composer" on:submit=on_submit>
            <ErrorAlert error=error/>
            <Show when=waits_for_answers>
                <div class="composer-offer">
                    <span>"Answer the waiting calls above, or stop them:"</span>
                    <button type="button" on:click=move |_| send(true)>"Interrupt and send"</button>
                </div>
            </Show>
            <Show when=move || is_over.get()>
                <p class="note">"This session has ended. Its history stays readable; start a new session to continue."</p>
            </Show>
            <div class="composer-line">
                <textarea aria-label="Message" rows="2" prop:value=text placeholder="Message the agent (Enter sends, Shift+Enter breaks the line)"
                    readonly=move || is_over.get()
                    on:input=move |e| set_text(event_target_value(&e)) on:keydown=on_key></textarea>
                <button type="submit" class="primary"
                    aria-disabled=move || (sending.get() || is_over.get() || text.with(|t| t.trim().is_empty())).to_string()>
                    {move || if sending.get() { "Sending…" } else { "Send" }}
                </button>
            </div>
        </form>
    }
}
