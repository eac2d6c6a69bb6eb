//! Which link targets may become links.

use std::fmt;
use std::sync::Arc;

use super::visible::is_bidi_control;

/// A link target with scheme `http`, `https` or `mailto`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SafeUrl(Arc<str>);

impl SafeUrl {
    /// Takes a target as [`safe_link`] does.
    #[must_use]
    pub fn new(target: &str) -> Option<Self> {
        safe_link(target).map(|url| Self(url.into()))
    }

    /// The target for an `href`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SafeUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The target in a form that is safe as an `href`, or `None` if it may not become a link.
///
/// Only absolute `http`, `https` and `mailto` targets may: a relative one would lead into the page that shows it.
/// As in the URL standard, control characters do not count, wherever they are; here neither do bidirectional controls.
/// White space inside is percent-encoded.
#[must_use]
pub fn safe_link(target: &str) -> Option<String> {
    let mut cleaned = String::with_capacity(target.len());
    let target = target.trim_matches(|char: char| char.is_whitespace() || char.is_control());
    for char in target.chars() {
        if char.is_control() || is_bidi_control(char) {
            continue;
        }
        if char.is_whitespace() {
            let mut bytes = [0; 4];
            for byte in char.encode_utf8(&mut bytes).bytes() {
                crate::percent::push_escape(&mut cleaned, byte);
            }
        } else {
            cleaned.push(char);
        }
    }
    let (scheme, rest) = cleaned.split_once(':')?;
    let scheme = ["http", "https", "mailto"]
        .into_iter()
        .find(|known| scheme.eq_ignore_ascii_case(known))?;
    let allowed = if scheme == "mailto" {
        !rest.is_empty()
    } else {
        rest.strip_prefix("//")
            .is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', '\\', '?', '#']))
    };
    allowed.then(|| format!("{scheme}:{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absolute_web_and_mail_targets_are_links() {
        for (target, href) in [
            ("https://example.com/a?b=c#d", "https://example.com/a?b=c#d"),
            ("http://[::1]:8080/", "http://[::1]:8080/"),
            ("HTTPS://Example.com", "https://Example.com"),
            ("mailto:a@example.com?subject=x", "mailto:a@example.com?subject=x"),
            ("  https://example.com\n", "https://example.com"),
            ("\u{1}https://example.com", "https://example.com"),
            ("ht\ntps://exam\tple.com", "https://example.com"),
            (
                "https://example.com/\u{202E}gpj.exe",
                "https://example.com/gpj.exe",
            ),
            (
                "https://example.com/a b\u{3000}c",
                "https://example.com/a%20b%E3%80%80c",
            ),
            ("https://example.com/%6A", "https://example.com/%6A"),
        ] {
            assert_eq!(safe_link(target).as_deref(), Some(href), "{target:?}");
            assert_eq!(SafeUrl::new(target).unwrap().to_string(), href);
        }
    }

    #[test]
    fn nothing_else_is() {
        for target in [
            "",
            " ",
            ":",
            "https:",
            "https:/",
            "https://",
            "https:///",
            "https:///example.com",
            "https:example.com",
            "https:\\\\example.com",
            "https://?x",
            "https://\\example.com",
            "mailto:",
            "//example.com",
            "/path",
            "path",
            "../x",
            "?baseUrl=https://evil.example",
            "#/sessions",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            " javascript:alert(1)",
            "\tjavascript:alert(1)",
            "java\tscript:alert(1)",
            "java\nscript:alert(1)",
            "java\0script:alert(1)",
            "\u{1}javascript:alert(1)",
            "javascript\t:alert(1)",
            "javascript&colon;alert(1)",
            "javascript&#58;alert(1)",
            "&#106;avascript:alert(1)",
            "javascript%3Aalert(1)",
            "javascript\u{202E}:alert(1)",
            "\u{FEFF}javascript:alert(1)",
            "javascript://https://example.com/%0Aalert(1)",
            "jav\u{AD}ascript:alert(1)",
            "data:text/html,<script>",
            "DATA:text/html;base64,PHNjcmlwdD4=",
            "vbscript:msgbox(1)",
            "view-source:https://example.com",
            "blob:https://example.com/1",
            "filesystem:https://example.com/",
            "file:///etc/passwd",
            "ftp://example.com",
            "about:blank",
            "ws://example.com",
            "intent://x",
            "xhttp://example.com",
            "http\u{FF1A}//example.com",
            "ht-tp://example.com",
            "https\u{200B}://example.com",
            "https ://example.com",
        ] {
            assert_eq!(safe_link(target), None, "{target:?}");
        }
    }
}
