//! Sends input events once, and keeps what has no certain outcome on the timeline.

use futures_channel::oneshot;
use playground_core::api::{ApiError, endpoints};
use playground_core::protocol::{
    Changed, FromAnswer, InputEvent, RawJson, SendEvents, SentEvents, SessionSummary,
};
use playground_core::session::{Outgoing, OutgoingId, OutgoingState};
use playground_core::watch::Input;

use serde::Serialize;

use super::OpenSession;
use crate::platform::{clock, fetch, guard, timer::sleep};
use crate::state::drafts;

/// How a send ended.
#[derive(Clone, Debug, PartialEq)]
pub enum SendOutcome {
    /// The server took the events. The timeline shows those that it did not name until the log has them.
    Stored,
    /// The server refused; nothing was stored.
    Refused(ApiError),
    /// No answer arrived: the log will tell. The timeline shows the input as unconfirmed.
    Unconfirmed(OutgoingId, ApiError),
}

impl OpenSession {
    /// Sends events in one request, exactly once.
    ///
    /// The request is not given up when the screen goes: it may already have reached the server.
    pub async fn send(&self, events: Vec<InputEvent>) -> SendOutcome {
        let this = self.clone();
        let (tell, told) = oneshot::channel();
        guard::spawn(async move {
            let _ = tell.send(this.send_now(events).await);
        });
        match told.await {
            Ok(outcome) => outcome,
            // Only a page that goes away gives a task up.
            Err(oneshot::Canceled) => std::future::pending().await,
        }
    }

    async fn send_now(&self, events: Vec<InputEvent>) -> SendOutcome {
        let sent = events
            .iter()
            .filter_map(|e| serde_json::to_string(e).ok())
            .map(Into::into)
            .collect();
        let body = serde_json::to_string(&SendEvents { events }).unwrap_or_default();
        let (id, effects) = self.inner.watch.borrow_mut().send(sent);
        self.carry_out(effects);
        let request = endpoints::send_events(&self.inner.id, body);
        let answer = fetch::call::<SentEvents>(&self.inner.link.connection, &request).await;
        let (outcome, effects) = {
            let mut watch = self.inner.watch.borrow_mut();
            match answer {
                Ok(sent) => {
                    // The screen with the draft may be gone.
                    let text = watch.timeline().outgoing(id).and_then(Outgoing::message_text);
                    drafts::arrived(&self.inner.id, &text.unwrap_or_default());
                    (SendOutcome::Stored, watch.sent(clock::now(), id, sent.data))
                }
                Err(error) if error.outcome_unknown => {
                    let effects = watch.lost(clock::now(), id, error.to_string());
                    (SendOutcome::Unconfirmed(id, error), effects)
                }
                Err(error) => (SendOutcome::Refused(error), watch.refused(id)),
            }
        };
        self.carry_out(effects);
        outcome
    }

    /// Sends an unconfirmed request again, because the user asked for it. One that is refused stays where it was, with the
    /// server's reason.
    pub async fn send_again(&self, id: OutgoingId) -> Option<SendOutcome> {
        if self.with_timeline(|t| t.outgoing(id).is_none_or(|o| o.state == OutgoingState::Sending)) {
            return None;
        }
        let outgoing = self.take_back(id)?;
        let events = outgoing
            .events
            .iter()
            .filter_map(|json| RawJson::parse(json).ok())
            .map(InputEvent::Raw)
            .collect();
        let outcome = self.send(events).await;
        if let SendOutcome::Refused(error) = &outcome {
            let effects = {
                let mut watch = self.inner.watch.borrow_mut();
                let (id, mut effects) = watch.send(outgoing.events);
                effects.extend(watch.lost(clock::now(), id, error.to_string()));
                effects
            };
            self.carry_out(effects);
        } else {
            self.inner.signals.settled.update(|settled| settled.push(id));
        }
        Some(outcome)
    }

    /// Takes an unconfirmed request off the timeline.
    pub fn discard(&self, id: OutgoingId) {
        self.take_back(id);
    }

    fn take_back(&self, id: OutgoingId) -> Option<Outgoing> {
        let (dropped, effects) = self.inner.watch.borrow_mut().drop_local(id);
        self.carry_out(effects);
        dropped
    }

    /// Changes the title; an empty one removes it.
    ///
    /// # Errors
    /// The server refused or did not answer.
    pub async fn rename(&self, title: &str) -> Result<(), ApiError> {
        let title = title.trim();
        /// The part of a session update that is used here; the whole one brings every tool's writer along.
        #[derive(Serialize)]
        struct TitleUpdate<'a> {
            title: Option<&'a str>,
        }
        let update = TitleUpdate {
            title: (!title.is_empty()).then_some(title),
        };
        let body = serde_json::to_string(&update).unwrap_or_default();
        let request = endpoints::update_session(&self.inner.id, body);
        let changed = fetch::call(&self.inner.link.connection, &request).await;
        self.take_over(changed.map_err(|error| self.doubted(error))?);
        Ok(())
    }

    /// Looks what has become of a change that may have taken effect, and says so.
    fn doubted(&self, mut error: ApiError) -> ApiError {
        if error.outcome_unknown {
            error.message.push_str(" It may have taken effect all the same.");
            self.refresh_session();
            self.look_again();
        }
        error
    }

    /// Archives the session.
    ///
    /// # Errors
    /// The server refused, for example because the session still runs, or did not answer.
    pub async fn archive(&self) -> Result<(), ApiError> {
        let request = endpoints::archive_session(&self.inner.id);
        let changed = self.once_idle(&request).await?;
        self.take_over(changed);
        self.handle(Input::LookAgain);
        Ok(())
    }

    /// The session as a change left it. An answer of another form says that it took effect and no more.
    fn take_over(&self, Changed(session): Changed<SessionSummary>) {
        match session {
            Some(session) => self.put_session(session),
            None => self.refresh_session(),
        }
    }

    /// Deletes the session.
    ///
    /// # Errors
    /// The server refused, for example because the session still runs, or did not answer.
    pub async fn delete(&self) -> Result<(), ApiError> {
        let request = endpoints::delete_session(&self.inner.id);
        // What a server answers to a deletion is not worth reading.
        let _: RawJson = self.once_idle(&request).await?;
        Ok(())
    }

    /// The idle event can precede the status that archive and delete look at. While the log says idle, a refusal for
    /// being busy is therefore asked again for a short while; both requests are harmless to repeat after a refusal.
    async fn once_idle<T: FromAnswer>(
        &self,
        request: &playground_core::api::ApiRequest,
    ) -> Result<T, ApiError> {
        const TRIES: u32 = 10;
        const PAUSE_MS: f64 = 200.0;
        let mut tries = 0;
        loop {
            let answer = fetch::call(&self.inner.link.connection, request).await;
            let Err(error) = answer else { return answer };
            tries += 1;
            if !error.is_busy() || !self.is_idle_by_log() || tries >= TRIES {
                return Err(self.doubted(error));
            }
            sleep(PAUSE_MS).await;
        }
    }

    fn is_idle_by_log(&self) -> bool {
        self.with_timeline(|t| t.status() == Some(playground_core::protocol::SessionStatus::Idle))
    }
}
