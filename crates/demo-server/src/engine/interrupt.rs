//! What `user.interrupt` does once the turn has let go.

use std::collections::VecDeque;

use serde_json::json;

use crate::wire::events::{self, Draft, Stop};
use crate::wire::money::Tokens;
use crate::world::session::{CallKind, PRIMARY, Queued, QueuedKind, State, Status};

const CUT_SHORT: &str = "Tool execution was interrupted before completion. Please retry.";

impl State {
    /// Stops everything: open requests end, calls get error results, then the interrupt is processed and the session
    /// idles. Messages sent after the interrupt start the next turn.
    pub(crate) fn apply_interrupt(&mut self) {
        let is_busy = |state: &Self, thread: usize| {
            matches!(
                state.threads[thread].status,
                Status::Running | Status::Rescheduling
            ) || state.calls.iter().any(|call| call.thread == thread)
        };
        let mut stopped: Vec<usize> = (0..self.threads.len())
            .filter(|thread| *thread == PRIMARY || is_busy(self, *thread))
            .collect();
        stopped.reverse();
        for thread in &stopped {
            self.cut_short(*thread);
        }
        self.end_runs();
        self.end_outcomes("interrupted", "Interrupted by the user.");
        self.process_all_interrupts();
        self.idle_threads(&stopped, &Stop::EndTurn);
    }

    /// Stops one child thread. Whoever drives it idles it; it sends no report.
    pub(crate) fn cut_short_thread(&mut self, thread: usize) {
        self.cut_short(thread);
        self.process_interrupts_of(thread);
    }

    fn cut_short(&mut self, thread: usize) {
        self.threads[thread].interrupted = false;
        if let Some(request) = self.threads[thread].request.take() {
            let tokens = Tokens {
                output: request.output,
                ..Tokens::default()
            };
            self.emit(thread, &events::request_end(&request.start_id, true, tokens));
        }
        let (cut, kept) = std::mem::take(&mut self.calls)
            .into_iter()
            .partition(|call| call.thread == thread);
        self.calls = kept;
        for call in cut {
            let key = match call.kind {
                CallKind::BuiltIn => ("agent.tool_result", "tool_use_id"),
                CallKind::Mcp => ("agent.mcp_tool_result", "mcp_tool_use_id"),
                // No result type of the agent's side exists for custom tools; the call just closes.
                CallKind::Custom => continue,
            };
            let draft = Draft::new(
                key.0,
                json!({key.1: call.id, "is_error": true, "content": [events::text_block(CUT_SHORT)]}),
            );
            self.emit(thread, &draft);
        }
    }

    /// The scripts drive the runs, so a run cannot outlive the interrupt here as it would in the real service.
    fn end_runs(&mut self) {
        for run in std::mem::take(&mut self.open_runs) {
            let fields = json!({"workflow_run_id": run, "result": {"type": "stopped"}});
            self.emit(PRIMARY, &Draft::new("workflow_run.status_ended", fields));
        }
    }

    /// Inputs are processed in order: messages sent before the interrupt are stamped and stay unanswered, later ones wait
    /// for the next turn.
    fn process_all_interrupts(&mut self) {
        let is_interrupt = |queued: &Queued| matches!(queued.kind, QueuedKind::Interrupt(_));
        let Some(last) = self.queue.iter().rposition(is_interrupt) else {
            return;
        };
        for queued in self.queue.drain(..=last).collect::<Vec<_>>() {
            self.process_as_is(&queued);
        }
    }

    fn process_interrupts_of(&mut self, thread: usize) {
        let is_meant = |queued: &Queued| queued.kind == QueuedKind::Interrupt(Some(thread));
        let (meant, kept) = std::mem::take(&mut self.queue).into_iter().partition(is_meant);
        self.queue = kept;
        let meant: VecDeque<Queued> = meant;
        for queued in meant {
            self.process_as_is(&queued);
        }
    }

    fn process_as_is(&mut self, queued: &Queued) {
        let at = self.clock.stamp();
        self.emit_as(PRIMARY, &queued.id, &queued.draft, at);
        if let QueuedKind::Interrupt(Some(thread)) = queued.kind
            && thread != PRIMARY
        {
            self.emit(thread, &Draft::bare("user.interrupt"));
        }
    }

    /// Closes every live outcome with the same result.
    pub(crate) fn end_outcomes(&mut self, result: &'static str, explanation: &str) {
        let now = self.clock.now();
        for n in 0..self.outcomes.len() {
            if !self.outcomes[n].is_live() {
                continue;
            }
            let outcome = &mut self.outcomes[n];
            outcome.result = result;
            outcome.explanation = Some(explanation.to_owned());
            outcome.completed_at = Some(now);
            let draft = Draft::new(
                "span.outcome_evaluation_end",
                json!({
                    "outcome_id": outcome.id,
                    "iteration": outcome.iteration,
                    "outcome_evaluation_start_id": "",
                    "result": result,
                    "explanation": explanation,
                    "usage": events::token_fields(Tokens::default()),
                }),
            );
            self.emit(PRIMARY, &draft);
        }
    }
}
