//! `config.json` beside `index.html`: how the owner of a deployment sets the page up. All fields are optional.

use gloo_net::http::Request;
use playground_core::api::BaseUrl;
use serde::Deserialize;

use crate::platform::{location, policy};

/// The deployment's configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
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

impl Config {
    /// Whether requests may go to an origin.
    ///
    /// # Errors
    /// What the page may call instead, in words.
    pub fn allows(&self, origin: &str) -> Result<(), String> {
        let Some(api) = &self.base_url else {
            return policy::allows(origin).then_some(()).ok_or_else(|| {
                "This page may call https addresses and this machine (localhost or 127.0.0.1) only."
                    .to_owned()
            });
        };
        let own = location::origin();
        let named = [Some(api), self.demo.as_ref()];
        let mut origins = named.into_iter().flatten().filter_map(|url| origin_of(url));
        if origin == own || origins.any(|named| named == origin) {
            return Ok(());
        }
        Err(format!(
            "config.json of this page allows only {}.",
            origin_of(api).unwrap_or(own)
        ))
    }

    /// Makes the browser refuse what [`Config::allows`] refuses.
    fn narrow(&self) {
        if let Some(api) = &self.base_url {
            let named = [origin_of(api), self.demo.as_deref().and_then(origin_of)];
            let named: Vec<&str> = named.iter().flatten().map(String::as_str).collect();
            policy::connect_only_to(&named);
        }
    }
}

fn origin_of(url: &str) -> Option<String> {
    BaseUrl::parse(url).ok().map(|base| base.origin().to_owned())
}

/// Reads `config.json` and holds the page to it. A missing or broken file counts as empty; the message tells the owner
/// what is broken.
pub async fn load() -> (Config, Option<String>) {
    let (config, problem) = read().await;
    config.narrow();
    (config, problem)
}

async fn read() -> (Config, Option<String>) {
    let Ok(response) = Request::get("config.json").send().await else {
        return (Config::default(), None);
    };
    if !response.ok() {
        return (Config::default(), None);
    }
    let text = response.text().await.unwrap_or_default();
    // A host that answers every path with its start page has no configuration file.
    if text.trim_start().starts_with('<') {
        return (Config::default(), None);
    }
    match serde_json::from_str(&text) {
        Ok(config) => checked(with_own_origin(config)),
        Err(error) => (
            Config::default(),
            Some(format!("config.json is ignored: {error}")),
        ),
    }
}

fn with_own_origin(mut config: Config) -> Config {
    if config.base_url.as_deref() == Some("/") {
        config.base_url = Some(location::origin());
    }
    config
}

/// An address that cannot be used leaves the page with its own origin alone.
fn checked(config: Config) -> (Config, Option<String>) {
    let problem = config
        .base_url
        .as_deref()
        .and_then(|url| BaseUrl::parse(url).err())
        .map(|error| format!("baseUrl in config.json cannot be used: {error}"));
    (config, problem)
}
