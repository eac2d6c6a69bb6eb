//! One error for everything that can go wrong with a request: what happened, at which step, and what to do.

use std::fmt;
use std::ops::{Deref, DerefMut};

use super::credential::{Credential, redact};
use crate::bounds::within;
use crate::protocol::ErrorEnvelope;

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
    pub fn from_response(head: &ResponseHead, body: &str, credential: &Credential) -> Self {
        let envelope = serde_json::from_str::<ErrorEnvelope>(body).ok();
        let is_api = envelope.is_some();
        let (error_type, error_code, message, request_id) = match envelope {
            Some(ErrorEnvelope { error, request_id }) => (
                Some(error.error_type.as_str().to_owned()),
                error.error_code(),
                error.message,
                request_id,
            ),
            None => (None, None, first_words(body), None),
        };
        let step = classify(head.status, error_code.as_deref(), is_api);
        let cleared = |text: Option<String>| text.map(|text| redact(&text, credential));
        let failure = Failure {
            step,
            status: Some(head.status),
            error_type: cleared(error_type),
            error_code: cleared(error_code),
            message: redact(&message, credential),
            request_id: cleared(request_id.or_else(|| head.request_id.clone())),
            retry_after_ms: head.retry_after_ms,
            should_retry: head.should_retry,
            // A gateway that gives up on the server does not know either whether the request took effect, and a server
            // may fail after it did. Only 503 and 529 say that it did not begin.
            outcome_unknown: matches!(head.status, 408 | 500 | 502 | 504 | 520..=527),
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
            message: redact(&message.into(), credential),
            request_id: None,
            retry_after_ms: None,
            should_retry: None,
            outcome_unknown: step == Step::Network || step == Step::Cors,
        };
        failure.into()
    }

    /// A response whose body could not be read as what the API sends.
    #[must_use]
    pub fn malformed(head: &ResponseHead, detail: impl fmt::Display, credential: &Credential) -> Self {
        let failure = Failure {
            step: Step::Response,
            status: Some(head.status),
            error_type: None,
            error_code: None,
            message: redact(&detail.to_string(), credential),
            request_id: head.request_id.as_deref().map(|id| redact(id, credential)),
            retry_after_ms: None,
            should_retry: None,
            outcome_unknown: true,
        };
        failure.into()
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

fn classify(status: u16, error_code: Option<&str>, is_api: bool) -> Step {
    if let Some("organization_not_enrolled_in_beta") = error_code {
        return Step::Beta;
    }
    match status {
        400 if error_code == Some("workflow_run_open") => Step::State,
        401 => Step::Authentication,
        402 => Step::Billing,
        403 => Step::Permission,
        404 if is_api => Step::NotFound,
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

/// The beginning of a body that is not an error envelope: enough to recognise a proxy page, never a whole page.
fn first_words(body: &str) -> String {
    let text = body.trim();
    if text.starts_with('<') {
        return "The server answered with a web page instead of JSON.".to_owned();
    }
    text.chars().take(200).collect()
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
            ApiError::malformed(&head, "k-secret", &key),
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
