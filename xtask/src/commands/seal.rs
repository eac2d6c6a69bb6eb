//! `cargo xtask seal`: what Trunk runs after each build of the page.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use pico_args::Arguments;

use crate::shrink::shrink;
use crate::workspace::Workspace;
use crate::{bundle, seal};

pub(crate) fn run(args: Arguments) -> Result<ExitCode> {
    crate::finish(args)?;
    let folder =
        std::env::var_os("TRUNK_STAGING_DIR").context("Trunk runs this; it sets TRUNK_STAGING_DIR")?;
    let is_release = std::env::var_os("TRUNK_PROFILE").is_some_and(|profile| profile == "release");
    let folder = Path::new(&folder);
    if is_release {
        bundle::note_shares(&Workspace::load()?, &shrink(folder)?)?;
    }
    seal::seal(folder)?;
    Ok(ExitCode::SUCCESS)
}
