//! Trunk and the wasm-bindgen tools.
//!
//! A tool on PATH is used if its version fits; otherwise one is installed into `target/tools`, so that nothing
//! the user installed is replaced. ADR 0018 says which way it comes.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;
use crate::progress::Console;
use crate::tools::prebuilt::TRUNK;
use crate::tools::rust;
use crate::workspace::{Workspace, cargo};

/// The package and the program of the page.
pub(crate) const APP: &str = "managed-agents-playground";

/// The tools work for a second at a time, and their compilation is waited for: no optimisation, and nothing in them for
/// debuggers. One that panics has nothing to clean up.
const FAST_PROFILE: [(&str, &str); 6] = [
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
    ("CARGO_PROFILE_RELEASE_STRIP", "none"),
    ("CARGO_PROFILE_RELEASE_PANIC", "abort"),
];

/// Trunk's `build` or `serve` in the workspace, with its tools at hand so that it downloads nothing.
pub(crate) fn trunk(workspace: &Workspace, subcommand: &str) -> Result<Command> {
    rust::wasm_target()?;
    let tools = PageTools {
        trunk: ensure_trunk(workspace, &Console::Shown)?,
        bindgen: ensure_wasm_bindgen(workspace, &Console::Shown)?,
    };
    if offline_is_possible(workspace) {
        process::run(&mut fetch(workspace))?;
    }
    tools.command(workspace, subcommand)
}

/// Gets every crate of the page that is not there yet.
fn fetch(workspace: &Workspace) -> Command {
    let mut fetch = cargo();
    fetch
        .current_dir(workspace.root())
        .args(["fetch", "--locked", "--target", rust::WASM_TARGET]);
    fetch
}

/// Compiles the page as Trunk is about to, so that it finds all of it done.
pub(crate) fn compile_page(workspace: &Workspace, release: bool, console: &Console) -> Result<()> {
    console.run(&mut fetch(workspace))?;
    let mut build = cargo();
    build
        .current_dir(workspace.root())
        .args(["build", "--locked", "--target", rust::WASM_TARGET])
        .args(["--bin", APP])
        .args(release.then_some("--release"));
    console.run(&mut build)
}

/// Where the programs are that make the page.
pub(crate) struct PageTools {
    pub(crate) trunk: PathBuf,
    pub(crate) bindgen: PathBuf,
}

impl PageTools {
    /// Trunk's `build` or `serve`, which wants every crate to be there.
    pub(crate) fn command(&self, workspace: &Workspace, subcommand: &str) -> Result<Command> {
        let mut command = Command::new(&self.trunk);
        command
            .current_dir(workspace.root())
            .arg(subcommand)
            .env(
                "PATH",
                path_with(&[&self.bindgen, &npm_bin(workspace).join("any")])?,
            )
            // Trunk reads NO_COLOR as a boolean and refuses the customary value 1.
            .env_remove("NO_COLOR")
            // The messages of a failed build are the compiler's; Trunk's own stack adds nothing.
            .env("RUST_BACKTRACE", "0");
        if offline_is_possible(workspace) {
            // Cargo inherits the flag.
            command.arg("--offline=true");
        } else {
            println!("wasm-opt is not installed; Trunk downloads it");
        }
        Ok(command)
    }
}

/// Finds Trunk or installs it: its maker's archive where there is one, else from its source.
pub(crate) fn ensure_trunk(workspace: &Workspace, console: &Console) -> Result<PathBuf> {
    if let Some(path) = present(workspace, TRUNK.program, TRUNK.version) {
        return Ok(path);
    }
    console.begin("Trunk", "downloading");
    let bin = own_root(workspace).join("bin");
    let fits = |path: &PathBuf| version_of(path).is_some_and(|found| found == TRUNK.version);
    match TRUNK.install(&bin, console) {
        Ok(path) if fits(&path) => return Ok(path),
        Ok(_) => {
            console.say("the Trunk that can be downloaded does not run here; it is built instead".to_owned())
        }
        Err(error) => {
            let why = format!("{error:#}");
            let why = why.lines().last().unwrap_or_default();
            console.say(format!(
                "Trunk could not be downloaded and is built instead: {why}"
            ));
        }
    }
    console.begin("Trunk", "3 to 5 minutes on two cores, once");
    // What it leaves out: looking for newer versions of itself, and TLS, as it serves and calls this machine only.
    let what = [
        TRUNK.program,
        "--version",
        TRUNK.version,
        "--locked",
        "--no-default-features",
    ];
    install(workspace, TRUNK.program, TRUNK.version, &what, console)
}

/// Finds `wasm-bindgen` in the version that Cargo.lock asks for, or builds the small one of `xtask/wasm-bindgen`.
pub(crate) fn ensure_wasm_bindgen(workspace: &Workspace, console: &Console) -> Result<PathBuf> {
    let version = workspace.locked_version("wasm-bindgen")?;
    if let Some(path) = present(workspace, "wasm-bindgen", &version) {
        return Ok(path);
    }
    let manifest = workspace.root().join("xtask/wasm-bindgen");
    console.begin("wasm-bindgen", "a minute, once");
    let what = ["--path", path_text(&manifest)?, "--locked"];
    install(workspace, "wasm-bindgen", &version, &what, console)
}

/// Finds the runner of tests in a browser, or installs it. Like all of wasm-bindgen's tools it is of the version in
/// Cargo.lock to the letter: the format between them has no compatibility.
pub(crate) fn wasm_bindgen_test_runner(workspace: &Workspace, console: &Console) -> Result<PathBuf> {
    const RUNNER: &str = "wasm-bindgen-test-runner";
    let version = workspace.locked_version("wasm-bindgen")?;
    if let Some(path) = present(workspace, RUNNER, &version) {
        return Ok(path);
    }
    console.begin(RUNNER, "two minutes, once");
    // Not `--locked`: what must fit is pinned in its manifest, and its lock file names newer versions of the rest than
    // every registry has.
    let what = ["wasm-bindgen-cli", "--version", &version, "--bin", RUNNER];
    install(workspace, RUNNER, &version, &what, console)
}

fn own_root(workspace: &Workspace) -> PathBuf {
    workspace.target().join("tools")
}

/// A program of that version on PATH, or one that was installed before.
fn present(workspace: &Workspace, program: &str, version: &str) -> Option<PathBuf> {
    let own = own_root(workspace)
        .join("bin")
        .join(format!("{program}{}", std::env::consts::EXE_SUFFIX));
    process::which(program)
        .into_iter()
        .chain([own])
        .find(|candidate| version_of(candidate).is_some_and(|found| found == version))
}

/// Has cargo build and install one program.
fn install(
    workspace: &Workspace,
    program: &str,
    version: &str,
    what: &[&str],
    console: &Console,
) -> Result<PathBuf> {
    let root = own_root(workspace);
    console
        .run(
            cargo()
                .current_dir(workspace.root())
                .envs(FAST_PROFILE)
                .arg("install")
                .args(what)
                .args(["--force", "--root"])
                .arg(&root)
                // Kept, so that a build that was broken off goes on where it was.
                .arg("--target-dir")
                .arg(root.join("build")),
        )
        .with_context(|| format!("{program} {version} is missing and could not be built"))?;
    present(workspace, program, version)
        .with_context(|| format!("what was built as {program} is not version {version}"))
}

fn path_text(path: &Path) -> Result<&str> {
    path.to_str()
        .with_context(|| format!("{} is not UTF-8", path.display()))
}

/// The second word of the first line of `--version`: `wasm-bindgen 0.2.130` or `trunk 0.21.14`.
fn version_of(program: &Path) -> Option<String> {
    let text = process::capture(Command::new(program).arg("--version")).ok()?;
    let word = text.lines().next()?.split_whitespace().nth(1)?;
    Some(word.to_owned())
}

/// Trunk looks for wasm-opt only when the page asks for it with a level other than 0.
fn offline_is_possible(workspace: &Workspace) -> bool {
    let page = std::fs::read_to_string(workspace.root().join("index.html")).unwrap_or_default();
    !asks_for_wasm_opt(&page)
        || process::which("wasm-opt").is_some()
        || npm_bin(workspace).join("wasm-opt").exists()
}

fn asks_for_wasm_opt(page: &str) -> bool {
    page.split_once("data-wasm-opt=\"")
        .is_some_and(|(_, level)| !level.starts_with("0\""))
}

fn npm_bin(workspace: &Workspace) -> PathBuf {
    workspace.root().join("tests/e2e/node_modules/.bin")
}

fn path_with(programs: &[&Path]) -> Result<OsString> {
    let own = programs
        .iter()
        .filter_map(|program| program.parent())
        .map(Path::to_path_buf);
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let inherited: Vec<_> = std::env::split_paths(&inherited).collect();
    Ok(std::env::join_paths(own.chain(inherited))?)
}

#[cfg(test)]
mod tests {
    use super::asks_for_wasm_opt;

    #[test]
    fn only_a_level_above_zero_asks_for_wasm_opt() {
        assert!(asks_for_wasm_opt(
            r#"<link data-trunk rel="rust" data-wasm-opt="z">"#
        ));
        assert!(!asks_for_wasm_opt(
            r#"<link data-trunk rel="rust" data-wasm-opt="0">"#
        ));
        assert!(!asks_for_wasm_opt(r#"<link data-trunk rel="rust">"#));
    }
}
