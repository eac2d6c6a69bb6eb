//! The endpoints under `/v1`, one file per resource.

mod agent_snapshot;
mod agents;
mod environments;
mod events;
mod models;
mod resources;
mod session_create;
mod sessions;
mod stream;
mod threads;
mod vaults;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::response::Response;
use axum::routing::{get, post};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use serde_json::{Value, json};

use crate::app::App;
use crate::http::cursor::Page;
use crate::http::error::{ApiError, ApiResult};
use crate::world::session::Session;

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/v1/sessions", get(sessions::list).post(session_create::create))
        .route(
            "/v1/sessions/{sid}",
            get(sessions::retrieve)
                .post(sessions::update)
                .delete(sessions::delete),
        )
        .route("/v1/sessions/{sid}/archive", post(sessions::archive))
        .route("/v1/sessions/{sid}/events", get(events::list).post(events::send))
        .route("/v1/sessions/{sid}/events/stream", get(stream::session))
        .route("/v1/sessions/{sid}/threads", get(threads::list))
        .route("/v1/sessions/{sid}/threads/{tid}", get(threads::retrieve))
        .route("/v1/sessions/{sid}/threads/{tid}/archive", post(threads::archive))
        .route("/v1/sessions/{sid}/threads/{tid}/events", get(threads::events))
        .route("/v1/sessions/{sid}/threads/{tid}/stream", get(stream::thread))
        .route(
            "/v1/sessions/{sid}/resources",
            get(resources::list).post(resources::add),
        )
        .route(
            "/v1/sessions/{sid}/resources/{rid}",
            get(resources::retrieve)
                .post(resources::rotate)
                .delete(resources::delete),
        )
        .route("/v1/agents", get(agents::list).post(agents::create))
        .route("/v1/agents/{id}", get(agents::retrieve).post(agents::update))
        .route("/v1/agents/{id}/archive", post(agents::archive))
        .route("/v1/agents/{id}/versions", get(agents::versions))
        .route("/v1/environments", get(environments::list))
        .route("/v1/environments/{id}", get(environments::retrieve))
        .route("/v1/vaults", get(vaults::list))
        .route("/v1/vaults/{id}", get(vaults::retrieve))
        .route("/v1/vaults/{id}/credentials", get(vaults::credentials))
        .route("/v1/models", get(models::list))
        .route("/v1/models/{id}", get(models::retrieve))
        .method_not_allowed_fallback(no_route)
        .layer(DefaultBodyLimit::disable())
}

/// Unknown paths and methods are the same to the API.
pub(crate) async fn no_route() -> ApiError {
    ApiError::no_route()
}

fn json_response(body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn answer(value: &Value) -> Response {
    json_response(value.to_string())
}

/// `{data, next_page}`; a last page has no `next_page`.
fn answer_page(page: Page<Value>, with_previous: bool) -> Response {
    let mut body = json!({"data": page.items});
    if let Some(next) = page.next {
        body["next_page"] = json!(next);
    }
    if with_previous {
        body["prev_page"] = json!(page.previous);
    }
    answer(&body)
}

fn find_session(app: &App, id: &str) -> ApiResult<Arc<Session>> {
    app.world
        .session(id)
        .ok_or_else(|| ApiError::not_found(format!("Session not found: {id}")))
}
