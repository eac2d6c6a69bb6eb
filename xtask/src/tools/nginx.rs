//! An nginx for the test of the recipe in docs/gateway.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::process;
use crate::tools::debian;

/// Debian's package with the program.
const PACKAGE: &str = "nginx";

/// Finds nginx: `$NGINX_PROGRAM`, a system one, or Debian's, which is unpacked into `folder`: installing it would start a
/// server.
pub(crate) fn nginx(folder: &Path) -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("NGINX_PROGRAM").map(PathBuf::from) {
        ensure!(
            path.is_file(),
            "NGINX_PROGRAM names {}, which is not a file",
            path.display()
        );
        return Ok(path);
    }
    let unpacked = folder.join("usr/sbin/nginx");
    let system = ["/usr/sbin/nginx", "/usr/local/sbin/nginx"].map(PathBuf::from);
    let known = process::which("nginx").into_iter().chain(system);
    if let Some(path) = known.chain([unpacked.clone()]).find(|path| runs(path)) {
        return Ok(path);
    }
    unpack(folder).context("no nginx: install it or set NGINX_PROGRAM to its path")?;
    ensure!(
        runs(&unpacked),
        "Debian's nginx does not run here: install it or set NGINX_PROGRAM to its path"
    );
    Ok(unpacked)
}

fn runs(program: &Path) -> bool {
    program.is_file() && process::capture(Command::new(program).arg("-v")).is_ok()
}

fn unpack(folder: &Path) -> Result<()> {
    if process::which("apt-get").is_none() || process::which("dpkg-deb").is_none() {
        bail!("this is not Debian");
    }
    if debian::can_install() {
        process::run(Command::new("apt-get").args(["update", "-q"]))?;
    }
    std::fs::create_dir_all(folder)?;
    process::run(
        Command::new("apt-get")
            .current_dir(folder)
            .args(["download", "-q", PACKAGE]),
    )?;
    for entry in std::fs::read_dir(folder)? {
        let file = entry?.path();
        if file.extension().is_some_and(|kind| kind == "deb") {
            process::run(Command::new("dpkg-deb").arg("-x").arg(&file).arg(folder))?;
        }
    }
    Ok(())
}
