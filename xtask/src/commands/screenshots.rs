//! `cargo xtask screenshots`: pictures of the demo for the documentation.

use std::process::ExitCode;

use anyhow::Result;
use pico_args::Arguments;

use crate::artifacts::Artifacts;
use crate::process;
use crate::workspace::Workspace;

pub(crate) fn run(args: Arguments) -> Result<ExitCode> {
    crate::finish(args)?;
    let workspace = Workspace::load()?;
    let folder = workspace.root().join("docs/screenshots");
    std::fs::create_dir_all(&folder)?;
    let artifacts = Artifacts::new(&workspace);
    let mut playwright = artifacts.playwright(&["--config", "tools.config.ts", "screenshots"])?;
    process::run(playwright.env("SCREENSHOTS", &folder))?;
    println!("renewed {}", folder.display());
    Ok(ExitCode::SUCCESS)
}
