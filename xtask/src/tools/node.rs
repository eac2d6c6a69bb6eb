//! Node packages of the test suites.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;

/// Installs exactly what `package-lock.json` says, unless that has been done already. Nothing that is installed runs
/// while it is: no package here needs its install script, and one of them only reports to its maker.
pub(crate) fn install(folder: &Path) -> Result<()> {
    let lock = folder.join("package-lock.json");
    let wanted = std::fs::read(&lock).with_context(|| format!("reading {}", lock.display()))?;
    let stamp = folder.join("node_modules/.installed-lock");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    process::which("npm").context("Node.js 20 or newer is needed: https://nodejs.org/")?;
    process::run(
        Command::new("npm")
            .current_dir(folder)
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]),
    )?;
    std::fs::write(stamp, wanted)?;
    Ok(())
}

/// A command of a package installed in `folder`, to be run there.
pub(crate) fn local_bin(folder: &Path, program: &str) -> Command {
    let mut command = Command::new(folder.join("node_modules/.bin").join(program));
    command.current_dir(folder);
    command
}
