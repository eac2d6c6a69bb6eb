//! Request bodies: within their limits, and JSON objects, read strictly.

use axum::body::Body;
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::HeaderMap;
use hyper::header::CONTENT_TYPE;
use serde_json::{Map, Value};

use super::error::ApiError;
use crate::limits::Limits;

/// Why there is no body.
#[derive(Debug)]
pub(crate) enum NoBody {
    Refused(ApiError),
    /// The client left in the middle of its own request.
    Gone,
}

/// The whole body, if it comes within the limits.
pub(crate) async fn collect(body: Body, limits: &Limits) -> Result<Bytes, NoBody> {
    let whole = Limited::new(body, limits.body_bytes).collect();
    match tokio::time::timeout(limits.body_time, whole).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(NoBody::Refused(ApiError::too_large())),
        Ok(Err(_)) => Err(NoBody::Gone),
        Err(_) => Err(NoBody::Refused(
            ApiError::invalid("The request body took too long").with_code("request_body_timeout"),
        )),
    }
}

/// The object in a body. An empty body is refused.
pub(crate) fn object(headers: &HeaderMap, body: &Bytes) -> Result<Map<String, Value>, ApiError> {
    check_charset(headers)?;
    match serde_json::from_slice(body) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Err(ApiError::invalid("Input should be a valid dictionary")),
        Err(error) => Err(ApiError::invalid(format!(
            "The request body is not valid JSON: {error}"
        ))),
    }
}

/// Refuses fields that the endpoint does not know.
pub(crate) fn only(map: &Map<String, Value>, allowed: &[&str]) -> Result<(), ApiError> {
    match map.keys().find(|key| !allowed.contains(&key.as_str())) {
        Some(key) => Err(ApiError::invalid(format!(
            "{key}: Extra inputs are not permitted"
        ))),
        None => Ok(()),
    }
}

/// A required, non-empty string.
pub(crate) fn text<'a>(map: &'a Map<String, Value>, key: &str) -> Result<&'a str, ApiError> {
    match map.get(key) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text),
        Some(Value::String(_)) => Err(ApiError::invalid(format!(
            "{key}: String should have at least 1 character"
        ))),
        None => Err(ApiError::invalid(format!("{key}: Field required"))),
        Some(_) => Err(ApiError::invalid(format!(
            "{key}: Input should be a valid string"
        ))),
    }
}

fn check_charset(headers: &HeaderMap) -> Result<(), ApiError> {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let charset = content_type.split(';').skip(1).find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches('"').to_lowercase())
    });
    match charset.as_deref() {
        None | Some("utf-8" | "utf8" | "iso-8859-1" | "us-ascii") => Ok(()),
        Some(other) => {
            Err(ApiError::invalid(format!("Unsupported charset: {other}")).with_code("unsupported_charset"))
        }
    }
}
