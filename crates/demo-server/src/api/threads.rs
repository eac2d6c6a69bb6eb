//! Session threads (Managed Agents API reference, "Session threads").

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};

use super::events::Filter;
use super::{answer, answer_page, find_session};
use crate::app::App;
use crate::http::cursor::{Cursor, cut};
use crate::http::error::{ApiError, ApiResult};
use crate::http::query::{Order, Query};
use crate::wire::time::Micros;
use crate::world::session::{PRIMARY, State as SessionState, Status};

pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Path(sid): Path<String>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    let query = Query::parse(query.as_deref(), &["limit", "page", "statuses[]"])?;
    let limit = query.limit(1000, 1000)?;
    let statuses = query.list_of("statuses[]", &["running", "idle", "rescheduling", "terminated"])?;
    let list = format!("threads {sid}");
    let cursor = query
        .text("page")
        .map(|text| Cursor::decode(text, &list, Order::Asc))
        .transpose()?;
    let session = find_session(&app, &sid)?;
    let state = session.lock();
    let sorted = (0..state.threads.len())
        .filter(|n| {
            statuses.is_empty()
                || statuses
                    .iter()
                    .any(|name| name == state.threads[*n].status.name())
        })
        .map(|n| ((n as u64, String::new()), state.thread_json(n)))
        .collect();
    Ok(answer_page(
        cut(sorted, &list, Order::Asc, limit, cursor.as_ref()),
        false,
    ))
}

pub(crate) async fn retrieve(
    State(app): State<Arc<App>>,
    Path((sid, tid)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    Query::parse(query.as_deref(), &[])?;
    let session = find_session(&app, &sid)?;
    let state = session.lock();
    let thread = find(&state, &tid)?;
    Ok(answer(&state.thread_json(thread)))
}

pub(crate) async fn archive(
    State(app): State<Arc<App>>,
    Path((sid, tid)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    Query::parse(query.as_deref(), &[])?;
    let session = find_session(&app, &sid)?;
    let mut state = session.lock();
    let thread = find(&state, &tid)?;
    if thread == PRIMARY {
        return Err(ApiError::invalid(
            "The primary thread cannot be archived; archive the session",
        ));
    }
    let run = state.threads[thread].workflow_run.clone();
    if run.is_some_and(|run| state.open_runs.contains(&run)) {
        return Err(
            ApiError::invalid("The thread belongs to an open workflow run").with_code("workflow_run_open")
        );
    }
    match state.threads[thread].status {
        Status::Idle => state.terminate_thread(thread),
        Status::Terminated => {}
        Status::Running | Status::Rescheduling => {
            return Err(ApiError::invalid(format!(
                "Thread {tid} is running; interrupt it first"
            )));
        }
    }
    Ok(answer(&state.thread_json(thread)))
}

pub(crate) async fn events(
    State(app): State<Arc<App>>,
    Path((sid, tid)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    let query = Query::parse(query.as_deref(), &["limit", "page"])?;
    let filter = Filter {
        order: Order::Asc,
        limit: query.limit(1000, 1000)?,
        types: Vec::new(),
        range: (Micros(0), Micros(u64::MAX)),
        with_pending: true,
        list: format!("events {tid}"),
        cursor: None,
    };
    let session = find_session(&app, &sid)?;
    let state = session.lock();
    let thread = find(&state, &tid)?;
    filter.with_cursor(&query)?.answer(&state, thread)
}

/// The position of a thread in its session.
pub(super) fn find(state: &SessionState, id: &str) -> ApiResult<usize> {
    if !id.starts_with("sthr_") {
        return Err(ApiError::invalid(format!("Invalid session_thread_id: {id}")));
    }
    state
        .thread_at(id)
        .ok_or_else(|| ApiError::not_found(format!("Thread not found: {id}")))
}
