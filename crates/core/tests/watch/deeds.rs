//! What the session does, as events.

use playground_core::protocol::{Event, SessionStatus};
use playground_core::session::OutgoingId;
use serde_json::{Value, json};

use super::driver::{Coming, Driver};
use super::plan::{Deed, Fate};

impl Driver {
    pub(crate) fn emit(&mut self, lag: u64, same_moment: bool, value: Value) -> Event {
        let event = self.server.emit(self.now, lag, same_moment, value);
        self.frame(event.clone());
        event
    }

    pub(crate) fn deed(&mut self, lag: u64, deed: Deed) {
        match deed {
            Deed::Answer { deltas, is_cut_short } => self.answer(lag, deltas, is_cut_short),
            Deed::Tool { same_moment, asks } => {
                let permission = if asks { "ask" } else { "allow" };
                let call = self.emit(
                    lag,
                    false,
                    json!({"type": "agent.tool_use", "name": "bash", "input": {"command": "ls"},
                        "evaluated_permission": permission}),
                );
                let call_id = call.id().expect("an id").to_string();
                if asks {
                    // A cross-posted answer comes twice, under two ids.
                    for _ in 0..2 {
                        self.emit(
                            lag,
                            same_moment,
                            json!({"type": "user.tool_confirmation", "tool_use_id": call_id, "result": "allow"}),
                        );
                    }
                }
                self.emit(
                    lag,
                    same_moment,
                    json!({"type": "agent.tool_result", "tool_use_id": call_id, "content": []}),
                );
            }
            Deed::Queue => {
                let event = self.server.queue(self.now, message("from elsewhere"));
                self.frame(event);
            }
            Deed::Process => {
                if let Some(event) = self.server.process_one(self.now) {
                    self.frame(event);
                }
            }
            Deed::Idle => {
                self.emit(
                    lag,
                    false,
                    json!({"type": "session.status_idle", "stop_reason": {"type": "end_turn"}, "stop_details": null}),
                );
            }
            Deed::SilentIdle => self.server.set_status(self.now, SessionStatus::Idle),
            Deed::Run => {
                self.emit(lag, false, json!({"type": "session.status_running"}));
            }
            Deed::Unknown => {
                self.emit(lag, false, json!({"type": "unknown.kind", "payload": [1, 2, 3]}));
                // Types that a transport cannot hear are listed after the turn.
                self.emit(
                    lag,
                    false,
                    json!({"type": "session.status_idle", "stop_reason": {"type": "end_turn"}, "stop_details": null}),
                );
            }
            Deed::Send { fate } => self.send(fate),
        }
    }

    pub(crate) fn answer(&mut self, lag: u64, deltas: usize, is_cut_short: bool) {
        let start = self.emit(lag, false, json!({"type": "span.model_request_start"}));
        let start_id = start.id().expect("an id").to_string();
        let id = format!("sevt_answer_{}", self.count);
        self.count += 1;
        let preview = |value: Value| Event::parse(&value.to_string()).expect("a preview");
        self.frame(preview(
            json!({"type": "event_start", "event": {"type": "agent.message", "id": id}}),
        ));
        for number in 0..deltas {
            self.frame(preview(
                json!({"type": "event_delta", "event_id": id, "delta": {"type": "content_delta",
                "index": 0, "content": {"type": "text", "text": format!("{number} ")}}}),
            ));
        }
        if !is_cut_short {
            let text: String = (0..deltas).map(|number| format!("{number} ")).collect();
            self.emit(
                lag,
                false,
                json!({"type": "agent.message", "id": id, "content": [{"type": "text", "text": text}]}),
            );
        }
        self.emit(
            lag,
            false,
            json!({"type": "span.model_request_end", "model_request_start_id": start_id, "model_usage": {}}),
        );
    }

    pub(crate) fn send(&mut self, fate: Fate) {
        // Every message is the same, which is the hardest to tell apart.
        let sent = message("from this page");
        let (id, effects) = self.watch.send(vec![sent.to_string().into()]);
        self.carry_out(effects);
        self.fates.push((id, fate));
        let stored = match fate {
            Fate::Answered | Fate::Unnamed | Fate::AnswerLost => {
                let event = self.server.queue(self.now, sent);
                self.frame(event.clone());
                Some(event)
            }
            Fate::Refused | Fate::RequestLost => None,
        };
        self.schedule(self.now + 120, Coming::Answered { id, fate, stored });
    }

    pub(crate) fn answered(&mut self, id: OutgoingId, fate: Fate, stored: Option<Event>) {
        let now = self.moment();
        let effects = match fate {
            Fate::Answered => self.watch.sent(now, id, stored.into_iter().collect()),
            Fate::Unnamed => self.watch.sent(now, id, Vec::new()),
            Fate::Refused => self.watch.refused(id),
            Fate::AnswerLost | Fate::RequestLost => self.watch.lost(now, id, "cut".into()),
        };
        self.carry_out(effects);
    }
}

fn message(text: &str) -> Value {
    json!({"type": "user.message", "content": [{"type": "text", "text": text}]})
}
