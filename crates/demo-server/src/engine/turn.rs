//! The vocabulary of scripts: think, say, call tools, wait for answers. Every step leaves the session's state whole, so
//! an interrupt may drop a script at any pause.

use std::sync::Arc;

use serde_json::Value;

use super::run::{Speed, pause};
use super::settle::result_event;
use super::tool::{Settled, Tool};
use crate::wire::events::{self, Draft};
use crate::wire::money::Tokens;
use crate::world::channel::{Preview, PreviewKind};
use crate::world::models;
use crate::world::session::{Call, CallKind, Needs, OpenRequest, PRIMARY, QueuedKind, Session, State};
use crate::world::tools::{ToolSet, judge};

/// Why a turn ended other than by having finished.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Halt {
    Budget,
    Refused {
        category: &'static str,
        explanation: &'static str,
    },
    Exhausted,
    Terminated,
}

pub(crate) type Step<T = ()> = Result<T, Halt>;

/// A script's hold on one thread of a session.
#[derive(Clone, Debug)]
pub(crate) struct Turn {
    pub(crate) session: Arc<Session>,
    pub(crate) thread: usize,
    pub(crate) speed: Speed,
    /// What the user asked for in this turn.
    pub(crate) prompt: String,
    /// What the user added while the turn ran, until the script takes it.
    pub(crate) steering: Option<String>,
    /// The turn goes on where the budget stopped the one before.
    pub(crate) resumed: bool,
    pub(super) denials: Vec<(String, CallKind, String)>,
    /// Scripted milliseconds not slept yet: timers are too coarse for single tokens.
    owed_ms: f64,
}

/// A call that was announced, with what will come of it.
#[derive(Clone, Debug)]
pub(crate) struct Announced {
    pub(crate) id: String,
    pub(super) permission: &'static str,
    pub(super) tool: Tool,
}

impl Turn {
    pub(crate) fn new(session: &Arc<Session>, thread: usize, speed: Speed) -> Self {
        let mut state = session.lock();
        let prompt = state
            .queue
            .iter()
            .filter(|queued| queued.kind == QueuedKind::Message)
            .map(|queued| plain_text(&queued.draft.fields["content"]))
            .collect::<Vec<_>>()
            .join("\n");
        if thread == PRIMARY {
            state.turns += 1;
        }
        let resumed = std::mem::take(&mut state.paused_at_cap);
        drop(state);
        Self {
            session: Arc::clone(session),
            thread,
            speed,
            prompt,
            steering: None,
            resumed,
            denials: Vec::new(),
            owed_ms: 0.0,
        }
    }

    /// A hold on another thread of the same session.
    pub(crate) fn on_thread(&self, thread: usize) -> Self {
        Self {
            thread,
            prompt: String::new(),
            steering: None,
            denials: Vec::new(),
            ..self.clone()
        }
    }

    pub(crate) async fn pause(&mut self, ms: u64) {
        self.pause_exactly(ms as f64).await;
    }

    async fn pause_exactly(&mut self, ms: f64) {
        self.owed_ms += ms;
        if self.owed_ms >= 2.0 * self.speed {
            let owed = std::mem::take(&mut self.owed_ms);
            pause(&self.session, self.speed, owed).await;
        }
    }

    /// Starts a model request. It reads what is waiting: results of denied calls, then the queued inputs.
    pub(crate) async fn request(&mut self) -> Step {
        self.pause(if self.denials.is_empty() { 120 } else { 50 }).await;
        let mut state = self.session.lock();
        let state = &mut *state;
        if state.is_at_cap() {
            return Err(Halt::Budget);
        }
        let mut directly_after = false;
        for (id, kind, text) in self.denials.drain(..) {
            state.emit(self.thread, &result_event(kind, &id, true, &text));
            state.threads[self.thread].fresh += tokens_in(&text);
            directly_after = true;
        }
        if self.thread == PRIMARY {
            let read = self.read_queue(state);
            directly_after |= read.is_some();
            if let Some(text) = read.filter(|text| *text != self.prompt && !text.is_empty()) {
                if self.prompt.is_empty() {
                    self.prompt = text;
                } else {
                    self.steering = Some(text);
                }
            }
        }
        let start = events::request_start();
        let start_id = if directly_after {
            state.emit_adjacent(self.thread, &start)
        } else {
            state.emit(self.thread, &start)
        };
        state.requests_started += 1;
        let number = state.requests_started;
        state.threads[self.thread].request = Some(OpenRequest {
            start_id,
            number,
            output: 0,
        });
        Ok(())
    }

    /// Stamps and sends the queued messages; answers their text.
    fn read_queue(&self, state: &mut State) -> Option<String> {
        let mut texts = Vec::new();
        let mut kept = std::collections::VecDeque::new();
        let mut adjacent = false;
        for queued in std::mem::take(&mut state.queue) {
            if matches!(queued.kind, QueuedKind::Interrupt(_)) {
                kept.push_back(queued);
                continue;
            }
            let at = if adjacent {
                state.clock.stamp_adjacent()
            } else {
                state.clock.stamp()
            };
            adjacent = true;
            state.emit_as(PRIMARY, &queued.id, &queued.draft, at);
            let text = plain_text(&queued.draft.fields["content"]);
            state.threads[PRIMARY].fresh += tokens_in(&text);
            if queued.kind == QueuedKind::Message {
                texts.push(text);
            }
        }
        state.queue = kept;
        adjacent.then(|| texts.join("\n"))
    }

    /// Ends the model request and accounts for its tokens.
    pub(crate) fn end_request(&mut self) {
        self.close_request(false);
    }

    /// Ends the model request as failed: it costs nothing, and its previews lead nowhere.
    pub(crate) fn fail_request(&mut self) {
        self.close_request(true);
    }

    fn close_request(&mut self, is_error: bool) {
        let mut state = self.session.lock();
        let state = &mut *state;
        let model = state.agent["model"]["id"].as_str().and_then(models::find);
        let thread = &mut state.threads[self.thread];
        let Some(request) = thread.request.take() else {
            return;
        };
        let tokens = if is_error {
            Tokens::default()
        } else {
            let tokens = Tokens {
                input: 40 + thread.fresh % 61,
                output: request.output + 12,
                cache_read: thread.context,
                cache_write: thread.fresh,
            };
            thread.context += thread.fresh + tokens.output;
            thread.fresh = 0;
            tokens
        };
        let price = model.and_then(|model| model.price);
        thread.usage.add(tokens, price);
        state.usage.add(tokens, price);
        state.emit(
            self.thread,
            &events::request_end(&request.start_id, is_error, tokens),
        );
    }

    /// One of several ways to put something; the seed decides.
    pub(crate) fn choose<'a>(&self, ways: &[&'a str]) -> &'a str {
        self.session.lock().rng.pick(ways)
    }

    /// The model thinks for a while; the event itself carries no text.
    pub(crate) async fn think(&mut self, ms: u64) {
        let id = self.open_preview("agent.thinking", PreviewKind::Thinking);
        self.pause(ms).await;
        self.finish(&id, &events::thinking(), ms / 8);
    }

    /// Says something at reading speed.
    pub(crate) async fn say(&mut self, text: &str) {
        self.stream(text, 14, 26.0).await;
    }

    /// Says something in deltas of `chars` characters, `ms` apart.
    pub(crate) async fn stream(&mut self, text: &str, chars: usize, ms: f64) {
        let id = self.open_preview("agent.message", PreviewKind::Message);
        let mut rest = text;
        while !rest.is_empty() {
            let cut = rest.char_indices().nth(chars).map_or(rest.len(), |(at, _)| at);
            let (now, later) = rest.split_at(cut);
            rest = later;
            self.preview(&events::event_delta(&id, now), PreviewKind::Message);
            self.pause_exactly(ms).await;
        }
        self.finish(&id, &events::message(text), tokens_in(text));
    }

    /// Begins to say something and never finishes, as when a request fails midway.
    pub(crate) async fn say_without_end(&mut self, text: &str) {
        let id = self.open_preview("agent.message", PreviewKind::Message);
        self.preview(&events::event_delta(&id, text), PreviewKind::Message);
        self.pause(400).await;
    }

    fn open_preview(&mut self, kind: &str, of: PreviewKind) -> String {
        let id = self.session.lock().new_id("sevt");
        self.preview(&events::event_start(kind, &id), of);
        id
    }

    fn preview(&self, draft: &Draft, of: PreviewKind) {
        let mut state = self.session.lock();
        let request = state.threads[self.thread]
            .request
            .as_ref()
            .map_or(0, |open| open.number);
        state.preview(self.thread, draft, Preview { of, request });
    }

    fn finish(&self, id: &str, draft: &Draft, output: u64) {
        let mut state = self.session.lock();
        let at = state.clock.stamp();
        state.emit_as(self.thread, id, draft, at);
        self.count_output(&mut state, output);
    }

    fn count_output(&self, state: &mut State, tokens: u64) {
        if let Some(request) = &mut state.threads[self.thread].request {
            request.output += tokens;
        }
    }

    /// Emits an event of the script's own making on this thread.
    pub(crate) fn emit(&self, draft: &Draft) -> String {
        self.session.lock().emit(self.thread, draft)
    }

    /// Announces a tool call. What it needs is decided by the session's own tool policies.
    pub(crate) fn call(&mut self, tool: Tool) -> Announced {
        let mut state = self.session.lock();
        let state = &mut *state;
        let mut draft = match tool.kind {
            CallKind::BuiltIn => Draft::bare("agent.tool_use"),
            CallKind::Mcp => Draft::bare("agent.mcp_tool_use").with("mcp_server_name", tool.server),
            CallKind::Custom => Draft::bare("agent.custom_tool_use"),
        }
        .with("name", tool.name)
        .with("input", tool.input.clone());
        let set = match tool.kind {
            CallKind::BuiltIn => Some(ToolSet::BuiltIn),
            CallKind::Mcp => Some(ToolSet::Mcp(tool.server)),
            CallKind::Custom => None,
        };
        let mut permission = "allow";
        if let Some(set) = set {
            let verdict = judge(&state.agent["tools"], set, tool.name, tool.risk);
            permission = verdict.permission;
            draft = draft.with("evaluated_permission", permission);
            if let Some(evaluation) = verdict.evaluation {
                draft = draft.with("evaluation", evaluation);
            }
        }
        let needs = match (tool.kind, permission) {
            (CallKind::Custom, _) => Needs::ClientResult,
            (_, "ask") => Needs::Confirmation,
            (CallKind::BuiltIn, "allow") if state.self_hosted => Needs::Worker,
            _ => Needs::Nothing,
        };
        let id = state.emit(self.thread, &draft);
        // The client answers on the primary stream, so calls of other threads that need it appear there too.
        if self.thread != PRIMARY && matches!(needs, Needs::Confirmation | Needs::ClientResult) {
            let copy = draft.with("session_thread_id", state.threads[self.thread].id.clone());
            let at = state.clock.stamp();
            state.emit_as(PRIMARY, &id, &copy, at);
        }
        self.count_output(state, 30 + tokens_in(&tool.input.to_string()));
        state.calls.push(Call {
            id: id.clone(),
            thread: self.thread,
            kind: tool.kind,
            needs,
            answer: None,
        });
        Announced { id, permission, tool }
    }

    /// One whole round: a request in which the model thinks, speaks and calls tools, and the tools' results.
    pub(crate) async fn round(
        &mut self,
        thinking_ms: u64,
        text: &str,
        tools: Vec<Tool>,
    ) -> Step<Vec<Settled>> {
        self.request().await?;
        if thinking_ms > 0 {
            self.think(thinking_ms).await;
        }
        if !text.is_empty() {
            self.say(text).await;
        }
        let mut calls = Vec::new();
        for tool in tools {
            self.pause(250).await;
            calls.push(self.call(tool));
        }
        self.pause(40).await;
        self.end_request();
        self.settle(calls).await
    }
}

/// The text blocks of a content list, joined.
pub(crate) fn plain_text(content: &Value) -> String {
    let texts: Vec<&str> = content
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|block| block["text"].as_str())
        .collect();
    texts.join("\n")
}

/// About four bytes make a token.
pub(crate) fn tokens_in(text: &str) -> u64 {
    text.len() as u64 / 4 + 4
}
