//! `cargo xtask bench`: the performance figures as a table and as JSON.

use std::process::ExitCode;

use anyhow::{Context, Result};
use pico_args::Arguments;
use serde_json::{Value, json};

use crate::artifacts::Artifacts;
use crate::workspace::Workspace;
use crate::{bundle, process};

pub(crate) fn run(mut args: Arguments) -> Result<ExitCode> {
    let runs: u32 = args.opt_value_from_str("--runs")?.unwrap_or(5);
    crate::finish(args)?;
    let workspace = Workspace::load()?;
    let artifacts = Artifacts::new(&workspace);
    let assets = bundle::measure(artifacts.page()?)?;
    let figures = workspace.target().join("bench-figures.json");
    let mut playwright = artifacts.playwright(&["--config", "tools.config.ts", "bench"])?;
    process::run(
        playwright
            .env("BENCH_RUNS", runs.to_string())
            .env("BENCH_OUTPUT", &figures),
    )?;
    let figures: Vec<Value> =
        serde_json::from_slice(&std::fs::read(&figures)?).context("reading the measured figures")?;

    println!();
    bundle::print(&assets);
    println!(
        "\n{:<44} {:>10} {:>10} {:>10}  ({runs} runs)",
        "ms", "median", "min", "max"
    );
    for figure in &figures {
        let number = |key: &str| figure[key].as_f64().unwrap_or(f64::NAN);
        println!(
            "{:<44} {:>10.1} {:>10.1} {:>10.1}",
            figure["name"].as_str().unwrap_or_default(),
            number("median"),
            number("min"),
            number("max")
        );
    }
    let total = bundle::total(&assets);
    let sizes = json!({"raw_bytes": total.raw, "gzip_bytes": total.gzip, "brotli_bytes": total.brotli});
    println!(
        "\n{:#}",
        json!({"bundle": sizes, "runs": runs, "milliseconds": figures})
    );
    Ok(ExitCode::SUCCESS)
}
