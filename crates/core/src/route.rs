//! The screens as hash routes: `#/connect`, `#/sessions`, `#/sessions/new`, `#/sessions/{id}?event=…&thread=…`.
//!
//! Hash routes work on any static host and in any iframe. Ids are inert data: they are percent-encoded on the way out,
//! so no id can reach another route or another parameter. What could reach another path is no id: dots alone, however
//! they are written, are a place that does not exist.

use crate::api::is_addressable;
use crate::percent;

/// A place in the application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// No route given; the app decides where to start.
    Home,
    /// The connect form.
    Connect {
        /// Base URL that pre-fills the form.
        base_url: Option<String>,
    },
    /// The list of sessions.
    Sessions,
    /// The form for a new session.
    NewSession,
    /// One session.
    Session {
        /// Session id, decoded. When parsed it is one that [a path can name](is_addressable); another is written as the list
        /// of sessions.
        id: String,
        /// Selected event id.
        event: Option<String>,
        /// Selected thread id; when parsed, one that a path can name.
        thread: Option<String>,
    },
    /// Anything else: the hash as it came, without its leading `#`.
    NotFound(String),
}

impl Route {
    /// The route of one session with nothing selected.
    #[must_use]
    pub fn session(id: impl Into<String>) -> Self {
        Self::Session {
            id: id.into(),
            event: None,
            thread: None,
        }
    }

    /// Reads `location.hash`, with or without its leading `#`. Never fails: an unknown place is [`Route::NotFound`].
    ///
    /// A trailing slash and unknown parameters are ignored, an empty parameter counts as absent.
    #[must_use]
    pub fn parse(hash: &str) -> Self {
        let hash = hash.strip_prefix('#').unwrap_or(hash);
        let (path, query) = hash.split_once('?').unwrap_or((hash, ""));
        let path = path.strip_prefix('/').unwrap_or(path);
        let path = path.strip_suffix('/').unwrap_or(path);
        let parameter = |name| query_param(query, name).filter(|value| !value.is_empty());
        let mut segments = path.split('/');
        match (
            segments.next().unwrap_or_default(),
            segments.next(),
            segments.next(),
        ) {
            ("", None, None) => Self::Home,
            ("connect", None, None) => Self::Connect {
                base_url: parameter("baseUrl"),
            },
            ("sessions", None, None) => Self::Sessions,
            ("sessions", Some("new"), None) => Self::NewSession,
            ("sessions", Some(id), None) => {
                let (id, thread) = (percent::decode(id), parameter("thread"));
                if !is_addressable(&id) || !thread.as_deref().is_none_or(is_addressable) {
                    return Self::NotFound(hash.to_owned());
                }
                Self::Session {
                    id,
                    event: parameter("event"),
                    thread,
                }
            }
            _ => Self::NotFound(hash.to_owned()),
        }
    }

    /// Writes the route as a hash with its leading `#`. [`Route::parse`] reads the same route back.
    #[must_use]
    pub fn to_hash(&self) -> String {
        match self {
            Self::Home => "#/".into(),
            Self::Connect { base_url } => with_query("#/connect".into(), &[("baseUrl", base_url)]),
            Self::Sessions => "#/sessions".into(),
            Self::NewSession => "#/sessions/new".into(),
            Self::Session { id, .. } if !is_addressable(id) => "#/sessions".into(),
            Self::Session { id, event, thread } => {
                let mut hash = String::from("#/sessions/");
                if id == "new" {
                    // The one id that its plain encoding would turn into another route.
                    hash.push_str("%6Eew");
                } else {
                    percent::encode_into(&mut hash, id);
                }
                with_query(hash, &[("event", event), ("thread", thread)])
            }
            Self::NotFound(hash) => format!("#{hash}"),
        }
    }
}

fn with_query(mut hash: String, parameters: &[(&str, &Option<String>)]) -> String {
    let mut separator = '?';
    for (name, value) in parameters {
        if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
            hash.push(separator);
            hash.push_str(name);
            hash.push('=');
            percent::encode_into(&mut hash, value);
            separator = '&';
        }
    }
    hash
}

/// The first value of parameter `name` in `location.search` (with or without its leading `?`), decoded.
///
/// A parameter without `=` has an empty value.
#[must_use]
pub fn query_param(search: &str, name: &str) -> Option<String> {
    let search = search.strip_prefix('?').unwrap_or(search);
    search.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (!pair.is_empty() && percent::decode_form(key) == name).then(|| percent::decode_form(value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn session(id: &str, event: Option<&str>, thread: Option<&str>) -> Route {
        Route::Session {
            id: id.into(),
            event: event.map(Into::into),
            thread: thread.map(Into::into),
        }
    }

    #[test]
    fn reads_every_route() {
        for (hash, route) in [
            ("", Route::Home),
            ("#", Route::Home),
            ("#/", Route::Home),
            ("#/connect", Route::Connect { base_url: None }),
            (
                "#/connect?baseUrl=https%3A%2F%2Fgw.example%2F",
                Route::Connect {
                    base_url: Some("https://gw.example/".into()),
                },
            ),
            ("#/sessions", Route::Sessions),
            ("#/sessions/", Route::Sessions),
            ("sessions", Route::Sessions),
            ("#/sessions/new", Route::NewSession),
            ("#/sessions/sesn_01", session("sesn_01", None, None)),
            (
                "#/sessions/sesn_01?event=sevt_1",
                session("sesn_01", Some("sevt_1"), None),
            ),
            (
                "#/sessions/s?thread=sthr_1&x=y&event=e",
                session("s", Some("e"), Some("sthr_1")),
            ),
            ("#/sessions/s?event=&thread", session("s", None, None)),
            ("#/sessions/a%2Fb%3F", session("a/b?", None, None)),
            ("#/sessions/a/b", Route::NotFound("/sessions/a/b".into())),
            ("#/sessions//", Route::NotFound("/sessions//".into())),
            ("#//", Route::Home),
            ("#/nowhere?x=1", Route::NotFound("/nowhere?x=1".into())),
        ] {
            assert_eq!(Route::parse(hash), route, "{hash}");
        }
    }

    #[test]
    fn an_id_cannot_leave_its_segment() {
        let hash = session("v1/agents?x=1&event=2#/connect", None, None).to_hash();
        assert_eq!(hash, "#/sessions/v1%2Fagents%3Fx%3D1%26event%3D2%23%2Fconnect");
        assert_eq!(session("new", None, None).to_hash(), "#/sessions/%6Eew");
    }

    #[test]
    fn dots_lead_nowhere() {
        for place in [
            "/sessions/.",
            "/sessions/..",
            "/sessions/../",
            "/sessions/%2e",
            "/sessions/%2E%2e",
            "/sessions/.%2e?event=e",
            "/sessions/%252e%252e",
            "/sessions/..%2Fagents",
            "/sessions/a%2F..%2F..",
            "/sessions/..%5Cagents",
            "/sessions/sesn_1?thread=..",
            "/sessions/sesn_1?thread=%2e",
            "/sessions/sesn_1?event=e&thread=%252e%252e",
        ] {
            assert_eq!(Route::parse(place), Route::NotFound(place.to_owned()), "{place}");
        }
        for id in ["", ".", "..", "%2e%2e", "../agents"] {
            assert_eq!(Route::session(id).to_hash(), "#/sessions", "{id}");
        }
        for place in ["/sessions/...", "/sessions/a.b", "/sessions/a?event=.."] {
            assert!(matches!(Route::parse(place), Route::Session { .. }), "{place}");
        }
    }

    #[test]
    fn finds_query_parameters() {
        assert_eq!(
            query_param("?embed=1&baseUrl=http%3A%2F%2Fx", "baseUrl").as_deref(),
            Some("http://x")
        );
        assert_eq!(query_param("embed", "embed").as_deref(), Some(""));
        assert_eq!(query_param("?a=1&a=2", "a").as_deref(), Some("1"));
        assert_eq!(query_param("?q=a+b=c", "q").as_deref(), Some("a b=c"));
        assert_eq!(query_param("?", ""), None);
        assert_eq!(query_param("?xembed=1", "embed"), None);
    }

    fn any_route() -> impl Strategy<Value = Route> {
        let text = || prop_oneof![".{1,12}", "[/?#&=%+ a]{1,6}", Just("new".to_owned())];
        let some = move || proptest::option::of(text());
        let id = move || text().prop_filter("an id that a path can name", |id| is_addressable(id));
        let thread = move || proptest::option::of(id());
        prop_oneof![
            Just(Route::Home),
            Just(Route::Sessions),
            Just(Route::NewSession),
            some().prop_map(|base_url| Route::Connect { base_url }),
            (id(), some(), thread()).prop_map(|(id, event, thread)| Route::Session { id, event, thread }),
        ]
    }

    proptest! {
        #[test]
        fn a_written_route_reads_back(route in any_route()) {
            prop_assert_eq!(Route::parse(&route.to_hash()), route);
        }

        #[test]
        fn reading_is_stable_for_any_hash(hash in prop_oneof![".{0,20}", "[#/?&=%s]{0,8}", "#/sessions/.{0,8}"]) {
            let route = Route::parse(&hash);
            prop_assert_eq!(Route::parse(&route.to_hash()), route);
        }
    }
}
