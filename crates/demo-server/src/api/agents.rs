//! Agents and their versions (Managed Agents API reference, "Agents").

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use bytes::Bytes;
use hyper::HeaderMap;
use serde_json::Value;

use super::{answer, answer_page};
use crate::app::App;
use crate::http::body;
use crate::http::cursor::{Cursor, cut};
use crate::http::error::{ApiError, ApiResult};
use crate::http::query::{Order, Query};
use crate::scripts::Script;
use crate::wire::time::Micros;
use crate::world::agents::{Agent, Version, configure};
use crate::world::catalog::Catalog;
use crate::world::multiagent;

pub(crate) async fn list(State(app): State<Arc<App>>, RawQuery(query): RawQuery) -> ApiResult {
    let allowed = [
        "limit",
        "page",
        "include_archived",
        "created_at[gte]",
        "created_at[lte]",
    ];
    let query = Query::parse(query.as_deref(), &allowed)?;
    let limit = query.limit(20, 100)?;
    let (from, to) = query.range()?;
    let include_archived = query.flag("include_archived")?;
    let cursor = query
        .text("page")
        .map(|text| Cursor::decode(text, "agents", Order::Desc))
        .transpose()?;
    let shelf = app.world.shelf();
    let mut sorted: Vec<_> = shelf
        .catalog
        .agents
        .iter()
        .filter(|agent| include_archived || agent.archived_at.is_none())
        .filter(|agent| (from..=to).contains(&agent.created_at))
        .filter_map(|agent| {
            Some((
                (agent.created_at.0, agent.id.clone()),
                agent.json(agent.latest())?,
            ))
        })
        .collect();
    sorted.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(answer_page(
        cut(sorted, "agents", Order::Desc, limit, cursor.as_ref()),
        false,
    ))
}

pub(crate) async fn retrieve(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    let query = Query::parse(query.as_deref(), &["version"])?;
    let version = query.number("version")?;
    let shelf = app.world.shelf();
    let agent = find(&shelf.catalog, &id)?;
    let number = version.unwrap_or(agent.latest());
    let json = agent
        .json(number)
        .ok_or_else(|| ApiError::not_found(format!("Agent {id} has no version {number}")))?;
    Ok(answer(&json))
}

pub(crate) async fn versions(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    let query = Query::parse(query.as_deref(), &["limit", "page"])?;
    let limit = query.limit(20, 100)?;
    let list = format!("versions {id}");
    let cursor = query
        .text("page")
        .map(|text| Cursor::decode(text, &list, Order::Desc))
        .transpose()?;
    let shelf = app.world.shelf();
    let agent = find(&shelf.catalog, &id)?;
    let sorted = (1..=agent.latest())
        .filter_map(|number| Some(((number, String::new()), agent.json(number)?)))
        .collect();
    Ok(answer_page(
        cut(sorted, &list, Order::Desc, limit, cursor.as_ref()),
        false,
    ))
}

pub(crate) async fn create(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    bytes: Bytes,
) -> ApiResult {
    Query::parse(query.as_deref(), &[])?;
    let body = body::object(&headers, &bytes)?;
    let mut config = configure(None, &body).map_err(ApiError::invalid)?;
    let now = Micros::now();
    let mut shelf = app.world.shelf();
    multiagent::pin(&mut config["multiagent"], &shelf.catalog).map_err(ApiError::invalid)?;
    let agent = Agent {
        id: shelf.new_id("agent"),
        script: Script::RepoHelper,
        created_at: now,
        archived_at: None,
        versions: vec![Version { config, at: now }],
    };
    let json = agent.json(1).unwrap_or(Value::Null);
    shelf.catalog.agents.push(agent);
    Ok(answer(&json))
}

/// Every real change makes a new version; the given `version` must be the current one.
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    bytes: Bytes,
) -> ApiResult {
    Query::parse(query.as_deref(), &[])?;
    let body = body::object(&headers, &bytes)?;
    let mut shelf = app.world.shelf();
    let agent = find(&shelf.catalog, &id)?;
    if agent.archived_at.is_some() {
        return Err(ApiError::invalid(format!("Agent {id} is archived")));
    }
    if let Some(given) = body.get("version").filter(|version| **version != agent.latest()) {
        return Err(ApiError::conflict(format!(
            "version: the current version is {}, not {given}",
            agent.latest()
        )));
    }
    let current = agent.versions.last().map(|version| &version.config);
    let mut config = configure(current, &body).map_err(ApiError::invalid)?;
    if body.contains_key("multiagent") {
        multiagent::pin(&mut config["multiagent"], &shelf.catalog).map_err(ApiError::invalid)?;
    }
    let is_change = current != Some(&config);
    let agent = find_mut(&mut shelf.catalog, &id)?;
    if is_change {
        agent.versions.push(Version {
            config,
            at: Micros::now(),
        });
    }
    Ok(answer(&agent.json(agent.latest()).unwrap_or(Value::Null)))
}

pub(crate) async fn archive(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    Query::parse(query.as_deref(), &[])?;
    let mut shelf = app.world.shelf();
    let agent = find_mut(&mut shelf.catalog, &id)?;
    agent.archived_at.get_or_insert(Micros::now());
    Ok(answer(&agent.json(agent.latest()).unwrap_or(Value::Null)))
}

fn find<'a>(catalog: &'a Catalog, id: &str) -> ApiResult<&'a Agent> {
    catalog
        .agent(id)
        .ok_or_else(|| ApiError::not_found(format!("Agent not found: {id}")))
}

fn find_mut<'a>(catalog: &'a mut Catalog, id: &str) -> ApiResult<&'a mut Agent> {
    let found = catalog.agents.iter_mut().find(|agent| agent.id == id);
    found.ok_or_else(|| ApiError::not_found(format!("Agent not found: {id}")))
}
