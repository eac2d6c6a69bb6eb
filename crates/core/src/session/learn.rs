//! What the fold learns from an event beside its place in the timeline.

use std::sync::Arc;

use super::facts::{Place, Stop};
use super::log::Slot;
use super::order::OrderKey;
use super::pairing::{Expects, Part};
use super::rows::Row;
use super::threads::ThreadState;
use super::timeline::Timeline;
use super::workflows::{Run, RunState};
use crate::protocol::event::{AutoPermission, Evaluation, ThreadStatus};
use crate::protocol::{EventBody, EventType, Permission, SessionStatus, StopReason};

impl Timeline {
    /// Takes over what an event says about calls, model requests and the session as a whole. Learning it twice changes
    /// nothing.
    pub(super) fn learn(&mut self, slot: Slot) {
        let event = self.log.event(slot);
        let key = self.log.key(slot);
        let at = (slot, key);
        let id = event.id().map(Arc::clone);
        if let Some(id) = &id
            && let Some(number) = self.previews.close(id)
        {
            self.take_row(OrderKey::preview(i64::from(number)), Row::Preview(number));
            self.finished.push((number, slot));
        }
        use EventType as T;
        match self.log.event(slot).event_type() {
            T::AgentToolUse | T::AgentMcpToolUse | T::AgentCustomToolUse => self.learn_call(slot, id),
            T::UserToolConfirmation
            | T::UserCustomToolResult
            | T::UserToolResult
            | T::AgentToolResult
            | T::AgentMcpToolResult => self.learn_answer(slot),
            T::SpanModelRequestStart => {
                if let Some(id) = id {
                    self.link_request(&id, false, slot);
                    if self
                        .newest_request
                        .as_ref()
                        .is_none_or(|(newest, _)| *newest <= key)
                    {
                        self.newest_request = Some((key, id));
                        self.status_changes += 1;
                        self.changes.facts = true;
                    }
                }
            }
            T::SpanModelRequestEnd => {
                if let EventBody::SpanModelRequestEnd(end) = self.log.event(slot).body() {
                    let request = Some(&*end.model_request_start_id).filter(|id| !id.is_empty());
                    if let Some(request) = request {
                        self.link_request(request, true, slot);
                    }
                    self.changes.facts = true;
                    self.close_previews(key, request);
                }
            }
            T::SessionStatusRunning => self.learn_status(at, SessionStatus::Running),
            T::SessionStatusRescheduled => self.learn_status(at, SessionStatus::Rescheduling),
            T::SessionStatusTerminated => {
                self.learn_status(at, SessionStatus::Terminated);
                self.close_previews(key, None);
            }
            T::SessionStatusIdle => {
                self.learn_status(at, SessionStatus::Idle);
                if let EventBody::SessionStatusIdle(idle) = self.log.event(slot).body() {
                    self.learn_required(at, None, &idle.stop_reason);
                    let stop = Stop {
                        reason: idle.stop_reason,
                        details: idle.stop_details,
                    };
                    self.facts.offer_stop(at, stop);
                }
                self.close_previews(key, None);
            }
            T::SessionUpdated => {
                if let EventBody::SessionUpdated(updated) = self.log.event(slot).body()
                    && let Some(title) = updated.title
                {
                    self.facts.offer_title(at, title);
                    self.changes.facts = true;
                }
            }
            T::SessionUsage => {
                if let EventBody::SessionUsage(usage) = self.log.event(slot).body() {
                    self.facts.offer_usage(at, usage.usage);
                    self.changes.facts = true;
                }
            }
            T::UserInterrupt => self.interrupts.push(slot),
            T::AgentThreadMessageSent | T::AgentThreadMessageReceived => self.thread_rows.push(slot),
            T::SessionThreadCreated
            | T::SessionThreadStatusRunning
            | T::SessionThreadStatusIdle
            | T::SessionThreadStatusRescheduled
            | T::SessionThreadStatusTerminated => self.learn_thread(at),
            T::WorkflowRunCreated
            | T::WorkflowRunStatusRunning
            | T::WorkflowRunStatusIdle
            | T::WorkflowRunStatusEnded
            | T::WorkflowRunPhaseStarted
            | T::WorkflowRunPhaseEnded => self.learn_run(at),
            T::SessionDeleted => {
                self.facts.mark_deleted();
                self.doubt_waiting();
                self.has_new_states = true;
                self.changes.facts = true;
            }
            _ => {}
        }
    }

    fn learn_call(&mut self, slot: Slot, id: Option<Arc<str>>) {
        let Some(id) = id else { return };
        let expects = match self.log.event(slot).body() {
            EventBody::AgentToolUse(call) => expected(call.evaluated_permission, call.evaluation),
            EventBody::AgentMcpToolUse(call) => expected(call.evaluated_permission, call.evaluation),
            EventBody::AgentCustomToolUse(_) => Expects::CustomResult,
            _ => Expects::Nothing,
        };
        self.pairing.link_call(&self.log, &id, Part::Call(expects), slot);
        self.dirty
            .extend(self.pairing.take_orphans(&id).into_iter().map(Row::Event));
        self.changes.facts = true;
    }

    fn learn_answer(&mut self, slot: Slot) {
        self.pairing.unlink(slot);
        let (call_id, part) = match self.log.event(slot).body() {
            EventBody::UserToolConfirmation(e) => (e.tool_use_id, Part::Answer),
            EventBody::UserCustomToolResult(e) => (e.custom_tool_use_id, Part::Answer),
            EventBody::UserToolResult(e) => (e.tool_use_id, Part::Answer),
            EventBody::AgentToolResult(e) => (e.tool_use_id, Part::Result),
            EventBody::AgentMcpToolResult(e) => (e.mcp_tool_use_id, Part::Result),
            _ => return,
        };
        // An answer that names no call belongs to none, and stands by itself.
        if call_id.is_empty() {
            return;
        }
        let links = self.pairing.link_call(&self.log, &call_id, part, slot);
        self.dirty.extend(links.call.map(Row::Event));
        self.changes.facts = true;
    }

    /// A call that does not say whether it needs an approval needs one if the session waits for it.
    fn learn_required(&mut self, at: Place, thread: Option<String>, reason: &StopReason) {
        let StopReason::RequiresAction(action) = reason else {
            return;
        };
        let calls = action.event_ids.clone();
        let named = calls.len();
        let changed = self.facts.offer_required(at, thread, calls);
        // Where no call is named, or none was before, it may be any.
        if named == 0 || changed.len() == named {
            self.dirty.extend(self.pairing.unfinished().map(Row::Event));
        }
        for call in changed {
            self.dirty.extend(self.pairing.call(&call).call.map(Row::Event));
        }
        self.changes.facts = true;
    }

    fn learn_status(&mut self, at: Place, status: SessionStatus) {
        self.doubt_waiting();
        self.status_changes += u32::from(self.facts.offer_status(at, status));
        self.changes.facts = true;
        self.has_new_states = true;
    }

    fn learn_thread(&mut self, at: Place) {
        use ThreadState as S;
        let (told, state) = match self.log.event(at.0).body() {
            EventBody::SessionThreadCreated(e) if !e.session_thread_id.is_empty() => {
                self.threads
                    .created(&e.session_thread_id, at, e.agent_name, e.workflow_run_id.clone());
                // The row of the run counts its threads; rows of this and of other threads have their names by it.
                let run = e
                    .workflow_run_id
                    .and_then(|run| self.workflows.get(&run)?.created());
                self.dirty.extend(run.map(Row::Event));
                self.dirty
                    .extend(self.thread_rows.iter().copied().map(Row::Event));
                self.thread_rows.push(at.0);
                self.has_new_states = true;
                self.changes.facts = true;
                return;
            }
            EventBody::SessionThreadStatusRunning(e) => (e, S::Running),
            EventBody::SessionThreadStatusRescheduled(e) => (e, S::Rescheduling),
            EventBody::SessionThreadStatusTerminated(e) => (e, S::Ended),
            EventBody::SessionThreadStatusIdle(e) => {
                self.learn_required(at, Some(e.session_thread_id.clone()), &e.stop_reason);
                let thread = ThreadStatus {
                    session_thread_id: e.session_thread_id,
                    agent_name: e.agent_name,
                };
                (thread, S::Idle(e.stop_reason))
            }
            _ => return,
        };
        // One that names no thread tells of none.
        if told.session_thread_id.is_empty() {
            return;
        }
        self.thread_rows.push(at.0);
        let created = self
            .threads
            .told(&told.session_thread_id, at, told.agent_name, state);
        let thread = self.threads.get(&told.session_thread_id);
        let run = thread.and_then(|thread| self.workflows.get(thread.run()?)?.created());
        self.dirty
            .extend([created, run].into_iter().flatten().map(Row::Event));
        self.has_new_states = true;
        self.changes.facts = true;
    }

    fn learn_run(&mut self, at: Place) {
        use RunState as S;
        let runs = &mut self.workflows;
        let created = match self.log.event(at.0).body() {
            EventBody::WorkflowRunCreated(e) => {
                let id = e.workflow_run_id.clone();
                runs.created(at, e);
                // What was told of it before has names now.
                let told = runs.get(&id).into_iter().flat_map(Run::told);
                self.dirty.extend(told.map(Row::Event));
                Some(at.0)
            }
            EventBody::WorkflowRunStatusRunning(e) => runs.told(&e.workflow_run_id, at, S::Running),
            EventBody::WorkflowRunStatusIdle(e) => runs.told(&e.workflow_run_id, at, S::Paused),
            EventBody::WorkflowRunStatusEnded(e) => runs.told(&e.workflow_run_id, at, S::Ended(e.result)),
            EventBody::WorkflowRunPhaseStarted(e) => {
                runs.phase(&e.workflow_run_id, &e.workflow_run_phase_id, at, false)
            }
            EventBody::WorkflowRunPhaseEnded(e) => {
                runs.phase(&e.workflow_run_id, &e.workflow_run_phase_id, at, true)
            }
            _ => return,
        };
        self.dirty.extend(created.map(Row::Event));
    }

    /// Whether input waits is a question of what it would wait for.
    pub(super) fn doubt_waiting(&mut self) {
        self.dirty
            .extend(self.log.waiting().iter().map(|slot| Row::Event(*slot)));
    }

    fn link_request(&mut self, start_id: &str, is_end: bool, slot: Slot) {
        let links = self.pairing.link_request(&self.log, start_id, is_end, slot);
        self.dirty
            .extend([links.start, links.end].into_iter().flatten().map(Row::Event));
    }
}

/// What a call expects by what it says about its permission. One that this version does not know asks.
fn expected(permission: Option<Permission>, evaluation: Option<Evaluation>) -> Expects {
    match (permission, evaluation) {
        (Some(Permission::Ask | Permission::Other(_)), _) => Expects::Confirmation,
        (Some(Permission::Allow | Permission::Deny), _) => Expects::Nothing,
        (None, Some(Evaluation::AlwaysAsk)) => Expects::Confirmation,
        (None, Some(Evaluation::AlwaysAllow)) => Expects::Nothing,
        (None, Some(Evaluation::Auto(auto))) => match auto.evaluated_permission {
            AutoPermission::Allow | AutoPermission::Deny(_) => Expects::Nothing,
            AutoPermission::Ask(_) | AutoPermission::Unknown(_) => Expects::Confirmation,
        },
        (None, Some(Evaluation::Unknown(_)) | None) => Expects::Unstated,
    }
}
