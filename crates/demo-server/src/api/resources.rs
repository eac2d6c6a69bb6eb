//! Session resources (Managed Agents API reference, "Session resources"). There is no file or memory store behind
//! them: any id of the right form is taken, except one that ends in `missing`.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use bytes::Bytes;
use hyper::HeaderMap;
use serde_json::{Map, Value, json};

use super::{answer, answer_page, find_session};
use crate::app::App;
use crate::http::body;
use crate::http::cursor::{Cursor, cut};
use crate::http::error::{ApiError, ApiResult};
use crate::http::query::{Order, Query};
use crate::wire::time::Micros;
use crate::world::World;
use crate::world::session::{State as SessionState, Status};

/// The resources of a create request.
pub(super) fn create_all(world: &World, given: Option<&Value>, now: Micros) -> ApiResult<Vec<Value>> {
    let list = match given {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(ApiError::invalid("resources: Input should be a valid list")),
    };
    let count = |kind: &str| list.iter().filter(|entry| entry["type"] == kind).count();
    if count("file") > 500 {
        return Err(ApiError::invalid("resources: at most 500 files"));
    }
    if count("memory_store") > 8 {
        return Err(ApiError::invalid("resources: at most 8 memory stores"));
    }
    list.iter()
        .enumerate()
        .map(|(n, entry)| create(world, entry, &format!("resources[{n}]"), now))
        .collect()
}

fn create(world: &World, entry: &Value, at: &str, now: Micros) -> ApiResult<Value> {
    let Value::Object(fields) = entry else {
        return Err(ApiError::invalid(format!(
            "{at}: Input should be a valid dictionary"
        )));
    };
    match fields.get("type").and_then(Value::as_str) {
        Some("file") => file(world, fields, at, now),
        Some("github_repository") => repository(world, fields, at, now),
        Some("memory_store") => memory_store(fields, at),
        Some(other) => Err(ApiError::invalid(format!(
            "Failed to parse request: {at}.type: \"{other}\" is not a valid value"
        ))),
        None => Err(ApiError::invalid(format!("{at}.type: Field required"))),
    }
}

fn required<'a>(fields: &'a Map<String, Value>, key: &str, at: &str) -> ApiResult<&'a str> {
    body::text(fields, key).map_err(|error| ApiError {
        message: format!("{at}.{}", error.message),
        ..error
    })
}

fn check_id(id: &str, prefix: &str, what: &str) -> ApiResult<()> {
    if !id.starts_with(prefix) || id.ends_with("missing") {
        return Err(ApiError::not_found(format!("{what} not found: {id}")));
    }
    Ok(())
}

fn file(world: &World, fields: &Map<String, Value>, at: &str, now: Micros) -> ApiResult<Value> {
    let original = required(fields, "file_id", at)?;
    check_id(original, "file_", "File")?;
    let mount_path = match fields.get("mount_path").and_then(Value::as_str) {
        Some(path) => format!("/mnt/session/uploads/{}", path.trim_start_matches('/')),
        None => format!("/mnt/session/uploads/{original}"),
    };
    let mut shelf = world.shelf();
    Ok(json!({
        "type": "file",
        "id": shelf.new_id("sesrsc"),
        // The mounted copy has an id of its own.
        "file_id": shelf.new_id("file"),
        "mount_path": mount_path,
        "created_at": now.to_string(),
        "updated_at": now.to_string(),
    }))
}

fn repository(world: &World, fields: &Map<String, Value>, at: &str, now: Micros) -> ApiResult<Value> {
    let url = required(fields, "url", at)?;
    let name = url
        .strip_prefix("https://github.com/")
        .and_then(|path| path.trim_end_matches(".git").split_once('/'))
        .map(|(_, name)| name)
        .filter(|name| !name.is_empty() && !name.contains('/'))
        .ok_or_else(|| ApiError::invalid(format!("{at}.url: must be https://github.com/owner/repo")))?;
    let mount_path = fields
        .get("mount_path")
        .and_then(Value::as_str)
        .map_or(format!("/workspace/{name}"), str::to_owned);
    let mut out = json!({
        "type": "github_repository",
        "id": world.shelf().new_id("sesrsc"),
        "url": url,
        "mount_path": mount_path,
        "created_at": now.to_string(),
        "updated_at": now.to_string(),
    });
    if let Some(checkout) = fields.get("checkout").filter(|value| value.is_object()) {
        out["checkout"] = checkout.clone();
    }
    Ok(out)
}

fn memory_store(fields: &Map<String, Value>, at: &str) -> ApiResult<Value> {
    let id = required(fields, "memory_store_id", at)?;
    check_id(id, "memstore_", "Memory store")?;
    let access = fields
        .get("access")
        .and_then(Value::as_str)
        .unwrap_or("read_write");
    if !matches!(access, "read_write" | "read_only") {
        return Err(ApiError::invalid(format!(
            "{at}.access: \"{access}\" is not a valid value"
        )));
    }
    let instructions = fields.get("instructions").cloned().unwrap_or(Value::Null);
    if instructions
        .as_str()
        .is_some_and(|text| text.chars().count() > 4096)
    {
        return Err(ApiError::invalid(format!(
            "{at}.instructions: at most 4096 characters"
        )));
    }
    Ok(json!({
        "type": "memory_store",
        "memory_store_id": id,
        "access": access,
        "instructions": instructions,
        "name": "Notes",
        "description": null,
        "mount_path": "/mnt/memory/notes",
    }))
}

pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Path(sid): Path<String>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    let query = Query::parse(query.as_deref(), &["limit", "page"])?;
    let limit = query.limit(1000, 1000)?;
    let list = format!("resources {sid}");
    let cursor = query
        .text("page")
        .map(|text| Cursor::decode(text, &list, Order::Asc))
        .transpose()?;
    let session = find_session(&app, &sid)?;
    let resources = session.lock().resources.clone();
    let sorted = resources
        .into_iter()
        .enumerate()
        .map(|(n, resource)| ((n as u64, String::new()), resource))
        .collect();
    Ok(answer_page(
        cut(sorted, &list, Order::Asc, limit, cursor.as_ref()),
        false,
    ))
}

pub(crate) async fn add(
    State(app): State<Arc<App>>,
    Path(sid): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    bytes: Bytes,
) -> ApiResult {
    Query::parse(query.as_deref(), &[])?;
    let session = find_session(&app, &sid)?;
    let fields = body::object(&headers, &bytes)?;
    if fields.get("type").and_then(Value::as_str) != Some("file") {
        return Err(ApiError::invalid(
            "type: only `file` resources can be added to a session",
        ));
    }
    let resource = file(&app.world, &fields, "resource", Micros::now())?;
    let mut state = session.lock();
    if state.status == Status::Terminated {
        return Err(ApiError::invalid(
            "Resources cannot be added to a terminated session",
        ));
    }
    state.resources.push(resource.clone());
    Ok(answer(&resource))
}

pub(crate) async fn retrieve(
    State(app): State<Arc<App>>,
    Path((sid, rid)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    Query::parse(query.as_deref(), &[])?;
    let session = find_session(&app, &sid)?;
    let state = session.lock();
    let place = find(&state, &rid)?;
    Ok(answer(&state.resources[place]))
}

/// Only a repository's token can be replaced; it is never shown.
pub(crate) async fn rotate(
    State(app): State<Arc<App>>,
    Path((sid, rid)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    bytes: Bytes,
) -> ApiResult {
    Query::parse(query.as_deref(), &[])?;
    let session = find_session(&app, &sid)?;
    let fields = body::object(&headers, &bytes)?;
    body::only(&fields, &["authorization_token"])?;
    body::text(&fields, "authorization_token")?;
    let mut state = session.lock();
    let place = find(&state, &rid)?;
    if state.resources[place]["type"] != "github_repository" {
        return Err(ApiError::invalid("Only the token of a repository can be updated"));
    }
    let now = Micros::now();
    state.resources[place]["updated_at"] = json!(now.to_string());
    Ok(answer(&state.resources[place]))
}

pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    Path((sid, rid)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    Query::parse(query.as_deref(), &[])?;
    let session = find_session(&app, &sid)?;
    let mut state = session.lock();
    let place = find(&state, &rid)?;
    state.resources.remove(place);
    Ok(answer(&json!({"id": rid, "type": "session_resource_deleted"})))
}

fn find(state: &SessionState, id: &str) -> ApiResult<usize> {
    state
        .resources
        .iter()
        .position(|resource| resource["id"] == id)
        .ok_or_else(|| ApiError::not_found(format!("Resource not found: {id}")))
}
