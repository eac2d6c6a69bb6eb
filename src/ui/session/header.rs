//! The head of a session: title, states, agent, usage, and what can be done with it as a whole.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use playground_core::markdown::visible_controls;
use playground_core::protocol::{SessionStatus, SessionUsage};
use playground_core::session::words::stop_in_words;
use playground_core::stream::{EndReason, Phase};

use super::SessionContext;
use super::lifecycle::Lifecycle;
use crate::platform::intl;
use crate::ui::kit::controls::{button, submit_button};
use crate::ui::kit::erased::{dynamic, either, memo, on_press, optional, typed_into};
use crate::ui::kit::{CopyButton, ErrorAlert};

/// Title, status, stop reason, agent, usage and cost, stream state, actions.
#[component]
pub(super) fn Header() -> impl IntoView {
    let context = expect_context::<SessionContext>();
    let open = context.open();
    let signals = open.signals().clone();
    let id = open.id().to_owned();
    let copied_id = id.clone();

    let status = status_signal(context);
    let stop = {
        let facts = signals.facts.clone();
        memo(move || {
            facts.track();
            context.session.try_with_value(|s| {
                s.with_timeline(|t| {
                    t.facts()
                        .stop()
                        .map(|s| stop_in_words(&s.reason, s.details.as_ref()))
                })
            })?
        })
    };
    let agent = {
        let session = signals.session.clone();
        move || {
            session.with(|s| {
                optional(s.as_ref(), |s| {
                    let name = visible_controls(&s.agent.name).into_owned();
                    let model = s.agent.model.id.clone();
                    view! {
                        <span class="agent">{name}" "<span class="muted">{format!("v{}", s.agent.version)}" · "{model}</span></span>
                    }
                    .into_any()
                })
            })
        }
    };
    let usage = {
        let (session, facts) = (signals.session.clone(), signals.facts.clone());
        move || {
            facts.track();
            let from_log = context
                .session
                .try_with_value(|s| s.with_timeline(|t| t.facts().usage().cloned()))
                .flatten();
            let usage = from_log.or_else(|| session.with(|s| s.as_ref().map(|s| s.usage.clone())));
            usage.map(|usage| usage_in_words(&usage))
        }
    };
    view! {
        <header class="session-head">
            <Title/>
            <div class="session-states">
                <span role="status" aria-label="Session status" class="badge" data-status=move || status.get()>
                    <span class="badge-shape" aria-hidden="true"></span>{move || status.get()}
                </span>
                <StreamStatus/>
                {dynamic(move || optional(stop.get(), |text| view! { <span class="stop-reason">{text}</span> }.into_any()))}
            </div>
            <div class="session-facts">
                {dynamic(agent)}
                {dynamic(move || optional(usage(), |text| view! { <span class="usage number">{text}</span> }.into_any()))}
                <span class="session-id"><code>{id.clone()}</code><CopyButton text=move || copied_id.clone() what="session ID"/></span>
            </div>
            <Lifecycle status=status/>
        </header>
    }
}

/// The session's status in words, as the newest event or, before any, the session object says it.
fn status_signal(context: SessionContext) -> Memo<String> {
    let signals = context.open().signals().clone();
    memo(move || {
        signals.facts.track();
        let archived = signals
            .session
            .with(|s| s.as_ref().is_some_and(|s| s.archived_at.is_some()));
        if archived {
            return SessionStatus::Terminated.as_str().to_owned();
        }
        let from_log = context
            .session
            .try_with_value(|s| s.with_timeline(|t| t.facts().status().map(|s| s.as_str().to_owned())))
            .flatten();
        from_log
            .or_else(|| {
                signals
                    .session
                    .with(|s| s.as_ref().map(|s| s.status.as_str().to_owned()))
            })
            .unwrap_or_else(|| "loading".to_owned())
    })
}

fn usage_in_words(usage: &SessionUsage) -> String {
    #[expect(clippy::cast_precision_loss, reason = "token counts are far below 2^53")]
    let number = |n: u64| intl::number(n as f64);
    let mut parts = Vec::new();
    if let Some(cost) = &usage.list_cost {
        parts.push(cost.to_string());
    }
    let input = usage.input_tokens.unwrap_or(0) + usage.cache_read_input_tokens.unwrap_or(0);
    if input > 0 {
        parts.push(format!("{} in", number(input)));
    }
    if let Some(output) = usage.output_tokens.filter(|n| *n > 0) {
        parts.push(format!("{} out", number(output)));
    }
    if let Some(seconds) = usage.active_seconds.filter(|s| *s > 0.0) {
        parts.push(format!("{} active", intl::duration(seconds * 1_000.0)));
    }
    parts.join(" · ")
}

/// Where the stream stands, and what to do when it stopped.
#[component]
fn StreamStatus() -> impl IntoView {
    let context = expect_context::<SessionContext>();
    let signals = context.open().signals().clone();
    let (phase, attempt) = (signals.phase.clone(), signals.attempt.clone());
    let word = memo(move || stream_word(&phase.get(), attempt.get()));
    let phase = signals.phase;
    let why = move || match phase.get() {
        Phase::Backoff { failure, .. } => Some((failure.message, true)),
        Phase::Ended(EndReason::Refused(failure)) => Some((failure.message, false)),
        _ => None,
    };
    view! {
        <span role="status" aria-label="Stream status" class="stream" data-stream=move || word.get()>
            <span class="stream-shape" aria-hidden="true"></span>{move || word.get()}
        </span>
        {dynamic(move || optional(why(), |(text, can_retry)| view! {
            <span class="stream-why">{text}</span>
            {optional(can_retry.then_some(()), |()| button("quiet small", "Reconnect now", move || context.open().retry_now()))}
        }.into_any()))}
    }
}

fn stream_word(phase: &Phase, attempt: u32) -> &'static str {
    match phase {
        Phase::Idle => "connecting",
        Phase::Connecting if attempt <= 1 => "connecting",
        Phase::Connecting | Phase::Backoff { .. } => "reconnecting",
        Phase::CatchingUp => "catching up",
        Phase::Live => "live",
        Phase::Offline => "offline",
        Phase::Ended(_) => "ended",
    }
}

/// The title, which can be changed in place.
#[component]
fn Title() -> impl IntoView {
    let context = expect_context::<SessionContext>();
    let signals = context.open().signals().clone();
    let editing = RwSignal::new(false);
    let saving = RwSignal::new(false);
    let draft = RwSignal::new(String::new());
    let error = RwSignal::new(None);
    let title = memo(move || {
        signals.facts.track();
        let told = context
            .session
            .try_with_value(|s| s.with_timeline(|t| t.facts().title().map(|t| t.map(str::to_owned))))
            .flatten();
        told.unwrap_or_else(|| signals.session.with(|s| s.as_ref().and_then(|s| s.title.clone())))
            .filter(|t| !t.trim().is_empty())
    });
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        if saving.get_untracked() {
            return;
        }
        saving.set(true);
        context.tasks.spawn(async move {
            let outcome = context.open().rename(&draft.get_untracked()).await;
            saving.set(false);
            match outcome {
                Ok(()) => {
                    error.set(None);
                    editing.set(false);
                }
                Err(failed) => error.set(Some(failed)),
            }
        });
    };
    let begin = move || {
        draft.set(title.get_untracked().unwrap_or_default());
        editing.set(true);
    };
    view! {
        <div class="session-title-line">
            {either(move || editing.get(), move || view! {
                <form class="title-form" on:submit=save>
                    <input type="text" aria-label="Session title" maxlength="500" autofocus prop:value=move || draft.get()
                        on:input=typed_into(draft)
                        on:keydown=move |e| if e.key() == "Escape" { editing.set(false) }/>
                    {submit_button("small", || "Save title", move || saving.get())}
                    {button("quiet small", "Keep the old one", move || editing.set(false))}
                </form>
            }.into_any(), move || view! {
                <h1>{move || title.get().map_or_else(|| "Untitled session".to_owned(), |t| visible_controls(&t).into_owned())}</h1>
                <button type="button" class="quiet small" aria-label="Edit title" on:click=on_press(begin)>"Edit"</button>
            }.into_any())}
        </div>
        <ErrorAlert error=error/>
    }
}
