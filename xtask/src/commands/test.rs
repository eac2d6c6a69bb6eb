//! `cargo xtask test`: everything that CI runs.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use pico_args::Arguments;
use serde_json::Value;

use crate::artifacts::{self, Artifacts};
use crate::checks::{layers, page};
use crate::fuzzing::{Corpus, Fuzzers, Limits, Outcome, TARGETS};
use crate::progress::Console;
use crate::report::{Ran, Report};
use crate::slowest;
use crate::tally::Tally;
use crate::tools::{self, rust::WASM_TARGET, web::APP};
use crate::workspace::{Workspace, cargo};
use crate::{bundle, commands, process};

type Body = fn(&Workspace, &Artifacts) -> Result<Ran>;

/// Cheap checks first; what needs a release build last.
const STEPS: [(&str, Body); 14] = [
    ("fmt", |workspace, _| Ok(fmt(workspace)?.into())),
    ("layers", |workspace, _| Ok(layers::check(workspace)?.into())),
    ("clippy", |workspace, _| Ok(clippy(workspace)?.into())),
    ("clippy-wasm", |workspace, _| Ok(clippy_wasm(workspace)?.into())),
    ("unit", |workspace, _| unit(workspace)),
    ("fuzz", |workspace, _| Ok(fuzz(workspace)?.into())),
    ("wasm", |workspace, artifacts| {
        Ok(wasm(workspace, artifacts)?.into())
    }),
    ("bundle", |workspace, artifacts| {
        Ok(size(workspace, artifacts)?.into())
    }),
    ("page", |_, artifacts| Ok(page::check(artifacts.page()?)?.into())),
    ("conformance-python", conformance_python),
    ("conformance-typescript", conformance_typescript),
    ("gateway", gateway),
    ("e2e", e2e),
    ("engines", engines),
];

pub(crate) fn run(mut args: Arguments) -> Result<ExitCode> {
    if args.contains("--list") {
        STEPS.iter().for_each(|(name, _)| println!("{name}"));
        return Ok(ExitCode::SUCCESS);
    }
    let chosen: Vec<String> = args
        .finish()
        .into_iter()
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    if let Some(unknown) = chosen
        .iter()
        .find(|name| STEPS.iter().all(|(step, _)| step != name))
    {
        bail!("there is no step `{unknown}`; `cargo xtask test --list` prints them");
    }

    let workspace = Workspace::load()?;
    let artifacts = Artifacts::new(&workspace);
    let mut report = Report::default();
    let _behind = chosen.is_empty().then(|| artifacts::head_start(&workspace));
    for (name, body) in STEPS {
        if chosen.is_empty() || chosen.iter().any(|chosen| chosen == name) {
            report.step(name, || body(&workspace, &artifacts));
        }
    }
    Ok(if report.finish() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn fmt(workspace: &Workspace) -> Result<Tally> {
    tools::rust::component("fmt", "rustfmt")?;
    process::run(
        cargo()
            .current_dir(workspace.root())
            .args(["fmt", "--all", "--check"]),
    )?;
    for apart in ["fuzz", "xtask/wasm-bindgen"] {
        process::run(
            cargo()
                .current_dir(workspace.root().join(apart))
                .args(["fmt", "--check"]),
        )?;
    }
    Ok(Tally::single(true))
}

fn clippy(workspace: &Workspace) -> Result<Tally> {
    tools::rust::component("clippy", "clippy")?;
    let arguments = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ];
    process::run(cargo().current_dir(workspace.root()).args(arguments))?;
    Ok(Tally::single(true))
}

fn clippy_wasm(workspace: &Workspace) -> Result<Tally> {
    tools::rust::component("clippy", "clippy")?;
    tools::rust::wasm_target()?;
    let mut command = cargo();
    command.current_dir(workspace.root()).args([
        "clippy",
        "--package",
        APP,
        "--target",
        WASM_TARGET,
        "--lib",
        "--bins",
    ]);
    command.args(wasm_tests(workspace)?.iter().flat_map(|test| ["--test", test]));
    process::run(command.args(["--", "-D", "warnings"]))?;
    Ok(Tally::single(true))
}

fn unit(workspace: &Workspace) -> Result<Ran> {
    let nextest = process::capture(cargo().args(["nextest", "--version"])).is_ok();
    let mut tests = cargo();
    tests.current_dir(workspace.root());
    if nextest {
        tests.args([
            "nextest",
            "run",
            "--workspace",
            "--no-fail-fast",
            "--no-tests",
            "pass",
        ]);
    } else {
        tests.args(["test", "--workspace", "--all-targets", "--no-fail-fast"]);
    }
    let ran = process::tee(&mut tests)?;
    let (tally, timed) = if nextest {
        (Tally::from_nextest(&ran.text), slowest::from_nextest(&ran.text))
    } else {
        (Tally::from_libtest(&ran.text), Vec::new())
    };
    let tally = tally.or_failed(ran.success).at_least_one();

    // nextest does not run the examples of the documentation.
    let examples = process::tee(cargo().current_dir(workspace.root()).args([
        "test",
        "--workspace",
        "--doc",
        "--no-fail-fast",
    ]))?;
    let examples = Tally::from_libtest(&examples.text).or_failed(examples.success);
    let tests = Ran {
        tally,
        timed,
        not_here: None,
    };
    Ok(tests.plus(examples))
}

/// A short run: the seeds, and what can be found from them in a moment. The same inputs each time: new ones are looked
/// for by `cargo xtask fuzz`, not by chance in the middle of other work.
fn fuzz(workspace: &Workspace) -> Result<Tally> {
    let fuzzers = Fuzzers::prepare(workspace, &TARGETS.iter().collect::<Vec<_>>(), Corpus::Fresh)?;
    let mut outcomes = Vec::new();
    for target in &TARGETS {
        let limits = Limits {
            seconds: None,
            inputs: Some(target.short_run),
            seed: Some(1),
        };
        outcomes.push(fuzzers.run(target, limits)?);
    }
    commands::fuzz::print(&outcomes);
    let tally = |outcome: &Outcome| Tally::single(outcome.finding.is_none());
    Ok(outcomes.iter().map(tally).fold(Tally::default(), Tally::plus))
}

fn wasm(workspace: &Workspace, artifacts: &Artifacts) -> Result<Tally> {
    let tests = wasm_tests(workspace)?;
    if tests.is_empty() {
        bail!("no file in tests/ uses wasm_bindgen_test");
    }
    tools::rust::wasm_target()?;
    let runner = tools::web::wasm_bindgen_test_runner(workspace, &Console::Shown)?;
    let capabilities = workspace.target().join("webdriver.json");
    std::fs::write(
        &capabilities,
        tools::browser::webdriver_capabilities(artifacts.browser()?),
    )?;
    let mut command = cargo();
    command
        .current_dir(workspace.root())
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
        .env("CHROMEDRIVER", tools::browser::chromedriver()?)
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities)
        .env("WASM_BINDGEN_TEST_ONLY_WEB", "1")
        .env("WASM_BINDGEN_TEST_TIMEOUT", "600")
        .args([
            "test",
            "--package",
            APP,
            "--target",
            WASM_TARGET,
            "--no-fail-fast",
        ])
        .args(tests.iter().flat_map(|test| ["--test", test]));
    let ran = process::tee(&mut command)?;
    Ok(Tally::from_libtest(&ran.text).or_failed(ran.success))
}

/// Test targets of the app that are written for a browser.
fn wasm_tests(workspace: &Workspace) -> Result<Vec<String>> {
    let app = workspace
        .package(APP)
        .with_context(|| format!("there is no package {APP}"))?;
    let mut names = Vec::new();
    for target in app["targets"].as_array().into_iter().flatten() {
        let (Some(name), Some(path)) = (target["name"].as_str(), target["src_path"].as_str()) else {
            continue;
        };
        let is_test = target["kind"]
            .as_array()
            .is_some_and(|kinds| kinds.contains(&Value::from("test")));
        if is_test && std::fs::read_to_string(path)?.contains("wasm_bindgen_test") {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

fn size(workspace: &Workspace, artifacts: &Artifacts) -> Result<Tally> {
    let assets = bundle::measure(artifacts.page()?)?;
    bundle::print(workspace, &assets)?;
    let brotli = bundle::total(&assets).brotli;
    if brotli > bundle::BUDGET_BYTES {
        bail!(
            "the bundle has {brotli} bytes in brotli, the budget is {}",
            bundle::BUDGET_BYTES
        );
    }
    Ok(Tally::single(true))
}

fn conformance_python(workspace: &Workspace, artifacts: &Artifacts) -> Result<Ran> {
    let folder = workspace.root().join("tests/conformance/python");
    let venv = workspace.target().join("conformance-venv");
    let python = tools::python::environment(&venv, &folder.join("requirements.txt"))?;
    let mut pytest = Command::new(python);
    pytest
        .current_dir(&folder)
        .env("DEMO_SERVER", artifacts.server()?)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .args(["-m", "pytest", "-p", "no:cacheprovider", "--color=no"])
        .args(["--durations=10", "--durations-min=0.1"]);
    let ran = process::tee(&mut pytest)?;
    Ok(Ran {
        tally: Tally::from_pytest(&ran.text).or_failed(ran.success),
        timed: slowest::from_pytest(&ran.text),
        not_here: None,
    })
}

fn conformance_typescript(workspace: &Workspace, artifacts: &Artifacts) -> Result<Ran> {
    let folder = workspace.root().join("tests/conformance/typescript");
    tools::node::install(&folder)?;
    let types = type_check(folder.clone())?;
    let mut node = Command::new("npm");
    node.current_dir(&folder)
        .env("DEMO_SERVER", artifacts.server()?)
        .args(["test", "--silent"]);
    let ran = process::tee(&mut node)?;
    let tests = Ran {
        tally: Tally::from_node_test(&ran.text)
            .or_failed(ran.success)
            .at_least_one(),
        timed: slowest::from_node_test(&ran.text),
        not_here: None,
    };
    Ok(tests.plus(types))
}

/// The recipe in docs/gateway, in a real nginx in front of the demo server.
fn gateway(workspace: &Workspace, artifacts: &Artifacts) -> Result<Ran> {
    if process::which("openssl").is_none() {
        return Ok(Ran::not_here("no openssl to make certificates with".to_owned()));
    }
    let nginx = match tools::nginx::nginx(&workspace.target().join("tools/nginx")) {
        Ok(nginx) => nginx,
        Err(reason) => return Ok(Ran::not_here(format!("{reason:#}"))),
    };
    let mut tests = artifacts.playwright(&["--config=gateway.config.ts", "--reporter=list,json"])?;
    playwright(
        workspace,
        "gateway-results.json",
        tests.env("NGINX_PROGRAM", nginx),
    )
}

fn e2e(workspace: &Workspace, artifacts: &Artifacts) -> Result<Ran> {
    let types = type_check(artifacts.e2e()?.to_path_buf())?;
    let mut tests = artifacts.playwright(&["--reporter=list,json"])?;
    Ok(playwright(workspace, "e2e-results.json", &mut tests)?.plus(types))
}

/// The main journeys in Chromium, Firefox and WebKit.
fn engines(workspace: &Workspace, artifacts: &Artifacts) -> Result<Ran> {
    let mut tests = artifacts.playwright(&["--config=engines.config.ts"])?;
    tests.envs(tools::browser::engines()?);
    playwright(workspace, "engines-results.json", &mut tests)
}

/// Runs Playwright and counts from the report that it writes under the target directory.
fn playwright(workspace: &Workspace, report: &str, command: &mut Command) -> Result<Ran> {
    let results = workspace.target().join(report);
    // The results of an earlier run must never count for this one.
    let _ = std::fs::remove_file(&results);
    let outcome = process::run(command.env("PLAYWRIGHT_JSON_OUTPUT_FILE", &results));
    let report = match std::fs::read(&results) {
        Ok(report) => serde_json::from_slice(&report)?,
        Err(_) => Value::Null,
    };
    Ok(Ran {
        tally: Tally::from_playwright(&report)
            .or_failed(outcome.is_ok())
            .at_least_one(),
        timed: slowest::from_playwright(&report),
        not_here: None,
    })
}

fn type_check(folder: PathBuf) -> Result<Tally> {
    let outcome = process::run(tools::node::local_bin(&folder, "tsc").args(["--project", "."]));
    if let Err(error) = &outcome {
        eprintln!("error: {error:#}");
    }
    Ok(Tally::single(outcome.is_ok()))
}
