//! The demo's own endpoints under `/demo`, for tests and for showing what happens when things go wrong.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderValue, ORIGIN};
use hyper::{Method, StatusCode};
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::faults::delivery::close;
use crate::http::body::{self, NoBody};
use crate::http::error::{ApiError, ApiResult};
use crate::http::query::Query;
use crate::http::{cors, host};
use crate::wire::events::Kind;
use crate::wire::time::Micros;
use crate::world::channel::{Frame, Preview, PreviewKind, Stored};
use crate::world::session::{PRIMARY, State as SessionState};

pub(crate) fn routes(app: Arc<App>) -> Router<Arc<App>> {
    Router::new()
        .route(
            "/demo/faults",
            get(list_faults).post(add_faults).delete(clear_faults),
        )
        .route("/demo/stats", get(show_stats))
        .route("/demo/requests", get(list_requests).delete(clear_requests))
        .route("/demo/events/{sid}", post(inject))
        .route("/demo/reset", post(reset))
        .route("/demo/restart", post(restart))
        .layer(DefaultBodyLimit::disable())
        .layer(axum::middleware::from_fn_with_state(app, for_this_machine))
}

/// Answers pages of this machine, and renders errors in the API's form.
async fn for_this_machine(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let origin = parts.headers.get(ORIGIN).cloned();
    let is_foreign = host::is_foreign(&app.names, &parts.headers)
        // What leads here from another site without an origin, such as a link or a picture.
        || origin.is_none() && cors::relation(&parts.headers) == cors::Relation::CrossOrigin;
    if is_foreign {
        return ApiError::forbidden("Only pages of this machine may use /demo").render("req_demo");
    }
    let mut response = if parts.method == Method::OPTIONS {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        response
    } else {
        match body::collect(body, &app.limits).await {
            Ok(body) => next.run(Request::from_parts(parts, Body::from(body))).await,
            Err(NoBody::Refused(error)) => error.into_response(),
            Err(NoBody::Gone) => return close(),
        }
    };
    if let Some(error) = response.extensions().get::<ApiError>() {
        response = error.render("req_demo");
    }
    if let Some(origin) = origin {
        cors::allow_origin(response.headers_mut(), origin);
    }
    response
}

fn answer(value: &Value) -> Response {
    let mut response = Response::new(Body::from(value.to_string()));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn parse(body: &Bytes) -> ApiResult<Value> {
    serde_json::from_slice(body).map_err(|error| ApiError::invalid(error.to_string()))
}

async fn list_faults(State(app): State<Arc<App>>) -> Response {
    answer(&app.faults.list())
}

async fn add_faults(State(app): State<Arc<App>>, body: Bytes) -> ApiResult {
    app.faults.add(parse(&body)?).map_err(ApiError::invalid)?;
    Ok(answer(&app.faults.list()))
}

async fn clear_faults(State(app): State<Arc<App>>) -> Response {
    app.faults.clear();
    answer(&app.faults.list())
}

async fn list_requests(State(app): State<Arc<App>>) -> Response {
    answer(&app.requests.list())
}

async fn clear_requests(State(app): State<Arc<App>>) -> Response {
    app.requests.clear();
    answer(&app.requests.list())
}

/// Back to the state at the start: sessions, agents, faults and recorded requests.
async fn reset(State(app): State<Arc<App>>) -> Response {
    app.faults.clear();
    app.requests.clear();
    app.world.reset();
    answer(&json!({"ok": true}))
}

/// Connections, streams, lists and restarts since the start of the process.
async fn show_stats(State(app): State<Arc<App>>) -> Response {
    let mut shown = app.stats.show();
    shown["restarts"] = json!(app.outage.count());
    answer(&shown)
}

/// Closes every open connection, as a restart of the server would, and for `?down_ms=` new ones as well; this answer
/// still gets out.
async fn restart(State(app): State<Arc<App>>, RawQuery(query): RawQuery) -> ApiResult {
    let query = Query::parse(query.as_deref(), &["down_ms"])?;
    let down = match query.text("down_ms").map(str::parse) {
        None => 0,
        Some(Ok(ms)) => ms,
        Some(Err(_)) => return Err(ApiError::invalid("down_ms: a number of milliseconds")),
    };
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(30)).await;
        app.outage.begin(Duration::from_millis(down));
    });
    Ok(answer(&json!({"ok": true})))
}

/// Puts events into a session as they are. `?only=history` leaves them out of the streams, `?only=stream` out of the
/// history. Missing `id` and `processed_at` are filled in, except for the stream-only types.
async fn inject(
    State(app): State<Arc<App>>,
    Path(sid): Path<String>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> ApiResult {
    let query = Query::parse(query.as_deref(), &["only"])?;
    let (store, send) = match query.text("only") {
        None => (true, true),
        Some("history") => (true, false),
        Some("stream") => (false, true),
        Some(_) => return Err(ApiError::invalid("only: history or stream")),
    };
    let session = app
        .world
        .session(&sid)
        .ok_or_else(|| ApiError::not_found(format!("Session not found: {sid}")))?;
    let given = match parse(&body)? {
        Value::Array(list) => list,
        one => vec![one],
    };
    let mut state = session.lock();
    let mut injected = Vec::new();
    for event in given {
        let Value::Object(event) = event else {
            return Err(ApiError::invalid("An event is an object"));
        };
        injected.push(inject_one(&mut state, event, store, send));
    }
    session.wake.notify_waiters();
    Ok(answer(&json!({"data": injected})))
}

fn inject_one(state: &mut SessionState, mut event: Map<String, Value>, store: bool, send: bool) -> Value {
    let kind: Kind = event
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
        .into();
    let channel_only = matches!(kind.as_ref(), "event_start" | "event_delta");
    let mut at = Micros(0);
    if !channel_only {
        if !event.contains_key("id") {
            event.insert("id".to_owned(), json!(state.new_id("sevt")));
        }
        at = match event
            .get("processed_at")
            .and_then(Value::as_str)
            .and_then(Micros::parse)
        {
            Some(at) => at,
            None => state.clock.stamp(),
        };
        state.clock.observe(at);
        event
            .entry("processed_at")
            .or_insert_with(|| json!(at.to_string()));
    }
    let value = Value::Object(event);
    let json = Bytes::from(value.to_string());
    let channel = &mut state.threads[PRIMARY].channel;
    if send {
        let of = if value["event"]["type"] == "agent.thinking" {
            PreviewKind::Thinking
        } else {
            PreviewKind::Message
        };
        let preview = channel_only.then_some(Preview { of, request: 0 });
        channel.send(Frame {
            name: kind.clone(),
            json: json.clone(),
            preview,
        });
    }
    if store && !channel_only {
        channel.store(Stored { at, kind, json });
    }
    value
}
