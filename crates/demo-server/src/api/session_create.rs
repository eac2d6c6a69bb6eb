//! `POST /v1/sessions` (Managed Agents API reference, "Create Session").

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use bytes::Bytes;
use hyper::HeaderMap;
use serde_json::{Map, Value};

use super::{agent_snapshot, answer, resources};
use crate::app::App;
use crate::engine::{accept, inputs};
use crate::http::body;
use crate::http::error::{ApiError, ApiResult};
use crate::http::query::Query;
use crate::wire::time::Micros;
use crate::world::models;
use crate::world::session::NewSession;
use crate::world::{World, metadata};

const FIELDS: &[&str] = &[
    "agent",
    "environment_id",
    "title",
    "metadata",
    "resources",
    "vault_ids",
    "budget",
    "initial_events",
];

pub(crate) async fn create(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    bytes: Bytes,
) -> ApiResult {
    Query::parse(query.as_deref(), &[])?;
    let body = body::object(&headers, &bytes)?;
    body::only(&body, FIELDS)?;
    let new = read(&app.world, &body)?;
    let initial = inputs::parse_initial(body.get("initial_events").unwrap_or(&Value::Null))
        .map_err(ApiError::invalid)?;
    let session = app.world.make_session(new);
    if !initial.is_empty() {
        accept::accept(&session, &initial, app.world.settings.speed)?;
    }
    let json = session.lock().json();
    app.world.keep(session);
    Ok(answer(&json))
}

fn read(world: &World, body: &Map<String, Value>) -> ApiResult<NewSession> {
    let given = body
        .get("agent")
        .ok_or_else(|| ApiError::invalid("agent: Field required"))?;
    let (agent, script) = agent_snapshot::resolve(&world.shelf().catalog, given)?;
    let environment_id = body::text(body, "environment_id")?;
    if environment_id.chars().count() > 128 {
        return Err(ApiError::invalid(
            "environment_id: String should have at most 128 characters",
        ));
    }
    let self_hosted = {
        let shelf = world.shelf();
        let environment = shelf
            .catalog
            .environment(environment_id)
            .ok_or_else(|| ApiError::not_found(format!("Environment not found: {environment_id}")))?;
        if environment.is_archived() {
            return Err(
                ApiError::invalid(format!("Environment {environment_id} is archived"))
                    .with_code("environment_archived"),
            );
        }
        environment.is_self_hosted()
    };
    let budget_cents = match body.get("budget") {
        None | Some(Value::Null) => None,
        Some(budget) => Some(budget_for(budget, &agent)?),
    };
    Ok(NewSession {
        script,
        environment_id: environment_id.to_owned(),
        self_hosted,
        title: title(body.get("title"))?,
        metadata: metadata::create(body.get("metadata")).map_err(ApiError::invalid)?,
        resources: resources::create_all(world, body.get("resources"), Micros::now())?,
        vault_ids: vaults(world, body.get("vault_ids"))?,
        budget_cents,
        agent,
    })
}

/// At most 500 characters; null clears.
pub(super) fn title(given: Option<&Value>) -> ApiResult<Option<String>> {
    match given {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.chars().count() > 500 => Err(ApiError::invalid(
            "title: String should have at most 500 characters",
        )),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(ApiError::invalid("title: Input should be a valid string")),
    }
}

fn vaults(world: &World, given: Option<&Value>) -> ApiResult<Vec<String>> {
    let list = match given {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(ApiError::invalid("vault_ids: Input should be a valid list")),
    };
    let shelf = world.shelf();
    let mut ids: Vec<String> = Vec::new();
    for (n, id) in list.iter().enumerate() {
        let id = id
            .as_str()
            .ok_or_else(|| ApiError::invalid(format!("vault_ids[{n}]: Input should be a valid string")))?;
        let vault = shelf
            .catalog
            .vaults
            .iter()
            .find(|vault| vault["id"] == id)
            .ok_or_else(|| ApiError::not_found(format!("Vault not found: {id}")))?;
        if !vault["archived_at"].is_null() {
            return Err(ApiError::invalid(format!("Vault {id} is archived")));
        }
        if !ids.iter().any(|known| known == id) {
            ids.push(id.to_owned());
        }
    }
    Ok(ids)
}

/// The cap in cents: a positive whole number, in US dollars, for models that have a list price.
fn budget_for(budget: &Value, agent: &Value) -> ApiResult<u64> {
    let cents = cap(budget)?;
    let model = agent["model"]["id"].as_str().unwrap_or_default();
    if models::find(model).and_then(|model| model.price).is_none() {
        return Err(ApiError::invalid(format!(
            "model_not_budgetable: {model} has no public list price"
        )));
    }
    Ok(cents)
}

pub(super) fn cap(budget: &Value) -> ApiResult<u64> {
    if budget["type"] != "limit" {
        return Err(ApiError::invalid("budget.type: must be \"limit\""));
    }
    let amount = &budget["max_list_cost"];
    if amount["currency"] != "USD" {
        return Err(ApiError::invalid(
            "budget.max_list_cost.currency: must be \"USD\"",
        ));
    }
    amount["amount"]
        .as_str()
        .filter(|text| text.bytes().all(|b| b.is_ascii_digit()))
        .and_then(|text| text.parse().ok())
        .filter(|cents| *cents > 0)
        .ok_or_else(|| {
            ApiError::invalid(
                "budget.max_list_cost.amount: must be a positive whole number of cents as a string",
            )
        })
}
