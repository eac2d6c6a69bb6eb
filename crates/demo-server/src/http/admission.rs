//! Who may make a request: opt-in for browsers, credentials, version, beta.

use hyper::{HeaderMap, Method};

use super::cors::{Relation, relation};
use super::error::ApiError;

pub(crate) const MANAGED_AGENTS: &str = "managed-agents-2026-04-01";
const VERSIONS: [&str; 2] = ["2023-06-01", "2026-10-21"];

/// Beta values that the API knows and that no endpoint here cares about.
const OTHER_BETAS: &[&str] = &[
    "admin-user-sign-out-2026-10-08",
    "advisor-tool-2026-03-01",
    "agent-memory-2026-07-22",
    "analytics-usage-cost-2026-08-24",
    "cache-diagnosis-2026-04-07",
    "ce-claude-code-managed-settings-2026-10-06",
    "ce-plugins-2026-09-01",
    "ce-user-management-2026-07-13",
    "code-execution-2025-05-22",
    "compact-2026-01-12",
    "compact-2026-09-04",
    "computer-use-2024-10-22",
    "computer-use-2025-01-24",
    "computer-use-2025-11-24",
    "context-1m-2025-08-07",
    "context-management-2025-06-27",
    "dev-full-thinking-2025-05-14",
    "dreaming-2026-04-21",
    "efs-2026-10-01",
    "experimental-claude-tag-2026-10-21",
    "extended-cache-ttl-2025-04-11",
    "fallback-credit-2026-06-01",
    "fallback-credit-2026-07-01",
    "fast-mode-2026-02-01",
    "files-api-2025-04-14",
    "google-managed-data-controls-2026-09-01",
    "inline-tools-2026-09-15",
    "interleaved-thinking-2025-05-14",
    "mcp-client-2025-04-04",
    "mcp-client-2025-11-20",
    "mcp-client-2026-09-15",
    "mcp-tunnels-2026-06-22",
    "message-batches-2024-09-24",
    "message-threads-2026-08-12",
    "mid-conversation-output-config-2026-07-01",
    "mid-conversation-system-clear-at-2026-08-21",
    "mid-conversation-tool-changes-2026-07-01",
    "model-context-window-exceeded-2025-08-26",
    "oauth-2025-04-20",
    "output-128k-2025-02-19",
    "output-300k-2026-03-24",
    "pdfs-2024-09-25",
    "prompt-caching-2024-07-31",
    "server-side-fallback-2026-06-01",
    "server-side-fallback-2026-07-01",
    "skills-2025-10-02",
    "spend-limit-reads-2026-09-26",
    "structured-outputs-2025-11-13",
    "task-budgets-2026-03-13",
    "telemetry-destinations-2026-08-11",
    "thinking-binding-controls-2026-08-01",
    "thinking-display-updates-2026-08-18",
    "thinking-token-count-2026-05-13",
    "token-counting-2024-11-01",
    "token-efficient-tools-2025-02-19",
    "user-profiles-2026-03-24",
    "user-profiles-2026-08-18",
    "user-profiles-2026-09-04",
    "user-profiles-billing-2026-10-01",
    "webhooks-2026-10-07",
];

/// How a request identified itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Credential<'a> {
    ApiKey(&'a str),
    Bearer(&'a str),
    None,
}

impl<'a> Credential<'a> {
    pub(crate) fn of(headers: &'a HeaderMap) -> Self {
        let text = |name: &str| {
            headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(str::trim)
        };
        if let Some(key) = text("x-api-key").filter(|key| !key.is_empty()) {
            return Self::ApiKey(key);
        }
        let bearer = text("authorization").and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
        });
        bearer
            .filter(|token| !token.is_empty())
            .map_or(Self::None, Self::Bearer)
    }

    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::ApiKey(_) => "x-api-key",
            Self::Bearer(_) => "bearer",
            Self::None => "none",
        }
    }
}

/// Admits a request to a path under `/v1`, or says why not.
pub(crate) fn admit(method: &Method, path: &str, headers: &HeaderMap) -> Result<(), ApiError> {
    let from = relation(headers);
    if from == Relation::CrossOrigin && !opted_in(headers) {
        let error = ApiError::unauthenticated(
            "CORS requests must set 'anthropic-dangerous-direct-browser-access' header",
        );
        return Err(ApiError {
            hides_from_cors: true,
            ..error
        });
    }
    let behind_gateway = match Credential::of(headers) {
        Credential::None => {
            // The demo's own page counts as logged in.
            if from != Relation::SameOrigin {
                return Err(ApiError::unauthenticated("x-api-key header is required"));
            }
            true
        }
        Credential::ApiKey(key) | Credential::Bearer(key) => {
            check_key(key, method)?;
            false
        }
    };
    check_version(headers, behind_gateway)?;
    check_beta(path, headers, behind_gateway)
}

fn opted_in(headers: &HeaderMap) -> bool {
    headers
        .get("anthropic-dangerous-direct-browser-access")
        .is_some_and(|value| value == "true")
}

fn check_key(key: &str, method: &Method) -> Result<(), ApiError> {
    if key.starts_with("sk-ant-invalid") {
        return Err(ApiError::unauthenticated("invalid x-api-key"));
    }
    if key.starts_with("sk-ant-readonly") && method != Method::GET {
        return Err(ApiError::forbidden("This API key may only read."));
    }
    Ok(())
}

/// A gateway adds what is missing, as `EventSource` cannot send headers.
fn check_version(headers: &HeaderMap, behind_gateway: bool) -> Result<(), ApiError> {
    match headers
        .get("anthropic-version")
        .map(|value| value.to_str().unwrap_or_default())
    {
        None if behind_gateway => Ok(()),
        None => Err(ApiError::invalid("anthropic-version: header is required")),
        Some(version) if VERSIONS.contains(&version) => Ok(()),
        Some(version) => Err(ApiError::invalid(format!(
            "anthropic-version: \"{version}\" is not a valid version"
        ))),
    }
}

fn check_beta(path: &str, headers: &HeaderMap, behind_gateway: bool) -> Result<(), ApiError> {
    let values: Vec<&str> = headers
        .get_all("anthropic-beta")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|value| !value.is_empty())
        .collect();
    let unknown: Vec<String> = values
        .iter()
        .filter(|value| **value != MANAGED_AGENTS && !OTHER_BETAS.contains(value))
        .map(|value| format!("`{value}`"))
        .collect();
    if !unknown.is_empty() {
        return Err(ApiError::invalid(format!(
            "Unexpected value(s) {} for the `anthropic-beta` header. Please consult our documentation or try again \
             without the header.",
            unknown.join(", ")
        )));
    }
    let gated = !path.starts_with("/v1/models");
    if gated && !behind_gateway && !values.contains(&MANAGED_AGENTS) {
        return Err(ApiError::no_route());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    const KEY: (&str, &str) = ("x-api-key", "sk-ant-api-demo");
    const VERSION: (&str, &str) = ("anthropic-version", "2023-06-01");
    const BETA: (&str, &str) = ("anthropic-beta", MANAGED_AGENTS);
    const HOST: (&str, &str) = ("host", "127.0.0.1:8787");

    fn outcome(path: &str, pairs: &[(&'static str, &'static str)]) -> Result<(), (u16, String)> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        admit(&Method::GET, path, &headers).map_err(|error| (error.status.as_u16(), error.message))
    }

    #[test]
    fn programs_need_key_version_and_beta() {
        let path = "/v1/sessions";
        assert_eq!(outcome(path, &[KEY, VERSION, BETA]), Ok(()));
        assert_eq!(
            outcome(path, &[("authorization", "Bearer sk-ant-oat01-x"), VERSION, BETA]),
            Ok(())
        );
        assert_eq!(outcome(path, &[VERSION, BETA]).unwrap_err().0, 401);
        assert_eq!(
            outcome(path, &[("x-api-key", ""), VERSION, BETA]).unwrap_err().0,
            401
        );
        assert_eq!(
            outcome(path, &[("x-api-key", "sk-ant-invalid-1"), VERSION, BETA])
                .unwrap_err()
                .0,
            401
        );
        assert_eq!(outcome(path, &[KEY, BETA]).unwrap_err().0, 400);
        assert_eq!(
            outcome(path, &[KEY, ("anthropic-version", "2020-01-01"), BETA])
                .unwrap_err()
                .0,
            400
        );
        assert_eq!(outcome(path, &[KEY, VERSION]).unwrap_err().0, 404);
        assert_eq!(outcome("/v1/models", &[KEY, VERSION]), Ok(()));
        let (status, message) = outcome(
            path,
            &[KEY, VERSION, ("anthropic-beta", "managed-agents-2026-04-01,x")],
        )
        .unwrap_err();
        assert_eq!(status, 400);
        assert!(message.starts_with("Unexpected value(s) `x` for the `anthropic-beta` header"));
    }

    #[test]
    fn foreign_pages_must_opt_in() {
        let foreign = [HOST, ("origin", "https://example.com"), KEY, VERSION, BETA];
        assert!(
            outcome("/v1/sessions", &foreign)
                .unwrap_err()
                .1
                .starts_with("CORS requests must set")
        );
        let mut opted = foreign.to_vec();
        opted.push(("anthropic-dangerous-direct-browser-access", "true"));
        assert_eq!(outcome("/v1/sessions", &opted), Ok(()));
    }

    #[test]
    fn only_the_own_page_needs_no_credential() {
        let own = ("sec-fetch-site", "same-origin");
        assert_eq!(outcome("/v1/sessions", &[HOST, own]), Ok(()));
        assert_eq!(
            outcome("/v1/sessions", &[HOST, ("origin", "http://127.0.0.1:8787")]),
            Ok(())
        );
        assert_eq!(
            outcome("/v1/sessions", &[HOST, ("sec-fetch-site", "cross-site")])
                .unwrap_err()
                .0,
            401
        );
        assert_eq!(outcome("/v1/sessions", &[HOST]).unwrap_err().0, 401);
    }
}
