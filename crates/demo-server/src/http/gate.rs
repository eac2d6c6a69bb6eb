//! The way of every request under `/v1`: record, fault, admit, handle, dress the answer.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::Method;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};

use super::body::{self, NoBody};
use super::error::ApiError;
use super::query::Order;
use super::{admission, cors, host};
use crate::app::App;
use crate::faults::Effect;
use crate::faults::delivery::close;
use crate::stats::Listed;

pub(crate) async fn pass(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let request_id = app.world.shelf().new_id("req");
    let (parts, body) = request.into_parts();
    let method = parts.method.clone();
    let path = parts.uri.path().to_owned();
    let full_path = parts
        .uri
        .path_and_query()
        .map_or(path.clone(), ToString::to_string);
    // A page of another machine learns nothing, not even that it may not ask.
    if host::is_foreign(&app.names, &parts.headers) {
        return ApiError::forbidden("This server answers pages of this machine only").render(&request_id);
    }
    let body = match body::collect(body, &app.limits).await {
        Ok(body) => body,
        Err(NoBody::Refused(error)) => {
            let mut response = error.render(&request_id);
            cors::allow_all(response.headers_mut());
            return response;
        }
        Err(NoBody::Gone) => return close(),
    };
    if method != Method::OPTIONS {
        app.requests.add(&method, &full_path, &parts.headers, &body);
    }
    let hit = app.faults.take(&method, &full_path);
    let effect = &hit.effect;
    if !hit.arrive().await {
        return close();
    }
    if method == Method::OPTIONS {
        let mut response = if effect.no_cors {
            Response::new(Body::empty())
        } else {
            cors::preflight()
        };
        if effect.status.is_some() {
            *response.status_mut() = effect.imposed_status();
        }
        effect.put_headers(&mut response);
        return hit.deliver(response, &app.faults.cuts).await;
    }
    let mut newest_first = false;
    let mut response = if effect.answers_itself() && !effect.apply {
        Response::new(Body::empty())
    } else {
        match admission::admit(&method, &path, &parts.headers) {
            Ok(()) => {
                let mut request = effect.understood(parts, body);
                newest_first = request
                    .uri()
                    .query()
                    .is_some_and(|query| query.contains("order=desc"));
                request.extensions_mut().insert(Arc::clone(&hit));
                if effect.list.pages(&method) {
                    effect.list.answer(request, next).await
                } else {
                    next.run(request).await
                }
            }
            Err(error) => axum::response::IntoResponse::into_response(error),
        }
    };
    if effect.answers_itself() {
        response = imposed(effect, &request_id);
    }
    if let Some(Listed(events)) = response.extensions().get() {
        app.stats.list(*events);
    }
    let mut response = dress(response, effect, &request_id);
    if !effect.shape.is_plain() && is_json(&response) {
        let history = method == Method::GET && path.ends_with("/events");
        let history = history.then_some(if newest_first { Order::Desc } else { Order::Asc });
        response = rewritten(response, |body| effect.shape.answer(body, history)).await;
    }
    if effect.malformed_body {
        // Half of the body, as if it were all.
        response = rewritten(response, |body| Some(body[..body.len() / 2].to_vec())).await;
    }
    hit.deliver(response, &app.faults.cuts).await
}

/// The answer that a fault asks for.
fn imposed(effect: &Effect, request_id: &str) -> Response {
    if let Some(response) = effect.document() {
        return response;
    }
    let status = effect.imposed_status();
    if status.is_success() || status.is_redirection() {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        return response;
    }
    let (kind, message) = match &effect.error {
        Some(error) => (error.kind.clone(), error.message.clone()),
        None => (
            error_type_of(status.as_u16()).to_owned(),
            "A fault set on purpose.".to_owned(),
        ),
    };
    ApiError::new(status, &kind, message).render(request_id)
}

/// The usual error type of a status (Managed Agents API reference, "Errors").
fn error_type_of(status: u16) -> &'static str {
    match status {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        409 => "conflict_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        529 => "overloaded_error",
        400..=499 => "invalid_request_error",
        _ => "api_error",
    }
}

fn dress(response: Response, effect: &Effect, request_id: &str) -> Response {
    let mut hides_from_cors = effect.no_cors;
    let mut response = match response.extensions().get::<ApiError>() {
        Some(error) => {
            hides_from_cors |= error.hides_from_cors;
            error.render(request_id)
        }
        None => response,
    };
    let headers = response.headers_mut();
    if !hides_from_cors {
        cors::allow_all(headers);
    }
    let mut put = |name: &str, value: &str| {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    };
    put("request-id", request_id);
    put(
        "anthropic-organization-id",
        "3f6e2a5c-0d4b-4c1e-9a57-de0000000001",
    );
    put("anthropic-workspace-id", "wrkspc_01DemoDemoDemoDemoDemo1");
    if let Some(after) = &effect.retry_after {
        put(
            "retry-after",
            after
                .as_str()
                .map_or_else(|| after.to_string(), str::to_owned)
                .as_str(),
        );
    }
    effect.put_headers(&mut response);
    response
}

fn is_json(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"))
}

/// The same answer with another body, or as it is.
async fn rewritten(response: Response, change: impl FnOnce(&[u8]) -> Option<Vec<u8>>) -> Response {
    let (mut parts, body) = response.into_parts();
    let whole: Bytes = body
        .collect()
        .await
        .map(|collected| collected.to_bytes())
        .unwrap_or_default();
    let new = change(&whole).map_or(whole, Bytes::from);
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(new))
}
