//! `config.json` beside `index.html`: how the owner of a deployment sets the page up. All fields are optional.
//!
//! It may say which API this page is for, so a page that does not know what it says does not start: whoever can keep the
//! file from arriving would decide where keys go.

use std::borrow::Cow;
use std::fmt;

use serde_json::value::RawValue;

use crate::api::BaseUrl;
use crate::protocol::object::Fields;
use crate::protocol::scalars::string_of;

/// The deployment's configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The one API of this page; `/` means the page's own origin.
    pub base_url: Option<String>,
    /// `automatic`, `fetch` or `eventsource`.
    pub transport: Option<String>,
    /// Name of the page.
    pub title: Option<String>,
    /// `light` or `dark`; anything else follows the system.
    pub theme: Option<String>,
    /// After how many seconds without a byte a stream counts as dead.
    pub stall_seconds: Option<u32>,
    /// Address of a demo server; without one the page's own origin is tried.
    pub demo: Option<String>,
}

/// Why it is not known what `config.json` says. The message tells the visitor and the owner what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// No answer arrived, or it led elsewhere: redirects are not followed.
    NoAnswer,
    /// No answer arrived within this many seconds.
    TooLate(u32),
    /// The browser is offline.
    Offline,
    /// A status other than 200 and 404.
    Status(u16),
    /// A web page instead of the file: a login, or a host that answers every address with its start page.
    WebPage,
    /// The text is not what a configuration looks like; why.
    Form(String),
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("The file config.json says which API this page may use, and ")?;
        match self {
            Self::NoAnswer => f.write_str(
                "it did not arrive, or its address leads to another one. Reload the page; if that does not help, ask \
                 whoever runs it.",
            ),
            Self::TooLate(seconds) => write!(
                f,
                "it did not arrive within {seconds} seconds. Reload the page; if that does not help, ask whoever runs it."
            ),
            Self::Offline => f.write_str("it did not arrive: the browser is offline. Reload the page when it is online again."),
            Self::Status(status) => write!(
                f,
                "the server answered with status {status} instead. Reload the page; if that does not help, ask whoever \
                 runs it."
            ),
            Self::WebPage => f.write_str(
                "the server answered with a web page instead. If it asks you to log in, do that, then reload. Whoever \
                 runs this page: put a config.json beside index.html, {} is enough.",
            ),
            Self::Form(why) => write!(f, "it cannot be read: {why}. Whoever runs this page has to correct it."),
        }
    }
}

impl std::error::Error for Unknown {}

impl Config {
    /// Reads the answer to the request for `config.json` on a page of the origin `own`. Only status 404 means that there is
    /// no such file.
    ///
    /// # Errors
    /// [`Unknown`] if it is not certain what the file says.
    pub fn read(status: u16, body: &str, own: &str) -> Result<Self, Unknown> {
        match status {
            404 => return Ok(Self::default()),
            200 => {}
            _ => return Err(Unknown::Status(status)),
        }
        let text = body.trim_start();
        if text.starts_with('<') {
            return Err(Unknown::WebPage);
        }
        if !text.starts_with('{') {
            return Err(Unknown::Form("it is not a JSON object".to_owned()));
        }
        let fields = Fields::parse(text).map_err(|error| Unknown::Form(error.to_string()))?;
        let mut config = Self::of(&fields).map_err(Unknown::Form)?;
        if config.base_url.as_deref() == Some("/") {
            config.base_url = Some(own.to_owned());
        }
        Ok(config)
    }

    /// Strictly: who sets a page up is to hear of every slip.
    fn of(fields: &Fields<'_>) -> Result<Self, String> {
        let value = |name: &str| -> Result<Option<&RawValue>, String> {
            let mut values = fields.iter().filter(|(key, _)| *key == name);
            let value = values.next().map(|(_, value)| value);
            match values.next() {
                Some(_) => Err(format!("{name} stands there twice")),
                None => Ok(value.filter(|value| value.get() != "null")),
            }
        };
        let text = |name: &str| {
            let read = |value| string_of(value).map(Cow::into_owned);
            let read = value(name)?.map(|value| read(value).ok_or_else(|| format!("{name} is not a text")));
            read.transpose()
        };
        let seconds = value("stallSeconds")?.map(|value| value.get().parse());
        Ok(Self {
            base_url: text("baseUrl")?,
            transport: text("transport")?,
            title: text("title")?,
            theme: text("theme")?,
            stall_seconds: seconds
                .transpose()
                .map_err(|_| "stallSeconds is not a whole number".to_owned())?,
            demo: text("demo")?,
        })
    }

    /// What the owner has to know: an address that cannot be used leaves the page with its own origin alone.
    #[must_use]
    pub fn problem(&self) -> Option<String> {
        let error = BaseUrl::parse(self.base_url.as_deref()?).err()?;
        Some(format!("baseUrl in config.json cannot be used: {error}"))
    }

    /// The origins beside its own that this page is for; `None` if it is for any.
    #[must_use]
    pub fn origins(&self) -> Option<Vec<String>> {
        let named = [Some(self.base_url.as_ref()?), self.demo.as_ref()];
        Some(
            named
                .into_iter()
                .flatten()
                .filter_map(|url| origin_of(url))
                .collect(),
        )
    }

    /// Whether requests from a page of the origin `own` may go to an origin.
    ///
    /// # Errors
    /// What the page may call instead, in words.
    pub fn allows(&self, origin: &str, own: &str) -> Result<(), String> {
        let Some(origins) = self.origins() else {
            return Ok(());
        };
        if origin == own || origins.iter().any(|named| named == origin) {
            return Ok(());
        }
        let api = self.base_url.as_deref().and_then(origin_of);
        let api = api.as_deref().unwrap_or(own);
        Err(format!("config.json of this page allows only {api}."))
    }
}

fn origin_of(url: &str) -> Option<String> {
    BaseUrl::parse(url).ok().map(|base| base.origin().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "https://portal.example";

    fn read(body: &str) -> Result<Config, Unknown> {
        Config::read(200, body, OWN)
    }

    #[test]
    fn only_404_means_that_there_is_no_file() {
        for body in [
            "",
            "<html>not found",
            r#"{"baseUrl":"https://elsewhere.example"}"#,
        ] {
            assert_eq!(Config::read(404, body, OWN), Ok(Config::default()), "{body}");
        }
        for status in [
            0, 201, 204, 206, 301, 304, 400, 401, 403, 405, 410, 429, 431, 500, 502, 503, 504,
        ] {
            assert_eq!(Config::read(status, "{}", OWN), Err(Unknown::Status(status)));
        }
    }

    #[test]
    fn what_is_no_configuration_does_not_count_as_an_empty_one() {
        for page in ["<!doctype html><title>Sign in</title>", "\n <html>", "<"] {
            assert_eq!(read(page), Err(Unknown::WebPage), "{page}");
        }
        for text in [
            "",
            " ",
            "null",
            "[]",
            r#"["https://a.example"]"#,
            "\"/\"",
            "OK",
            "1",
            "{",
            r#"{"baseUrl":1}"#,
            r#"{"baseUrl":"https://a.example"}}"#,
            r#"{"baseUrl":"https://a.example","baseUrl":"https://b.example"}"#,
            r#"{"baseUrl":["https://a.example"]}"#,
            r#"{"stallSeconds":-1}"#,
            "{baseUrl: '/'}",
        ] {
            assert!(matches!(read(text), Err(Unknown::Form(_))), "{text}");
        }
    }

    #[test]
    fn an_empty_object_sets_nothing_and_unknown_fields_are_for_others() {
        for text in [
            "{}",
            " {}\n",
            r#"{"comment":"later","language":"de"}"#,
            r#"{"baseUrl":null}"#,
        ] {
            assert_eq!(read(text), Ok(Config::default()), "{text}");
        }
    }

    #[test]
    fn every_reason_says_what_to_do() {
        for why in [
            Unknown::NoAnswer,
            Unknown::TooLate(10),
            Unknown::Offline,
            Unknown::Status(431),
            Unknown::WebPage,
            Unknown::Form("x".into()),
        ] {
            let words = why.to_string();
            assert!(
                words.starts_with("The file config.json says which API"),
                "{words}"
            );
            assert!(
                words.contains("eload") || words.contains("has to correct it"),
                "{words}"
            );
        }
    }

    #[test]
    fn a_page_with_an_address_is_for_that_api_its_own_origin_and_the_demo() {
        let config = read(r#"{"baseUrl":"https://API.example/v1/","demo":"http://127.0.0.1:8787"}"#)
            .expect("a configuration");
        for origin in ["https://api.example", "http://127.0.0.1:8787", OWN] {
            assert_eq!(config.allows(origin, OWN), Ok(()), "{origin}");
        }
        for origin in [
            "https://api.example:8443",
            "http://api.example",
            "https://evil.example",
        ] {
            let rule = config.allows(origin, OWN).expect_err(origin);
            assert!(rule.contains("allows only https://api.example."), "{rule}");
        }
        let own = read(r#"{"baseUrl":"/"}"#).expect("a configuration");
        assert_eq!(own.base_url.as_deref(), Some(OWN));
        assert!(own.allows(OWN, OWN).is_ok() && own.allows("https://api.example", OWN).is_err());
        assert_eq!(Config::default().allows("https://any.example", OWN), Ok(()));
    }

    #[test]
    fn an_address_that_cannot_be_used_leaves_the_own_origin() {
        for url in [
            "",
            "api.example",
            "//api.example",
            "https://a@b",
            "ftp://a",
            "./",
            "//",
        ] {
            let config = read(&format!(r#"{{"baseUrl":"{url}"}}"#)).expect("a configuration");
            assert!(config.problem().is_some(), "{url}");
            assert_eq!(config.origins(), Some(Vec::new()));
            assert!(config.allows("https://api.anthropic.com", OWN).is_err());
            assert!(config.allows(OWN, OWN).is_ok());
        }
        assert_eq!(read("{}").expect("a configuration").problem(), None);
    }
}
