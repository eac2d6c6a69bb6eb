//! Which sessions a filter lets through, for servers that ignore a part of it.

use super::endpoints::SessionFilter;
use crate::protocol::{SessionSummary, Timestamp};

impl SessionFilter {
    /// Whether a session is among those that were asked for. What the session does not tell speaks for it.
    #[must_use]
    pub fn admits(&self, session: &SessionSummary) -> bool {
        let is = |wanted: &Option<String>, told: &str, same: fn(&str, &str) -> bool| match wanted {
            Some(wanted) => told.is_empty() || same(wanted, told),
            None => true,
        };
        let is_late_enough = || {
            let from = Timestamp::parse(self.created_from.as_deref()?).ok()?;
            Some(session.created_at? >= from)
        };
        // Archived sessions are terminated ones: who asks for those may get both.
        let wants_ended = self.include_archived
            || self
                .status
                .as_deref()
                .is_some_and(|status| status.eq_ignore_ascii_case("terminated"));
        is(&self.status, session.status.as_str(), str::eq_ignore_ascii_case)
            && is(&self.agent_id, &session.agent.id, str::eq)
            && (wants_ended || session.archived_at.is_none())
            && is_late_enough().unwrap_or(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(json: &str) -> SessionSummary {
        serde_json::from_str(json).expect("a session")
    }

    #[test]
    fn what_a_server_sends_against_the_filter_is_not_shown() {
        let idle = session(
            r#"{"id":"s","status":"idle","agent":{"id":"agent_1"},"created_at":"2026-11-18T09:00:00Z","archived_at":null}"#,
        );
        let archived = session(r#"{"id":"s","status":"terminated","archived_at":"2026-11-18T09:00:00Z"}"#);
        let any = SessionFilter::default();
        assert!(any.admits(&idle) && !any.admits(&archived));
        let text = |text: &str| Some(text.to_owned());
        for (filter, admits) in [
            (
                SessionFilter {
                    status: text("idle"),
                    ..any.clone()
                },
                [true, false],
            ),
            (
                SessionFilter {
                    status: text("running"),
                    ..any.clone()
                },
                [false, false],
            ),
            (
                SessionFilter {
                    status: text("terminated"),
                    ..any.clone()
                },
                [false, true],
            ),
            (
                SessionFilter {
                    include_archived: true,
                    ..any.clone()
                },
                [true, true],
            ),
            (
                SessionFilter {
                    agent_id: text("agent_1"),
                    ..any.clone()
                },
                [true, false],
            ),
            (
                SessionFilter {
                    agent_id: text("agent_2"),
                    ..any.clone()
                },
                [false, false],
            ),
            (
                SessionFilter {
                    created_from: text("2026-11-18T00:00:00Z"),
                    ..any.clone()
                },
                [true, false],
            ),
            (
                SessionFilter {
                    created_from: text("2026-11-19T00:00:00Z"),
                    ..any.clone()
                },
                [false, false],
            ),
        ] {
            assert_eq!(
                [&idle, &archived].map(|session| filter.admits(session)),
                admits,
                "{filter:?}"
            );
        }
    }

    #[test]
    fn a_status_is_compared_without_regard_to_case() {
        for told in ["IDLE", "Idle", "idle", "Paused"] {
            for wanted in [told.to_lowercase(), told.to_uppercase()] {
                let filter = SessionFilter {
                    status: Some(wanted),
                    ..SessionFilter::default()
                };
                let json = format!(r#"{{"id":"s","status":"{told}"}}"#);
                assert!(filter.admits(&session(&json)), "{filter:?} {told}");
            }
        }
    }

    #[test]
    fn what_a_session_does_not_tell_speaks_for_it() {
        let silent = session(r#"{"id":"s"}"#);
        let filter = SessionFilter {
            status: Some("idle".into()),
            agent_id: Some("agent_1".into()),
            created_from: Some("2026-11-18T00:00:00Z".into()),
            ..SessionFilter::default()
        };
        assert!(filter.admits(&silent));
    }
}
