//! Which events belong together: a call with its answer and result, a model request with its end.

use std::collections::HashMap;
use std::sync::Arc;

use super::log::{EventLog, Slot};

/// What a tool call expects from the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expects {
    /// Nothing; the server runs it by itself.
    Nothing,
    /// `user.tool_confirmation`.
    Confirmation,
    /// The call does not say whether it needs an approval. It does if the session waits for it.
    Unstated,
    /// `user.custom_tool_result`.
    CustomResult,
}

/// The events around one tool call. Every part may arrive before the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallLinks {
    /// The call.
    pub call: Option<Slot>,
    /// What it expects; known with the call.
    pub expects: Option<Expects>,
    /// The client's answer.
    pub answer: Option<Slot>,
    /// The result that the model sees.
    pub result: Option<Slot>,
}

/// Both ends of a model request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RequestLinks {
    /// `span.model_request_start`.
    pub start: Option<Slot>,
    /// `span.model_request_end`.
    pub end: Option<Slot>,
}

/// A part of a call that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The call itself.
    Call(Expects),
    /// The client's answer to it.
    Answer,
    /// Its result.
    Result,
}

/// Links between events, independent of the order in which they arrive.
#[derive(Clone, Debug, Default)]
pub struct Pairing {
    calls: HashMap<Arc<str>, CallLinks>,
    /// Calls without an answer that wait, or wait if the session does. A map like the one of the log, whose compiled code it
    /// shares.
    waiting: HashMap<Arc<str>, Slot>,
    /// Calls without a result.
    unfinished: HashMap<Arc<str>, Slot>,
    /// Answers and results whose call has not arrived.
    orphans: HashMap<Arc<str>, Vec<Slot>>,
    requests: HashMap<Arc<str>, RequestLinks>,
    /// By slot: the call that an answer or a result belongs to.
    belongs: Vec<Option<Arc<str>>>,
}

impl Pairing {
    /// Records one part of a call and returns all links of that call.
    ///
    /// The same answer may be listed twice with different ids (a cross-posted call): the earliest counts.
    pub fn link_call(&mut self, log: &EventLog, call_id: &str, part: Part, slot: Slot) -> CallLinks {
        let id: Arc<str> = match self.calls.get_key_value(call_id) {
            Some((id, _)) => Arc::clone(id),
            None => Arc::from(call_id),
        };
        let links = self.calls.entry(Arc::clone(&id)).or_default();
        match part {
            Part::Call(expects) => {
                links.call = Some(slot);
                links.expects = Some(expects);
            }
            Part::Answer => links.answer = Some(earliest(log, links.answer, slot)),
            Part::Result => links.result = Some(earliest(log, links.result, slot)),
        }
        if !matches!(part, Part::Call(_)) {
            let slots = self.belongs.len().max(slot as usize + 1);
            self.belongs.resize(slots, None);
            self.belongs[slot as usize] = Some(Arc::clone(&id));
        }
        if links.call.is_none() {
            self.orphans.entry(Arc::clone(&id)).or_default().push(slot);
        }
        let is_answered_by_result = links.expects == Some(Expects::CustomResult) && links.answer.is_some();
        let is_unfinished = links.call.is_some() && links.result.is_none() && !is_answered_by_result;
        let links = *links;
        let expects = links.expects.filter(|_| links.answer.or(links.result).is_none());
        let waits = matches!(
            expects,
            Some(Expects::Confirmation | Expects::CustomResult | Expects::Unstated)
        );
        for (calls, belongs) in [(&mut self.waiting, waits), (&mut self.unfinished, is_unfinished)] {
            if belongs {
                calls.insert(Arc::clone(&id), slot);
            } else {
                calls.remove(&id);
            }
        }
        links
    }

    /// The answers and results that arrived before their call, all of them, once.
    pub fn take_orphans(&mut self, call_id: &str) -> Vec<Slot> {
        self.orphans.remove(call_id).unwrap_or_default()
    }

    /// Records one end of a model request, by the id of its start, and returns both. Of several the earliest counts.
    pub fn link_request(&mut self, log: &EventLog, start_id: &str, is_end: bool, slot: Slot) -> RequestLinks {
        let links = self.requests.entry(Arc::from(start_id)).or_default();
        let link = if is_end { &mut links.end } else { &mut links.start };
        *link = Some(earliest(log, *link, slot));
        *links
    }

    /// The call that an answer or a result belongs to, if it is known.
    #[must_use]
    pub fn call_of(&self, slot: Slot) -> Option<Slot> {
        let id = self.belongs.get(slot as usize)?.as_ref()?;
        self.call(id).call
    }

    /// An answer or a result is about to be linked anew, perhaps to another call.
    pub fn unlink(&mut self, slot: Slot) {
        if let Some(call) = self.belongs.get_mut(slot as usize) {
            *call = None;
        }
    }

    /// The links of a call by its event id.
    #[must_use]
    pub fn call(&self, call_id: &str) -> CallLinks {
        self.calls.get(call_id).copied().unwrap_or_default()
    }

    /// The links of a model request by the id of its start.
    #[must_use]
    pub fn request(&self, start_id: &str) -> RequestLinks {
        self.requests.get(start_id).copied().unwrap_or_default()
    }

    /// Calls without a result, in no order.
    pub fn unfinished(&self) -> impl Iterator<Item = Slot> {
        self.unfinished.keys().filter_map(|id| self.calls[id].call)
    }

    /// Calls that expect something from the client and got neither answer nor result, in server order. `is_required` tells
    /// for calls that do not say so whether the session waits for them.
    #[must_use]
    pub fn waiting(&self, log: &EventLog, is_required: impl Fn(&str, Slot) -> bool) -> Vec<Slot> {
        // Few calls wait at a time: putting each where it belongs is as fast as sorting, and takes less code.
        let mut slots: Vec<Slot> = Vec::new();
        for id in self.waiting.keys() {
            let links = self.call(id);
            let waits = |slot: &Slot| links.expects != Some(Expects::Unstated) || is_required(id, *slot);
            let Some(slot) = links.call.filter(waits) else {
                continue;
            };
            let place = slots.partition_point(|other| log.key(*other) < log.key(slot));
            slots.insert(place, slot);
        }
        slots
    }
}

fn earliest(log: &EventLog, known: Option<Slot>, new: Slot) -> Slot {
    match known {
        Some(known) if log.key(known) <= log.key(new) => known,
        _ => new,
    }
}
