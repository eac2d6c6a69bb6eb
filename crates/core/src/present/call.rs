//! A tool call with its answer and its result.

use crate::markdown::{visible_exactly, visible_name};
use crate::protocol::event::{AutoPermission, Evaluation};
use crate::protocol::{ContentBlock, Event, EventBody, EventType, Permission, SessionStatus, StopReason};
use crate::session::{Expects, Slot, ThreadState, Timeline, words};

use super::thread::thread_label;

/// How a call ended, or where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It runs.
    Running,
    /// A person has to answer it.
    WaitsForYou,
    /// The worker of a self-hosted environment has to run it.
    WaitsForWorker,
    /// It may run, but the session does not: other calls wait, or the budget is reached.
    Held,
    /// It was allowed and runs in a child thread, which keeps its result.
    InThread(String),
    /// It was allowed, and its result is in a child thread.
    ResultInThread(String),
    /// It has its result.
    Done,
    /// Its result is an error.
    Failed,
    /// It was cut short.
    Interrupted,
    /// A person did not allow it, and why.
    DeniedByPerson(Option<String>),
    /// The permission policy did not allow it, and why, by a reason code of the server.
    DeniedByPolicy(Option<String>),
    /// The turn ended without a result.
    NoResult,
}

impl Outcome {
    /// The outcome in words; with a duration where it has one to tell.
    #[must_use]
    pub fn words(&self, took: Option<&str>) -> String {
        match self {
            Self::Running => "running".into(),
            Self::WaitsForYou => "waits for you".into(),
            Self::WaitsForWorker => "waits for the worker".into(),
            Self::Held => "on hold".into(),
            Self::InThread(thread) => format!("allowed · runs in thread {thread}"),
            Self::ResultInThread(thread) => format!("allowed · result in thread {thread}"),
            Self::Done => "done".into(),
            Self::Failed => "failed".into(),
            Self::Interrupted => match took {
                Some(took) => format!("interrupted after {took}"),
                None => "interrupted".into(),
            },
            Self::DeniedByPerson(None) => "denied by you".into(),
            Self::DeniedByPerson(Some(why)) => format!("denied by you: {why}"),
            Self::DeniedByPolicy(None) => "denied by policy".into(),
            Self::DeniedByPolicy(Some(code)) => format!("denied by policy ({code})"),
            Self::NoResult => "no result".into(),
        }
    }

    /// One word for programs and styles.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Running | Self::InThread(_) => "running",
            Self::WaitsForYou => "waiting",
            Self::WaitsForWorker | Self::Held => "held",
            Self::ResultInThread(_) => "elsewhere",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
            Self::DeniedByPerson(_) | Self::DeniedByPolicy(_) => "denied",
            Self::NoResult => "none",
        }
    }
}

/// A person's answer to a call that asked for approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It may run.
    Allowed,
    /// It must not run, and why.
    Denied(Option<String>),
}

/// Everything that a row shows of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolCall {
    /// Name of the tool, exact.
    pub name: String,
    /// Name of the MCP server, exact.
    pub server: Option<String>,
    /// Whether the client runs it.
    pub is_custom: bool,
    /// The child thread that called, as the reader knows it.
    pub thread: Option<String>,
    /// What matters most of the argument, on one line, exact.
    pub argument: String,
    /// The argument as it came.
    pub input: String,
    /// How it ended, or where it stands.
    pub outcome: Outcome,
    /// How long it ran, in milliseconds; a person's thinking time is not counted.
    pub took_ms: Option<f64>,
    /// The answer of a person.
    pub answer: Option<Answer>,
    /// What it returned.
    pub result: Option<Vec<ContentBlock>>,
}

impl ToolCall {
    /// Collects a call and what belongs to it; `None` if the event is no call.
    #[must_use]
    pub fn of(timeline: &Timeline, slot: Slot) -> Option<Self> {
        let event = timeline.log().event(slot);
        let call = Called::read(event)?;
        let links = timeline.call_links(event.id().map_or("", |id| id));
        let answer = links.answer.map(|slot| timeline.log().event(slot));
        let result = links.result.map(|slot| timeline.log().event(slot));
        let (returned, is_error) = result
            .and_then(returned_by)
            .or_else(|| answer.and_then(returned_by))
            .map_or((None, false), |(content, is_error)| (Some(content), is_error));
        let answered = answer.and_then(answered_by);
        let outcome = match (&answered, &returned) {
            (_, Some(_)) if is_error && call.permission == Some(Permission::Deny) => {
                Outcome::DeniedByPolicy(call.reason)
            }
            (Some(Answer::Denied(why)), _) => Outcome::DeniedByPerson(why.clone()),
            (_, Some(_)) if !is_error => Outcome::Done,
            (_, Some(_)) if links.result.is_some_and(|slot| is_cut_short(timeline, slot)) => {
                Outcome::Interrupted
            }
            (_, Some(_)) => Outcome::Failed,
            (Some(Answer::Allowed), None) => match &call.thread {
                Some(thread) if thread_works(timeline, thread) => {
                    Outcome::InThread(thread_label(timeline, thread, None))
                }
                Some(thread) => Outcome::ResultInThread(thread_label(timeline, thread, None)),
                None => without_result(timeline, slot),
            },
            (None, None) if timeline.is_closed(slot) => Outcome::NoResult,
            (None, None) => match links.expects {
                Some(Expects::Confirmation | Expects::CustomResult) if answer.is_none() => {
                    Outcome::WaitsForYou
                }
                _ if call.permission == Some(Permission::Deny) => Outcome::DeniedByPolicy(call.reason),
                _ if is_asked_for(timeline, event) => Outcome::WaitsForWorker,
                _ => without_result(timeline, slot),
            },
        };
        // A person's thinking time is not the tool's: after an approval the clock starts there.
        let begins = answer
            .filter(|_| links.expects == Some(Expects::Confirmation))
            .and_then(Event::processed_at)
            .or(event.processed_at());
        let ends = result.or(answer).and_then(Event::processed_at);
        let took = begins.zip(ends).filter(|(begin, end)| begin < end);
        let has_run = matches!(outcome, Outcome::Done | Outcome::Failed | Outcome::Interrupted);
        Some(Self {
            argument: words::input_line(&call.input),
            name: visible_name(&call.name).into_owned(),
            server: call.server.map(|server| visible_name(&server).into_owned()),
            is_custom: call.is_custom,
            thread: call.thread.map(|thread| thread_label(timeline, &thread, None)),
            input: call.input,
            took_ms: took
                .filter(|_| has_run)
                .map(|(begin, end)| end.millis() - begin.millis()),
            outcome,
            answer: answered,
            result: returned,
        })
    }
}

/// What the event of a call says.
pub(super) struct Called {
    pub(super) name: String,
    pub(super) server: Option<String>,
    pub(super) is_custom: bool,
    pub(super) thread: Option<String>,
    pub(super) input: String,
    permission: Option<Permission>,
    reason: Option<String>,
}

impl Called {
    pub(super) fn read(event: &Event) -> Option<Self> {
        let (name, server, is_custom, thread, input, permission, evaluation) = match event.body() {
            EventBody::AgentToolUse(e) => {
                let (permission, evaluation) = (e.evaluated_permission, e.evaluation);
                (
                    e.name,
                    None,
                    false,
                    e.session_thread_id,
                    e.input,
                    permission,
                    evaluation,
                )
            }
            EventBody::AgentMcpToolUse(e) => {
                let (permission, evaluation) = (e.evaluated_permission, e.evaluation);
                let server = Some(e.mcp_server_name);
                (
                    e.name,
                    server,
                    false,
                    e.session_thread_id,
                    e.input,
                    permission,
                    evaluation,
                )
            }
            EventBody::AgentCustomToolUse(e) => {
                (e.name, None, true, e.session_thread_id, e.input, None, None)
            }
            _ => return None,
        };
        let reason = match evaluation {
            Some(Evaluation::Auto(auto)) => match auto.evaluated_permission {
                AutoPermission::Deny(reason) | AutoPermission::Ask(reason) => {
                    Some(visible_exactly(reason.reason_code.as_str()).into_owned())
                }
                _ => None,
            },
            _ => None,
        };
        Some(Self {
            name,
            server,
            is_custom,
            thread,
            input: input.get().to_owned(),
            permission,
            reason,
        })
    }
}

/// A call that may run, has no result, and is still in its turn.
fn without_result(timeline: &Timeline, slot: Slot) -> Outcome {
    if timeline.is_closed(slot) {
        Outcome::NoResult
    } else if is_idle(timeline) {
        Outcome::Held
    } else {
        Outcome::Running
    }
}

fn is_idle(timeline: &Timeline) -> bool {
    timeline.status() == Some(SessionStatus::Idle)
}

/// Whether a child thread can still be running a call.
fn thread_works(timeline: &Timeline, thread: &str) -> bool {
    let state = timeline.threads().get(thread).and_then(|thread| thread.state());
    let has_stopped = matches!(state, Some(ThreadState::Idle(_) | ThreadState::Ended));
    !has_stopped && !is_idle(timeline) && !timeline.is_over()
}

/// Whether the session waits for this call although nobody here can answer it: a worker runs it.
fn is_asked_for(timeline: &Timeline, event: &Event) -> bool {
    match timeline.stop().map(|(reason, _)| reason) {
        Some(StopReason::RequiresAction(action)) => event
            .id()
            .is_some_and(|id| action.event_ids.iter().any(|asked| **asked == **id)),
        _ => false,
    }
}

/// Whether an error result is what an interrupt made of a call: such results stand directly before the interrupt, in the
/// same moment, with nothing between them but other ends.
fn is_cut_short(timeline: &Timeline, result: Slot) -> bool {
    const MOMENT_MICROS: i64 = 1_000_000;
    let time = |slot: Slot| timeline.log().event(slot).processed_at();
    use EventType as T;
    for slot in timeline.events_after(result) {
        match timeline.log().event(slot).event_type() {
            T::UserInterrupt => {
                let moments = time(result).zip(time(slot));
                return moments.is_some_and(|(end, stop)| stop.micros() - end.micros() <= MOMENT_MICROS);
            }
            T::AgentToolResult
            | T::AgentMcpToolResult
            | T::SpanModelRequestEnd
            | T::SpanOutcomeEvaluationEnd
            | T::WorkflowRunStatusEnded
            | T::UserMessage
            | T::SystemMessage => {}
            _ => return false,
        }
    }
    false
}

fn answered_by(event: &Event) -> Option<Answer> {
    match event.body() {
        EventBody::UserToolConfirmation(e) if e.result.as_str() == "allow" => Some(Answer::Allowed),
        EventBody::UserToolConfirmation(e) => Some(Answer::Denied(
            e.deny_message.filter(|why| !why.trim().is_empty()),
        )),
        _ => None,
    }
}

fn returned_by(event: &Event) -> Option<(Vec<ContentBlock>, bool)> {
    let (content, is_error) = match event.body() {
        EventBody::AgentToolResult(e) => (e.content, e.is_error),
        EventBody::AgentMcpToolResult(e) => (e.content, e.is_error),
        EventBody::UserCustomToolResult(e) => (e.content, e.is_error),
        EventBody::UserToolResult(e) => (e.content, e.is_error),
        _ => return None,
    };
    Some((content, is_error == Some(true)))
}
