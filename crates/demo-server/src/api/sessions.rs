//! Sessions: list, read, update, archive, delete (Managed Agents API reference, "Sessions").

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use bytes::Bytes;
use hyper::HeaderMap;
use serde_json::{Map, Value, json};

use super::session_create::{cap, title};
use super::{answer, answer_page, find_session};
use crate::app::App;
use crate::engine::run;
use crate::http::body;
use crate::http::cursor::{Cursor, cut};
use crate::http::error::{ApiError, ApiResult};
use crate::http::query::{Order, Query, RANGE};
use crate::wire::events::Stop;
use crate::wire::money::{self, NANOS_PER_CENT};
use crate::world::agents::{mcp_servers, none_as_empty, servers_match_tools};
use crate::world::session::{State as SessionState, Status};
use crate::world::{metadata, tools};

const STATUSES: &[&str] = &["rescheduling", "running", "idle", "terminated"];

pub(crate) async fn list(State(app): State<Arc<App>>, RawQuery(query): RawQuery) -> ApiResult {
    let mut allowed = vec![
        "limit",
        "page",
        "order",
        "agent_id",
        "agent_version",
        "deployment_id",
        "memory_store_id",
        "statuses[]",
        "include_archived",
    ];
    allowed.extend(RANGE);
    let query = Query::parse(query.as_deref(), &allowed)?;
    let limit = query.limit(20, 100)?;
    let order = query.order(Order::Desc)?;
    let statuses = query.list_of("statuses[]", STATUSES)?;
    let include_archived = query.flag("include_archived")?;
    let (from, to) = query.range()?;
    let agent_id = query.text("agent_id");
    let agent_version = query.number("agent_version")?;
    if agent_version.is_some() && agent_id.is_none() {
        return Err(ApiError::invalid(
            "agent_version: only allowed together with agent_id",
        ));
    }
    let cursor = query
        .text("page")
        .map(|text| Cursor::decode(text, "sessions", order))
        .transpose()?;
    if let Some(cursor) = &cursor
        && query.has_range()
        && !(from.0..=to.0).contains(&cursor.key.0)
    {
        return Err(ApiError::invalid("page: the cursor lies outside of `created_at`"));
    }

    let mut found = Vec::new();
    for session in app.world.sessions() {
        let state = session.lock();
        let status = state.visible_status();
        // A terminated session shows when archived ones do, or when it is asked for by name.
        let hidden = state.archived_at.is_some() || (status == Status::Terminated && statuses.is_empty());
        let fits = (include_archived || !hidden)
            && (statuses.is_empty() || statuses.iter().any(|name| name == status.name()))
            && agent_id.is_none_or(|id| state.agent["id"] == id)
            && agent_version.is_none_or(|version| state.agent["version"] == version)
            && query.text("deployment_id").is_none()
            && query
                .text("memory_store_id")
                .is_none_or(|id| has_memory_store(&state, id))
            && (from..=to).contains(&state.created_at);
        if fits {
            found.push(((state.created_at.0, session.id.clone()), Arc::clone(&session)));
        }
    }
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    let page = cut(found, "sessions", order, limit, cursor.as_ref());
    let items = page.items.iter().map(|session| session.lock().json()).collect();
    Ok(answer_page(
        crate::http::cursor::Page {
            items,
            next: page.next,
            previous: page.previous,
        },
        true,
    ))
}

fn has_memory_store(state: &SessionState, id: &str) -> bool {
    state
        .resources
        .iter()
        .any(|resource| resource["memory_store_id"] == id)
}

pub(crate) async fn retrieve(
    State(app): State<Arc<App>>,
    Path(sid): Path<String>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    Query::parse(query.as_deref(), &[])?;
    let json = find_session(&app, &sid)?.lock().json();
    Ok(answer(&json))
}

pub(crate) async fn update(
    State(app): State<Arc<App>>,
    Path(sid): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    bytes: Bytes,
) -> ApiResult {
    Query::parse(query.as_deref(), &[])?;
    let session = find_session(&app, &sid)?;
    let body = body::object(&headers, &bytes)?;
    body::only(&body, &["title", "metadata", "agent", "budget", "vault_ids"])?;
    let mut state = session.lock();
    let changes = Update::read(&state, &body)?.apply(&mut state);
    state.announce_update(changes);
    if state.stop == Stop::BudgetReached && state.status == Status::Idle && !state.is_at_cap() {
        // `paused_at_cap` stays set for the turn that goes on.
        if state.paused_at_cap || state.has_work() {
            state.begin_running();
            run::ensure_running(&session, &mut state, app.world.settings.speed);
        } else {
            state.stop = Stop::EndTurn;
        }
    }
    let json = state.json();
    Ok(answer(&json))
}

/// A checked update; nothing is applied unless all of it can be.
#[derive(Default)]
struct Update {
    title: Option<Option<String>>,
    metadata: Option<Map<String, Value>>,
    agent: Option<Value>,
    budget: Option<Option<u64>>,
}

impl Update {
    fn read(state: &SessionState, body: &Map<String, Value>) -> ApiResult<Self> {
        let mut update = Self::default();
        if body.contains_key("vault_ids") {
            return Err(ApiError::invalid("vault_ids: cannot be changed after creation"));
        }
        if state.archived_at.is_some() {
            return Err(ApiError::invalid(format!("Session {} is archived", state.id)));
        }
        if let Some(given) = body.get("title") {
            if given == "" {
                return Err(ApiError::invalid(
                    "title: String should have at least 1 character",
                ));
            }
            update.title = Some(title(Some(given))?);
        }
        if let Some(patch) = body.get("metadata") {
            let mut map = state.metadata.clone();
            metadata::patch(&mut map, patch).map_err(ApiError::invalid)?;
            update.metadata = Some(map);
        }
        if let Some(given) = body.get("agent") {
            update.agent = Some(agent(state, given)?);
        }
        if let Some(given) = body.get("budget") {
            update.budget = Some(budget(state, given)?);
        }
        Ok(update)
    }

    /// Answers the fields that really changed.
    fn apply(self, state: &mut SessionState) -> Map<String, Value> {
        let mut changes = Map::new();
        if let Some(title) = self.title.filter(|title| *title != state.title) {
            changes.insert("title".to_owned(), json!(title));
            state.title = title;
        }
        if let Some(map) = self.metadata.filter(|map| *map != state.metadata) {
            changes.insert("metadata".to_owned(), Value::Object(map.clone()));
            state.metadata = map;
        }
        if let Some(agent) = self.agent.filter(|agent| *agent != state.agent) {
            changes.insert("agent".to_owned(), agent.clone());
            state.agent = agent;
        }
        if let Some(budget) = self.budget.filter(|budget| *budget != state.budget_cents) {
            changes.insert("budget".to_owned(), money::budget(budget));
            state.budget_cents = budget;
        }
        changes
    }
}

fn agent(state: &SessionState, given: &Value) -> ApiResult<Value> {
    let Value::Object(given) = given else {
        return Err(ApiError::invalid("agent: Input should be a valid dictionary"));
    };
    body::only(given, &["tools", "mcp_servers"]).map_err(|error| ApiError {
        message: format!("agent.{}", error.message),
        ..error
    })?;
    if !state.open_runs.is_empty() {
        return Err(
            ApiError::invalid("Tools cannot change while a workflow run is open")
                .with_code("workflow_run_open"),
        );
    }
    if state.visible_status() != Status::Idle {
        return Err(ApiError::invalid(
            "agent: tools and MCP servers can change only while the session is idle",
        ));
    }
    let mut agent = state.agent.clone();
    if let Some(list) = given.get("tools") {
        agent["tools"] = tools::resolve(none_as_empty(list), "agent.tools").map_err(ApiError::invalid)?;
    }
    if let Some(list) = given.get("mcp_servers") {
        agent["mcp_servers"] =
            mcp_servers(none_as_empty(list), "agent.mcp_servers").map_err(ApiError::invalid)?;
    }
    servers_match_tools(&agent).map_err(|message| ApiError::invalid(format!("agent.{message}")))?;
    Ok(agent)
}

fn budget(state: &SessionState, given: &Value) -> ApiResult<Option<u64>> {
    if state.status == Status::Terminated {
        return Err(ApiError::invalid("budget: the session is terminated"));
    }
    if given.is_null() {
        return Ok(None);
    }
    if state.budget_cents.is_none() {
        return Err(ApiError::invalid(
            "budget_create_only: a budget can be set only when the session is created",
        ));
    }
    let cents = cap(given)?;
    if cents * NANOS_PER_CENT <= state.usage.cost(state.clock.now()) {
        return Err(ApiError::invalid(
            "budget_not_raised: the budget must exceed the cost so far",
        ));
    }
    Ok(Some(cents))
}

pub(crate) async fn archive(
    State(app): State<Arc<App>>,
    Path(sid): Path<String>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    Query::parse(query.as_deref(), &[])?;
    let session = find_session(&app, &sid)?;
    let mut state = session.lock();
    if state.archived_at.is_none() {
        must_not_run(&state, "archived")?;
        stop_turn(&mut state);
        state.terminate();
        state.archived_at = Some(state.clock.now());
        state.updated_at = state.clock.now();
    }
    let json = state.json();
    Ok(answer(&json))
}

pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    Path(sid): Path<String>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    Query::parse(query.as_deref(), &[])?;
    let session = find_session(&app, &sid)?;
    {
        let mut state = session.lock();
        must_not_run(&state, "deleted")?;
        stop_turn(&mut state);
        state.delete();
    }
    app.world.remove(&session.id);
    Ok(answer(&json!({"id": session.id, "type": "session_deleted"})))
}

fn must_not_run(state: &SessionState, what: &str) -> ApiResult<()> {
    match state.visible_status() {
        Status::Running | Status::Rescheduling => Err(ApiError::invalid(format!(
            "Session {} is {} and cannot be {what}. Send a `user.interrupt` and wait until it is idle.",
            state.id,
            state.visible_status().name()
        ))),
        Status::Idle | Status::Terminated => Ok(()),
    }
}

/// A turn may still be waiting for answers that will not come.
fn stop_turn(state: &mut SessionState) {
    if let Some(turn) = state.turn.take() {
        turn.abort();
    }
}
