//! Parts of the Rust toolchain beside the compiler.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::workspace::cargo;

/// The compilation target of the page.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Makes sure that the standard library for WebAssembly is installed.
pub(crate) fn wasm_target() -> Result<()> {
    let sysroot = process::capture(Command::new("rustc").args(["--print", "sysroot"]))?;
    if Path::new(sysroot.trim())
        .join("lib/rustlib")
        .join(WASM_TARGET)
        .exists()
    {
        return Ok(());
    }
    if process::which("rustup").is_none() {
        bail!("Rust's standard library for {WASM_TARGET} is missing, and there is no rustup to add it");
    }
    process::run(Command::new("rustup").args(["target", "add", WASM_TARGET]))
        .with_context(|| format!("install it by hand: rustup target add {WASM_TARGET}"))
}

/// The target triple that the compiler builds for by itself.
pub(crate) fn host() -> Result<String> {
    let version = process::capture(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not name its host")?.to_owned())
}

/// Makes sure that a toolchain component with a cargo command of its own is installed.
pub(crate) fn component(cargo_command: &str, component: &str) -> Result<()> {
    if process::capture(cargo().args([cargo_command, "--version"])).is_ok() {
        return Ok(());
    }
    process::run(Command::new("rustup").args(["component", "add", component]))
        .with_context(|| format!("install it by hand: rustup component add {component}"))
}
