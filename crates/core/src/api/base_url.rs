//! The address of an API server, normalized so that its origin can be compared.

use std::fmt;

/// An absolute `http` or `https` URL without user info, query, fragment, trailing slash or `/v1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    origin: String,
    path: String,
}

/// Why a text is not a usable base URL; the message says what to type instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BaseUrlError {
    /// Nothing was typed.
    Empty,
    /// The scheme is missing or neither `http` nor `https`.
    Scheme,
    /// The host is missing or contains characters that a host cannot have.
    Host,
    /// The port is not a number from 1 to 65535.
    Port,
    /// There is a user name or password in front of the host.
    UserInfo,
    /// There is a `?query` or `#fragment`.
    Query,
}

impl fmt::Display for BaseUrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "Enter the address of the API, for example https://api.anthropic.com.",
            Self::Scheme => "Start the address with https:// (or http:// for a server on this machine).",
            Self::Host => {
                "The address has no valid host name. It should look like https://api.anthropic.com."
            }
            Self::Port => "The port in the address must be a number from 1 to 65535.",
            Self::UserInfo => "Remove the user name from the address; the key goes into its own field.",
            Self::Query => "Remove everything from ? or # on; only scheme, host, port and path belong here.",
        })
    }
}

impl std::error::Error for BaseUrlError {}

impl BaseUrl {
    /// The public API.
    pub const DEFAULT: &'static str = "https://api.anthropic.com";

    /// Reads and normalizes what a user typed or a configuration says.
    ///
    /// # Errors
    /// [`BaseUrlError`] names the part that cannot be used.
    pub fn parse(text: &str) -> Result<Self, BaseUrlError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(BaseUrlError::Empty);
        }
        let (scheme, rest) = text.split_once("://").ok_or(BaseUrlError::Scheme)?;
        let scheme = scheme.to_ascii_lowercase();
        let default_port = match scheme.as_str() {
            "https" => "443",
            "http" => "80",
            _ => return Err(BaseUrlError::Scheme),
        };
        if rest.contains(['?', '#']) {
            return Err(BaseUrlError::Query);
        }
        let (authority, path) = match rest.find('/') {
            Some(slash) => rest.split_at(slash),
            None => (rest, ""),
        };
        if authority.contains('@') {
            return Err(BaseUrlError::UserInfo);
        }
        let (host, port) = split_port(authority)?;
        check_host(host)?;
        let host = host.to_ascii_lowercase();
        let origin = match port {
            Some(port) if port != default_port => format!("{scheme}://{host}:{port}"),
            _ => format!("{scheme}://{host}"),
        };
        if path.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
            return Err(BaseUrlError::Host);
        }
        let path = path.trim_end_matches('/');
        let path = path
            .strip_suffix("/v1")
            .unwrap_or(path)
            .trim_end_matches('/')
            .to_owned();
        Ok(Self { origin, path })
    }

    /// Scheme, host and non-default port: what a key is bound to.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Host and non-default port, for showing.
    #[must_use]
    pub fn host(&self) -> &str {
        self.origin
            .split_once("://")
            .map_or(self.origin.as_str(), |(_, host)| host)
    }

    /// The URL of an API path, which starts with `/v1`.
    #[must_use]
    pub fn join(&self, path: &str) -> String {
        format!("{}{}{path}", self.origin, self.path)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.path)
    }
}

fn split_port(authority: &str) -> Result<(&str, Option<&str>), BaseUrlError> {
    let after_ipv6 = authority.rfind(']').map_or(0, |i| i + 1);
    let Some(colon) = authority[after_ipv6..].find(':') else {
        return Ok((authority, None));
    };
    let (host, port) = authority.split_at(after_ipv6 + colon);
    let port = &port[1..];
    match port.parse::<u16>() {
        Ok(1..) if port.bytes().all(|b| b.is_ascii_digit()) => Ok((host, Some(port.trim_start_matches('0')))),
        _ => Err(BaseUrlError::Port),
    }
}

fn check_host(host: &str) -> Result<(), BaseUrlError> {
    let inner = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
    let valid = match inner {
        Some(ipv6) => {
            !ipv6.is_empty()
                && ipv6
                    .bytes()
                    .all(|b| b.is_ascii_hexdigit() || matches!(b, b':' | b'.'))
        }
        None => {
            !host.is_empty()
                && !host.starts_with(['.', '-'])
                && !host.contains("..")
                && host
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
        }
    };
    if valid { Ok(()) } else { Err(BaseUrlError::Host) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalizes_what_people_paste() {
        for (typed, shown) in [
            (" https://API.anthropic.com/ ", "https://api.anthropic.com"),
            ("https://api.anthropic.com/v1", "https://api.anthropic.com"),
            ("https://api.anthropic.com:443/v1/", "https://api.anthropic.com"),
            ("http://127.0.0.1:8787", "http://127.0.0.1:8787"),
            ("http://[::1]:8787/gw/", "http://[::1]:8787/gw"),
            (
                "https://portal.example/claude/v1",
                "https://portal.example/claude",
            ),
            ("http://localhost:08080", "http://localhost:8080"),
        ] {
            let url = BaseUrl::parse(typed).expect(typed);
            assert_eq!(url.to_string(), shown);
            assert_eq!(BaseUrl::parse(shown), Ok(url), "normal form is stable");
        }
    }

    #[test]
    fn says_what_is_wrong() {
        for (typed, error) in [
            ("", BaseUrlError::Empty),
            ("api.anthropic.com", BaseUrlError::Scheme),
            ("javascript://alert(1)", BaseUrlError::Scheme),
            ("file:///etc/passwd", BaseUrlError::Scheme),
            ("https://", BaseUrlError::Host),
            ("https://exa mple.com", BaseUrlError::Host),
            ("https://a..b", BaseUrlError::Host),
            ("https://evil.example\\@api.anthropic.com", BaseUrlError::UserInfo),
            ("https://api.anthropic.com@evil.example", BaseUrlError::UserInfo),
            ("https://host:99999", BaseUrlError::Port),
            ("https://host:", BaseUrlError::Port),
            ("https://host:+80", BaseUrlError::Port),
            ("https://host/?x=1", BaseUrlError::Query),
            ("https://host/#/sessions", BaseUrlError::Query),
        ] {
            assert_eq!(BaseUrl::parse(typed), Err(error), "{typed}");
        }
    }

    #[test]
    fn joins_below_a_gateway_path() {
        let url = BaseUrl::parse("https://portal.example/claude/").expect("valid");
        assert_eq!(
            url.join("/v1/sessions"),
            "https://portal.example/claude/v1/sessions"
        );
        assert_eq!(url.origin(), "https://portal.example");
        assert_eq!(url.host(), "portal.example");
    }
}
