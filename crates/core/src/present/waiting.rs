//! Calls that wait for a person, and what became of those that did.

use crate::protocol::{EventBody, Timestamp};
use crate::session::{OutgoingState, Timeline};

use super::call::Called;
use super::thread::thread_label;
use crate::markdown::visible_name;

/// What a waiting call expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// To be allowed or denied.
    Approval,
    /// A result.
    CustomTool,
}

/// An answer that was sent and is not in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InFlight {
    /// Its request is under way.
    Sending,
    /// The request broke, and the history is being asked.
    Checking,
    /// The request broke, and the history does not have it.
    NotFound,
}

/// A call that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingCall {
    /// Its event id.
    pub id: String,
    /// What it expects.
    pub kind: Kind,
    /// Name of the tool, exact.
    pub tool: String,
    /// Name of the MCP server, exact.
    pub server: Option<String>,
    /// The child thread that waits, as the reader knows it.
    pub thread: Option<String>,
    /// What it is to be run with, as it came.
    pub input: String,
    /// An answer that is on its way.
    pub in_flight: Option<InFlight>,
}

impl WaitingCall {
    /// Whether an answer to one would be an answer to the other.
    #[must_use]
    pub fn asks_the_same(&self, other: &Self) -> bool {
        (&self.id, self.kind, &self.tool, &self.server, &self.input)
            == (&other.id, other.kind, &other.tool, &other.server, &other.input)
    }

    /// The tool, with its MCP server where it has one.
    #[must_use]
    pub fn tool_name(&self) -> String {
        match &self.server {
            Some(server) => format!("{server} · {}", self.tool),
            None => self.tool.clone(),
        }
    }

    /// Who wants what: a sentence before the tool's name and one behind it.
    #[must_use]
    pub fn asks(&self) -> (String, &'static str) {
        let is_verb = self.server.is_none() && matches!(&*self.tool, "write" | "edit" | "read");
        match (self.kind, &self.thread) {
            (Kind::Approval, None) => (String::new(), " wants to run"),
            (Kind::Approval, Some(thread)) if is_verb => (format!("{thread} wants to "), ""),
            (Kind::Approval, Some(thread)) => (format!("{thread} wants to use "), ""),
            (Kind::CustomTool, None) => (String::new(), " waits for its result"),
            (Kind::CustomTool, Some(thread)) => (format!("{thread} waits for the result of "), ""),
        }
    }
}

/// All waiting calls, in server order.
#[must_use]
pub fn waiting_calls(timeline: &Timeline) -> Vec<WaitingCall> {
    let calls = timeline.waiting_calls();
    calls
        .into_iter()
        .filter_map(|slot| {
            let event = timeline.log().event(slot);
            let id = event.id()?.to_string();
            let call = Called::read(event)?;
            Some(WaitingCall {
                kind: if call.is_custom {
                    Kind::CustomTool
                } else {
                    Kind::Approval
                },
                tool: visible_name(&call.name).into_owned(),
                server: call.server.map(|server| visible_name(&server).into_owned()),
                thread: call.thread.map(|thread| thread_label(timeline, &thread, None)),
                input: call.input,
                in_flight: in_flight(timeline, &id),
                id,
            })
        })
        .collect()
}

fn in_flight(timeline: &Timeline, call: &str) -> Option<InFlight> {
    let outgoing = timeline
        .outbox()
        .iter()
        .filter(|outgoing| outgoing.answers(call))
        .last()?;
    Some(match outgoing.state {
        OutgoingState::Sending => InFlight::Sending,
        OutgoingState::Unconfirmed { looked_up: false, .. } => InFlight::Checking,
        OutgoingState::Unconfirmed { looked_up: true, .. } => InFlight::NotFound,
    })
}

/// How a call was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may run.
    Allowed,
    /// It must not run, and why.
    Denied(Option<String>),
    /// It got its result.
    Answered,
}

/// What became of a call that does not wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was answered.
    Answered(Verdict, Option<Timestamp>),
    /// Nobody can answer it any more: the turn or the session ended.
    Closed,
}

/// What became of a call that does not wait.
#[must_use]
pub fn fate(timeline: &Timeline, call: &str) -> Fate {
    let Some(answer) = timeline.call_links(call).answer else {
        return Fate::Closed;
    };
    let answer = timeline.log().event(answer);
    let verdict = match answer.body() {
        EventBody::UserToolConfirmation(e) if e.result.as_str() == "allow" => Verdict::Allowed,
        EventBody::UserToolConfirmation(e) => Verdict::Denied(e.deny_message),
        _ => Verdict::Answered,
    };
    Fate::Answered(verdict, answer.processed_at())
}
