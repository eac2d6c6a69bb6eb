//! The requests of the API, one function each (Managed Agents API reference, endpoint index).
//!
//! Bodies are JSON texts made by the caller from the types in [`protocol`](crate::protocol).

use super::pager::Cursor;
use super::path::Path;
use super::request::ApiRequest;

/// Values for `event_deltas[]`: which events the stream previews.
pub const PREVIEWED: [&str; 2] = ["agent.message", "agent.thinking"];

/// Order of a list by creation or processing time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Oldest first.
    Asc,
    /// Newest first.
    Desc,
}

impl Order {
    fn as_str(self) -> &'static str {
        match self {
            Self::Asc => "asc",
            Self::Desc => "desc",
        }
    }
}

/// Filters of the session list; an unset field leaves its parameter out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionFilter {
    /// `statuses[]`.
    pub status: Option<String>,
    /// `agent_id`.
    pub agent_id: Option<String>,
    /// `include_archived`; the server's default is false.
    pub include_archived: bool,
    /// `created_at[gte]`, RFC 3339.
    pub created_from: Option<String>,
    /// `limit`; the server's default is not documented.
    pub limit: Option<u32>,
}

/// `GET /v1/sessions`: one page of sessions, newest first.
#[must_use]
pub fn list_sessions(filter: &SessionFilter, page: Option<&Cursor>) -> ApiRequest {
    ApiRequest::get("/v1/sessions".into())
        .with_some("statuses[]", filter.status.as_deref())
        .with_some("agent_id", filter.agent_id.as_deref())
        .with_some("include_archived", filter.include_archived.then_some("true"))
        .with_some("created_at[gte]", filter.created_from.as_deref())
        .with_some("limit", filter.limit.map(|l| l.to_string()))
        .with_cursor(page)
}

/// `POST /v1/sessions`: creates a session.
#[must_use]
pub fn create_session(body: String) -> ApiRequest {
    ApiRequest::post("/v1/sessions".into(), Some(body))
}

/// `GET /v1/sessions/{id}`: one session.
#[must_use]
pub fn retrieve_session(id: &str) -> ApiRequest {
    ApiRequest::get(session_path(id, ""))
}

/// `POST /v1/sessions/{id}`: partial update.
#[must_use]
pub fn update_session(id: &str, body: String) -> ApiRequest {
    ApiRequest::post(session_path(id, ""), Some(body))
}

/// `POST /v1/sessions/{id}/archive`: archives; no body.
#[must_use]
pub fn archive_session(id: &str) -> ApiRequest {
    ApiRequest::post(session_path(id, "/archive"), None)
}

/// `DELETE /v1/sessions/{id}`: deletes.
#[must_use]
pub fn delete_session(id: &str) -> ApiRequest {
    ApiRequest::delete(session_path(id, ""))
}

/// `POST /v1/sessions/{id}/events`: sends events.
#[must_use]
pub fn send_events(id: &str, body: String) -> ApiRequest {
    ApiRequest::post(session_path(id, "/events"), Some(body))
}

/// Which part of the history to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventsQuery {
    /// Sort order by `processed_at`; the server's default is not documented.
    pub order: Option<Order>,
    /// `created_at[gte]`, compared with `processed_at`; RFC 3339. May leave out input that waits.
    pub since: Option<String>,
    /// `created_at[lte]`, likewise.
    pub until: Option<String>,
    /// `types[]`; empty for all.
    pub types: Vec<String>,
    /// `limit`.
    pub limit: Option<u32>,
    /// Cursor from `next_page`.
    pub page: Option<String>,
    /// `after_id`, for servers that say `has_more` and name no page.
    pub after_id: Option<String>,
}

/// `GET /v1/sessions/{id}/events`: one page of the stored events.
#[must_use]
pub fn list_events(id: &str, query: &EventsQuery) -> ApiRequest {
    let mut request = ApiRequest::get(session_path(id, "/events"));
    for event_type in &query.types {
        request = request.with("types[]", event_type.as_str());
    }
    request
        .with_some("order", query.order.map(Order::as_str))
        .with_some("created_at[gte]", query.since.as_deref())
        .with_some("created_at[lte]", query.until.as_deref())
        .with_some("limit", query.limit.map(|l| l.to_string()))
        .with_some("page", query.page.as_deref())
        .with_some("after_id", query.after_id.as_deref())
}

/// `GET /v1/sessions/{id}/events/stream`: the live event stream.
#[must_use]
pub fn stream_events(id: &str, previews: bool) -> ApiRequest {
    let mut request = ApiRequest::get(session_path(id, "/events/stream"));
    request.streams = true;
    if previews {
        for event_type in PREVIEWED {
            request = request.with("event_deltas[]", event_type);
        }
    }
    request
}

/// `GET /v1/sessions/{id}/threads`: one page of threads.
#[must_use]
pub fn list_threads(id: &str, page: Option<&Cursor>) -> ApiRequest {
    ApiRequest::get(session_path(id, "/threads")).with_cursor(page)
}

/// `GET /v1/agents`: one page of agents.
#[must_use]
pub fn list_agents(page: Option<&Cursor>) -> ApiRequest {
    ApiRequest::get("/v1/agents".into())
        .with("limit", "100")
        .with_cursor(page)
}

/// `GET /v1/agents/{id}/versions`: one page of versions.
#[must_use]
pub fn list_agent_versions(id: &str, page: Option<&Cursor>) -> ApiRequest {
    ApiRequest::get(Path::from("/v1/agents").id(id).then("/versions"))
        .with("limit", "100")
        .with_cursor(page)
}

/// `GET /v1/environments`: one page of environments.
#[must_use]
pub fn list_environments(page: Option<&Cursor>) -> ApiRequest {
    ApiRequest::get("/v1/environments".into())
        .with("limit", "100")
        .with_cursor(page)
}

/// `GET /v1/vaults`: one page of vaults.
#[must_use]
pub fn list_vaults(page: Option<&Cursor>) -> ApiRequest {
    ApiRequest::get("/v1/vaults".into())
        .with("limit", "100")
        .with_cursor(page)
}

/// `GET /v1/models`: one page of models; needs no beta, so it tells a wrong path from a missing beta.
#[must_use]
pub fn list_models() -> ApiRequest {
    ApiRequest::get("/v1/models".into()).with("limit", "1")
}

fn session_path(id: &str, rest: &'static str) -> Path {
    Path::from("/v1/sessions").id(id).then(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Method;

    #[test]
    fn requests_match_the_documented_lines() {
        let lines = [
            list_sessions(&SessionFilter::default(), None),
            create_session("{}".into()),
            retrieve_session("sesn_1"),
            update_session("sesn_1", "{}".into()),
            archive_session("sesn_1"),
            delete_session("sesn_1"),
            send_events("sesn_1", "{}".into()),
            stream_events("sesn_1", false),
            list_threads("sesn_1", None),
        ]
        .map(|r| format!("{} {}", r.method.as_str(), r.target()));
        assert_eq!(
            lines,
            [
                "GET /v1/sessions",
                "POST /v1/sessions",
                "GET /v1/sessions/sesn_1",
                "POST /v1/sessions/sesn_1",
                "POST /v1/sessions/sesn_1/archive",
                "DELETE /v1/sessions/sesn_1",
                "POST /v1/sessions/sesn_1/events",
                "GET /v1/sessions/sesn_1/events/stream",
                "GET /v1/sessions/sesn_1/threads",
            ]
        );
    }

    #[test]
    fn the_stream_asks_for_previews() {
        assert_eq!(
            stream_events("s", true).target(),
            "/v1/sessions/s/events/stream?event_deltas%5B%5D=agent.message&event_deltas%5B%5D=agent.thinking"
        );
    }

    #[test]
    fn archive_has_no_body_and_ids_cannot_leave_their_segment() {
        let request = archive_session("agents/a?x=");
        assert_eq!(request.body, None);
        assert_eq!(request.method, Method::Post);
        assert_eq!(&*request.path, "/v1/sessions/agents%2Fa%3Fx%3D/archive");
    }

    #[test]
    fn no_request_about_an_object_reaches_another_one() {
        for id in ["", ".", "..", "%2e%2e", "../agents"] {
            let targets = [
                retrieve_session(id),
                update_session(id, "{}".into()),
                archive_session(id),
                delete_session(id),
                send_events(id, "{}".into()),
                stream_events(id, true),
                list_threads(id, None),
                list_agent_versions(id, None),
            ]
            .map(|request| request.target());
            for target in targets {
                let mut segments = target.split(['/', '?']).skip(1);
                assert_eq!(segments.next(), Some("v1"), "{target}");
                assert!(matches!(segments.next(), Some("sessions" | "agents")), "{target}");
                assert_eq!(segments.next(), Some("%EF%BF%BD"), "{target}");
            }
        }
    }

    #[test]
    fn unset_filters_send_no_parameters() {
        let filter = SessionFilter {
            status: Some("idle".into()),
            include_archived: true,
            created_from: Some("2026-11-01T00:00:00Z".into()),
            ..SessionFilter::default()
        };
        assert_eq!(
            list_sessions(&filter, Some(&Cursor::Page("page_1".into()))).target(),
            "/v1/sessions?statuses%5B%5D=idle&include_archived=true\
             &created_at%5Bgte%5D=2026-11-01T00%3A00%3A00Z&page=page_1"
        );
    }
}
