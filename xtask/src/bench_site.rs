//! One folder with everything that is measured side by side, so that one server serves it all.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;
use crate::progress::Console;
use crate::tools;
use crate::workspace::{Workspace, cargo};

/// The folder of Swagger UI's files within the site.
pub(crate) const SWAGGER_UI: &str = "swagger-ui-dist";

/// What a page with Swagger UI loads, by the package's own `index.html`.
const SWAGGER_UI_FILES: [&str; 4] = [
    "swagger-ui-bundle.js",
    "swagger-ui-standalone-preset.js",
    "swagger-ui.css",
    "index.css",
];

/// Builds `target/bench-site` from the built page and `tests/bench`.
pub(crate) fn assemble(workspace: &Workspace, page: &Path) -> Result<PathBuf> {
    let source = workspace.root().join("tests/bench");
    tools::node::install(&source)?;
    let site = workspace.target().join("bench-site");
    if site.exists() {
        std::fs::remove_dir_all(&site)?;
    }
    copy_files(page, &site.join("playground"))?;
    for folder in ["vanilla", "swagger", "decode"] {
        copy_files(&source.join(folder), &site.join(folder))?;
    }
    decode_module(workspace, &site.join("decode/module"))?;
    let packages = source.join("node_modules");
    let parser = packages.join("eventsource-parser/dist/index.js");
    copy_file(&parser, &site.join("eventsource-parser/index.js"))?;
    for name in SWAGGER_UI_FILES {
        copy_file(
            &packages.join("swagger-ui-dist").join(name),
            &site.join(SWAGGER_UI).join(name),
        )?;
    }
    Ok(site)
}

/// The page's decoder, built as the page is, with a few lines of JavaScript around it.
fn decode_module(workspace: &Workspace, to: &Path) -> Result<()> {
    const PACKAGE: &str = "bench-decode";
    let target = tools::rust::WASM_TARGET;
    process::run(cargo().current_dir(workspace.root()).args([
        "build",
        "--release",
        "--package",
        PACKAGE,
        "--target",
        target,
    ]))?;
    let module = workspace.target().join(target).join("release/bench_decode.wasm");
    let bindgen = tools::web::ensure_wasm_bindgen(workspace, &Console::Shown)?;
    process::run(
        Command::new(bindgen)
            .args(["--target", "web", "--no-typescript", "--out-dir"])
            .arg(to)
            .arg(module),
    )
}

/// Copies the files of a folder, without the folders in it.
fn copy_files(from: &Path, to: &Path) -> Result<()> {
    let entries = std::fs::read_dir(from).with_context(|| format!("reading {}", from.display()))?;
    for entry in entries {
        let path = entry?.path();
        if let (true, Some(name)) = (path.is_file(), path.file_name()) {
            copy_file(&path, &to.join(name))?;
        }
    }
    Ok(())
}

fn copy_file(from: &Path, to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::copy(from, to).with_context(|| format!("copying {}", from.display()))?;
    Ok(())
}
