//! Whose names this server answers to. A name that somebody else owns may lead to this machine (DNS rebinding): to the
//! browser, a page of that name is then this server's own page. So every request must name this machine, and pages of
//! other machines get nothing.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use hyper::HeaderMap;
use hyper::header::{HOST, ORIGIN};

use super::error::ApiError;
use crate::app::App;

/// Gateways that stand before the API name it as the host, and stand before this server in tests. No browser can send it
/// here from a page: it would have to name the port, and nobody else owns the name.
const THE_API: &str = "api.anthropic.com";

/// A host as it stands in a URL, without what can be written in several ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    Ip(IpAddr),
    /// In lower case, without the dot at the end.
    Name(String),
}

impl Host {
    /// Reads `host` or `host:port`. `None` for everything else, such as user names, paths and half an address.
    pub(crate) fn read(authority: &str) -> Option<Self> {
        let (host, port) = match authority.strip_prefix('[') {
            Some(rest) => {
                let (address, port) = rest.split_once(']')?;
                let address: Ipv6Addr = address.parse().ok()?;
                (Self::of(IpAddr::V6(address)), port)
            }
            None => {
                let end = authority.find(':').unwrap_or(authority.len());
                let (name, port) = authority.split_at(end);
                (Self::named(name)?, port)
            }
        };
        let digits = port.strip_prefix(':').unwrap_or(port);
        let is_port = port.is_empty() || port.starts_with(':') && digits.bytes().all(|b| b.is_ascii_digit());
        is_port.then_some(host)
    }

    fn of(address: IpAddr) -> Self {
        Self::Ip(address.to_canonical())
    }

    /// Without brackets and port.
    fn named(name: &str) -> Option<Self> {
        if let Ok(address) = name.parse::<Ipv4Addr>() {
            return Some(Self::of(IpAddr::V4(address)));
        }
        let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
        let is_label = |label: &str| {
            !label.is_empty()
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        // A last label of digits makes it an address in the eyes of browsers, in a notation of its own.
        let is_name = name.split('.').all(is_label)
            && name
                .rsplit('.')
                .next()
                .is_some_and(|last| !last.starts_with(|c: char| c.is_ascii_digit()));
        is_name.then_some(Self::Name(name))
    }

    fn is_loopback(&self) -> bool {
        match self {
            Self::Ip(address) => address.is_loopback(),
            Self::Name(name) => name == "localhost" || name.ends_with(".localhost"),
        }
    }
}

/// The names of this server: those of the loopback interface, and the address that it was told to listen on.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    own: Option<Host>,
}

impl Names {
    pub(crate) fn of(listens_on: &str) -> Self {
        let own = match listens_on.parse::<IpAddr>() {
            Ok(address) => Some(Host::of(address)),
            Err(_) => Host::named(listens_on),
        };
        Self { own }
    }

    fn is_every_address(&self) -> bool {
        matches!(self.own, Some(Host::Ip(address)) if address.is_unspecified())
    }

    /// Whether a request to this authority is meant for this server. Listening on all addresses, it answers to any
    /// address, as nobody can make an address lead elsewhere, but not to names.
    pub(crate) fn answers_to(&self, authority: &str) -> bool {
        Host::read(authority).is_some_and(|host| {
            host.is_loopback()
                || self.own.as_ref() == Some(&host)
                || self.is_every_address() && matches!(host, Host::Ip(_))
        })
    }

    /// Whether a page of this origin may use the server: a page of this machine, on whatever port, or of the host that
    /// was asked.
    pub(crate) fn trusts(&self, origin: &str, authority: &str) -> bool {
        let host = match origin.split_once("://") {
            Some(("http" | "https", rest)) => Host::read(rest),
            _ => None,
        };
        host.is_some_and(|host| {
            host.is_loopback() || self.answers_to(authority) && Host::read(authority) == Some(host)
        })
    }
}

/// The header `Host`, if there is exactly one.
pub(crate) fn authority(headers: &HeaderMap) -> Option<&str> {
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().ok(),
        _ => None,
    }
}

/// Whether the request comes from a page that may not use the server.
pub(crate) fn is_foreign(names: &Names, headers: &HeaderMap) -> bool {
    let mut origins = headers.get_all(ORIGIN).iter();
    let host = authority(headers).unwrap_or_default();
    origins.any(|origin| !origin.to_str().is_ok_and(|origin| names.trusts(origin, host)))
}

/// Lets requests pass that are meant for this server. The others read nothing, whatever they ask for.
pub(crate) async fn pass(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let named = authority(request.headers());
    let path = request.uri().path();
    if named == Some(THE_API) && request.uri().authority().is_none() && path.starts_with("/v1/") {
        return next.run(request).await;
    }
    let in_target = request.uri().authority().map(|authority| authority.as_str());
    let is_meant = named.is_some_and(|named| app.names.answers_to(named))
        && in_target.is_none_or(|target| app.names.answers_to(target));
    if is_meant {
        return next.run(request).await;
    }
    let named = named.unwrap_or("no host");
    ApiError::forbidden(format!("This server does not answer to the name of {named}")).render("req_demo")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_many_names() {
        let names = Names::of("127.0.0.1");
        for name in [
            "127.0.0.1",
            "127.0.0.1:8787",
            "127.1.2.3:1",
            "localhost",
            "localhost:8787",
            "LocalHost:8787",
            "localhost.:8787",
            "app.localhost:80",
            "APP.LOCALHOST.",
            "[::1]",
            "[::1]:8787",
            "[0:0:0:0:0:0:0:1]:8787",
            "[::ffff:127.0.0.1]:8787",
            "[::FFFF:7f00:1]",
        ] {
            assert!(names.answers_to(name), "{name}");
        }
    }

    #[test]
    fn other_names_are_not_this_machine_however_they_look() {
        let names = Names::of("127.0.0.1");
        for name in [
            "",
            ".",
            ":8787",
            "evil.example",
            "evil.example:8787",
            "evil.example.:8787",
            "127.0.0.1.evil.example",
            "127.0.0.1.evil.example:8787",
            "localhost.evil.example",
            "evil-localhost",
            "xlocalhost",
            ".localhost",
            "a..localhost",
            "localhost..",
            "localhost:8787:80",
            "localhost:http",
            "localhost:8787@evil.example",
            "localhost@evil.example",
            "evil.example@localhost",
            "user:pass@127.0.0.1:8787",
            "127.0.0.1@evil.example:8787",
            "127.0.0.1:8787/evil",
            "127.0.0.1#evil.example",
            "127.0.0.1?evil",
            "127.0.0.1\\evil",
            "localhost evil.example",
            "localhost,evil.example",
            "127.0.0.1.",
            "127.1",
            "2130706433",
            "0x7f.0.0.1",
            "0x7f000001",
            "0177.0.0.1",
            "127.0.0.01",
            "[::1",
            "::1",
            "[::1]8787",
            "[::1]evil.example",
            "[::1].evil.example",
            "[::2]",
            "[fe80::1%25lo]",
            "[::1%lo]:80",
            "[127.0.0.1]",
            "0.0.0.0:8787",
            "[::]:8787",
            "10.0.0.1",
            "128.0.0.1",
        ] {
            assert!(!names.answers_to(name), "{name}");
        }
    }

    #[test]
    fn the_address_that_it_listens_on_counts_too() {
        let lan = Names::of("192.168.1.5");
        assert!(lan.answers_to("192.168.1.5:8787") && lan.answers_to("localhost:8787"));
        assert!(!lan.answers_to("192.168.1.6:8787") && !lan.answers_to("evil.example"));
        let named = Names::of("Box.local");
        assert!(named.answers_to("box.local:8787") && !named.answers_to("evil.box.local"));
        for every in ["0.0.0.0", "::"] {
            let every = Names::of(every);
            assert!(every.answers_to("192.168.1.5:8787") && every.answers_to("[fd00::1]:8787"));
            assert!(!every.answers_to("evil.example:8787"));
        }
    }

    #[test]
    fn only_pages_of_this_machine_are_trusted() {
        let names = Names::of("127.0.0.1");
        let host = "127.0.0.1:8787";
        for origin in [
            "http://127.0.0.1:8787",
            "http://127.0.0.1:8080",
            "http://localhost:3000",
            "https://portal.localhost",
            "http://[::1]:8080",
        ] {
            assert!(names.trusts(origin, host), "{origin}");
        }
        for origin in [
            "null",
            "",
            "https://evil.example",
            "http://evil.example:8787",
            "http://127.0.0.1.evil.example",
            "http://localhost@evil.example",
            "http://evil.example/http://localhost",
            "http://192.168.1.5:8787",
            "file://",
            "chrome-extension://abcdef",
            "ftp://localhost",
            "localhost",
        ] {
            assert!(!names.trusts(origin, host), "{origin}");
        }
        // A page of a name that leads here is no page of this machine.
        assert!(!names.trusts("http://evil.example:8787", "evil.example:8787"));
    }

    #[test]
    fn on_all_addresses_a_page_of_the_address_that_was_asked_is_trusted() {
        let names = Names::of("0.0.0.0");
        assert!(names.trusts("http://192.168.1.5:8080", "192.168.1.5:8787"));
        assert!(!names.trusts("http://203.0.113.9", "192.168.1.5:8787"));
        assert!(!names.trusts("http://evil.example:8787", "evil.example:8787"));
    }
}
