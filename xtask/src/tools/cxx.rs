//! A C++ compiler, which libFuzzer's own sources need.

use anyhow::{Result, bail};

use crate::process;
use crate::tools::debian;

/// Makes sure that there is one.
pub(crate) fn compiler() -> Result<()> {
    // The msvc compiler is found by the build script itself and is on no PATH.
    let is_there = || {
        cfg!(windows)
            || std::env::var_os("CXX").is_some()
            || ["c++", "g++", "clang++"]
                .iter()
                .any(|program| process::which(program).is_some())
    };
    if is_there() {
        return Ok(());
    }
    if debian::can_install() {
        debian::install(&["g++"])?;
    }
    if !is_there() {
        bail!("a C++ compiler is needed (Debian: apt-get install g++; macOS: xcode-select --install)");
    }
    Ok(())
}
