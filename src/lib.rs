//! The Managed Agents Playground: a browser client for the Claude Managed Agents API.
//!
//! Imports go downwards only: [`ui`] → [`state`] → [`platform`], [`signals`] and the browser-free `playground_core`.

mod app;
pub mod platform;
pub mod signals;
pub mod state;
pub mod ui;

/// Reads `config.json` and mounts the app into the page.
pub fn start() {
    platform::crash::report_panics();
    platform::guard::spawn(async {
        let config = match state::config::load().await {
            Ok(config) => config,
            Err(unknown) => return platform::crash::refuse_to_start(&unknown.to_string()),
        };
        let boot = platform::window()
            .document()
            .and_then(|d| d.get_element_by_id("boot"));
        // Without it the screen of boot.js has taken the page over, for example because a style sheet was refused.
        let Some(boot) = boot else { return };
        ui::kit::remove(&boot);
        leptos::mount::mount_to_body(move || app::app(config));
    });
}
