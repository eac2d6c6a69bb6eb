//! The message that a session is created with. Some servers create the session and leave the message out.

use super::timeline::Timeline;
use crate::protocol::{ContentBlock, Event, EventBody, EventFamily, EventType, SessionStatus};

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstMessage {
    /// It may still come.
    Awaited,
    /// It is in the log.
    Arrived,
    /// Something else happened that somebody must have asked for. Whether it was this message cannot be told.
    Overtaken,
    /// The log was listed, nothing but the session itself is in it, and the session is idle: the server left it out.
    LeftOut,
}

impl Timeline {
    /// What became of the message that the session was created with. `is_listed` says that the log was listed down to its
    /// beginning, and its end once more. A message that is found later than that has arrived all the same.
    #[must_use]
    pub fn first_message(&self, text: &str, is_listed: bool) -> FirstMessage {
        let mut is_overtaken = false;
        for slot in 0..self.event_count() {
            let event = self.log().event(slot as u32);
            if says(event, text) {
                return FirstMessage::Arrived;
            }
            is_overtaken |= is_work(event);
        }
        match (is_overtaken, self.status()) {
            (true, _) => FirstMessage::Overtaken,
            (false, Some(SessionStatus::Idle)) if is_listed => FirstMessage::LeftOut,
            (false, _) => FirstMessage::Awaited,
        }
    }
}

/// Whether an event is a message with this text, or may be one.
fn says(event: &Event, text: &str) -> bool {
    if !event.is_readable() {
        let quoted = serde_json::to_string(text).unwrap_or_default();
        return event.raw().contains(quoted.trim_matches('"'));
    }
    if *event.event_type() != EventType::UserMessage {
        return false;
    }
    let EventBody::UserMessage(message) = event.body() else {
        return false;
    };
    let texts = message.content.iter().filter_map(|block| match block {
        ContentBlock::Text(block) => Some(block.text.as_str()),
        _ => None,
    });
    texts.collect::<String>().trim() == text.trim()
}

/// Whether an event is input, or comes of input.
fn is_work(event: &Event) -> bool {
    match event.event_type() {
        EventType::SessionStatusRunning | EventType::SessionStatusRescheduled => true,
        event_type => matches!(
            event_type.family(),
            EventFamily::User | EventFamily::Agent | EventFamily::Span | EventFamily::WorkflowRun
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Side;

    const TEXT: &str = "List the \"files\".";
    const MESSAGE: &str = r#"{"type":"user.message","id":"a","content":[{"type":"text","text":"List the \"files\"."}],"processed_at":null}"#;
    const IDLE: &str = r#"{"type":"session.status_idle","id":"b","processed_at":"2026-11-18T09:00:01Z"}"#;

    fn told(events: &[&str], status: SessionStatus) -> Timeline {
        let mut timeline = Timeline::default();
        for event in events {
            timeline.upsert(Event::keep(event), Side::Newer);
        }
        let asked = timeline.asking(true);
        timeline.retrieved(status, false, asked);
        timeline
    }

    #[test]
    fn a_message_is_left_out_if_an_idle_session_knows_nothing_but_itself() {
        for events in [
            &[][..],
            &[IDLE],
            &[r#"{"type":"session.updated","id":"c"}"#],
            &["null"],
        ] {
            let timeline = told(events, SessionStatus::Idle);
            assert_eq!(
                timeline.first_message(TEXT, false),
                FirstMessage::Awaited,
                "not listed yet"
            );
            assert_eq!(
                timeline.first_message(TEXT, true),
                FirstMessage::LeftOut,
                "{events:?}"
            );
            let busy = told(events, SessionStatus::Running);
            assert_ne!(
                busy.first_message(TEXT, true),
                FirstMessage::LeftOut,
                "it works on something"
            );
        }
        assert_eq!(
            Timeline::default().first_message(TEXT, true),
            FirstMessage::Awaited
        );
    }

    #[test]
    fn a_message_that_is_in_the_log_has_arrived_however_late_and_however_odd() {
        for event in [
            MESSAGE.to_owned(),
            MESSAGE.replace("\"processed_at\":null", "\"x\":NaN"),
            r#"{"type":"user.message","content":"  List the \"files\". "}"#.to_owned(),
        ] {
            let timeline = told(&[IDLE, &event], SessionStatus::Idle);
            assert_eq!(
                timeline.first_message(TEXT, true),
                FirstMessage::Arrived,
                "{event}"
            );
            assert_eq!(timeline.first_message(TEXT, false), FirstMessage::Arrived);
        }
    }

    #[test]
    fn what_else_happened_is_not_taken_for_the_message() {
        for event in [
            r#"{"type":"user.message","id":"d","content":"Something else."}"#,
            r#"{"type":"agent.message","id":"d","content":"Hello."}"#,
            r#"{"type":"agent.message_chunk","delta":"He"}"#,
            r#"{"type":"span.model_request_start","id":"d"}"#,
            r#"{"type":"session.status_running","id":"d"}"#,
        ] {
            let timeline = told(&[IDLE, event], SessionStatus::Idle);
            assert_eq!(
                timeline.first_message(TEXT, true),
                FirstMessage::Overtaken,
                "{event}"
            );
        }
    }
}
