//! What is worth saying.

use super::queue::{Speech, Urgency, Utterance};
use crate::present::{Kind, Outcome, ToolCall, WaitingCall, stop_in_words, waiting_calls};
use crate::protocol::{Event, EventBody, EventType, RetryStatus, StopReason};
use crate::session::{Changes, OrderKey, Row, RowChange, Slot, Timeline, View, words};

/// How the page hears of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// Events arrive as they happen.
    Live,
    /// They are looked up every few seconds.
    Polled,
    /// They do not, and it is being worked on.
    Lost,
    /// Nothing more will come, or the reader does not wait for it.
    Over,
}

impl Connection {
    fn hears(self) -> bool {
        matches!(self, Self::Live | Self::Polled)
    }
}

/// Listens to a session and says what happens in it.
#[derive(Clone, Debug)]
pub struct Narrator {
    speech: Speech,
    connection: Connection,
    /// When the connection was lost; nothing once that was said.
    lost_ms: Option<f64>,
    is_loss_said: bool,
    was_live: bool,
    /// How many events had been filled in when the connection was last live.
    filled: usize,
    /// The place of the newest event that is known: everything behind it is new.
    known: Option<OrderKey>,
    /// Calls that were said to wait.
    waiting: Vec<String>,
    /// Calls of this turn that ended, and how many failed.
    turn: (u32, u32),
}

impl Default for Narrator {
    fn default() -> Self {
        Self {
            speech: Speech::default(),
            connection: Connection::Lost,
            lost_ms: None,
            is_loss_said: false,
            was_live: false,
            filled: 0,
            known: None,
            waiting: Vec::new(),
            turn: (0, 0),
        }
    }
}

impl Narrator {
    /// How long a connection may be lost before that is said, in milliseconds.
    pub const LOST_MS: f64 = 10_000.0;

    /// The connection is another one now.
    pub fn connected(&mut self, now_ms: f64, connection: Connection, timeline: &Timeline) {
        if connection == self.connection {
            return;
        }
        let did_hear = self.connection.hears();
        self.connection = connection;
        match connection {
            Connection::Lost if self.was_live => self.lost_ms = Some(now_ms),
            Connection::Live | Connection::Polled => {
                let filled = timeline.filled_in().saturating_sub(self.filled);
                self.filled = timeline.filled_in();
                if self.was_live && (self.is_loss_said || filled > 0) {
                    let filled = match filled {
                        0 => "nothing was missed".to_owned(),
                        1 => "1 event filled in".to_owned(),
                        n => format!("{n} events filled in"),
                    };
                    let how = match connection {
                        Connection::Polled => "Polling for events",
                        _ => "Live again",
                    };
                    self.speech
                        .say(now_ms, Urgency::Polite, format!("{how}, {filled}."));
                }
                self.was_live = true;
                self.lost_ms = None;
                self.is_loss_said = false;
                if !did_hear {
                    // What was filled in is summed up, not told event by event.
                    self.known = newest(timeline);
                }
            }
            _ => self.lost_ms = None,
        }
    }

    /// A batch of events was committed.
    pub fn committed(&mut self, now_ms: f64, timeline: &Timeline, changes: &Changes) {
        if changes.facts {
            self.look_what_waits(now_ms, timeline);
        }
        let newest = newest(timeline);
        if self.connection.hears() {
            for slot in new_events(timeline, changes) {
                if self.known.is_none_or(|known| known < timeline.log().key(slot)) {
                    self.tell(now_ms, timeline, slot);
                }
            }
            self.known = newest.max(self.known);
        }
    }

    /// What to say now, if anything.
    pub fn next(&mut self, now_ms: f64) -> Option<Utterance> {
        if self.lost_ms.is_some_and(|since| since + Self::LOST_MS <= now_ms) {
            self.lost_ms = None;
            self.is_loss_said = true;
            self.speech
                .say(now_ms, Urgency::Assertive, "The connection is lost.".to_owned());
        }
        self.speech.next(now_ms)
    }

    /// When [`next`](Self::next) may have something, if nothing more happens.
    #[must_use]
    pub fn wakes_at(&self) -> Option<f64> {
        let lost = self.lost_ms.map(|since| since + Self::LOST_MS);
        lost.into_iter()
            .chain(self.speech.wakes_at())
            .min_by(f64::total_cmp)
    }

    /// Says each call that has begun to wait, also those that waited when the session was opened.
    fn look_what_waits(&mut self, now_ms: f64, timeline: &Timeline) {
        let calls = waiting_calls(timeline);
        for (index, call) in calls.iter().enumerate() {
            if !self.waiting.contains(&call.id) {
                let text = wants(call, index + 1, calls.len());
                self.speech.say(now_ms, Urgency::Assertive, text);
            }
        }
        self.waiting = calls.into_iter().map(|call| call.id).collect();
    }

    fn tell(&mut self, now_ms: f64, timeline: &Timeline, slot: Slot) {
        let event = timeline.log().event(slot);
        use EventType as T;
        match event.event_type() {
            T::AgentMessage => {
                if let EventBody::AgentMessage(message) = event.body() {
                    let text = beginning(&words::content_line(&message.content));
                    self.speech.say(now_ms, Urgency::Polite, text);
                }
            }
            T::AgentToolResult | T::AgentMcpToolResult => self.tell_result(now_ms, timeline, slot),
            // Behind an answer the turn goes on.
            T::SessionStatusRunning if !goes_on(timeline, slot) => self.turn = (0, 0),
            T::SessionStatusIdle => self.tell_end(now_ms, timeline, event),
            T::SessionError => {
                if let EventBody::SessionError(failed) = event.body()
                    && failed.error.retry_status == Some(RetryStatus::Terminal)
                {
                    let text = words::error_in_words(&failed.error);
                    self.speech.say(now_ms, Urgency::Assertive, text);
                }
            }
            T::SessionStatusTerminated => {
                self.speech
                    .say(now_ms, Urgency::Assertive, "The session has ended.".to_owned());
            }
            _ => {}
        }
    }

    fn tell_result(&mut self, now_ms: f64, timeline: &Timeline, slot: Slot) {
        let call = timeline.row_showing(View::Transcript, slot);
        let Some(Row::Event(call)) = call.filter(|row| *row != Row::Event(slot)) else {
            return;
        };
        let Some(call) = ToolCall::of(timeline, call) else {
            return;
        };
        self.turn.0 += 1;
        let has_failed = call.outcome == Outcome::Failed;
        self.turn.1 += u32::from(has_failed);
        let failure = has_failed.then(|| format!("{} failed: {}", call.name, beginning(&call.argument)));
        self.speech.call_ended(now_ms, failure);
    }

    fn tell_end(&mut self, now_ms: f64, timeline: &Timeline, event: &Event) {
        let EventBody::SessionStatusIdle(idle) = event.body() else {
            return;
        };
        // What waits is said by itself.
        if matches!(idle.stop_reason, StopReason::RequiresAction(_)) {
            return;
        }
        let why = match &idle.stop_reason {
            StopReason::EndTurn => stop_in_words(timeline),
            _ => None,
        };
        let why = why.unwrap_or_else(|| words::stop_in_words(&idle.stop_reason, idle.stop_details.as_ref()));
        let (calls, failed) = std::mem::take(&mut self.turn);
        let calls = match (calls, failed) {
            (0, _) => String::new(),
            (1, 0) => " 1 call.".to_owned(),
            (n, 0) => format!(" {n} calls."),
            (1, _) => " 1 call, which failed.".to_owned(),
            (n, failed) => format!(" {n} calls, {failed} failed."),
        };
        self.speech.say(now_ms, Urgency::Polite, format!("{why}{calls}"));
    }
}

/// Who wants what: the one sentence that somebody who cannot see the card decides by.
fn wants(call: &WaitingCall, at: usize, count: usize) -> String {
    let what = beginning(&words::input_line(&call.input));
    let who = call
        .thread
        .as_ref()
        .map(|thread| format!("{thread}: "))
        .unwrap_or_default();
    let tool = call.tool_name();
    let asks = match call.kind {
        Kind::Approval => "asks for approval",
        Kind::CustomTool => "waits for your result",
    };
    let place = if count > 1 {
        format!(" {at} of {count}.")
    } else {
        String::new()
    };
    format!("{who}{tool} {asks}: {what}{place}")
}

/// The beginning of a text, in whole sentences if it has any.
fn beginning(text: &str) -> String {
    const LENGTH: usize = 200;
    let text: String = text
        .chars()
        .filter(|char| !matches!(char, '*' | '`' | '#'))
        .collect();
    let text = text.trim();
    let Some((end, _)) = text.char_indices().nth(LENGTH) else {
        return text.to_owned();
    };
    let part = &text[..end];
    let mut ends = part.char_indices().filter(|(at, char)| {
        let behind = part[at + char.len_utf8()..].chars().next();
        matches!(char, '。' | '！' | '？')
            || (matches!(char, '.' | '!' | '?') && behind.is_none_or(char::is_whitespace))
    });
    if let Some((at, char)) = ends.next_back().filter(|(at, _)| *at > 0) {
        return part[..at + char.len_utf8()].to_owned();
    }
    let words = part.rfind(' ').map_or(part, |at| &part[..at]);
    format!("{words}…")
}

/// The events that a batch brought, oldest first.
fn new_events<'a>(timeline: &'a Timeline, changes: &'a Changes) -> impl Iterator<Item = Slot> + 'a {
    let rows = timeline.rows(View::Events);
    let ranges = changes
        .rows(View::Events)
        .iter()
        .filter_map(|change| match change {
            RowChange::Inserted { index, count } => Some(*index..*index + *count),
            _ => None,
        });
    ranges.flatten().filter_map(move |index| match rows.get(index)? {
        Row::Event(slot) => Some(slot),
        _ => None,
    })
}

/// The place of the newest event that was processed.
fn newest(timeline: &Timeline) -> Option<OrderKey> {
    timeline.newest_time().map(OrderKey::after)
}

/// Whether a session that runs goes on with its turn: an answer stands before.
fn goes_on(timeline: &Timeline, running: Slot) -> bool {
    let before = timeline.events_before(running).next();
    before.is_some_and(|slot| {
        matches!(
            timeline.log().event(slot).event_type(),
            EventType::UserToolConfirmation | EventType::UserCustomToolResult | EventType::UserToolResult
        )
    })
}
