//! Reads `config.json` beside `index.html` and holds the page to it.

use std::pin::pin;

use futures_util::future::{Either, select};
pub use playground_core::config::{Config, Unknown};

use crate::platform::timer::sleep;
use crate::platform::{fetch, location, policy};

/// How long the file may take, in seconds.
const PATIENCE_S: u32 = 20;

/// Reads `config.json` and makes the browser refuse connections that it does not allow.
///
/// # Errors
/// [`Unknown`] if it is not certain what the file says: then the page must not start.
pub async fn load() -> Result<Config, Unknown> {
    let too_late = pin!(sleep(f64::from(PATIENCE_S) * 1_000.0));
    let config = match select(pin!(read()), too_late).await {
        Either::Left((config, _)) => config?,
        Either::Right(_) => return Err(Unknown::TooLate(PATIENCE_S)),
    };
    if let Some(origins) = config.origins() {
        let origins: Vec<&str> = origins.iter().map(String::as_str).collect();
        policy::hold_to(&origins);
    }
    Ok(config)
}

async fn read() -> Result<Config, Unknown> {
    let no_answer = || {
        if location::is_online() {
            Unknown::NoAnswer
        } else {
            Unknown::Offline
        }
    };
    let response = fetch::config().await.ok_or_else(no_answer)?;
    let body = fetch::body_of(&response).await.ok_or_else(no_answer)?;
    Config::read(response.status(), &body.text, &location::origin())
}

/// Whether this page may call an origin.
///
/// # Errors
/// What it may call instead, in words.
pub fn may_call(config: &Config, origin: &str) -> Result<(), String> {
    if !policy::is_in_page(origin) {
        return Err(
            "This page may call https addresses and this machine (localhost or 127.0.0.1) only.".to_owned(),
        );
    }
    config.allows(origin, &location::origin())
}
