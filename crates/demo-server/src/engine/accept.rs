//! Taking in what a client sends: all of it or nothing.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::json;

use super::inputs::{Input, Parsed};
use super::run::{Speed, ensure_running};
use crate::http::error::ApiError;
use crate::wire::events::{Draft, Stop, text_block};
use crate::world::models;
use crate::world::session::{
    Answer, CallKind, Needs, Outcome, PRIMARY, Queued, QueuedKind, Session, State, Status,
};

/// Checks a batch against the session's state and applies it. Answers the stored events.
pub(crate) fn accept(session: &Arc<Session>, batch: &[Parsed], speed: Speed) -> Result<Vec<Bytes>, ApiError> {
    let echoes = store(session, batch)?;
    continue_work(session, &mut session.lock(), speed);
    session.wake.notify_waiters();
    Ok(echoes)
}

/// The same without starting a task for the work that results.
pub(crate) fn store(session: &Session, batch: &[Parsed]) -> Result<Vec<Bytes>, ApiError> {
    let mut state = session.lock();
    check(&state, batch)?;
    let mut answered = Vec::new();
    let echoes = batch
        .iter()
        .map(|event| apply(&mut state, event, &mut answered))
        .collect();
    after_answers(&mut state, &answered);
    Ok(echoes)
}

/// Has the task take up what the state now asks for.
pub(crate) fn continue_work(session: &Arc<Session>, state: &mut State, speed: Speed) {
    if has_interrupt(state) && state.turn.is_none() {
        // Nothing runs that would have to let go first.
        state.apply_interrupt();
        if state.has_work() && state.status == Status::Idle {
            state.begin_running();
        }
    }
    if state.status == Status::Running || state.threads.iter().any(|thread| thread.interrupted) {
        ensure_running(session, state, speed);
    }
}

fn has_interrupt(state: &State) -> bool {
    state.threads[PRIMARY].interrupted
}

fn check(state: &State, batch: &[Parsed]) -> Result<(), ApiError> {
    if state.archived_at.is_some() || state.status == Status::Terminated {
        let what = if state.archived_at.is_some() {
            "archived"
        } else {
            "terminated"
        };
        return Err(ApiError::invalid(format!(
            "Cannot send events to {what} session {}.",
            state.id
        )));
    }
    let at_cap = state.status == Status::Idle && state.stop == Stop::BudgetReached;
    let mut blocking = if has_interrupt(state) {
        Vec::new()
    } else {
        state.blocking_calls()
    };
    let mut open: Vec<(String, CallKind, Needs)> = state
        .unanswered()
        .map(|call| (call.id.clone(), call.kind, call.needs))
        .collect();
    let mut live_outcome = state.outcomes.iter().any(Outcome::is_live);
    for (n, event) in batch.iter().enumerate() {
        let at = format!("events[{n}]");
        let kind = &event.draft.kind;
        match &event.input {
            Input::Message | Input::Outcome { .. } | Input::System if at_cap => {
                return Err(ApiError::invalid(format!(
                    "Invalid {kind} event at {at}: the session has reached its budget; only \
                     `user.tool_confirmation`, `user.custom_tool_result`, `user.tool_result`, or `user.interrupt` may \
                     be sent. Raise or remove the budget to continue."
                )));
            }
            Input::Message | Input::Outcome { .. } if !blocking.is_empty() => {
                return Err(ApiError::invalid(format!(
                    "Invalid {kind} event at {at}: waiting on responses to events [{}]; only \
                     `user.tool_confirmation`, `user.custom_tool_result`, `user.tool_result`, or `user.interrupt` may \
                     be sent (a `system.message` may trail a tool result)",
                    blocking.join(", ")
                )));
            }
            Input::Outcome { .. } if live_outcome => {
                return Err(ApiError::invalid(format!(
                    "Invalid {kind} event at {at}: an outcome is already being worked on"
                )));
            }
            Input::Outcome { .. } => live_outcome = true,
            Input::Message => {}
            Input::System => {
                let model = state.agent["model"]["id"].as_str().unwrap_or_default();
                if !models::find(model).is_some_and(|model| model.takes_system_messages) {
                    return Err(ApiError::invalid(format!(
                        "model_does_not_support_mid_conversation_system: {model} does not take `system.message`"
                    )));
                }
            }
            Input::Interrupt { thread: None } => {
                blocking.clear();
                open.clear();
                live_outcome = false;
            }
            Input::Interrupt { thread: Some(id) } => check_thread(state, id)?,
            Input::Confirmation { tool_use_id, .. } => {
                take(&mut open, tool_use_id, Needs::Confirmation, kind, &at)?;
                blocking.retain(|id| id != tool_use_id);
            }
            Input::CustomResult { tool_use_id, .. } => {
                take(&mut open, tool_use_id, Needs::ClientResult, kind, &at)?;
                blocking.retain(|id| id != tool_use_id);
            }
            Input::ToolResult if state.self_hosted => {
                return Err(ApiError::forbidden(
                    "`user.tool_result` requires the environment's own credential, not an API key",
                ));
            }
            Input::ToolResult => {
                return Err(ApiError::invalid(format!(
                    "Invalid {kind} event at {at}: only sessions in self-hosted environments take it"
                )));
            }
        }
    }
    Ok(())
}

fn check_thread(state: &State, id: &str) -> Result<(), ApiError> {
    if !id.starts_with("sthr_") {
        return Err(ApiError::invalid(format!("Invalid session_thread_id: {id}")));
    }
    let thread = state
        .thread_at(id)
        .ok_or_else(|| ApiError::not_found(format!("Thread not found: {id}")))?;
    if state.threads[thread].status == Status::Terminated {
        return Err(ApiError::invalid(format!("Thread {id} is terminated")));
    }
    Ok(())
}

fn take(
    open: &mut Vec<(String, CallKind, Needs)>,
    id: &str,
    needs: Needs,
    kind: &str,
    at: &str,
) -> Result<(), ApiError> {
    match open
        .iter()
        .position(|(known, _, needed)| known == id && *needed == needs)
    {
        Some(place) => {
            open.remove(place);
            Ok(())
        }
        None => Err(ApiError::invalid(format!(
            "Invalid {kind} event at {at}: event {id} is not a tool call that waits for this answer"
        ))),
    }
}

fn apply(state: &mut State, event: &Parsed, answered: &mut Vec<usize>) -> Bytes {
    let wakes = matches!(event.input, Input::Message | Input::Outcome { .. });
    if wakes && state.status == Status::Idle && !has_interrupt(state) {
        state.begin_running();
    }
    match &event.input {
        Input::Message => enqueue(state, QueuedKind::Message, &event.draft),
        Input::System => enqueue(state, QueuedKind::System, &event.draft),
        Input::Interrupt { thread } => interrupt(state, thread.as_deref(), &event.draft),
        Input::Confirmation {
            tool_use_id,
            allow,
            reason,
        } => {
            let verdict = if *allow {
                Answer::Allow
            } else {
                Answer::Deny(reason.clone())
            };
            let (thread, echo) = answer(state, tool_use_id, verdict, &event.draft);
            answered.extend(thread);
            echo
        }
        Input::CustomResult {
            tool_use_id,
            text,
            is_error,
        } => {
            let result = Answer::Result {
                text: text.clone(),
                is_error: *is_error,
            };
            let (thread, echo) = answer(state, tool_use_id, result, &event.draft);
            answered.extend(thread);
            echo
        }
        Input::Outcome {
            description,
            rubric,
            max_iterations,
        } => {
            let id = state.new_id("outc");
            let draft = event.draft.clone().with("outcome_id", id.clone());
            state.outcomes.push(Outcome {
                id,
                description: description.clone(),
                rubric: rubric.clone(),
                max_iterations: *max_iterations,
                iteration: 0,
                result: "pending",
                explanation: None,
                completed_at: None,
            });
            emit_echo(state, &draft)
        }
        // Refused before anything is applied.
        Input::ToolResult => Bytes::new(),
    }
}

fn enqueue(state: &mut State, kind: QueuedKind, draft: &Draft) -> Bytes {
    let id = state.new_id("sevt");
    let echo = draft.render(&id, None);
    state.queue.push_back(Queued {
        id,
        kind,
        draft: draft.clone(),
    });
    state.updated_at = state.clock.now();
    echo
}

fn emit_echo(state: &mut State, draft: &Draft) -> Bytes {
    let id = state.new_id("sevt");
    let at = state.clock.stamp();
    state.emit_as(PRIMARY, &id, draft, at);
    draft.render(&id, Some(at))
}

fn interrupt(state: &mut State, thread: Option<&str>, draft: &Draft) -> Bytes {
    if state.status == Status::Idle && state.stop == Stop::BudgetReached {
        // Accepted, ignored, not stored.
        let id = state.new_id("sevt");
        return draft.render(&id, None);
    }
    let target = thread.and_then(|id| state.thread_at(id));
    let busy = match target {
        Some(thread) if thread != PRIMARY => {
            let works = state.threads[thread].status != Status::Idle;
            works || state.unanswered().any(|call| call.thread == thread)
        }
        _ => state.status != Status::Idle || !state.calls.is_empty(),
    };
    if !busy {
        return emit_echo(state, draft);
    }
    state.threads[target.unwrap_or(PRIMARY)].interrupted = true;
    enqueue(state, QueuedKind::Interrupt(target), draft)
}

/// Stores an answer to a call. Answers the call's thread and the stored event.
pub(crate) fn answer(state: &mut State, id: &str, answer: Answer, draft: &Draft) -> (Option<usize>, Bytes) {
    let Some(place) = state.calls.iter().position(|call| call.id == id) else {
        return (None, Bytes::new());
    };
    let thread = state.calls[place].thread;
    state.calls[place].answer = Some(answer);
    let echo = if thread == PRIMARY {
        emit_echo(state, draft)
    } else {
        // The child's copy has an id of its own; they belong together by the call's id.
        state.emit(thread, draft);
        let routed = draft
            .clone()
            .with("session_thread_id", state.threads[thread].id.clone());
        emit_echo(state, &routed)
    };
    (Some(thread), echo)
}

/// Resumes the threads that have all their answers, and tells of the remaining waits otherwise.
pub(crate) fn after_answers(state: &mut State, answered: &[usize]) {
    let mut threads = answered.to_vec();
    threads.sort_unstable();
    threads.dedup();
    for thread in threads {
        if state.threads[thread].status != Status::Idle {
            continue;
        }
        let rest: Vec<String> = state
            .unanswered()
            .filter(|call| call.thread == thread)
            .map(|call| call.id.clone())
            .collect();
        if rest.is_empty() {
            state.resume_thread(thread);
        } else {
            state.idle_thread(thread, &Stop::RequiresAction(rest));
        }
    }
    state.wake.notify_waiters();
}

/// The event that carries an answer, for answers that no client sent.
pub(crate) fn answer_event(state: &State, id: &str, answer: &Answer) -> Draft {
    let custom = state
        .calls
        .iter()
        .any(|call| call.id == id && call.kind == CallKind::Custom);
    match answer {
        Answer::Allow => Draft::new(
            "user.tool_confirmation",
            json!({"tool_use_id": id, "result": "allow"}),
        ),
        Answer::Deny(reason) => {
            let draft = Draft::new(
                "user.tool_confirmation",
                json!({"tool_use_id": id, "result": "deny"}),
            );
            match reason {
                Some(reason) => draft.with("deny_message", reason.clone()),
                None => draft,
            }
        }
        Answer::Result { text, is_error } => {
            let (kind, key) = if custom {
                ("user.custom_tool_result", "custom_tool_use_id")
            } else {
                ("user.tool_result", "tool_use_id")
            };
            Draft::new(
                kind,
                json!({key: id, "is_error": is_error, "content": [text_block(text)]}),
            )
        }
    }
}
