//! `cargo xtask bundle`: the release page and its sizes.

use std::process::ExitCode;

use anyhow::Result;
use pico_args::Arguments;

use crate::artifacts::Artifacts;
use crate::bundle;
use crate::workspace::Workspace;

pub(crate) fn run(args: Arguments) -> Result<ExitCode> {
    crate::finish(args)?;
    let workspace = Workspace::load()?;
    let artifacts = Artifacts::new(&workspace);
    bundle::print(&workspace, &bundle::measure(artifacts.page()?)?)?;
    Ok(ExitCode::SUCCESS)
}
