//! What a server does not see of a request.

use axum::body::Body;
use axum::extract::Request;
use bytes::Bytes;
use hyper::Uri;
use hyper::http::request::Parts;
use serde_json::{Map, Value};

use super::Effect;

impl Effect {
    /// The request as the server understands it.
    pub(crate) fn understood(&self, mut parts: Parts, body: Bytes) -> Request {
        if !self.ignore.is_empty() {
            let ignored = |name: &str| self.ignore.iter().any(|ignored| ignored == name);
            set_query(&mut parts, |pairs| pairs.retain(|(name, _)| !ignored(name)));
        }
        if let Some(order) = self.list.order
            && takes_order(parts.uri.path())
        {
            set_query(&mut parts, |pairs| {
                pairs.retain(|(name, _)| name != "order");
                pairs.push(("order".to_owned(), order.name().to_owned()));
            });
        }
        Request::from_parts(parts, Body::from(self.body_understood(body)))
    }

    fn body_understood(&self, body: Bytes) -> Bytes {
        if self.ignore.is_empty() {
            return body;
        }
        let Ok(mut fields) = serde_json::from_slice::<Map<String, Value>>(&body) else {
            return body;
        };
        fields.retain(|name, _| !self.ignore.contains(name));
        Bytes::from(Value::Object(fields).to_string())
    }
}

/// Other lists refuse the parameter.
fn takes_order(path: &str) -> bool {
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    matches!(segments[..], ["v1", "sessions"] | ["v1", "sessions", _, "events"])
}

/// Changes the parameters of a query.
pub(super) fn set_query(parts: &mut Parts, change: impl FnOnce(&mut Vec<(String, String)>)) {
    let query = parts.uri.query().unwrap_or_default();
    let mut pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    change(&mut pairs);
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&pairs)
        .finish();
    let path = parts.uri.path();
    let target = if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    };
    if let Ok(uri) = Uri::try_from(target) {
        parts.uri = uri;
    }
}
