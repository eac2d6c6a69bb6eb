//! `cargo xtask bench`: the performance figures as a table and as JSON.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use pico_args::Arguments;
use serde_json::{Value, json};

use crate::artifacts::Artifacts;
use crate::bench_site;
use crate::bundle::{self, Asset};
use crate::process;
use crate::workspace::Workspace;

/// What `--only` takes: the size, and the tests in `tests/e2e/tools/bench`.
const NAMES: [&str; 9] = [
    "size", "start", "decode", "open", "append", "answer", "firehose", "heap", "scroll",
];
/// Takes a minute of waiting and is therefore last.
const IDLE: &str = "idle";

/// The size that is aimed at; see [`bundle::BUDGET_BYTES`] for the one that must hold.
const GOAL_BYTES: u64 = 200_000;

pub(crate) fn run(mut args: Arguments) -> Result<ExitCode> {
    let runs: u32 = args.opt_value_from_str("--runs")?.unwrap_or(5);
    let is_quick = args.contains("--quick");
    let only: Vec<String> = args.values_from_str("--only")?;
    crate::finish(args)?;
    if runs == 0 {
        bail!("--runs needs at least 1");
    }
    let known = || NAMES.iter().chain([&IDLE]);
    if let Some(unknown) = only.iter().find(|name| !known().any(|known| known == name)) {
        let names: Vec<&str> = known().copied().collect();
        bail!("no figure is called `{unknown}`; there are {}", names.join(", "));
    }
    let workspace = Workspace::load()?;
    let artifacts = Artifacts::new(&workspace);
    let site = bench_site::assemble(&workspace, artifacts.page()?)?;

    let wanted = |name: &str| only.is_empty() || only.iter().any(|one| one == name);
    let mut figures = Vec::new();
    if wanted("size") {
        figures.push(size(&workspace, artifacts.page()?, &site)?);
    }
    let measured: Vec<&str> = known()
        .copied()
        .filter(|name| *name != "size" && wanted(name))
        .collect();
    if !measured.is_empty() {
        figures.extend(measure(&workspace, &artifacts, &site, &measured, runs, is_quick)?);
    }

    print(&figures);
    let report = json!({"runs": runs, "quick": is_quick, "figures": figures});
    let path = workspace.target().join("bench.json");
    std::fs::write(&path, format!("{report:#}\n"))?;
    println!("\n{report:#}\n\nThis JSON is in {}.", path.display());
    let missed = figures.iter().filter(|figure| !is_met(figure)).count();
    println!("{} of {} bars are met.", figures.len() - missed, figures.len());
    Ok(if missed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// What a first visit loads, and the same of Swagger UI.
fn size(workspace: &Workspace, page: &Path, site: &Path) -> Result<Value> {
    let assets = bundle::measure(page)?;
    bundle::print(workspace, &assets)?;
    let total = bundle::total(&assets);
    let anchor = bundle::total(&bundle::measure(&site.join(bench_site::SWAGGER_UI))?);
    let kb = |bytes: u64| bytes as f64 / 1_000.0;
    let Asset {
        raw, gzip, brotli, ..
    } = total;
    Ok(json!({
        "name": "first load, brotli: wasm, JavaScript, CSS and HTML",
        "value": kb(brotli),
        "bar": kb(bundle::BUDGET_BYTES),
        "goal": kb(GOAL_BYTES),
        "unit": "kB",
        "detail": format!(
            "raw {:.1} kB, gzip {:.1} kB; swagger-ui-dist gzip {:.1} kB, brotli {:.1} kB",
            kb(raw), kb(gzip), kb(anchor.gzip), kb(anchor.brotli)
        ),
    }))
}

/// Runs the named measurements in the browser, each in a test of its own.
fn measure(
    workspace: &Workspace,
    artifacts: &Artifacts<'_>,
    site: &Path,
    names: &[&str],
    runs: u32,
    is_quick: bool,
) -> Result<Vec<Value>> {
    let output = workspace.target().join("bench-figures.jsonl");
    std::fs::write(&output, "")?;
    let names = format!("\\b({})$", names.join("|"));
    let mut playwright = artifacts.playwright(&["--config", "bench.config.ts", "--grep", &names])?;
    let ran = process::run(
        playwright
            .env("DEMO_STATIC", site)
            .env("BENCH_RUNS", runs.to_string())
            .env("BENCH_QUICK", if is_quick { "1" } else { "" })
            .env("BENCH_OUTPUT", &output),
    );
    let lines = std::fs::read_to_string(&output)?;
    let figures: Result<Vec<Value>, _> = lines.lines().map(serde_json::from_str).collect();
    let figures = figures.context("reading the measured figures")?;
    if ran.is_err() {
        // What was measured before is worth having.
        print(&figures);
    }
    ran.map(|()| figures)
}

fn is_met(figure: &Value) -> bool {
    matches!((figure["value"].as_f64(), figure["bar"].as_f64()), (Some(value), Some(bar)) if value <= bar)
}

/// Prints a table in Markdown, as the README quotes it.
fn print(figures: &[Value]) {
    let text = |value: &Value| match value.as_f64() {
        Some(number) if number.fract() == 0.0 => format!("{number}"),
        Some(number) => format!("{number:.2}"),
        None => value.as_str().unwrap_or("-").to_owned(),
    };
    println!("\n| Figure | Value | At most | | Measured |\n|---|---:|---:|---|---|");
    for figure in figures {
        println!(
            "| {} | {} {} | {} | {} | {} |",
            text(&figure["name"]),
            text(&figure["value"]),
            text(&figure["unit"]),
            text(&figure["bar"]),
            if is_met(figure) { "met" } else { "MISSED" },
            text(&figure["detail"]),
        );
    }
}
