//! From announced calls to their results: who is asked, who runs them, what the model gets to read.

use serde_json::json;

use super::accept;
use super::tool::Settled;
use super::turn::{Announced, Step, Turn, tokens_in};
use crate::wire::events::{Draft, Stop, text_block};
use crate::world::session::{Answer, CallKind, Needs};

impl Turn {
    /// Waits for the answers that the announced calls need, then runs them in order.
    pub(crate) async fn settle(&mut self, calls: Vec<Announced>) -> Step<Vec<Settled>> {
        self.wait_for_answers(&calls).await;
        let mut settled = Vec::new();
        for call in calls {
            let answer = {
                let mut state = self.session.lock();
                let found = state.calls.iter_mut().find(|known| known.id == call.id);
                found.and_then(|known| {
                    // Whoever answers again must find nothing that waits.
                    known.needs = Needs::Nothing;
                    known.answer.take()
                })
            };
            let Announced { id, permission, tool } = call;
            settled.push(match answer {
                Some(Answer::Deny(reason)) => {
                    self.session.lock().calls.retain(|known| known.id != id);
                    let text = reason
                        .clone()
                        .unwrap_or_else(|| format!("The user denied permission to use {}.", tool.name));
                    self.denials.push((id, tool.kind, text));
                    Settled::Denied(reason)
                }
                Some(Answer::Result { text, is_error }) => {
                    let mut state = self.session.lock();
                    state.calls.retain(|known| known.id != id);
                    state.threads[self.thread].fresh += tokens_in(&text);
                    if tool.kind == CallKind::Custom {
                        Settled::Returned { text, is_error }
                    } else {
                        Settled::Ran
                    }
                }
                _ if permission == "deny" => {
                    self.pause(10).await;
                    let text = format!("Permission to use {} has been denied.", tool.name);
                    self.give_result(&id, tool.kind, true, &text);
                    Settled::Blocked
                }
                _ => {
                    self.pause(tool.takes_ms).await;
                    if tool.name == "web_search" {
                        self.session.lock().usage.add_search();
                    }
                    self.give_result(&id, tool.kind, tool.is_error, &tool.output);
                    Settled::Ran
                }
            });
        }
        Ok(settled)
    }

    fn give_result(&self, id: &str, kind: CallKind, is_error: bool, text: &str) {
        let mut state = self.session.lock();
        state.calls.retain(|known| known.id != id);
        state.threads[self.thread].fresh += tokens_in(text);
        state.emit(self.thread, &result_event(kind, id, is_error, text));
    }

    async fn wait_for_answers(&mut self, calls: &[Announced]) {
        let thread = self.thread;
        let waiting = {
            let mut state = self.session.lock();
            let ids: Vec<String> = state
                .unanswered()
                .filter(|call| call.thread == thread)
                .map(|call| call.id.clone())
                .collect();
            if ids.is_empty() {
                return;
            }
            state.idle_thread(thread, &Stop::RequiresAction(ids.clone()));
            ids
        };
        self.play_worker(&waiting, calls).await;
        self.play_rehearsed_answers(&waiting).await;
        self.session
            .wait_for(|state| state.unanswered().all(|call| call.thread != thread).then_some(()))
            .await;
    }

    /// In a self-hosted environment a worker runs the built-in tools and sends their results.
    async fn play_worker(&mut self, waiting: &[String], calls: &[Announced]) {
        for call in calls.iter().filter(|call| waiting.contains(&call.id)) {
            let is_workers = {
                let state = self.session.lock();
                state
                    .calls
                    .iter()
                    .any(|known| known.id == call.id && known.needs == Needs::Worker)
            };
            if is_workers {
                self.pause(call.tool.takes_ms).await;
                let answer = Answer::Result {
                    text: call.tool.output.clone(),
                    is_error: call.tool.is_error,
                };
                let mut state = self.session.lock();
                let draft = Draft::new(
                    "user.tool_result",
                    json!({
                        "tool_use_id": call.id,
                        "is_error": call.tool.is_error,
                        "content": [text_block(&call.tool.output)],
                    }),
                );
                accept::answer(&mut state, &call.id, answer, &draft);
                accept::after_answers(&mut state, &[self.thread]);
            }
        }
    }

    /// A session that is being made up brings its answers along.
    async fn play_rehearsed_answers(&mut self, waiting: &[String]) {
        for id in waiting {
            let Some(answer) = self.session.lock().rehearsed.pop_front() else {
                return;
            };
            self.pause(9_000).await;
            let mut state = self.session.lock();
            let draft = accept::answer_event(&state, id, &answer);
            accept::answer(&mut state, id, answer, &draft);
            accept::after_answers(&mut state, &[self.thread]);
        }
    }
}

/// `agent.tool_result` or `agent.mcp_tool_result`.
pub(super) fn result_event(kind: CallKind, id: &str, is_error: bool, text: &str) -> Draft {
    let (name, key) = match kind {
        CallKind::Mcp => ("agent.mcp_tool_result", "mcp_tool_use_id"),
        CallKind::BuiltIn | CallKind::Custom => ("agent.tool_result", "tool_use_id"),
    };
    Draft::new(
        name,
        json!({key: id, "is_error": is_error, "content": [text_block(text)]}),
    )
}
