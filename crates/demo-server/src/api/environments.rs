//! Environments, to read (Managed Agents API reference, "Environments").

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};

use super::{answer, answer_page};
use crate::app::App;
use crate::http::cursor::{Cursor, cut};
use crate::http::error::{ApiError, ApiResult};
use crate::http::query::{Order, Query};

pub(crate) async fn list(State(app): State<Arc<App>>, RawQuery(query): RawQuery) -> ApiResult {
    let query = Query::parse(query.as_deref(), &["limit", "page", "include_archived"])?;
    let limit = query.limit(20, 1000)?;
    let include_archived = query.flag("include_archived")?;
    let cursor = query
        .text("page")
        .map(|text| Cursor::decode(text, "environments", Order::Asc))
        .transpose()?;
    let shelf = app.world.shelf();
    let sorted = shelf
        .catalog
        .environments
        .iter()
        .enumerate()
        .filter(|(_, environment)| include_archived || !environment.is_archived())
        .map(|(n, environment)| ((n as u64, String::new()), environment.json.clone()))
        .collect();
    Ok(answer_page(
        cut(sorted, "environments", Order::Asc, limit, cursor.as_ref()),
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
    let environment = shelf
        .catalog
        .environment(&id)
        .ok_or_else(|| ApiError::not_found(format!("Environment not found: {id}")))?;
    Ok(answer(&environment.json))
}
