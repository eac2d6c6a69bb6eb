//! The built page as a host should serve it: its own policy repeated as a header, and who may embed it. Faults that
//! name a path hit its files as well.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use hyper::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::header::{REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use tower_http::services::ServeDir;

use crate::app::App;
use crate::faults::delivery::close;

/// Portals are developed on this machine; a page cannot say this of itself, only its server.
const FRAME_ANCESTORS: &str = "frame-ancestors 'self' http://localhost:* http://127.0.0.1:*";

/// Serves the files of a folder.
pub(crate) fn serve(folder: PathBuf, app: Arc<App>) -> Router {
    let dress = axum::middleware::from_fn_with_state(Arc::from(folder.as_path()), dress);
    Router::new()
        .fallback_service(ServeDir::new(folder))
        .layer(dress)
        .layer(axum::middleware::from_fn_with_state(app, trouble))
}

/// Lets a fault happen to a file.
async fn trouble(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str())
        .to_owned();
    let hit = app.faults.take(request.method(), &path);
    let effect = &hit.effect;
    if !hit.arrive().await {
        return close();
    }
    let mut response = if effect.answers_itself() {
        effect.document().unwrap_or_else(|| {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = effect.imposed_status();
            response
        })
    } else {
        next.run(request).await
    };
    effect.put_headers(&mut response);
    hit.deliver(response, &app.faults.cuts).await
}

async fn dress(State(folder): State<Arc<Path>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let is_page = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let mut put = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(name, value);
        }
    };
    put(X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(REFERRER_POLICY, "no-referrer");
    if is_page {
        // Read each time: the page may have been built anew, and its policy names hashes.
        let html = tokio::fs::read_to_string(folder.join("index.html")).await;
        let policy = html.as_deref().ok().and_then(policy_of);
        let policy: Vec<_> = policy.into_iter().chain([FRAME_ANCESTORS]).collect();
        put(CONTENT_SECURITY_POLICY, &policy.join("; "));
        // The page names the hashed files of one build, so a stored page would ask for files that are gone.
        put(CACHE_CONTROL, "no-store");
    }
    response
}

/// The policy that a page carries in its `<meta>`.
fn policy_of(html: &str) -> Option<&str> {
    html.split("<meta")
        .filter_map(|tag| tag.split_once('>').map(|(tag, _)| tag))
        .find(|tag| tag.to_ascii_lowercase().contains("content-security-policy"))
        .and_then(|tag| tag.split_once("content=\""))
        .and_then(|(_, value)| value.split_once('"'))
        .map(|(policy, _)| policy)
}

#[cfg(test)]
mod tests {
    use super::policy_of;

    #[test]
    fn finds_the_policy_in_either_order() {
        for html in [
            r#"<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'self'; x"><meta content="other">"#,
            r#"<meta charset=utf-8><meta content="default-src 'self'; x" http-equiv=content-security-policy>"#,
        ] {
            assert_eq!(policy_of(html), Some("default-src 'self'; x"));
        }
        assert_eq!(policy_of("<meta charset=utf-8><p>content-security-policy"), None);
    }
}
