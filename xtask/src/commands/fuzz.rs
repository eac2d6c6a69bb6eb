//! `cargo xtask fuzz`: looks for inputs that break the core, for as long as wanted.

use std::process::ExitCode;

use anyhow::{Result, bail};
use pico_args::Arguments;

use crate::fuzzing::{Corpus, Fuzzers, Limits, Outcome, TARGETS, Target};
use crate::workspace::Workspace;

/// How long each target runs unless told otherwise.
const SECONDS: u64 = 300;

pub(crate) fn run(mut args: Arguments) -> Result<ExitCode> {
    let mut limits = Limits {
        seconds: args.opt_value_from_str("--seconds")?,
        inputs: args.opt_value_from_str("--runs")?,
        seed: None,
    };
    if limits.seconds.is_none() && limits.inputs.is_none() {
        limits.seconds = Some(SECONDS);
    }
    let targets = chosen(args)?;
    let fuzzers = Fuzzers::prepare(&Workspace::load()?, &targets, Corpus::Grown)?;
    let mut outcomes = Vec::new();
    for target in targets {
        outcomes.push(fuzzers.run(target, limits)?);
    }
    print(&outcomes);
    Ok(if outcomes.iter().all(|outcome| outcome.finding.is_none()) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The table at the end of a run, with the inputs that failed below it.
pub(crate) fn print(outcomes: &[Outcome]) {
    println!(
        "\n{:<10} {:>12} {:>10} {:>10} {:>9}",
        "target", "inputs", "seconds", "inputs/s", "findings"
    );
    for outcome in outcomes {
        let seconds = outcome.took.as_secs_f64();
        println!(
            "{:<10} {:>12} {:>10.1} {:>10.0} {:>9}",
            outcome.target,
            outcome.inputs,
            seconds,
            outcome.inputs as f64 / seconds,
            u8::from(outcome.finding.is_some())
        );
    }
    for outcome in outcomes {
        if let Some(finding) = &outcome.finding {
            println!("{}: {finding}", outcome.target);
        }
    }
}

fn chosen(args: Arguments) -> Result<Vec<&'static Target>> {
    let names = args.finish();
    if names.is_empty() {
        return Ok(TARGETS.iter().collect());
    }
    names
        .iter()
        .map(|name| {
            let found = TARGETS.iter().find(|target| name.to_str() == Some(target.name));
            let Some(found) = found else {
                let known = TARGETS.map(|target| target.name).join(", ");
                bail!(
                    "there is no target `{}`; the targets are {known}",
                    name.to_string_lossy()
                );
            };
            Ok(found)
        })
        .collect()
}
