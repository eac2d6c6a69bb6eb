//! The head of a session: title, states, agent, usage, and what can be done with it as a whole.

use leptos::prelude::*;
use playground_core::present::stop_in_words;
use playground_core::protocol::{AgentSummary, SessionUsage};
use playground_core::stream::{EndReason, Hindrance, Phase};

use web_sys::{HtmlElement, HtmlInputElement};

use super::SessionContext;
use super::lifecycle::Lifecycle;
use crate::platform::{focus, intl};
use crate::signals::{Memo, RwSignal, StoredValue};
use crate::ui::kit::controls::{button, plain_button, submit_button, typed_into};
use crate::ui::kit::{El, Nodes, copy_button, dynamic, effect, either, el, error_alert, memo, shape};

/// Title, status, stop reason, agent, usage and cost, stream state, actions.
#[component]
pub(super) fn Header() -> El {
    let context = expect_context::<SessionContext>();
    let open = context.open();
    let signals = open.signals();
    let id = open.id().to_owned();

    let status = status_word(context);
    let stop = {
        let facts = signals.facts.clone();
        memo(move || {
            facts.track();
            context.read(stop_in_words)?
        })
    };
    let agent = {
        let session = signals.session.clone();
        move || session.with(|s| s.as_ref().map(|s| agent_in_words(&s.agent)))
    };
    let usage = {
        let (session, facts) = (signals.session.clone(), signals.facts.clone());
        move || {
            facts.track();
            let from_log = context.read(|t| t.facts().usage().cloned()).flatten();
            let usage = from_log.or_else(|| session.with(|s| s.as_ref().map(|s| s.usage.clone())));
            usage.map(|usage| usage_in_words(&usage))
        }
    };
    let status_badge = el("span.badge")
        .attrs(&[("role", "status"), ("aria-label", "Session status")])
        .bind("data-status", move || status.get())
        .with((shape("badge-shape"), move || status.get()));
    el("header.session-head").with((
        Title(),
        el("div.session-states").with((
            status_badge,
            StreamStatus(),
            dynamic(move || stop.get().map(|text| el("span.stop-reason").with(text))),
        )),
        el("div.session-facts").with((
            dynamic(agent),
            dynamic(move || usage().map(|text| el("span.usage.number").with(text))),
            el("span.session-id").with((
                el("code").with(id.as_str()),
                copy_button("session ID", move || id.clone()),
            )),
        )),
        Lifecycle(),
    ))
}

fn agent_in_words(agent: &AgentSummary) -> El {
    let version = format!("v{}", agent.version);
    el("span.agent").with((
        agent.name.as_str(),
        " ",
        el("span.muted").with((version, " · ", agent.model.id.as_str())),
    ))
}

/// The session's status in words.
fn status_word(context: SessionContext) -> Memo<String> {
    memo(move || {
        context.state.with(|state| {
            let status = state.status.as_ref().map(|status| status.as_str().to_owned());
            status.unwrap_or_else(|| "loading".to_owned())
        })
    })
}

fn usage_in_words(usage: &SessionUsage) -> String {
    #[expect(clippy::cast_precision_loss, reason = "token counts are far below 2^53")]
    let number = |n: u64| intl::number(n as f64);
    let mut parts = Vec::new();
    if let Some(cost) = &usage.list_cost {
        parts.push(cost.to_string());
    }
    let cached = usage.cache_read_input_tokens.unwrap_or(0);
    let input = usage.input_tokens.unwrap_or(0).saturating_add(cached);
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
fn StreamStatus() -> Nodes {
    let context = expect_context::<SessionContext>();
    let open = context.open();
    let (phase, has_followed) = (open.signals().phase.clone(), open.signals().has_followed.clone());
    let word = {
        let phase = phase.clone();
        memo(move || phase.with(|phase| stream_word(phase, has_followed.get())))
    };
    let why = move || match phase.get() {
        Phase::Backoff { failure, .. } => Some((failure.message, true)),
        Phase::Polling { why } => Some((hindrance_in_words(&why), true)),
        Phase::Ended(EndReason::Refused(failure)) => Some((failure.message, false)),
        _ => None,
    };
    let status = el("span.stream")
        .attrs(&[("role", "status"), ("aria-label", "Stream status")])
        .bind("data-stream", move || word.get())
        .with((shape("stream-shape"), move || word.get()));
    let reason = move || {
        why().map(|(text, can_retry)| {
            let retry = move || context.open().retry_now();
            (
                el("span.stream-why").with(text),
                can_retry.then(|| button("quiet small", "Reconnect now", retry)),
            )
        })
    };
    Nodes::of((status, dynamic(reason)))
}

fn stream_word(phase: &Phase, has_followed: bool) -> &'static str {
    match phase {
        Phase::Idle => "connecting",
        Phase::Connecting if !has_followed => "connecting",
        Phase::Connecting | Phase::Backoff { .. } => "reconnecting",
        Phase::CatchingUp => "catching up",
        Phase::Live => "live",
        Phase::Polling { .. } => "polling",
        Phase::Offline => "offline",
        Phase::Ended(_) => "ended",
    }
}

/// Why there is no stream to follow, and what the page does instead.
fn hindrance_in_words(why: &Hindrance) -> String {
    const INSTEAD: &str = "New events are looked up every few seconds.";
    match why {
        Hindrance::NoSign => format!("The event stream does not answer. {INSTEAD}"),
        Hindrance::Withheld => {
            format!("Something between this page and the API holds the event stream back. {INSTEAD}")
        }
        Hindrance::Refused(failure) => format!(
            "There is no event stream: {}. {INSTEAD}",
            unstopped(&failure.message)
        ),
        Hindrance::Blocked(_) => {
            format!("The event stream is blocked, by an extension or on the way. {INSTEAD}")
        }
    }
}

fn unstopped(sentence: &str) -> &str {
    sentence.trim_end().trim_end_matches('.')
}

/// The title, which can be changed in place.
#[component]
fn Title() -> Nodes {
    let context = expect_context::<SessionContext>();
    let open = context.open();
    let (session, facts) = (open.signals().session.clone(), open.signals().facts.clone());
    let editing = RwSignal::new(false);
    let saving = RwSignal::new(false);
    let draft = RwSignal::new(String::new());
    let error = RwSignal::new(None);
    let title = memo(move || {
        facts.track();
        let told = context
            .read(|t| t.facts().title().map(|t| t.map(str::to_owned)))
            .flatten();
        told.unwrap_or_else(|| session.with(|s| s.as_ref().and_then(|s| s.title.clone())))
            .filter(|t| !t.trim().is_empty())
    });
    let edits = StoredValue::new(0_u32);
    let begin = move || {
        draft.set(title.get_untracked().unwrap_or_default());
        error.set(None);
        edits.update_value(|edits| *edits += 1);
        editing.set(true);
    };
    // Whoever is still in the form goes on at the button that opened it.
    let comes_back = StoredValue::new(false);
    let leave = move || {
        error.set(None);
        comes_back.set_value(!focus::is_elsewhere(".title-form"));
        editing.set(false);
    };
    let save = move || {
        if saving.get_untracked() {
            return;
        }
        saving.set(true);
        let edit = edits.get_value();
        context.tasks.spawn(async move {
            let outcome = context.open().rename(&draft.get_untracked()).await;
            saving.set(false);
            match outcome {
                // What is typed meanwhile is another edit.
                _ if edits.try_get_value() != Some(edit) => {}
                Ok(()) => leave(),
                Err(failed) => error.set(Some(failed)),
            }
        });
    };
    let form = move || {
        let field = el("input").attrs(&[
            ("type", "text"),
            ("aria-label", "Session title"),
            ("maxlength", "500"),
            ("dir", "auto"),
        ]);
        let element = field.element::<HtmlInputElement>();
        let field = typed_into(field, draft).on_key(move |event| {
            if event.key() == "Escape" && !event.is_composing() {
                leave();
            }
        });
        // Only what stands on the page can have the focus.
        effect(move || {
            let _ = element.focus();
            element.select();
        });
        el("form.title-form").on_submit(save).with((
            field,
            submit_button("small", || "Save title", move || saving.get()),
            button("quiet small", "Cancel", leave),
        ))
    };
    let heading = move || {
        let shown = move || title.get().unwrap_or_else(|| "Untitled session".to_owned());
        let edit = plain_button("quiet small").attr("aria-label", "Edit title");
        if comes_back.try_get_value() == Some(true) {
            comes_back.set_value(false);
            let edit = edit.element::<HtmlElement>();
            effect(move || {
                let _ = edit.focus();
            });
        }
        (
            el("h1").attr("dir", "auto").with(shown),
            edit.with("Edit").on_press(begin),
        )
    };
    Nodes::of((
        el("div.session-title-line").with(either(move || editing.get(), form, heading)),
        error_alert(move || error.get()),
    ))
}
