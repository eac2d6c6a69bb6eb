//! API calls over `fetch`: one try, abortable, failures classified; reads repeated by the SDKs' policy.

use futures_util::FutureExt;
use futures_util::future::{LocalBoxFuture, ready};
use gloo_net::http::{Request, RequestBuilder, Response};
use js_sys::{Promise, Reflect};
use playground_core::api::retry::{FailedTry, retry_after_ms, wait_before_retry};
use playground_core::api::{ApiError, ApiRequest, Connection, Credential, Method, ResponseHead, Step};
use playground_core::protocol::FromAnswer;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, ReferrerPolicy, RequestCache, RequestCredentials, RequestMode, RequestRedirect,
};

pub use super::body::read as body_of;
use super::timer::{Timer, sleep};
use super::{body, clock, location};

/// How long a call may take, in milliseconds.
const TIMEOUT_MS: f64 = 60_000.0;

/// Aborts a request when dropped.
pub struct AbortOnDrop {
    controller: Option<AbortController>,
}

impl AbortOnDrop {
    /// A fresh guard.
    #[must_use]
    pub fn new() -> Self {
        Self {
            controller: AbortController::new().ok(),
        }
    }

    /// The signal to hand to `fetch`.
    #[must_use]
    pub fn signal(&self) -> Option<web_sys::AbortSignal> {
        self.controller.as_ref().map(AbortController::signal)
    }

    /// Aborts now.
    pub fn abort(&self) {
        if let Some(controller) = &self.controller {
            controller.abort();
        }
    }

    fn timer(&self) -> Option<Timer> {
        let controller = self.controller.clone()?;
        Some(Timer::after(TIMEOUT_MS, move || controller.abort()))
    }
}

impl Default for AbortOnDrop {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.abort();
    }
}

/// Sends a request and reads the answer. Dropping the future aborts the request.
///
/// Reads are repeated after transient failures; writes never are.
///
/// # Errors
/// [`ApiError`] with the failed step. `outcome_unknown` says that a write may have taken effect.
pub async fn call<T: FromAnswer>(connection: &Connection, request: &ApiRequest) -> Result<T, ApiError> {
    let (head, body) = call_for_text(connection, request).await?;
    T::from_answer(&body).ok_or_else(|| ApiError::unexpected(&head, &body, connection.credential()))
}

/// [`call`] without the decoding: one copy of the code for all types.
fn call_for_text<'a>(
    connection: &'a Connection,
    request: &'a ApiRequest,
) -> LocalBoxFuture<'a, Result<(ResponseHead, String), ApiError>> {
    Box::pin(async move {
        let mut retry = 0;
        loop {
            let error = match try_once(connection, request).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            if error.step == Step::Aborted {
                return Err(error);
            }
            if !request.is_read() {
                return Err(diagnosed_write(connection, request, error).await);
            }
            let failed = FailedTry {
                status: error.status,
                should_retry: error.should_retry,
                retry_after_ms: error.retry_after_ms,
            };
            let Some(wait) = wait_before_retry(retry, failed, js_sys::Math::random()) else {
                return Err(diagnosed(connection, error).await);
            };
            retry += 1;
            sleep(wait).await;
        }
    })
}

async fn try_once(connection: &Connection, request: &ApiRequest) -> Result<(ResponseHead, String), ApiError> {
    let guard = AbortOnDrop::new();
    let _timeout = guard.timer();
    let started = clock::now_ms();
    let no_answer = || {
        let timed_out = clock::now_ms() - started >= TIMEOUT_MS;
        // What the engine says of it ("Failed to fetch") differs in each and tells nothing.
        let message = if timed_out {
            "The server did not answer in time."
        } else if !location::is_online() {
            "The browser is offline."
        } else {
            "No answer arrived."
        };
        ApiError::without_response(Step::Network, message, connection.credential())
    };
    let response = open(connection, request, &guard).await.map_err(|_| no_answer())?;
    let head = head_of(&response);
    let body = body::read(&response).await.ok_or_else(no_answer)?;
    if !response.ok() {
        Err(ApiError::from_response(&head, &body.text, connection.credential()).about(request))
    } else if body.is_cut {
        let message = "The answer is longer than 64 MB, which is more than this page reads.";
        let mut error = ApiError::without_response(Step::Response, message, connection.credential());
        (error.status, error.outcome_unknown) = (Some(head.status), true);
        Err(error)
    } else {
        Ok((head, body.text))
    }
}

/// The answer to the request for `config.json`, which boot.js sends while the wasm is on its way. `None` if there is none.
pub async fn config() -> Option<Response> {
    let asked = Reflect::get(&js_sys::global(), &"playgroundConfig".into()).ok()?;
    let answer = JsFuture::from(asked.dyn_into::<Promise>().ok()?).await.ok()?;
    answer.dyn_into::<web_sys::Response>().ok().map(Into::into)
}

/// Sends a request and returns the response as soon as its headers are there.
///
/// The request leaves now, not only when the future is awaited: what else there is to do at the moment, such as drawing a
/// screen, would hold it up.
///
/// # Errors
/// No response arrived.
pub fn open(
    connection: &Connection,
    request: &ApiRequest,
    guard: &AbortOnDrop,
) -> LocalBoxFuture<'static, Result<Response, gloo_net::Error>> {
    let request = build(connection, request, guard);
    let mut response: LocalBoxFuture<'static, _> = Box::pin(async move { request?.send().await });
    match (&mut response).now_or_never() {
        Some(failed) => Box::pin(ready(failed)),
        None => response,
    }
}

fn build(
    connection: &Connection,
    request: &ApiRequest,
    guard: &AbortOnDrop,
) -> Result<Request, gloo_net::Error> {
    let method = match request.method {
        Method::Get => gloo_net::http::Method::GET,
        Method::Post => gloo_net::http::Method::POST,
        Method::Delete => gloo_net::http::Method::DELETE,
    };
    let credentials = match connection.credential() {
        Credential::None => RequestCredentials::SameOrigin,
        _ => RequestCredentials::Omit,
    };
    let mut builder = RequestBuilder::new(&connection.url(request))
        .method(method)
        .abort_signal(guard.signal().as_ref())
        .credentials(credentials)
        .referrer_policy(ReferrerPolicy::NoReferrer)
        // Nothing of a session belongs on the disk. And Chromium has requests for the same address wait for one another to
        // share an answer: a stream that is opened anew while the old one is given up would be requested twice.
        .cache(RequestCache::NoStore)
        // A redirect would carry the key's header to wherever it leads. It is not followed, but seen.
        .redirect(RequestRedirect::Manual);
    for (name, value) in connection.headers(request) {
        builder = builder.header(name, &value);
    }
    match &request.body {
        Some(body) => builder.body(body.as_str()),
        None => builder.build(),
    }
}

/// What the headers of a response say about retrying and reporting.
#[must_use]
pub fn head_of(response: &Response) -> ResponseHead {
    let headers = response.headers();
    let get = |name: &str| headers.get(name);
    ResponseHead {
        status: match response.status() {
            // The browser hides which status and where to.
            0 => 302,
            status => status,
        },
        request_id: get("request-id"),
        should_retry: get("x-should-retry").and_then(|v| v.parse().ok()),
        retry_after_ms: retry_after_ms(
            get("retry-after-ms").as_deref(),
            get("retry-after").as_deref(),
            clock::until_http_date,
        ),
    }
}

/// Finds out why there was no response: a server that answers without being readable blocks this page by CORS.
///
/// The probe would follow a redirect (browsers allow no other way without CORS), if the policy did not hold the page to this
/// origin.
async fn diagnosed(connection: &Connection, error: ApiError) -> ApiError {
    if error.step != Step::Network || !location::is_online() {
        return error;
    }
    let address = connection.base().to_string();
    if connection.base().origin() == location::origin() {
        return error;
    }
    if location::origin().starts_with("https:") && is_plain_http(connection) {
        let message = "A page opened over https cannot call an http address (mixed content).";
        return ApiError::without_response(Step::Address, message, connection.credential());
    }
    let probe = RequestBuilder::new(&address)
        .mode(RequestMode::NoCors)
        .credentials(RequestCredentials::Omit)
        .referrer_policy(ReferrerPolicy::NoReferrer)
        .build();
    let reachable = match probe {
        Ok(request) => Request::send(request).await.is_ok(),
        Err(_) => false,
    };
    let (step, message) = if reachable {
        (
            Step::Cors,
            format!("{address} answers, but does not let this page read the answer."),
        )
    } else {
        (
            Step::Address,
            format!("Nothing that this page can use answers at {address}."),
        )
    };
    ApiError::without_response(step, message, connection.credential())
}

/// Finds out why a write had no answer. A browser does not say whether the connection broke or the server does not allow
/// the method to pages (CORS); if a read of the same server works at that moment, it may be the latter.
async fn diagnosed_write(connection: &Connection, request: &ApiRequest, error: ApiError) -> ApiError {
    let is_own_origin = connection.base().origin() == location::origin();
    if error.step != Step::Network || !location::is_online() || is_own_origin {
        return error;
    }
    let probe = ApiRequest::get("/v1/sessions".into()).with("limit", "1");
    if try_once(connection, &probe).await.is_err() {
        return error;
    }
    let method = request.method.as_str();
    let (step, message) = match request.method {
        // Input travels by POST: a connection that broke at the wrong moment is likelier than a server that takes none.
        Method::Post => (
            Step::Network,
            format!(
                "No answer arrived, although the server can be read. If this happens each time, it does not \
                 allow {method} to web pages (CORS)."
            ),
        ),
        _ => (
            Step::Cors,
            format!("The server can be read, but does not allow {method} to web pages."),
        ),
    };
    ApiError::without_response(step, message, connection.credential())
}

fn is_plain_http(connection: &Connection) -> bool {
    let host = connection.base().host();
    connection.base().origin().starts_with("http:")
        && !["127.0.0.1", "localhost", "[::1]"]
            .iter()
            .any(|local| host == *local || host.starts_with(&format!("{local}:")))
}
