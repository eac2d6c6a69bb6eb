//! Node packages of the test suites.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;

const CLEAN_INSTALL: [&str; 4] = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];

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
            .args(CLEAN_INSTALL),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Workspace;

    #[test]
    fn nothing_that_is_installed_runs_and_nobody_else_installs() {
        assert!(CLEAN_INSTALL.contains(&"--ignore-scripts"));
        let root = Workspace::load().unwrap().root().to_owned();
        let mut folders = vec![root.join("xtask/src"), root.join(".ci"), root.join(".github")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if !path.ends_with("tools/node.rs") {
                    let text = std::fs::read_to_string(&path).unwrap_or_default();
                    let installs = ["npm ci", "npm install", "\"ci\","];
                    let found = installs.iter().find(|call| text.contains(**call));
                    assert_eq!(found, None, "{}", path.display());
                }
            }
        }
    }
}
