//! API keys and access tokens that cannot be printed by accident.

use std::fmt;

use super::secret::Secret;

/// What authenticates a request.
#[derive(Clone, PartialEq, Eq, Default)]
pub enum Credential {
    /// A gateway on the page's own origin authenticates.
    #[default]
    None,
    /// Sent as `x-api-key`.
    ApiKey(Secret),
    /// Sent as `authorization: Bearer`; OAuth and workload identity tokens (`sk-ant-oat…`).
    Bearer(Secret),
}

/// Why a text cannot be a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialError {
    /// It has characters that no request header may contain.
    Characters,
}

impl fmt::Display for CredentialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "The key contains spaces or characters that a key cannot have. Copy it again from the Console.",
        )
    }
}

impl std::error::Error for CredentialError {}

impl Credential {
    /// Reads what was typed; an empty text means [`Credential::None`].
    ///
    /// # Errors
    /// [`CredentialError::Characters`] if the text could not be sent in a header.
    pub fn parse(text: &str) -> Result<Self, CredentialError> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self::None);
        }
        if !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(CredentialError::Characters);
        }
        Ok(if text.starts_with("sk-ant-oat") {
            Self::Bearer(text.into())
        } else {
            Self::ApiKey(text.into())
        })
    }

    /// Whether requests go out without a credential of their own.
    #[must_use]
    pub fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// The secret itself. Only for request headers and the session storage.
    #[must_use]
    pub fn expose(&self) -> Option<&str> {
        match self {
            Self::None => None,
            Self::ApiKey(secret) | Self::Bearer(secret) => Some(secret),
        }
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "Credential::None",
            Self::ApiKey(_) => "Credential::ApiKey(<redacted>)",
            Self::Bearer(_) => "Credential::Bearer(<redacted>)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_keys_from_tokens() {
        assert_eq!(Credential::parse("  "), Ok(Credential::None));
        assert_eq!(
            Credential::parse(" sk-ant-api03-x\n"),
            Ok(Credential::ApiKey("sk-ant-api03-x".into()))
        );
        assert_eq!(
            Credential::parse("sk-ant-oat01-y"),
            Ok(Credential::Bearer("sk-ant-oat01-y".into()))
        );
        assert_eq!(Credential::parse("a b"), Err(CredentialError::Characters));
        assert_eq!(Credential::parse("a\r\nx: y"), Err(CredentialError::Characters));
        assert_eq!(Credential::parse("ключ"), Err(CredentialError::Characters));
    }

    #[test]
    fn debug_output_has_no_secret() {
        let credential = Credential::parse("sk-ant-api03-secret").expect("valid");
        assert!(!format!("{credential:?}").contains("secret"));
    }
}
