//! One place in the area: a call that waits, or what became of it.

use super::area::Spot;
use crate::present::{Argument, Fate, InFlight, Kind, Verdict, WaitingCall};
use crate::protocol::Timestamp;

/// A button that decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    /// Lets a call run.
    Allow,
    /// Does not.
    Deny,
    /// Gives a custom tool its result.
    SendResult,
}

/// Why a button does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dead {
    /// It appeared or moved a moment ago.
    Settling,
    /// An answer is on its way, or may have arrived.
    Sending,
    /// A reason is typed, which only a denial takes along.
    ReasonTyped,
    /// Part of the argument was not shown.
    Unseen,
    /// The call does not wait any more.
    Decided,
}

/// Who decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// This page, told to by its reader.
    You,
    /// Somebody else, or another page.
    Elsewhere,
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It was answered.
    Answered {
        /// How.
        verdict: Verdict,
        /// By whom.
        by: By,
        /// When, by the server's clock.
        at: Option<Timestamp>,
    },
    /// The turn or the session ended before anybody answered.
    Closed,
}

/// Where a place stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It waits for an answer.
    Open,
    /// It waits for an answer; an earlier one did not arrive.
    NotFound,
    /// An answer is under way.
    Sending,
    /// An answer may have arrived; the log will tell.
    Checking,
    /// It was decided.
    Decided(Decision),
}

/// One place. It belongs to one call for as long as it is there.
#[derive(Clone, Debug)]
pub struct Place {
    pub(super) call: WaitingCall,
    pub(super) stage: Stage,
    pub(super) revision: u32,
    pub(super) is_unseen: bool,
    pub(super) has_reason: bool,
    pub(super) dead_until_ms: f64,
    /// When its buttons last came to where they stand.
    pub(super) appeared_ms: f64,
    pub(super) decided_ms: f64,
    /// An answer was given here, and its request is not done.
    pub(super) is_given: bool,
    /// Until when an answer that the server took may be missing in the log.
    pub(super) accepted_until_ms: Option<f64>,
    /// Whether the reader of this page has answered it, now or before a reload.
    pub(super) is_mine: bool,
    pub(super) spot: Option<Spot>,
}

impl Place {
    pub(super) fn new(call: WaitingCall) -> Self {
        Self {
            is_unseen: Argument::of(&call.input).shortened().is_some(),
            call,
            stage: Stage::Open,
            revision: 0,
            has_reason: false,
            dead_until_ms: f64::NEG_INFINITY,
            appeared_ms: f64::NEG_INFINITY,
            decided_ms: f64::NEG_INFINITY,
            is_given: false,
            accepted_until_ms: None,
            is_mine: false,
            spot: None,
        }
    }

    /// The call, as it is known now.
    #[must_use]
    pub fn call(&self) -> &WaitingCall {
        &self.call
    }

    /// Where it stands.
    #[must_use]
    pub fn stage(&self) -> &Stage {
        &self.stage
    }

    /// How often the call became another one while it stood here.
    #[must_use]
    pub fn revision(&self) -> u32 {
        self.revision
    }

    /// Whether a button would do something now.
    ///
    /// # Errors
    /// Why it would not.
    pub fn button(&self, button: Button, now_ms: f64) -> Result<(), Dead> {
        match self.stage {
            Stage::Decided(_) => Err(Dead::Decided),
            Stage::Sending | Stage::Checking => Err(Dead::Sending),
            _ if now_ms < self.dead_until_ms => Err(Dead::Settling),
            _ if button == Button::Allow && self.has_reason => Err(Dead::ReasonTyped),
            _ if button == Button::Allow && self.is_unseen => Err(Dead::Unseen),
            _ if (button == Button::SendResult) != (self.call.kind == Kind::CustomTool) => Err(Dead::Decided),
            _ => Ok(()),
        }
    }

    pub(super) fn is_decided(&self) -> bool {
        matches!(self.stage, Stage::Decided(_))
    }

    /// The stage of a call that waits, by what is known of its answers.
    pub(super) fn waiting_stage(&self) -> Stage {
        match self.call.in_flight {
            _ if self.is_given => Stage::Sending,
            Some(InFlight::Sending) => Stage::Sending,
            Some(InFlight::Checking) => Stage::Checking,
            _ if self.accepted_until_ms.is_some() => Stage::Checking,
            Some(InFlight::NotFound) => Stage::NotFound,
            None => Stage::Open,
        }
    }

    pub(super) fn decide(&mut self, now_ms: f64, fate: Fate) {
        self.decided_ms = now_ms;
        self.accepted_until_ms = None;
        self.stage = Stage::Decided(match fate {
            Fate::Closed => Decision::Closed,
            Fate::Answered(verdict, at) => Decision::Answered {
                verdict,
                by: if self.is_mine { By::You } else { By::Elsewhere },
                at,
            },
        });
    }
}
