//! The task that drives a session from its first input to idle.

use std::sync::Arc;
use std::time::Duration;

use super::turn::{Halt, Turn};
use crate::wire::events::Stop;
use crate::world::session::{PRIMARY, Session, State, Status};

/// How fast scripts play: 1 is watchable for people, 20 is for tests.
pub(crate) type Speed = f64;

/// A turn does not stop at the very instant of the interrupt.
const LET_GO_MS: u64 = 60;

/// Starts the task unless one is there already. The caller holds the lock, so two tasks are impossible.
pub(crate) fn ensure_running(session: &Arc<Session>, state: &mut State, speed: Speed) {
    if state.turn.is_none() {
        let task = tokio::spawn(run(Arc::clone(session), speed));
        state.turn = Some(task.abort_handle());
    }
}

/// Sleeps for scripted time; a session that is being made up only moves its clock.
pub(crate) async fn pause(session: &Session, speed: Speed, ms: f64) {
    {
        let mut state = session.lock();
        if state.clock.is_made_up() {
            state.clock.advance((ms * 1000.0) as u64);
            return;
        }
    }
    tokio::time::sleep(Duration::from_secs_f64(ms / speed / 1000.0)).await;
}

/// Plays turns until nothing is left to do.
pub(crate) async fn run(session: Arc<Session>, speed: Speed) {
    loop {
        let script = session.lock().script;
        let mut turn = Turn::new(&session, PRIMARY, speed);
        let end = {
            let interrupted = session.wait_for(|state| state.threads[PRIMARY].interrupted.then_some(()));
            tokio::select! {
                biased;
                () = interrupted => None,
                end = script.play(&mut turn) => Some(end),
            }
        };
        if end.is_none() {
            pause(&session, speed, LET_GO_MS as f64).await;
        }
        let mut state = session.lock();
        if state.deleted || state.status == Status::Terminated {
            return;
        }
        // An interrupt that arrived while the last step finished still counts.
        let interrupted = end.is_none() || state.threads[PRIMARY].interrupted;
        match end {
            _ if interrupted => state.apply_interrupt(),
            Some(Ok(())) if state.has_work() => continue,
            Some(Ok(())) | None => state.idle_thread(PRIMARY, &Stop::EndTurn),
            Some(Err(halt)) => halted(&mut state, halt),
        }
        let blocked = matches!(state.stop, Stop::BudgetReached | Stop::RequiresAction(_));
        if state.status == Status::Idle && state.has_work() && !blocked {
            state.begin_running();
            continue;
        }
        state.turn = None;
        return;
    }
}

fn halted(state: &mut State, halt: Halt) {
    match halt {
        Halt::Budget => {
            state.paused_at_cap = true;
            state.idle_thread(PRIMARY, &Stop::BudgetReached);
        }
        Halt::Refused {
            category,
            explanation,
        } => {
            state.end_outcomes("failed", explanation);
            state.idle_thread(
                PRIMARY,
                &Stop::Refusal {
                    category,
                    explanation,
                },
            );
        }
        Halt::Exhausted => {
            // Nothing reads the queue of a dead turn.
            state.queue.clear();
            state.end_outcomes("failed", "The turn could not be completed.");
            state.idle_thread(PRIMARY, &Stop::RetriesExhausted);
        }
        Halt::Terminated => state.terminate(),
    }
}
