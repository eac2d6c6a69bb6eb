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

/// A program that the tests drive: where it is looked for, and the package of Debian that brings it.
struct Program {
    what: &'static str,
    /// Names another one than what is found.
    variable: &'static str,
    package: &'static str,
    find: fn() -> Option<PathBuf>,
}

const CHROMEDRIVER: Program = Program {
    what: "chromedriver of your Chromium's version",
    variable: "CHROMEDRIVER",
    package: "chromium-driver",
    find: || process::which("chromedriver"),
};

/// What the journeys in other engines need beside Chromium. WebKit's driver and browser must be of one version.
const ENGINES: [Program; 4] = [
    Program {
        what: "Firefox",
        variable: "FIREFOX",
        package: "firefox-esr",
        find: || process::which("firefox-esr").or_else(|| process::which("firefox")),
    },
    Program {
        what: "WebKitWebDriver",
        variable: "WEBKIT_DRIVER",
        package: "webkit2gtk-driver",
        find: || process::which("WebKitWebDriver"),
    },
    Program {
        what: "MiniBrowser of WebKitGTK",
        variable: "WEBKIT_BROWSER",
        package: "libwebkit2gtk-4.1-0",
        find: mini_browser,
    },
    Program {
        what: "Xvfb",
        variable: "XVFB",
        package: "xvfb",
        find: || process::which("Xvfb"),
    },
];

impl Program {
    fn present(&self) -> Result<Option<PathBuf>> {
        Ok(from_environment(self.variable)?.or_else(self.find))
    }

    fn path(&self) -> Result<PathBuf> {
        let Self {
            what,
            variable,
            package,
            ..
        } = self;
        self.present()?.with_context(|| {
            format!("no {what}: install it (Debian: apt-get install {package}) or set {variable} to its path")
        })
    }
}

/// Finds chromedriver: `$CHROMEDRIVER`, PATH; installs Debian's if that is possible.
pub(crate) fn chromedriver() -> Result<PathBuf> {
    install_missing(&[CHROMEDRIVER])?;
    CHROMEDRIVER.path()
}

/// Finds Firefox and WebKit and what they need, as the environment variables by which the tests know them; installs
/// what is missing if that is possible.
pub(crate) fn engines() -> Result<Vec<(&'static str, PathBuf)>> {
    install_missing(&ENGINES)?;
    let path = |program: &Program| Ok((program.variable, program.path()?));
    ENGINES.iter().map(path).collect()
}

fn install_missing(programs: &[Program]) -> Result<()> {
    let mut packages = Vec::new();
    for program in programs {
        if program.present()?.is_none() {
            packages.push(program.package);
        }
    }
    if packages.is_empty() || !debian::can_install() {
        return Ok(());
    }
    debian::install(&packages)
}

/// It is no program for users, so it is not on PATH.
fn mini_browser() -> Option<PathBuf> {
    let folders = ["/usr/lib", "/usr/libexec", "/usr/lib64"].map(PathBuf::from);
    let entries = |folder: &PathBuf| std::fs::read_dir(folder).into_iter().flatten().flatten();
    let inner = folders.iter().flat_map(entries).map(|entry| entry.path());
    let names = ["webkit2gtk-4.1", "webkitgtk-6.0", "webkit2gtk-4.0"];
    let all: Vec<PathBuf> = folders.iter().cloned().chain(inner).collect();
    names
        .iter()
        .flat_map(|name| {
            all.iter()
                .map(move |folder| folder.join(name).join("MiniBrowser"))
        })
        .find(|path| path.is_file())
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
