//! An API server together with the credential that belongs to its origin.

use super::base_url::BaseUrl;
use super::credential::Credential;
use super::request::ApiRequest;
use super::secret::Secret;
use super::workspace_id::WorkspaceId;

/// Value of the `anthropic-version` header.
pub const ANTHROPIC_VERSION: &str = "2023-06-01";

/// Value of the `anthropic-beta` header that opens the Managed Agents paths.
pub const MANAGED_AGENTS_BETA: &str = "managed-agents-2026-04-01";

/// Where requests go and what authenticates them.
///
/// The only way to a URL with credentials is through this type, so a key cannot be combined with another origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    base: BaseUrl,
    credential: Credential,
    workspace_id: Option<WorkspaceId>,
}

impl Connection {
    /// Binds a credential to the origin of a base URL.
    #[must_use]
    pub fn new(base: BaseUrl, credential: Credential, workspace_id: Option<WorkspaceId>) -> Self {
        Self {
            base,
            credential,
            workspace_id,
        }
    }

    /// The server's address.
    #[must_use]
    pub fn base(&self) -> &BaseUrl {
        &self.base
    }

    /// The credential, for redacting texts and for storing it.
    #[must_use]
    pub fn credential(&self) -> &Credential {
        &self.credential
    }

    /// The workspace that requests name, `wrkspc_…`.
    #[must_use]
    pub fn workspace_id(&self) -> Option<&str> {
        self.workspace_id.as_ref().map(WorkspaceId::as_str)
    }

    /// The absolute URL of a request; never contains the credential.
    #[must_use]
    pub fn url(&self, request: &ApiRequest) -> String {
        self.base.join(&request.target())
    }

    /// The headers of a request.
    ///
    /// The browser opt-in goes along with every credential: without it the API answers cross-origin requests with 401
    /// and without CORS headers.
    #[must_use]
    pub fn headers(&self, request: &ApiRequest) -> Vec<(&'static str, Secret)> {
        let mut headers = vec![
            ("anthropic-version", ANTHROPIC_VERSION.into()),
            ("anthropic-beta", MANAGED_AGENTS_BETA.into()),
        ];
        match &self.credential {
            Credential::None => {}
            Credential::ApiKey(key) => headers.push(("x-api-key", key.clone())),
            Credential::Bearer(token) => {
                headers.push(("authorization", format!("Bearer {}", &**token).into()))
            }
        }
        if !self.credential.is_none() {
            headers.push(("anthropic-dangerous-direct-browser-access", "true".into()));
        }
        if let Some(id) = &self.workspace_id {
            headers.push(("anthropic-workspace-id", id.as_str().into()));
        }
        if request.body.is_some() {
            headers.push(("content-type", "application/json".into()));
        }
        if request.streams {
            headers.push(("accept", "text/event-stream".into()));
        }
        headers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection(key: &str, workspace: &str) -> Connection {
        let base = BaseUrl::parse("https://api.anthropic.com").expect("valid");
        Connection::new(
            base,
            Credential::parse(key).expect("valid"),
            WorkspaceId::parse(workspace).expect("valid"),
        )
    }

    fn header<'a>(headers: &'a [(&str, Secret)], name: &str) -> Option<&'a str> {
        headers.iter().find(|(n, _)| *n == name).map(|(_, v)| &**v)
    }

    #[test]
    fn sends_an_api_key_the_way_the_documentation_does() {
        let request = ApiRequest::post("/v1/sessions".into(), Some("{}".into()));
        let headers = connection("sk-ant-api03-k", "").headers(&request);
        assert_eq!(header(&headers, "x-api-key"), Some("sk-ant-api03-k"));
        assert_eq!(header(&headers, "anthropic-version"), Some("2023-06-01"));
        assert_eq!(
            header(&headers, "anthropic-beta"),
            Some("managed-agents-2026-04-01")
        );
        assert_eq!(header(&headers, "content-type"), Some("application/json"));
        assert_eq!(
            header(&headers, "anthropic-dangerous-direct-browser-access"),
            Some("true")
        );
        assert_eq!(header(&headers, "anthropic-workspace-id"), None);
        assert_eq!(header(&headers, "authorization"), None);
    }

    #[test]
    fn sends_tokens_as_bearer_and_the_workspace_when_set() {
        let headers =
            connection("sk-ant-oat01-t", "wrkspc_1").headers(&ApiRequest::get("/v1/sessions".into()));
        assert_eq!(header(&headers, "authorization"), Some("Bearer sk-ant-oat01-t"));
        assert_eq!(header(&headers, "x-api-key"), None);
        assert_eq!(header(&headers, "anthropic-workspace-id"), Some("wrkspc_1"));
        assert_eq!(header(&headers, "content-type"), None);
    }

    #[test]
    fn a_gateway_gets_no_credential_headers() {
        let headers = connection("", "").headers(&ApiRequest::get("/v1/sessions".into()));
        assert!(headers.iter().all(|(name, _)| name.starts_with("anthropic-")));
        assert_eq!(
            header(&headers, "anthropic-dangerous-direct-browser-access"),
            None
        );
    }

    #[test]
    fn no_url_contains_the_key() {
        let url =
            connection("sk-ant-api03-k", "w").url(&ApiRequest::get("/v1/sessions".into()).with("page", "p"));
        assert_eq!(url, "https://api.anthropic.com/v1/sessions?page=p");
    }
}
