//! One error for everything that can go wrong with a request: what happened, at which step, and what to do.

use std::fmt;
use std::ops::{Deref, DerefMut};

use super::credential::Credential;
use super::redact::redact;
use super::request::{ApiRequest, Method};
use super::said::{Said, WEB_PAGE, instead_of_an_answer};
use crate::bounds::within;

/// The step of a request that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// No server answers at the address, or it is not this API.
    Address,
    /// The page itself does not connect there.
    Policy,
    /// A server answers, but does not let pages of this origin read its answers.
    Cors,
    /// The connection broke before the answer was complete.
    Network,
    /// The credential is missing, wrong or expired.
    Authentication,
    /// The credential is valid but may not do this.
    Permission,
    /// The organization or key has no access to the Managed Agents beta.
    Beta,
    /// The path or the object does not exist.
    NotFound,
    /// The server has no such endpoint. Not every server has all of them.
    NotOffered,
    /// The server refused the content of the request.
    Request,
    /// The object is in a state that does not allow this.
    State,
    /// Billing or spend limits.
    Billing,
    /// Too many requests.
    RateLimit,
    /// The service is overloaded.
    Overload,
    /// The server failed.
    Server,
    /// The answer was not what the API sends.
    Response,
    /// The page gave the request up.
    Aborted,
}

/// A failed request. It is one pointer wide, because every step that can fail hands one on.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiError(Box<Failure>);

/// What is known of a failed request. Texts in it never contain the credential.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// The failed step.
    pub step: Step,
    /// HTTP status if a response arrived.
    pub status: Option<u16>,
    /// The answer has the form of the API's errors; what stands between may answer otherwise.
    pub is_from_api: bool,
    /// `error.type` of the error envelope.
    pub error_type: Option<String>,
    /// `error.details.error_code` of the error envelope.
    pub error_code: Option<String>,
    /// The server's own message, or what the browser said.
    pub message: String,
    /// `request_id` of the envelope or the `request-id` header.
    pub request_id: Option<String>,
    /// How long the server asks to wait, in milliseconds.
    pub retry_after_ms: Option<f64>,
    /// The `x-should-retry` header.
    pub should_retry: Option<bool>,
    /// A write may have taken effect although no answer arrived.
    pub outcome_unknown: bool,
}

/// The parts of an HTTP response that classify a failure.
#[derive(Clone, Debug, Default)]
pub struct ResponseHead {
    /// HTTP status.
    pub status: u16,
    /// The `request-id` header.
    pub request_id: Option<String>,
    /// The `x-should-retry` header.
    pub should_retry: Option<bool>,
    /// `retry-after-ms` or `retry-after`, in milliseconds.
    pub retry_after_ms: Option<f64>,
}

impl Deref for ApiError {
    type Target = Failure;

    fn deref(&self) -> &Failure {
        &self.0
    }
}

impl DerefMut for ApiError {
    fn deref_mut(&mut self) -> &mut Failure {
        &mut self.0
    }
}

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> Self {
        Self(Box::new(failure))
    }
}

impl ApiError {
    /// Classifies a response with a status other than 2xx.
    #[must_use]
    #[inline(never)]
    pub fn from_response(head: &ResponseHead, body: &str, credential: &Credential) -> Self {
        let said = match head.status {
            300..=399 => Said::of_redirect(),
            _ => Said::of(body),
        };
        let step = classify(head.status, said.error_code.as_deref(), said.is_specific);
        let cleared = |text: Option<String>| text.map(|text| redact(&text, credential));
        let failure = Failure {
            step,
            status: Some(head.status),
            error_type: cleared(said.error_type),
            error_code: cleared(said.error_code),
            message: redact(&said.message, credential),
            request_id: cleared(said.request_id.or_else(|| head.request_id.clone())),
            is_from_api: said.is_api,
            retry_after_ms: head.retry_after_ms,
            should_retry: head.should_retry,
            // A gateway that gives up on the server does not know either whether the request took effect, and a server
            // may fail after it did. Only 503 and 529 say that it did not begin.
            outcome_unknown: matches!(head.status, 300..=399 | 408 | 500 | 502 | 504 | 520..=527),
        };
        failure.into()
    }

    /// A request without any response.
    #[must_use]
    pub fn without_response(step: Step, message: impl Into<String>, credential: &Credential) -> Self {
        let failure = Failure {
            step,
            status: None,
            error_type: None,
            error_code: None,
            is_from_api: false,
            message: redact(&message.into(), credential),
            request_id: None,
            retry_after_ms: None,
            should_retry: None,
            outcome_unknown: step == Step::Network || step == Step::Cors,
        };
        failure.into()
    }

    /// A successful response whose body cannot be read as what was asked for.
    #[must_use]
    #[inline(never)]
    pub fn unexpected(head: &ResponseHead, body: &str, credential: &Credential) -> Self {
        let failure = Failure {
            step: Step::Response,
            status: Some(head.status),
            error_type: None,
            error_code: None,
            is_from_api: false,
            message: redact(&instead_of_an_answer(body), credential),
            request_id: head.request_id.as_deref().map(|id| redact(id, credential)),
            retry_after_ms: None,
            should_retry: None,
            outcome_unknown: true,
        };
        failure.into()
    }

    /// The same failure, knowing what was asked for: an address that does not exist is that of the whole API only where every
    /// server has the endpoint. That of a session is the session's, unless what answers there is no API.
    #[must_use]
    #[inline(never)]
    pub fn about(mut self, request: &ApiRequest) -> Self {
        let is_missing = match self.status {
            Some(404) => self.step == Step::Address,
            Some(405 | 501) => !self.is_from_api,
            _ => false,
        };
        if is_missing && is_session(request) && self.status == Some(404) && self.message != WEB_PAGE {
            self.step = Step::NotFound;
        } else if is_missing && !is_essential(request) {
            self.step = Step::NotOffered;
            self.outcome_unknown = false;
        }
        self
    }

    /// What happened, in a few words.
    #[must_use]
    pub fn title(&self) -> &'static str {
        match self.step {
            Step::Address => "No API found at this address",
            Step::Policy => "This page does not call this address",
            Step::Cors => "The server does not allow this page (CORS)",
            Step::Network => "The connection broke",
            Step::Authentication => "Authentication failed",
            Step::Permission => "Permission denied",
            Step::Beta => "No access to the Managed Agents beta",
            Step::NotFound => "Not found",
            Step::NotOffered => "This server does not offer this",
            Step::Request => "The request was refused",
            Step::State => "Not possible in the current state",
            Step::Billing => "Billing or spend limit",
            Step::RateLimit => "Rate limit reached",
            Step::Overload => "The service is overloaded",
            Step::Server => "The server failed",
            Step::Response => "The answer could not be read",
            Step::Aborted => "Given up",
        }
    }

    /// What the user can do about it.
    #[must_use]
    pub fn remedy(&self) -> String {
        if self.is_waiting_on_responses() {
            return "Answer the waiting calls first, or interrupt the agent.".into();
        }
        match self.step {
            Step::Address => {
                "Check the API base URL, and that the server is running and reachable from this browser."
                    .into()
            }
            Step::Policy => {
                "Enter an address that this page may call, or ask whoever runs it to allow this one.".into()
            }
            Step::Cors => {
                "The API allows browsers only with the opt-in header, and not for organizations with Zero \
                Data Retention. Ask an administrator, or put a gateway on this page's own origin."
                    .into()
            }
            Step::Network => "Check your network connection, then try again.".into(),
            Step::Authentication => {
                "Check the API key: it may be mistyped, expired or revoked. Create a new one in the Console."
                    .into()
            }
            Step::Permission => {
                "Use a key with access to this workspace, or set the workspace ID it needs.".into()
            }
            Step::Beta => {
                "Ask for access to Managed Agents for this organization. Behind a gateway, check that it \
                passes the anthropic-beta header on."
                    .into()
            }
            Step::NotFound => "It may have been deleted, or belong to another workspace.".into(),
            Step::NotOffered => {
                "Nothing was changed. Go on without it, or ask whoever runs the server.".into()
            }
            Step::Request => "Correct the values below and send again.".into(),
            Step::State => "Reload the current state and try again.".into(),
            Step::Billing => "Check the plan and the spend limits in the Console.".into(),
            Step::RateLimit => match self.retry_after_ms {
                Some(ms) => format!("Try again in {} s.", whole_seconds(ms)),
                None => {
                    "Wait a moment, then try again. If it does not recover, a spend limit is reached.".into()
                }
            },
            Step::Overload => match self.retry_after_ms {
                Some(ms) => format!("Try again in {} s.", whole_seconds(ms)),
                None => "Wait a moment, then try again.".into(),
            },
            Step::Server => "Try again. If it stays, report the request ID.".into(),
            Step::Response => {
                "Something between this page and the API changes answers. Check the base URL and any proxy."
                    .into()
            }
            Step::Aborted => "Try again.".into(),
        }
    }

    /// Whether a session refuses this because it is still running.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.step == Step::State
            || (matches!(self.status, Some(400 | 409))
                && self.message.to_ascii_lowercase().contains("running"))
    }

    /// Whether the server waits for answers to tool calls first.
    #[must_use]
    pub fn is_waiting_on_responses(&self) -> bool {
        self.status == Some(400) && self.message.contains("waiting on responses to events")
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())?;
        if let Some(status) = self.status {
            write!(f, " ({status})")?;
        }
        if !self.message.is_empty() {
            write!(f, ": {}", self.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for ApiError {}

fn is_session(request: &ApiRequest) -> bool {
    let segments: Vec<&str> = request.path.split('/').skip(1).collect();
    matches!(
        (request.method, &segments[..]),
        (Method::Get, ["v1", "sessions", _])
    )
}

/// Without these requests nothing on the page works, so a server that does not know them is no server of this API.
fn is_essential(request: &ApiRequest) -> bool {
    let segments: Vec<&str> = request.path.split('/').skip(1).collect();
    match (request.method, &segments[..]) {
        (Method::Delete, _) => false,
        (_, ["v1", "sessions"])
        | (_, ["v1", "sessions", _, "events"])
        | (Method::Get, ["v1", "sessions", _]) => true,
        (_, ["v1", "sessions", _, "events", "stream"]) => true,
        _ => false,
    }
}

/// The words in the body of an error, in whatever form they come.
#[must_use]
pub fn words_of_error(body: &str, credential: &Credential) -> Option<String> {
    let said = Said::of(body);
    (said.is_api || said.is_specific).then(|| redact(&said.message, credential))
}

fn classify(status: u16, error_code: Option<&str>, is_specific: bool) -> Step {
    if let Some("organization_not_enrolled_in_beta") = error_code {
        return Step::Beta;
    }
    match status {
        400 if error_code == Some("workflow_run_open") => Step::State,
        401 => Step::Authentication,
        402 => Step::Billing,
        403 => Step::Permission,
        404 if is_specific => Step::NotFound,
        404 | 405 => Step::Address,
        409 => Step::State,
        429 if error_code.is_some_and(|c| c.ends_with("limit_reached") || c.ends_with("limit_exceeded")) => {
            Step::Billing
        }
        429 => Step::RateLimit,
        529 => Step::Overload,
        500.. => Step::Server,
        400..=499 => Step::Request,
        _ => Step::Response,
    }
}

/// Seconds, rounded up, at least one.
fn whole_seconds(ms: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let seconds = within((ms / 1_000.0).ceil(), 1.0, 1e9) as u32;
    seconds
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(status: u16, body: &str) -> ApiError {
        let head = ResponseHead {
            status,
            ..ResponseHead::default()
        };
        ApiError::from_response(&head, body, &Credential::ApiKey("k-secret".into()))
    }

    fn envelope(error_type: &str, message: &str, code: Option<&str>) -> String {
        serde_json::json!({"type": "error", "request_id": "req_1", "error": {
            "type": error_type, "message": message, "details": code.map(|c| serde_json::json!({"error_code": c})),
        }})
        .to_string()
    }

    #[test]
    fn names_the_step() {
        for (status, error_type, code, step) in [
            (400, "invalid_request_error", None, Step::Request),
            (
                400,
                "invalid_request_error",
                Some("organization_not_enrolled_in_beta"),
                Step::Beta,
            ),
            (
                400,
                "invalid_request_error",
                Some("workflow_run_open"),
                Step::State,
            ),
            (401, "authentication_error", None, Step::Authentication),
            (402, "billing_error", None, Step::Billing),
            (403, "permission_error", None, Step::Permission),
            (404, "not_found_error", None, Step::NotFound),
            (409, "conflict_error", None, Step::State),
            (413, "request_too_large", None, Step::Request),
            (429, "rate_limit_error", None, Step::RateLimit),
            (
                429,
                "rate_limit_error",
                Some("enforced_spend_limit_reached"),
                Step::Billing,
            ),
            (500, "api_error", None, Step::Server),
            (504, "timeout_error", None, Step::Server),
            (529, "overloaded_error", None, Step::Overload),
        ] {
            let error = error(status, &envelope(error_type, "m", code));
            assert_eq!(error.step, step, "{status} {code:?}");
            assert_eq!(error.request_id.as_deref(), Some("req_1"));
            assert!(!error.remedy().is_empty());
        }
    }

    #[test]
    fn a_404_without_envelope_is_a_wrong_address() {
        let error = error(404, "<!doctype html><title>nginx</title>");
        assert_eq!(error.step, Step::Address);
        assert_eq!(
            error.message,
            "The server answered with a web page instead of JSON."
        );
    }

    #[test]
    fn a_404_that_says_what_is_missing_is_no_wrong_address() {
        for body in [
            r#"{"error":"Session not found"}"#,
            r#"{"detail":"Session not found: sesn_1"}"#,
            "no such session",
        ] {
            let error = error(404, body);
            assert_eq!(error.step, Step::NotFound, "{body}");
            assert!(error.to_string().to_lowercase().contains("session"), "{error}");
        }
        for body in [r#"{"detail":"Not Found"}"#, "404 page not found", ""] {
            assert_eq!(error(404, body).step, Step::Address, "{body}");
        }
    }

    #[test]
    fn a_session_that_is_plainly_not_found_is_missing_and_not_the_whole_api() {
        use super::super::endpoints as e;
        for body in [
            r#"{"error":"Not found"}"#,
            r#"{"detail":"Not Found"}"#,
            "404 page not found",
            "{}",
            "",
        ] {
            let error = |request: &ApiRequest| error(404, body).about(request).step;
            assert_eq!(error(&e::retrieve_session("sesn_1")), Step::NotFound, "{body}");
            let list = e::list_sessions(&e::SessionFilter::default(), None);
            assert_eq!(error(&list), Step::Address, "{body}");
        }
    }

    #[test]
    fn an_endpoint_that_a_server_does_not_have_is_not_offered() {
        use super::super::endpoints as e;
        let step = |status, body: &str, request: &ApiRequest| error(status, body).about(request).step;
        let archive = e::archive_session("sesn_1");
        let optional = [
            archive.clone(),
            e::delete_session("sesn_1"),
            e::update_session("sesn_1", "{}".into()),
            e::list_threads("sesn_1", None),
            e::list_agents(None),
            e::list_environments(None),
            e::list_vaults(None),
            e::list_models(),
        ];
        for request in &optional {
            for (status, body) in [
                (404, "404 page not found"),
                (404, r#"{"detail":"Not Found"}"#),
                (404, "<html>"),
                (404, ""),
                (405, r#"{"detail":"Method Not Allowed"}"#),
                (405, ""),
                (501, "not implemented"),
            ] {
                assert_eq!(
                    step(status, body, request),
                    Step::NotOffered,
                    "{request:?} {status} {body}"
                );
            }
            let gone = envelope("not_found_error", "Session not found: sesn_1", None);
            assert_eq!(step(404, &gone, request), Step::NotFound);
            assert_eq!(
                step(404, r#"{"error":"Session not found"}"#, request),
                Step::NotFound
            );
        }
        let essential = [
            e::list_sessions(&e::SessionFilter::default(), None),
            e::create_session("{}".into()),
            e::send_events("sesn_1", "{}".into()),
            e::stream_events("sesn_1", true),
        ];
        for request in &essential {
            assert_eq!(
                step(404, "404 page not found", request),
                Step::Address,
                "{request:?}"
            );
        }
        let web_page = step(404, "<html>", &e::retrieve_session("sesn_1"));
        assert_eq!(web_page, Step::Address);
        let refused = error(404, "").about(&archive);
        assert!(!refused.outcome_unknown && refused.title().contains("does not offer"));
    }

    #[test]
    fn a_web_page_is_called_one_for_every_status() {
        let page = "\n <!doctype html><title>Sign in</title>";
        let head = ResponseHead::default();
        let messages = [200, 401, 403, 404, 500, 502].map(|status| match status {
            200 => ApiError::unexpected(&head, page, &Credential::None)
                .message
                .clone(),
            _ => error(status, page).message.clone(),
        });
        for message in messages {
            assert_eq!(message, "The server answered with a web page instead of JSON.");
        }
    }

    #[test]
    fn a_redirect_is_called_one_and_may_have_had_an_effect() {
        let redirected = error(302, "");
        assert_eq!(
            redirected.step,
            Step::Response,
            "an API is there, and something stands before it"
        );
        assert!(redirected.message.contains("redirects"), "{redirected}");
        assert!(redirected.outcome_unknown);
    }

    #[test]
    fn no_message_is_made_of_a_readers_words() {
        for body in ["", "OK", "{", r#"{"data":"#, "[", "null", "<p>"] {
            let head = ResponseHead::default();
            let message = ApiError::unexpected(&head, body, &Credential::None).to_string();
            for words in ["expected", "EOF", "line 1", "column"] {
                assert!(!message.contains(words), "{message}");
            }
        }
    }

    #[test]
    fn a_key_in_any_part_of_an_answer_is_not_repeated() {
        let head = ResponseHead {
            status: 400,
            request_id: Some("req k-secret".into()),
            ..ResponseHead::default()
        };
        let key = Credential::ApiKey("k-secret".into());
        let body = r#"{"type": "error", "request_id": "req_k-secret",
            "error": {"type": "k-secret", "message": "k-secret", "details": {"error_code": "k-secret"}}}"#;
        for error in [
            ApiError::from_response(&head, body, &key),
            ApiError::from_response(&head, "k-secret", &key),
            ApiError::unexpected(&head, "k-secret", &key),
            ApiError::without_response(Step::Network, "k-secret", &key),
        ] {
            let all = format!("{error:?}{error}");
            assert!(!all.contains("k-secret") && all.contains("<redacted>"), "{all}");
        }
    }

    #[test]
    fn an_echoed_key_is_not_repeated() {
        let body = envelope("authentication_error", "invalid x-api-key: k-secret", None);
        assert!(!error(401, &body).to_string().contains("k-secret"));
        assert!(!error(500, "header was k-secret").to_string().contains("k-secret"));
    }

    #[test]
    fn recognises_the_waiting_refusal() {
        let message =
            "Invalid user.message event at events[0]: waiting on responses to events [sevt_1]; only …";
        assert!(error(400, &envelope("invalid_request_error", message, None)).is_waiting_on_responses());
        assert!(!error(400, &envelope("invalid_request_error", "bad", None)).is_waiting_on_responses());
    }
}
