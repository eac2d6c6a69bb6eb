//! System packages on Debian and its relatives.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::process;

/// Whether packages can be installed without asking: apt is there and we are root.
pub(crate) fn can_install() -> bool {
    let root = Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|id| id.stdout.trim_ascii() == b"0");
    root && Path::new("/etc/debian_version").exists() && process::which("apt-get").is_some()
}

/// Installs packages with apt.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    process::run(Command::new("apt-get").args(["update", "-q"]))?;
    process::run(
        Command::new("apt-get")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(["install", "-y", "-q", "--no-install-recommends"])
            .args(packages),
    )
}
