//! The size of the release page as it travels: raw, gzip, brotli.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::workspace::Workspace;
use crate::{census, process};

/// Crates with less than this are not named, in bytes before compression.
const WORTH_A_LINE: u64 = 3_000;

/// Brotli bytes of wasm, JavaScript, CSS and HTML together that fail the build when exceeded.
pub(crate) const BUDGET_BYTES: u64 = 300_000;

// Node carries zlib and brotli; their Rust versions would take minutes in an unoptimised build.
const MEASURE: &str = r"
const { readdirSync, readFileSync } = require('node:fs');
const { join, extname } = require('node:path');
const { gzipSync, brotliCompressSync, constants } = require('node:zlib');
const root = process.argv[1];
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 } };
const rows = readdirSync(root, { recursive: true })
  .filter((name) => ['.wasm', '.js', '.css', '.html'].includes(extname(name)))
  .map((name) => {
    const bytes = readFileSync(join(root, name));
    const gzip = gzipSync(bytes, { level: 9 }).length;
    return { name, raw: bytes.length, gzip, brotli: brotliCompressSync(bytes, brotli).length };
  });
console.log(JSON.stringify(rows));
";

/// One file of the bundle; sizes in bytes.
pub(crate) struct Asset {
    pub(crate) name: String,
    pub(crate) raw: u64,
    pub(crate) gzip: u64,
    pub(crate) brotli: u64,
}

/// Measures every file of the page that a first visit loads, largest first.
pub(crate) fn measure(page: &Path) -> Result<Vec<Asset>> {
    let json = process::capture(Command::new("node").arg("-e").arg(MEASURE).arg(page))
        .context("Node.js 20 or newer is needed to measure the bundle")?;
    let rows: Vec<Value> = serde_json::from_str(&json)?;
    let mut assets: Vec<Asset> = rows
        .iter()
        .map(|row| Asset {
            name: row["name"].as_str().unwrap_or_default().to_owned(),
            raw: row["raw"].as_u64().unwrap_or(0),
            gzip: row["gzip"].as_u64().unwrap_or(0),
            brotli: row["brotli"].as_u64().unwrap_or(0),
        })
        .collect();
    assets.sort_by_key(|asset| std::cmp::Reverse(asset.brotli));
    Ok(assets)
}

/// Writes down what the page's wasm consists of, for whoever prints the sizes.
pub(crate) fn note_shares(workspace: &Workspace, shares: &[census::Share]) -> Result<()> {
    let path = table_path(workspace);
    std::fs::write(&path, census::table(shares, WORTH_A_LINE))
        .with_context(|| format!("writing {}", path.display()))
}

/// The table that the last release build wrote.
fn table_path(workspace: &Workspace) -> PathBuf {
    workspace.target().join("size-by-crate.txt")
}

/// The sum of all files.
pub(crate) fn total(assets: &[Asset]) -> Asset {
    let sum = |size: fn(&Asset) -> u64| assets.iter().map(size).sum();
    Asset {
        name: "total".to_owned(),
        raw: sum(|asset| asset.raw),
        gzip: sum(|asset| asset.gzip),
        brotli: sum(|asset| asset.brotli),
    }
}

/// Prints the sizes of the files and of the crates in the wasm as tables in kB (1000 bytes).
pub(crate) fn print(workspace: &Workspace, assets: &[Asset]) -> Result<()> {
    let width = assets
        .iter()
        .map(|asset| asset.name.len())
        .max()
        .unwrap_or(0)
        .max(5);
    println!("{:<width$} {:>9} {:>9} {:>9}", "kB", "raw", "gzip", "brotli");
    for asset in assets.iter().chain([&total(assets)]) {
        let [raw, gzip, brotli] = [asset.raw, asset.gzip, asset.brotli].map(|bytes| bytes as f64 / 1000.0);
        println!("{:<width$} {raw:>9.1} {gzip:>9.1} {brotli:>9.1}", asset.name);
    }
    let path = table_path(workspace);
    let by_crate = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    println!("\n{by_crate}");
    Ok(())
}
