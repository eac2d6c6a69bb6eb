//! `cargo xtask chaos`: storms of cut streams until there were enough cuts, or servers that bend every object; the numbers
//! are printed.

use std::process::ExitCode;

use anyhow::Result;
use pico_args::Arguments;

use crate::artifacts::Artifacts;
use crate::process;
use crate::workspace::Workspace;

pub(crate) fn run(mut args: Arguments) -> Result<ExitCode> {
    let cuts: u32 = args.opt_value_from_str("--cuts")?.unwrap_or(2_000);
    let bent: Option<u32> = args.opt_value_from_str("--bent")?;
    crate::finish(args)?;
    let workspace = Workspace::load()?;
    let artifacts = Artifacts::new(&workspace);
    // The whole file name: the path of the checkout may contain the word.
    let script = if bent.is_some() {
        "bent\\.ts$"
    } else {
        "chaos\\.ts$"
    };
    let mut playwright = artifacts.playwright(&["--config", "tools.config.ts", script])?;
    playwright.env("CHAOS_CUTS", cuts.to_string());
    if let Some(seeds) = bent {
        playwright.env("CHAOS_BENT", seeds.to_string());
    }
    process::run(&mut playwright)?;
    Ok(ExitCode::SUCCESS)
}
