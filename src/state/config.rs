//! `config.json` beside `index.html`: how the owner of a deployment sets the page up. All fields are optional.

use gloo_net::http::Request;
use serde::Deserialize;

use crate::platform::location;

/// The deployment's configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Config {
    /// Address that the connect form suggests; `/` means the page's own origin.
    pub base_url: Option<String>,
    /// `automatic`, `fetch` or `eventsource`.
    pub transport: Option<String>,
    /// Name of the page.
    pub title: Option<String>,
    /// `light` or `dark`; anything else follows the system.
    pub theme: Option<String>,
    /// Address of a demo server; without one the page's own origin is tried.
    pub demo: Option<String>,
}

/// Reads `config.json`. A missing or broken file counts as empty; the message tells the owner what is broken.
pub async fn load() -> (Config, Option<String>) {
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
        Ok(config) => (with_own_origin(config), None),
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
