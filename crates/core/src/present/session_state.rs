//! Where a session stands as a whole, and what can be done with it: from its log and the Session object.

use crate::protocol::{SessionStatus, StopReason};
use crate::session::Timeline;

/// Why a message would be refused now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// The session is over.
    Over,
    /// The session waits for answers.
    Answers {
        /// Calls that can be answered here.
        yours: usize,
        /// Calls that are answered elsewhere, by the worker of a self-hosted environment.
        others: usize,
    },
}

/// Where a session stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SessionState {
    /// Its status; unknown while neither an event nor the object has said it.
    pub status: Option<SessionStatus>,
    /// Whether it is archived, terminated or deleted: nothing more will happen in it.
    pub is_over: bool,
    /// Whether it is deleted: what is known of it is nowhere else any more.
    pub is_deleted: bool,
    /// Whether an interrupt could stop or close anything.
    pub can_be_interrupted: bool,
    /// Why a message would be refused; `None` if it would be taken.
    pub hold: Option<Hold>,
    /// Calls that wait for a person.
    pub waiting: usize,
}

impl SessionState {
    /// Reads it from what events and the Session object have said.
    #[must_use]
    pub fn of(timeline: &Timeline) -> Self {
        let (status, is_over) = (timeline.status(), timeline.is_over());
        let waiting = timeline.waiting_calls().len();
        Self {
            can_be_interrupted: !is_over && (waiting > 0 || could_run(timeline, status.as_ref())),
            hold: hold(timeline, is_over, waiting),
            status,
            is_over,
            is_deleted: timeline.facts().is_deleted(),
            waiting,
        }
    }

    /// Whether it works, as far as is known; such a session cannot be archived or deleted.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.status == Some(SessionStatus::Running)
    }
}

/// Whether anything in the session could be at work. A status that is unknown does not exclude it, and neither does an idle
/// one with a model request that has not ended or input that nobody has read.
fn could_run(timeline: &Timeline, status: Option<&SessionStatus>) -> bool {
    status != Some(&SessionStatus::Idle)
        || timeline.has_open_request()
        || timeline.unfinished_calls().next().is_some()
        || timeline.log().has_pending()
}

/// The server takes no message while calls wait for answers and nothing works.
fn hold(timeline: &Timeline, is_over: bool, waiting: usize) -> Option<Hold> {
    if is_over {
        return Some(Hold::Over);
    }
    let (StopReason::RequiresAction(action), _) = timeline.stop()? else {
        return None;
    };
    let is_open = |id: &&String| {
        let links = timeline.call_links(id);
        links.answer.is_none() && links.result.is_none()
    };
    let asked = match &action.event_ids[..] {
        [] => waiting,
        named => named.iter().filter(is_open).count(),
    };
    (asked > 0).then_some(Hold::Answers {
        yours: waiting.min(asked),
        others: asked.saturating_sub(waiting),
    })
}
