//! Models, for pickers (API reference, "Models"). Pages by id, not by cursor.

use axum::extract::{Path, RawQuery};
use serde_json::json;

use super::answer;
use crate::http::error::{ApiError, ApiResult};
use crate::http::query::Query;
use crate::world::models::{MODELS, Model, find};

const LIFECYCLES: &[&str] = &["active", "deprecated", "retired"];

pub(crate) async fn list(RawQuery(query): RawQuery) -> ApiResult {
    let query = Query::parse(
        query.as_deref(),
        &["limit", "after_id", "before_id", "lifecycle[]"],
    )?;
    let limit = query.limit(20, 1000)?;
    let wanted = query.list_of("lifecycle[]", LIFECYCLES)?;
    let models: Vec<&Model> = MODELS
        .iter()
        .filter(|model| match wanted {
            [] => model.lifecycle() != "retired",
            wanted => wanted.iter().any(|one| one == model.lifecycle()),
        })
        .collect();
    let place = |key: &str| -> ApiResult<Option<usize>> {
        let Some(id) = query.text(key) else {
            return Ok(None);
        };
        let found = models.iter().position(|model| model.id == id);
        found
            .map(Some)
            .ok_or_else(|| ApiError::invalid(format!("{key}: unknown model {id}")))
    };
    let (from, to) = match (place("after_id")?, place("before_id")?) {
        (Some(_), Some(_)) => {
            return Err(ApiError::invalid("after_id and before_id cannot be combined"));
        }
        (Some(after), None) => (after + 1, models.len().min(after + 1 + limit)),
        (None, Some(before)) => (before.saturating_sub(limit), before),
        (None, None) => (0, models.len().min(limit)),
    };
    let backwards = query.text("before_id").is_some();
    let page = &models[from..to];
    Ok(answer(&json!({
        "data": page.iter().map(|model| model.json()).collect::<Vec<_>>(),
        "has_more": if backwards { from > 0 } else { to < models.len() },
        "first_id": page.first().map(|model| model.id),
        "last_id": page.last().map(|model| model.id),
    })))
}

pub(crate) async fn retrieve(Path(id): Path<String>, RawQuery(query): RawQuery) -> ApiResult {
    Query::parse(query.as_deref(), &[])?;
    let model = find(&id).ok_or_else(|| ApiError::not_found(format!("model: {id}")))?;
    Ok(answer(&model.json()))
}
