//! The message field. A draft survives every failure and a reload; one press sends once.

use std::cell::Cell;

use leptos::prelude::*;
use playground_core::api::ApiError;
use playground_core::present::Hold;
use playground_core::protocol::InputEvent;
use playground_core::session::{FirstMessage, Outgoing, OutgoingId};
use web_sys::KeyboardEvent;

use super::SessionContext;
use crate::platform::media;
use crate::signals::RwSignal;
use crate::state::drafts::{self, First};
use crate::state::open_session::{HistoryProgress, SendOutcome};
use crate::ui::kit::controls::{action_button, submit_button};
use crate::ui::kit::{El, effect, el, error_alert, memo, when};

/// Message, Send, and what to do when the server waits for answers first.
#[component]
pub(super) fn Composer() -> El {
    let context = expect_context::<SessionContext>();
    let open = context.open();
    let signals = open.signals();
    let text = RwSignal::new(drafts::get(open.id()));
    let sending = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let unconfirmed = RwSignal::new(unconfirmed_draft(context, &text.get_untracked()));
    // What the log says is known before anything is sent; what only the server knows, after it has refused.
    let hold = move || context.state.with(|state| state.hold);
    let waits_for_answers = move || {
        hold_in_words(hold()).is_some()
            || error.with(|e| e.as_ref().is_some_and(ApiError::is_waiting_on_responses))
    };
    let is_over = move || hold() == Some(Hold::Over);
    // A refusal because of waiting calls is over with them.
    let was_held = Cell::new(false);
    effect(move || {
        let is_held = matches!(hold(), Some(Hold::Answers { .. }));
        let is_refused = error.with_untracked(|e| e.as_ref().is_some_and(ApiError::is_waiting_on_responses));
        if was_held.replace(is_held) && !is_held && is_refused {
            error.set(None);
        }
    });

    // Until the history was asked, the same text is not sent once more: it may have arrived.
    let looking_up = signals.looking_up.clone();
    let is_looked_up = memo(move || {
        unconfirmed.with(|known| {
            known.as_ref().is_some_and(|(id, message)| {
                text.with(|text| text == message) && looking_up.with(|ids| ids.contains(id))
            })
        })
    });
    let set_text = move |value: String| {
        drafts::set(context.open().id(), &value);
        text.set(value);
    };
    let settled = signals.settled.clone();
    effect(move || {
        // Which of the two is told first is open: the log may know the message before its request has failed here.
        if let Some((id, message)) = unconfirmed.get()
            && settled.with(|settled| settled.contains(&id))
        {
            unconfirmed.set(None);
            error.set(None);
            if text.get_untracked() == message {
                set_text(String::new());
            }
        }
    });
    let first = RwSignal::new(drafts::first(open.id()));
    let (facts, count) = (signals.facts.clone(), signals.event_count.clone());
    let (history, has_followed) = (signals.history.clone(), signals.has_followed.clone());
    effect(move || {
        facts.track();
        count.track();
        let is_listed = history.with(|history| *history == HistoryProgress::Complete) && has_followed.get();
        let Some(message) = first.get() else { return };
        let open = context.open();
        let became = open.with_timeline(|timeline| timeline.first_message(&message.text, is_listed));
        let unchanged = text.with_untracked(|text| *text == message.text);
        let first_is = move |message: Option<First>| {
            drafts::set_first(context.open().id(), message.as_ref());
            first.set(message);
        };
        match became {
            FirstMessage::Awaited => {}
            FirstMessage::Arrived => {
                if message.is_draft && unchanged {
                    set_text(String::new());
                }
                first_is(None);
            }
            FirstMessage::Overtaken => first_is(None),
            FirstMessage::LeftOut if message.is_draft => {}
            FirstMessage::LeftOut => {
                let typed = text.get_untracked();
                set_text(match typed.trim() {
                    "" => message.text.clone(),
                    _ => format!("{}\n\n{typed}", message.text),
                });
                first_is(Some(First {
                    is_draft: true,
                    ..message
                }));
            }
        }
    });
    let is_left_out = move || first.with(|first| first.as_ref().is_some_and(|first| first.is_draft));
    let send = move |interrupt: bool| {
        let message = text.get_untracked();
        let is_held = match untrack(hold) {
            Some(Hold::Over) => true,
            // An interrupt closes the calls that wait.
            Some(Hold::Answers { .. }) => !interrupt,
            None => false,
        };
        let is_off = sending.get_untracked() || is_looked_up.get_untracked() || is_held;
        if is_off || message.trim().is_empty() {
            return;
        }
        sending.set(true);
        error.set(None);
        // The unconfirmed row of this text gives way to the new try.
        let before = unconfirmed.get_untracked().filter(|(_, lost)| *lost == message);
        unconfirmed.set(None);
        context.tasks.spawn(async move {
            if let Some((id, _)) = before {
                context.open().discard(id);
            }
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
                SendOutcome::Refused(failed) => error.set(Some(failed)),
                // The draft stays until the log shows the message, or the reader sends it again from its row.
                SendOutcome::Unconfirmed(id, failed) => {
                    unconfirmed.set(Some((id, message)));
                    error.set(Some(failed));
                }
            }
        });
    };
    let on_key = move |event: KeyboardEvent| {
        // While an input method composes, Enter picks a candidate; some browsers report it as key code 229.
        let composing = event.is_composing() || event.key_code() == 229;
        // A keyboard on the screen has no second way to begin a line.
        let sends = event.ctrl_key() || event.meta_key() || !(event.shift_key() || media::is_touch());
        if event.key() == "Enter" && sends && !composing {
            event.prevent_default();
            if !event.repeat() {
                send(false);
            }
        }
    };
    let offer = move || {
        let words = move || {
            hold_in_words(hold()).unwrap_or_else(|| "Stop the waiting calls and say this instead:".to_owned())
        };
        el("div.composer-offer").with((
            el("span").attr("id", HINT).with(words),
            action_button(
                "",
                || "Interrupt and send",
                move || sending.get() || is_looked_up.get() || text.with(|t| t.trim().is_empty()),
                move || send(true),
            ),
        ))
    };
    let left_out_note = || {
        el("p.note").with(
            "The server created this session without its first message. It was not sent: it stands here as a draft.",
        )
    };
    let over_note = move || {
        let words = move || {
            if context.state.with(|state| state.is_deleted) {
                "This session was deleted. What this page has read of it is shown until you leave."
            } else {
                "This session has ended. Its history stays readable; start a new session to continue."
            }
        };
        el("p.note").with(words)
    };
    let is_touch = media::is_touch();
    let field = el("textarea")
        .attrs(&[
            ("aria-label", "Message"),
            ("rows", "2"),
            ("dir", "auto"),
            // On a screen keyboard Enter begins a line, and the button sends.
            ("enterkeyhint", if is_touch { "enter" } else { "send" }),
            (
                "placeholder",
                if is_touch {
                    "Message the agent"
                } else {
                    "Message the agent (Enter sends, Shift+Enter breaks the line)"
                },
            ),
        ])
        .flag("readonly", is_over)
        .bind("aria-describedby", move || waits_for_answers().then_some(HINT))
        .value(move || text.get())
        .on_value("input", set_text)
        .on_key(on_key);
    let send_button = submit_button(
        "primary",
        move || match (sending.get(), is_looked_up.get()) {
            (true, _) => "Sending…",
            (_, true) => "Checking…",
            _ => "Send",
        },
        move || sending.get() || is_looked_up.get() || hold().is_some() || text.with(|t| t.trim().is_empty()),
    )
    .bind("aria-describedby", move || waits_for_answers().then_some(HINT));
    el("form.composer").on_submit(move || send(false)).with((
        error_alert(move || error.get()),
        when(waits_for_answers, offer),
        when(is_left_out, left_out_note),
        when(is_over, over_note),
        el("div.composer-line").with((field, send_button)),
    ))
}

/// Names the words that say why a message cannot be sent now.
const HINT: &str = "composer-hint";

/// Why a message would be refused, and what can be done instead; nothing while it would be taken.
fn hold_in_words(hold: Option<Hold>) -> Option<String> {
    let Some(Hold::Answers { yours, others }) = hold else {
        return None;
    };
    let calls = |count: usize, tail: &str| match count {
        1 => format!("1 call waits{tail}"),
        n => format!("{n} calls wait{tail}"),
    };
    Some(match (yours, others) {
        (0, others) => format!(
            "{}: wait, or interrupt and say this instead.",
            calls(others, " for the worker")
        ),
        (1, _) => format!(
            "{}: answer it, or interrupt and say this instead.",
            calls(1, " for you")
        ),
        (yours, _) => format!(
            "{}: answer them, or interrupt and say this instead.",
            calls(yours, " for you")
        ),
    })
}

/// The unconfirmed request that sends the draft, for example after a reload in the middle of it.
fn unconfirmed_draft(context: SessionContext, draft: &str) -> Option<(OutgoingId, String)> {
    context.read(|timeline| {
        let sends_draft = |outgoing: &&Outgoing| outgoing.message_text().as_deref() == Some(draft);
        let outgoing = timeline.outbox().iter().find(sends_draft)?;
        Some((outgoing.id, draft.to_owned()))
    })?
}
