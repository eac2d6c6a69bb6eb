//! A Python environment of our own for the Python test suite.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;
use crate::tools::debian;

/// Creates a virtual environment at `venv` with the pinned requirements; returns its interpreter.
pub(crate) fn environment(venv: &Path, requirements: &Path) -> Result<PathBuf> {
    let python = venv.join("bin/python");
    let wanted =
        std::fs::read(requirements).with_context(|| format!("reading {}", requirements.display()))?;
    let stamp = venv.join("installed-requirements.txt");
    if python.exists() && std::fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    create(venv)?;
    process::run(
        Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "-r"])
            .arg(requirements),
    )?;
    std::fs::write(stamp, wanted)?;
    Ok(python)
}

fn create(venv: &Path) -> Result<()> {
    let make = || process::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(venv));
    // Debian ships Python without the part of the standard library that makes environments.
    if make().is_ok() {
        return Ok(());
    }
    if debian::can_install() {
        debian::install(&["python3", "python3-venv"])?;
    }
    make()
        .context("Python 3.9 or newer with its venv module is needed (Debian: apt-get install python3-venv)")
}
