//! Imports go downwards only: `ui → state → {platform, signals, core}`, `platform → core`, `signals → nothing of ours`,
//! `demo-server → core`, `core → nothing of ours` and nothing of a browser.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::process;
use crate::tally::Tally;
use crate::workspace::{Workspace, cargo};

const APP: &str = "managed-agents-playground";
const CORE: &str = "playground-core";
const SERVER: &str = "demo-server";

/// Crates that only make sense in a browser, in a user interface or under an async runtime.
const NOT_IN_CORE: [&str; 11] = [
    "wasm-bindgen",
    "wasm-bindgen-futures",
    "web-sys",
    "js-sys",
    "gloo-net",
    "leptos",
    "reactive_graph",
    "tokio",
    "futures-util",
    "hyper",
    "axum",
];

/// A module of the app and the modules above it that it must not name.
const FORBIDDEN_IMPORTS: [(&str, &[&str]); 3] = [
    ("signals", &["platform", "state", "ui"]),
    ("platform", &["signals", "state", "ui"]),
    ("state", &["ui"]),
];

/// Checks every rule and prints each with its outcome.
pub(crate) fn check(workspace: &Workspace) -> Result<Tally> {
    let rules = [
        (
            "the core pulls no browser, interface or runtime crate",
            core_is_pure(workspace),
        ),
        (
            "the core depends on no package of ours",
            depends_only_on(workspace, CORE, &[]),
        ),
        (
            "the demo server depends on the core only",
            depends_only_on(workspace, SERVER, &[CORE]),
        ),
        (
            "the app depends on the core only",
            depends_only_on(workspace, APP, &[CORE]),
        ),
        (
            "modules of the app import downwards",
            modules_import_downwards(workspace),
        ),
        (
            "the small wasm-bindgen is of the page's version",
            bindgen_fits(workspace),
        ),
    ];
    Ok(super::tally(rules))
}

/// wasm-bindgen's library and its command line understand each other in one version only.
fn bindgen_fits(workspace: &Workspace) -> Result<()> {
    let page = workspace.locked_version("wasm-bindgen")?;
    let own = workspace.locked_version_in("xtask/wasm-bindgen/Cargo.lock", "wasm-bindgen-cli-support")?;
    if page != own {
        bail!(
            "it has {own} and the page {page}: set all versions in xtask/wasm-bindgen/Cargo.toml to {page} and run \
             `cargo update --manifest-path xtask/wasm-bindgen/Cargo.toml`"
        );
    }
    Ok(())
}

fn core_is_pure(workspace: &Workspace) -> Result<()> {
    let tree = process::capture(cargo().current_dir(workspace.root()).args([
        "tree",
        "--package",
        CORE,
        "--edges",
        "normal,build",
        "--target",
        "all",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]))?;
    let pulled: Vec<_> = tree
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| NOT_IN_CORE.contains(name))
        .collect();
    if !pulled.is_empty() {
        bail!("it pulls {}", pulled.join(", "));
    }
    Ok(())
}

fn depends_only_on(workspace: &Workspace, package: &str, allowed: &[&str]) -> Result<()> {
    let ours: Vec<_> = workspace
        .packages()
        .filter_map(|package| package["name"].as_str())
        .collect();
    let package = workspace
        .package(package)
        .with_context(|| format!("there is no package {package}"))?;
    let refused: Vec<_> = package["dependencies"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|dependency| dependency["kind"] != "dev")
        .filter_map(|dependency| dependency["name"].as_str())
        .filter(|name| ours.contains(name) && !allowed.contains(name))
        .collect();
    if !refused.is_empty() {
        bail!("it depends on {}", refused.join(", "));
    }
    Ok(())
}

fn modules_import_downwards(workspace: &Workspace) -> Result<()> {
    let mut violations = Vec::new();
    for (module, above) in FORBIDDEN_IMPORTS {
        for file in rust_files(&workspace.root().join("src").join(module))? {
            let text = std::fs::read_to_string(&file)?;
            for (number, line) in upward_imports(&text, above) {
                let file = file.strip_prefix(workspace.root()).unwrap_or(&file);
                violations.push(format!("{}:{number}: {line}", file.display()));
            }
        }
    }
    if !violations.is_empty() {
        bail!("\n  {}", violations.join("\n  "));
    }
    Ok(())
}

/// Lines, numbered from 1, that name one of the modules `above` by its path from the crate's root.
fn upward_imports<'t>(text: &'t str, above: &'t [&str]) -> impl Iterator<Item = (usize, &'t str)> {
    let names = |line: &str, module: &str| {
        line.match_indices("crate::").any(|(at, found)| {
            let path = &line[at + found.len()..];
            path.strip_prefix(module)
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
                || path.starts_with('{') && path.split(['{', ',', ' ', ':', '}']).any(|part| part == module)
        })
    };
    text.lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line.trim()))
        .filter(move |(_, line)| !line.starts_with("//") && above.iter().any(|module| names(line, module)))
}

fn rust_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::upward_imports;

    #[test]
    fn imports_from_above_are_found_in_every_form() {
        let text = "use crate::ui::kit;\n\
                    // use crate::ui;\n\
                    use crate::uint::Wide;\n\
                    let x = crate::state::open();\n\
                    use crate::{platform, ui::session};\n\
                    use playground_core::session;\n";
        let lines: Vec<_> = upward_imports(text, &["ui", "state"])
            .map(|(number, _)| number)
            .collect();
        assert_eq!(lines, [1, 4, 5]);
    }
}
