//! Cross-origin rules of the API and of the demo's own endpoints.

use axum::body::Body;
use axum::response::Response;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{HeaderMap, StatusCode};

/// Where a request comes from, as browsers tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    /// Not a page: a program, or an address typed by a person.
    Direct,
    /// A page served by this server, perhaps through a development proxy.
    SameOrigin,
    /// Any other page.
    CrossOrigin,
}

/// `Sec-Fetch-Site` is set by the browser alone and survives proxies that rewrite `Host`; `Origin` is the fallback.
pub(crate) fn relation(headers: &HeaderMap) -> Relation {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match text("sec-fetch-site") {
        Some("same-origin") => return Relation::SameOrigin,
        Some("none") => return Relation::Direct,
        Some(_) => return Relation::CrossOrigin,
        None => {}
    }
    match (text("origin"), text("host")) {
        (None, _) => Relation::Direct,
        (Some(origin), Some(host)) if origin.split_once("://").is_some_and(|(_, own)| own == host) => {
            Relation::SameOrigin
        }
        _ => Relation::CrossOrigin,
    }
}

const ALLOWED_HEADERS: &str = "x-api-key, authorization, anthropic-version, anthropic-beta, anthropic-workspace-id, \
anthropic-dangerous-direct-browser-access, content-type, accept, cache-control, last-event-id, user-agent, \
x-stainless-lang, x-stainless-package-version, x-stainless-os, x-stainless-arch, x-stainless-runtime, \
x-stainless-runtime-version, x-stainless-retry-count, x-stainless-timeout, x-stainless-helper, \
x-stainless-helper-method";

fn put(headers: &mut HeaderMap, name: &'static str, value: &'static str) {
    headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
}

/// What every answer of the API to a page of this machine carries, errors included.
pub(crate) fn allow_all(headers: &mut HeaderMap) {
    put(headers, "access-control-allow-origin", "*");
    put(headers, "access-control-expose-headers", "*");
}

/// The answer to a preflight.
pub(crate) fn preflight() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    put(headers, "access-control-allow-origin", "*");
    put(
        headers,
        "access-control-allow-methods",
        "GET, POST, DELETE, OPTIONS",
    );
    put(headers, "access-control-allow-headers", ALLOWED_HEADERS);
    put(headers, "access-control-expose-headers", "*");
    put(headers, "access-control-max-age", "600");
    response
}

/// What an answer of the demo's own endpoints carries for a page that may use them.
pub(crate) fn allow_origin(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert("access-control-allow-origin", origin);
    put(
        headers,
        "access-control-allow-methods",
        "GET, POST, DELETE, OPTIONS",
    );
    put(headers, "access-control-allow-headers", "content-type");
    put(headers, "vary", "origin");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(pairs: &[(&'static str, &'static str)]) -> Relation {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, HeaderValue::from_static(value));
        }
        relation(&headers)
    }

    #[test]
    fn browsers_say_where_they_come_from() {
        let own = ("host", "127.0.0.1:8787");
        assert_eq!(told(&[own]), Relation::Direct);
        assert_eq!(
            told(&[own, ("origin", "http://127.0.0.1:8787")]),
            Relation::SameOrigin
        );
        assert_eq!(
            told(&[own, ("origin", "http://127.0.0.1:8080")]),
            Relation::CrossOrigin
        );
        assert_eq!(told(&[own, ("origin", "null")]), Relation::CrossOrigin);
        assert_eq!(
            told(&[
                own,
                ("origin", "http://127.0.0.1:8080"),
                ("sec-fetch-site", "same-origin")
            ]),
            Relation::SameOrigin
        );
        assert_eq!(
            told(&[own, ("sec-fetch-site", "cross-site")]),
            Relation::CrossOrigin
        );
        assert_eq!(told(&[own, ("sec-fetch-site", "none")]), Relation::Direct);
    }
}
