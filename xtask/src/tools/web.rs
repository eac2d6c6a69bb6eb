//! Trunk and the wasm-bindgen tools.
//!
//! A tool on PATH is used if its version fits; otherwise one is installed into `target/tools`, so that nothing
//! the user installed is replaced.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;
use crate::tools::rust;
use crate::workspace::{Workspace, cargo};

const TRUNK_VERSION: &str = "0.21.14";

/// Trunk's `build` or `serve` in the workspace, with its tools at hand so that it downloads nothing.
pub(crate) fn trunk(workspace: &Workspace, subcommand: &str) -> Result<Command> {
    rust::wasm_target()?;
    let trunk = ensure(workspace, "trunk", "trunk", TRUNK_VERSION, &["--locked"])?;
    let bindgen = wasm_bindgen(workspace, "wasm-bindgen")?;
    let mut command = Command::new(trunk);
    command
        .current_dir(workspace.root())
        .arg(subcommand)
        .env("PATH", path_with(&[&bindgen, &npm_bin(workspace).join("any")])?)
        // Trunk reads NO_COLOR as a boolean and refuses the customary value 1.
        .env_remove("NO_COLOR")
        // The messages of a failed build are the compiler's; Trunk's own stack adds nothing.
        .env("RUST_BACKTRACE", "0");
    if offline_is_possible(workspace) {
        // Cargo inherits the flag, so it must have every crate by then.
        let mut fetch = cargo();
        fetch
            .current_dir(workspace.root())
            .args(["fetch", "--locked", "--target", rust::WASM_TARGET]);
        process::run(&mut fetch)?;
        command.arg("--offline=true");
    } else {
        println!("wasm-opt is not installed; Trunk downloads it");
    }
    Ok(command)
}

/// One of the wasm-bindgen tools in the version that Cargo.lock asks for, to the letter: its format has no
/// compatibility between versions.
pub(crate) fn wasm_bindgen(workspace: &Workspace, program: &str) -> Result<PathBuf> {
    let version = workspace.locked_version("wasm-bindgen")?;
    ensure(workspace, program, "wasm-bindgen-cli", &version, &[])
}

fn ensure(
    workspace: &Workspace,
    program: &str,
    package: &str,
    version: &str,
    flags: &[&str],
) -> Result<PathBuf> {
    let own_root = workspace.target().join("tools");
    let own = own_root
        .join("bin")
        .join(format!("{program}{}", std::env::consts::EXE_SUFFIX));
    let candidates = process::which(program).into_iter().chain([own.clone()]);
    for candidate in candidates {
        if version_of(&candidate).is_some_and(|found| found == version) {
            return Ok(candidate);
        }
    }
    println!(
        "installing {package} {version} into {} (a few minutes, once)",
        own_root.display()
    );
    process::run(
        cargo()
            .current_dir(workspace.root())
            .args(["install", package, "--version", version, "--force"])
            .args(flags)
            .arg("--root")
            .arg(&own_root),
    )
    .with_context(|| {
        format!(
            "{package} {version} is missing; install it by hand: cargo install {package} --version {version}"
        )
    })?;
    Ok(own)
}

/// The last word of the first line of `--version`: `wasm-bindgen 0.2.130` or `trunk 0.21.14`.
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
