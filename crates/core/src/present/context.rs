//! Events in words, with what other events say about them.

use crate::markdown::visible_name;
use crate::protocol::event::WorkflowResult;
use crate::protocol::{EventBody, EventType, StopReason};
use crate::session::words::{self, Tone, Words};
use crate::session::{Run, RunState, Slot, ThreadState, Timeline};

use super::call::Called;
use super::thread::thread_label;

/// Describes an event. Where [`words::describe`] would name a thread, a run or a phase by its id, this one says its name.
#[must_use]
pub fn describe(timeline: &Timeline, slot: Slot) -> Words {
    let event = timeline.log().event(slot);
    let mut words = words::describe(event);
    match event.body() {
        EventBody::AgentToolUse(_) | EventBody::AgentMcpToolUse(_) | EventBody::AgentCustomToolUse(_) => {
            if let Some(call) = Called::read(event).filter(|call| !call.name.trim().is_empty()) {
                words.label = call.shown_name().into();
            }
        }
        EventBody::UserInterrupt(e) => {
            if let Some(thread) = e.session_thread_id {
                words.detail = format!("thread {}", thread_label(timeline, &thread, None));
            }
        }
        EventBody::SessionStatusIdle(e)
            if e.stop_reason == StopReason::EndTurn && is_interrupted(timeline, slot) =>
        {
            words.detail = INTERRUPTED.to_owned();
            words.tone = Tone::Attention;
        }
        EventBody::SessionThreadCreated(e) => {
            let state = timeline
                .threads()
                .get(&e.session_thread_id)
                .and_then(|thread| thread.state());
            let label = thread_label(timeline, &e.session_thread_id, None);
            words.detail = match state {
                Some(state) => format!("{label}, {}", thread_state(state)),
                None => label,
            };
        }
        EventBody::SessionThreadStatusRunning(e)
        | EventBody::SessionThreadStatusRescheduled(e)
        | EventBody::SessionThreadStatusTerminated(e) => {
            words.detail = thread_label(timeline, &e.session_thread_id, None);
        }
        EventBody::SessionThreadStatusIdle(e) => {
            let label = thread_label(timeline, &e.session_thread_id, None);
            let why = words::stop_in_words(&e.stop_reason, e.stop_details.as_ref());
            words.detail = format!("{label}: {why}");
        }
        EventBody::WorkflowRunCreated(e) => {
            if let Some(run) = timeline.workflows().get(&e.workflow_run_id) {
                words.detail = run_in_words(timeline, &e.workflow_run_id, run);
            }
        }
        EventBody::WorkflowRunStatusRunning(e) | EventBody::WorkflowRunStatusIdle(e) => {
            words.detail = run_name(timeline, &e.workflow_run_id);
        }
        EventBody::WorkflowRunStatusEnded(e) if words.detail.is_empty() => {
            words.detail = run_name(timeline, &e.workflow_run_id);
        }
        EventBody::WorkflowRunPhaseStarted(e) => {
            words.detail = phase_name(timeline, &e.workflow_run_id, &e.workflow_run_phase_id);
        }
        EventBody::WorkflowRunPhaseEnded(e) => {
            words.detail = phase_name(timeline, &e.workflow_run_id, &e.workflow_run_phase_id);
        }
        _ => {}
    }
    words
}

impl Called {
    /// The tool, with its MCP server where it has one.
    pub(super) fn shown_name(&self) -> String {
        let name = visible_name(&self.name);
        match &self.server {
            Some(server) => format!("{} · {name}", visible_name(server)),
            None => name.into_owned(),
        }
    }
}

const INTERRUPTED: &str = "Interrupted by you.";

/// Why the session is idle, in words; `None` while it is not.
#[must_use]
pub fn stop_in_words(timeline: &Timeline) -> Option<String> {
    let (reason, details) = timeline.stop()?;
    let slot = timeline.facts().stopped_by()?;
    Some(
        if *reason == StopReason::EndTurn && is_interrupted(timeline, slot) {
            INTERRUPTED.to_owned()
        } else {
            words::stop_in_words(reason, details)
        },
    )
}

/// Whether an interrupt of the whole session ended this turn: it stands before the idle event with nothing between them but
/// what an end brings along.
fn is_interrupted(timeline: &Timeline, idle: Slot) -> bool {
    use EventType as T;
    for slot in timeline.events_before(idle) {
        let event = timeline.log().event(slot);
        match event.event_type() {
            T::UserInterrupt => {
                if matches!(event.body(), EventBody::UserInterrupt(e) if e.session_thread_id.is_none()) {
                    return true;
                }
            }
            T::SessionUsage
            | T::SessionThreadStatusIdle
            | T::SessionThreadStatusTerminated
            | T::WorkflowRunPhaseEnded
            | T::WorkflowRunStatusIdle
            | T::WorkflowRunStatusEnded
            | T::SpanOutcomeEvaluationEnd
            | T::UserMessage
            | T::SystemMessage => {}
            _ => return false,
        }
    }
    false
}

fn thread_state(state: &ThreadState) -> &'static str {
    match state {
        ThreadState::Running => "running",
        ThreadState::Rescheduling => "rescheduled",
        ThreadState::Ended => "ended",
        ThreadState::Idle(StopReason::EndTurn) => "done",
        ThreadState::Idle(StopReason::RequiresAction(_)) => "waits for an answer",
        ThreadState::Idle(StopReason::RetriesExhausted) => "failed",
        ThreadState::Idle(StopReason::BudgetReached) => "budget reached",
        ThreadState::Idle(StopReason::Refusal) => "declined",
        ThreadState::Idle(StopReason::Unknown(_)) => "idle",
    }
}

fn run_name(timeline: &Timeline, run: &str) -> String {
    let name = timeline.workflows().get(run).and_then(Run::name);
    name.unwrap_or_default().to_owned()
}

fn phase_name(timeline: &Timeline, run: &str, phase: &str) -> String {
    let run = timeline.workflows().get(run);
    let name = run
        .and_then(|run| run.phase_name(phase))
        .filter(|name| !name.trim().is_empty());
    name.unwrap_or("a phase without a name").to_owned()
}

/// A run on one line: its phases and how far they are, its agents and how many of each are done.
fn run_in_words(timeline: &Timeline, id: &str, run: &Run) -> String {
    let is_over = matches!(run.state(), Some(RunState::Ended(_)));
    let mut parts = vec![run.name().unwrap_or_default().to_owned()];
    for phase in run.phases() {
        let state = match (phase.started(), phase.ended()) {
            (_, Some(_)) => "done",
            (Some(_), None) if is_over => "not finished",
            (Some(_), None) => "running",
            (None, None) => "not started",
        };
        parts.push(format!("{} ({state})", phase_name(timeline, id, &phase.id)));
    }
    let mut agents: Vec<(&str, usize, usize)> = Vec::new();
    for thread in timeline
        .threads()
        .iter()
        .filter(|thread| thread.run() == Some(id))
    {
        let name = thread.name().unwrap_or_default();
        let is_done = matches!(thread.state(), Some(ThreadState::Idle(_) | ThreadState::Ended));
        match agents.iter_mut().find(|(known, ..)| *known == name) {
            Some((_, count, done)) => (*count, *done) = (*count + 1, *done + usize::from(is_done)),
            None => agents.push((name, 1, usize::from(is_done))),
        }
    }
    parts.extend(
        agents
            .iter()
            .map(|(name, count, done)| format!("{count} × {name} ({done} done)")),
    );
    parts.extend(run.state().map(|state| {
        match state {
            RunState::Running => "running",
            RunState::Paused => "paused",
            RunState::Ended(WorkflowResult::Completed) => "completed",
            RunState::Ended(WorkflowResult::Stopped) => "stopped",
            RunState::Ended(WorkflowResult::Error(_)) => "failed",
            RunState::Ended(WorkflowResult::Unknown(_)) => "ended",
        }
        .to_owned()
    }));
    parts.retain(|part| !part.trim().is_empty());
    parts.join(" · ")
}
