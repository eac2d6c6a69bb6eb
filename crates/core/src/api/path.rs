//! Paths of requests that no id can lead astray.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use crate::percent::encode_into;

/// A path from `/v1` on. What is written in this program stands as it is; every id is one encoded segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path(Cow<'static, str>);

impl Path {
    /// Adds an id as a segment of its own.
    ///
    /// An id that no path can name (see [`is_addressable`]) becomes one that no server gives out: a URL drops such a
    /// segment, or takes the one before it away, and the request would go to another object.
    #[must_use]
    pub fn id(self, id: &str) -> Self {
        let mut path = self.0.into_owned();
        path.push('/');
        if is_addressable(id) {
            encode_into(&mut path, id);
        } else {
            encode_into(&mut path, "\u{FFFD}");
        }
        Self(Cow::Owned(path))
    }

    /// Adds a part that is written in this program, with its leading slash.
    #[must_use]
    pub fn then(self, part: &'static str) -> Self {
        Self(Cow::Owned(self.0.into_owned() + part))
    }
}

impl From<&'static str> for Path {
    fn from(path: &'static str) -> Self {
        Self(Cow::Borrowed(path))
    }
}

impl Deref for Path {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a path can name an id: it is not empty, and neither it nor a part of it is `.` or `..`.
///
/// Encoding does not help: a URL takes `%2e` for a dot, and servers on the way may decode more than once, take a backslash for
/// a slash, and drop what follows a semicolon.
#[must_use]
pub fn is_addressable(id: &str) -> bool {
    let mut id = Cow::Borrowed(id);
    loop {
        let is_dots = |part: &str| {
            let name = part.split(';').next().unwrap_or_default();
            matches!(name.trim(), "." | "..")
        };
        if id.is_empty() || id.split(['/', '\\']).any(is_dots) {
            return false;
        }
        let decoded = crate::percent::decode(&id);
        // Each round that changes something makes it shorter.
        if decoded.len() >= id.len() {
            return true;
        }
        id = Cow::Owned(decoded);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Ids that lead elsewhere if they are written into a path.
    pub(crate) const ASTRAY: [&str; 24] = [
        "",
        ".",
        "..",
        "%2e",
        "%2e%2e",
        ".%2E",
        "%2e.",
        "%252e%252e",
        "%25252e.",
        "a/..",
        "../agents",
        "../../v1/agents?x=",
        "./a",
        "a/./b",
        "..%2Fagents",
        "%2e%2e%2fagents",
        "a\\..\\b",
        "..%5cagents",
        "..;",
        "..;jsessionid=1",
        ".;/a",
        "..%3b",
        " ..",
        "..%09",
    ];

    #[test]
    fn dots_in_any_disguise_are_no_id() {
        for id in ASTRAY {
            assert!(!is_addressable(id), "{id}");
        }
    }

    #[test]
    fn ids_of_every_other_form_are_ids() {
        for id in [
            "sesn_011CZkZAtmR3yMPDzynEDxu7",
            "a.b",
            "...",
            "..a",
            "a..",
            "v1.2..3",
            "a/b",
            "%",
            "%zz",
            "100%25",
            "urn:uuid:1-2;3",
            "a b",
            "日本",
            "\u{0}",
            "new",
        ] {
            assert!(is_addressable(id), "{id}");
        }
    }

    #[test]
    fn an_id_is_one_segment() {
        let path = |id| Path::from("/v1/sessions").id(id).then("/events").to_string();
        assert_eq!(path("sesn_1"), "/v1/sessions/sesn_1/events");
        assert_eq!(path("a/b?c#d"), "/v1/sessions/a%2Fb%3Fc%23d/events");
        for id in ASTRAY {
            assert_eq!(path(id), "/v1/sessions/%EF%BF%BD/events", "{id}");
        }
    }

    /// What a URL makes of a path: the algorithm of the URL standard for dot segments.
    fn resolved(path: &str) -> Vec<String> {
        let mut segments: Vec<String> = Vec::new();
        for segment in path.split(['/', '\\']).skip(1) {
            match segment.to_ascii_lowercase().replace("%2e", ".").as_str() {
                "." => {}
                ".." => drop(segments.pop()),
                _ => segments.push(segment.to_owned()),
            }
        }
        segments
    }

    proptest! {
        #[test]
        fn no_id_leaves_its_place_however_often_it_is_decoded(
            id in prop_oneof![".{0,12}", "[./\\\\%25eEfF;a]{0,16}", "(%2e|%252e|\\.|/|%2f|%5c|;){0,8}"],
        ) {
            let mut path = Path::from("/v1/sessions").id(&id).then("/events").to_string();
            for _ in 0..6 {
                let segments = resolved(&path);
                prop_assert!(path.starts_with("/v1/sessions/") && path.ends_with("/events"), "{path}");
                prop_assert_eq!(&segments[..2], ["v1", "sessions"], "{}", path);
                prop_assert_eq!(segments.last().map(String::as_str), Some("events"), "{}", path);
                prop_assert!(segments.len() >= 4, "{path}");
                path = crate::percent::decode(&path);
            }
        }
    }
}
