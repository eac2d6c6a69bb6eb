//! Sending and listing events (Managed Agents API reference, "Events").

use std::sync::Arc;

use axum::extract::{Extension, Path, RawQuery, State};
use axum::response::Response;
use bytes::Bytes;
use hyper::HeaderMap;

use super::{find_session, json_response};
use crate::app::App;
use crate::engine::{accept, inputs};
use crate::faults::Hit;
use crate::http::body;
use crate::http::cursor::{Cursor, Direction};
use crate::http::error::{ApiError, ApiResult};
use crate::http::query::{Order, Query, RANGE};
use crate::stats::Listed;
use crate::wire::time::Micros;
use crate::world::session::{PRIMARY, State as SessionState};

/// The values of `types[]`: every stored type except `session.deleted`.
pub(crate) const TYPES: &[&str] = &[
    "user.message",
    "user.interrupt",
    "user.tool_confirmation",
    "user.custom_tool_result",
    "user.tool_result",
    "user.define_outcome",
    "system.message",
    "agent.message",
    "agent.thinking",
    "agent.tool_use",
    "agent.tool_result",
    "agent.mcp_tool_use",
    "agent.mcp_tool_result",
    "agent.custom_tool_use",
    "agent.thread_message_sent",
    "agent.thread_message_received",
    "agent.thread_context_compacted",
    "session.status_running",
    "session.status_idle",
    "session.status_rescheduled",
    "session.status_terminated",
    "session.error",
    "session.updated",
    "session.usage",
    "session.thread_created",
    "session.thread_status_running",
    "session.thread_status_idle",
    "session.thread_status_rescheduled",
    "session.thread_status_terminated",
    "span.model_request_start",
    "span.model_request_end",
    "span.outcome_evaluation_start",
    "span.outcome_evaluation_ongoing",
    "span.outcome_evaluation_end",
    "workflow_run.created",
    "workflow_run.status_running",
    "workflow_run.status_idle",
    "workflow_run.phase_started",
    "workflow_run.phase_ended",
    "workflow_run.error",
    "workflow_run.status_ended",
];

const MAX_PAGE: usize = 1000;

/// Sorts pending inputs behind everything that was processed.
const PENDING: u64 = u64::MAX;

pub(crate) async fn send(
    State(app): State<Arc<App>>,
    Path(sid): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    bytes: Bytes,
) -> ApiResult {
    Query::parse(query.as_deref(), &[])?;
    let session = find_session(&app, &sid)?;
    let body = body::object(&headers, &bytes)?;
    let batch = inputs::parse_batch(&body).map_err(ApiError::invalid)?;
    let echoes = accept::accept(&session, &batch, app.world.settings.speed)?;
    Ok(page_of(&echoes, None))
}

pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Extension(hit): Extension<Arc<Hit>>,
    Path(sid): Path<String>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    let mut allowed = vec!["limit", "page", "order", "types[]"];
    allowed.extend(RANGE);
    let query = Query::parse(query.as_deref(), &allowed)?;
    let (from, to) = query.range()?;
    let filter = Filter {
        order: query.order(Order::Asc)?,
        limit: query.limit(MAX_PAGE, MAX_PAGE)?,
        types: query.list_of("types[]", TYPES)?.to_vec(),
        range: (from, to.min(listed_until(hit.effect.list_lag_ms))),
        with_pending: !query.has_range(),
        list: "events".to_owned(),
        cursor: None,
    };
    let session = find_session(&app, &sid)?;
    filter.with_cursor(&query)?.answer(&session.lock(), PRIMARY)
}

/// The history is eventually consistent; a fault decides how late it is.
fn listed_until(list_lag_ms: u64) -> Micros {
    match list_lag_ms {
        0 => Micros(u64::MAX),
        ms => Micros(Micros::now().0.saturating_sub(ms.saturating_mul(1_000))),
    }
}

/// What a list request asks for.
pub(super) struct Filter {
    pub(super) order: Order,
    pub(super) limit: usize,
    /// Empty means all.
    pub(super) types: Vec<String>,
    pub(super) range: (Micros, Micros),
    /// Inputs without a time do not pass a time filter.
    pub(super) with_pending: bool,
    /// Which list the cursors belong to.
    pub(super) list: String,
    pub(super) cursor: Option<Cursor>,
}

impl Filter {
    pub(super) fn with_cursor(mut self, query: &Query) -> ApiResult<Self> {
        self.cursor = query
            .text("page")
            .map(|text| Cursor::decode(text, &self.list, self.order))
            .transpose()?;
        let (from, to) = self.range;
        match &self.cursor {
            Some(cursor) if !self.with_pending && !(from.0..=to.0).contains(&cursor.key.0) => {
                Err(ApiError::invalid("page: the cursor lies outside of `created_at`"))
            }
            _ => Ok(self),
        }
    }

    /// A page of a thread's events. Finding the place is logarithmic; only what the page shows is copied.
    pub(super) fn answer(&self, state: &SessionState, thread: usize) -> ApiResult<Response> {
        let history = state.threads[thread].channel.history();
        let mut first = history.partition_point(|event| event.at < self.range.0);
        let mut last = history.partition_point(|event| event.at <= self.range.1);
        if let Some(cursor) = &self.cursor {
            let edge = Micros(cursor.key.0);
            match self.order {
                Order::Asc => first = first.max(history.partition_point(|event| event.at <= edge)),
                Order::Desc => last = last.min(history.partition_point(|event| event.at < edge)),
            }
        }
        let stored = history[first..last.max(first)]
            .iter()
            .filter(|event| self.passes(&event.kind))
            .map(|event| (event.at.0, event.json.clone()));
        let with_pending = self.with_pending && thread == PRIMARY;
        let pending = state
            .queue
            .iter()
            .enumerate()
            .filter(|(_, queued)| with_pending && self.passes(&queued.draft.kind))
            .map(|(n, queued)| {
                (
                    PENDING - 1_000_000 + n as u64,
                    queued.draft.render(&queued.id, None),
                )
            });
        let page = match self.order {
            Order::Asc => self.cut(stored.chain(pending)),
            Order::Desc => {
                let pending: Vec<_> = pending.collect();
                self.cut(pending.into_iter().rev().chain(stored.rev()))
            }
        };
        let (items, next) = page;
        let mut response = page_of(&items, next.as_deref());
        response.extensions_mut().insert(Listed(items.len() as u64));
        Ok(response)
    }

    fn passes(&self, kind: &str) -> bool {
        self.types.is_empty() || self.types.iter().any(|wanted| wanted == kind)
    }

    fn cut(&self, events: impl Iterator<Item = (u64, Bytes)>) -> (Vec<Bytes>, Option<String>) {
        let is_past = |at: u64| match (&self.cursor, self.order) {
            (None, _) => false,
            (Some(cursor), Order::Asc) => at <= cursor.key.0,
            (Some(cursor), Order::Desc) => at >= cursor.key.0,
        };
        let mut events = events.skip_while(|(at, _)| is_past(*at));
        let mut edge = 0;
        let mut items = Vec::new();
        for (at, json) in events.by_ref().take(self.limit) {
            edge = at;
            items.push(json);
        }
        let next = events.next().map(|_| {
            let key = (edge, String::new());
            Cursor {
                list: self.list.clone(),
                order: self.order,
                direction: Direction::Next,
                key,
            }
            .encode()
        });
        (items, next)
    }
}

/// `{"data": […]}` from events that are JSON already.
fn page_of(items: &[Bytes], next: Option<&str>) -> Response {
    let mut out = Vec::with_capacity(items.iter().map(|item| item.len() + 1).sum::<usize>() + 64);
    out.extend_from_slice(b"{\"data\":[");
    for (n, item) in items.iter().enumerate() {
        if n > 0 {
            out.push(b',');
        }
        out.extend_from_slice(item);
    }
    out.push(b']');
    if let Some(next) = next {
        out.extend_from_slice(format!(",\"next_page\":\"{next}\"").as_bytes());
    }
    out.push(b'}');
    json_response(out)
}
