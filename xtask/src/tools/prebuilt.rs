//! Programs that their makers publish as archives, for where the network has them.
//!
//! An archive counts only with the checksum that is written down here. Whatever goes wrong on the way is a reason to
//! build the program instead, and never takes longer than a slow network needs.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};

use crate::process;
use crate::progress::Console;

/// One archive of a release.
struct Archive {
    /// `os-architecture`, in the words of `std::env::consts`.
    platform: &'static str,
    name: &'static str,
    /// In hexadecimal digits, as published beside the archive.
    sha256: &'static str,
}

/// A release with the program at the root of each archive.
pub(crate) struct Release {
    pub(crate) program: &'static str,
    pub(crate) version: &'static str,
    folder: &'static str,
    archives: &'static [Archive],
}

/// Trunk. Those for Linux with musl run on every distribution.
pub(crate) const TRUNK: Release = Release {
    program: "trunk",
    version: "0.21.14",
    folder: "https://github.com/trunk-rs/trunk/releases/download/v0.21.14",
    archives: &[
        Archive {
            platform: "linux-x86_64",
            name: "trunk-x86_64-unknown-linux-musl.tar.gz",
            sha256: "a67f4054b249fe9acc5fabc25de1aebf19783aca3ad6ff64bf34d7da44d0ea20",
        },
        Archive {
            platform: "linux-aarch64",
            name: "trunk-aarch64-unknown-linux-musl.tar.gz",
            sha256: "e8e2a2bb423ce6702ab9f4f02f8c9ae99d790f0301f7634e986b2dd8706019cc",
        },
        Archive {
            platform: "macos-x86_64",
            name: "trunk-x86_64-apple-darwin.tar.gz",
            sha256: "f1ba0e3bbe24e0ae219c6d22c33e24e2825c1608dd27c2556e323495110f1a95",
        },
        Archive {
            platform: "macos-aarch64",
            name: "trunk-aarch64-apple-darwin.tar.gz",
            sha256: "764e299dd50d89442a4e96a236349f57961984b701e74d3dbdb39cd1c9f5101e",
        },
        Archive {
            platform: "windows-x86_64",
            name: "trunk-x86_64-pc-windows-msvc.zip",
            sha256: "cd6ac15b9daff0365e5695036791ef2ce3c63f61c014f5a8c532363266e4569c",
        },
    ],
};

impl Release {
    /// Puts the program into the folder `bin`; fails within seconds when the network does not have it.
    pub(crate) fn install(&self, bin: &Path, console: &Console) -> Result<PathBuf> {
        let archive = self
            .archive(std::env::consts::OS, std::env::consts::ARCH)
            .context("there is no archive for this platform")?;
        let (curl, tar) = (process::which("curl"), process::which("tar"));
        let (curl, tar) = curl.zip(tar).context("curl and tar are needed for it")?;
        std::fs::create_dir_all(bin).with_context(|| format!("creating {}", bin.display()))?;
        let file = bin.join(archive.name);
        let url = format!("{}/{}", self.folder, archive.name);
        let outcome = download(&curl, &url, &file, console)
            .and_then(|()| verify(&std::fs::read(&file)?, archive.sha256))
            .and_then(|()| unpack(&tar, &file, bin, console));
        let _ = std::fs::remove_file(&file);
        outcome?;
        let program = bin.join(format!("{}{}", self.program, std::env::consts::EXE_SUFFIX));
        ensure!(program.is_file(), "{} has no {}", archive.name, self.program);
        Ok(program)
    }

    fn archive(&self, os: &str, architecture: &str) -> Option<&Archive> {
        let platform = format!("{os}-{architecture}");
        self.archives.iter().find(|archive| archive.platform == platform)
    }
}

/// Gives up where there is no connection within four seconds, or less than 20 kB per second over ten.
fn download(curl: &Path, url: &str, to: &Path, console: &Console) -> Result<()> {
    let mut command = Command::new(curl);
    command
        .args(["--fail", "--silent", "--show-error", "--location"])
        .args(["--proto", "=https", "--tlsv1.2"])
        .args([
            "--connect-timeout",
            "4",
            "--speed-limit",
            "20000",
            "--speed-time",
            "10",
        ])
        .arg("--output")
        .arg(to)
        .arg(url);
    console.run(&mut command)
}

fn verify(bytes: &[u8], sha256: &str) -> Result<()> {
    let found: String = Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    if found != sha256 {
        bail!("what came has the checksum {found} and not {sha256}");
    }
    Ok(())
}

/// The `tar` of Windows and macOS reads zip archives as well.
fn unpack(tar: &Path, archive: &Path, to: &Path, console: &Console) -> Result<()> {
    console.run(Command::new(tar).arg("-xf").arg(archive).arg("-C").arg(to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_platform_has_its_own_archive_of_its_own_name() {
        let archive = |os, architecture| TRUNK.archive(os, architecture).map(|archive| archive.name);
        assert_eq!(
            archive("linux", "x86_64"),
            Some("trunk-x86_64-unknown-linux-musl.tar.gz")
        );
        assert_eq!(
            archive("linux", "aarch64"),
            Some("trunk-aarch64-unknown-linux-musl.tar.gz")
        );
        assert_eq!(
            archive("macos", "x86_64"),
            Some("trunk-x86_64-apple-darwin.tar.gz")
        );
        assert_eq!(
            archive("macos", "aarch64"),
            Some("trunk-aarch64-apple-darwin.tar.gz")
        );
        assert_eq!(
            archive("windows", "x86_64"),
            Some("trunk-x86_64-pc-windows-msvc.zip")
        );
        assert_eq!(archive("windows", "aarch64"), None);
        assert_eq!(archive("linux", "riscv64"), None);
    }

    #[test]
    fn checksums_are_whole_different_and_of_the_version_that_is_named() {
        assert!(TRUNK.folder.ends_with(&format!("/v{}", TRUNK.version)));
        for (number, archive) in TRUNK.archives.iter().enumerate() {
            let digits = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            assert!(
                archive.sha256.len() == 64 && digits(archive.sha256),
                "{}",
                archive.name
            );
            let others = &TRUNK.archives[..number];
            assert!(
                others.iter().all(|other| other.sha256 != archive.sha256),
                "{}",
                archive.name
            );
        }
    }

    #[test]
    fn what_differs_by_one_byte_is_refused() {
        // printf abc | sha256sum
        let sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert!(verify(b"abc", sum).is_ok());
        assert!(verify(b"abd", sum).is_err());
    }
}
