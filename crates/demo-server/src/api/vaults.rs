//! Vaults, to read (Managed Agents API reference, "Vaults"). They hold no credentials.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use serde_json::{Value, json};

use super::{answer, answer_page};
use crate::app::App;
use crate::http::cursor::{Cursor, cut};
use crate::http::error::{ApiError, ApiResult};
use crate::http::query::{Order, Query};
use crate::world::catalog::Catalog;

pub(crate) async fn list(State(app): State<Arc<App>>, RawQuery(query): RawQuery) -> ApiResult {
    let query = Query::parse(query.as_deref(), &["limit", "page", "include_archived"])?;
    let limit = query.limit(20, 100)?;
    query.flag("include_archived")?;
    let cursor = query
        .text("page")
        .map(|text| Cursor::decode(text, "vaults", Order::Desc))
        .transpose()?;
    let shelf = app.world.shelf();
    let vaults = shelf.catalog.vaults.iter().enumerate();
    let sorted = vaults
        .map(|(n, vault)| ((n as u64, String::new()), vault.clone()))
        .collect();
    Ok(answer_page(
        cut(sorted, "vaults", Order::Desc, limit, cursor.as_ref()),
        false,
    ))
}

pub(crate) async fn retrieve(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    Query::parse(query.as_deref(), &[])?;
    let shelf = app.world.shelf();
    Ok(answer(find(&shelf.catalog, &id)?))
}

pub(crate) async fn credentials(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    let query = Query::parse(query.as_deref(), &["limit", "page", "include_archived"])?;
    query.limit(20, 100)?;
    let shelf = app.world.shelf();
    find(&shelf.catalog, &id)?;
    Ok(answer(&json!({"data": []})))
}

fn find<'a>(catalog: &'a Catalog, id: &str) -> ApiResult<&'a Value> {
    let found = catalog.vaults.iter().find(|vault| vault["id"] == id);
    found.ok_or_else(|| ApiError::not_found(format!("Vault not found: {id}")))
}
