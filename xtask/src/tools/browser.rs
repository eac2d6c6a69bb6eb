//! A Chromium and its driver for tests in a real browser.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::process;
use crate::tools::{debian, node};

/// Flags for a browser that runs unattended, possibly as root in a container.
const FLAGS: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// Finds a Chromium: `$CHROMIUM`, a system one, Playwright's; installs one if there is none.
///
/// `playwright` is a folder with Playwright among its npm packages.
pub(crate) fn chromium(playwright: &Path) -> Result<PathBuf> {
    if let Some(path) = from_environment("CHROMIUM")? {
        return Ok(path);
    }
    if let Some(path) = system_chromium() {
        return Ok(path);
    }
    if debian::can_install() {
        debian::install(&["chromium"])?;
        if let Some(path) = system_chromium() {
            return Ok(path);
        }
    }
    node::install(playwright)?;
    let own = || playwright_chromium(playwright);
    if own().is_none() {
        process::run(node::local_bin(playwright, "playwright").args(["install", "chromium"]))
            .context("no Chromium: install one and set CHROMIUM to its path")?;
    }
    own().context("no Chromium: install one and set CHROMIUM to its path")
}

/// Finds chromedriver: `$CHROMEDRIVER`, PATH; installs Debian's if that is possible.
pub(crate) fn chromedriver() -> Result<PathBuf> {
    if let Some(path) = from_environment("CHROMEDRIVER")? {
        return Ok(path);
    }
    if process::which("chromedriver").is_none() && debian::can_install() {
        debian::install(&["chromium-driver"])?;
    }
    process::which("chromedriver").context(
        "no chromedriver: install the one of your Chromium's version (Debian: apt-get install chromium-driver) \
         or set CHROMEDRIVER to its path",
    )
}

/// The capabilities that wasm-bindgen's test runner hands to chromedriver.
pub(crate) fn webdriver_capabilities(chromium: &Path) -> String {
    json!({"goog:chromeOptions": {"binary": chromium, "args": FLAGS}}).to_string()
}

fn from_environment(variable: &str) -> Result<Option<PathBuf>> {
    match std::env::var_os(variable).map(PathBuf::from) {
        Some(path) if path.is_file() => Ok(Some(path)),
        Some(path) => bail!("{variable} names {}, which is not a file", path.display()),
        None => Ok(None),
    }
}

fn system_chromium() -> Option<PathBuf> {
    [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ]
    .iter()
    .find_map(|name| process::which(name))
}

fn playwright_chromium(playwright: &Path) -> Option<PathBuf> {
    let script = "console.log(require('playwright-core').chromium.executablePath())";
    let path = process::capture(Command::new("node").current_dir(playwright).args(["-e", script])).ok()?;
    Some(PathBuf::from(path.trim())).filter(|path| path.is_file())
}
