//! The demo server as a child process that never outlives its owner.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

/// A running demo server; dropping it ends the process.
pub(crate) struct DemoServer {
    child: Child,
    /// Where it listens, e.g. `http://127.0.0.1:8787`.
    pub(crate) url: String,
}

impl DemoServer {
    /// Starts the server and waits until it says where it listens.
    pub(crate) fn start(program: &Path, arguments: &[&str]) -> Result<Self> {
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("could not start {}", program.display()))?;
        let mut lines = BufReader::new(child.stdout.take().context("no standard output")?).lines();
        let url = lines
            .by_ref()
            .find_map(|line| Some(line.ok()?.strip_prefix("listening on ")?.to_owned()));
        let Some(url) = url else {
            let status = child.wait()?;
            bail!("the demo server ended before it was ready ({status}); its message is above");
        };
        std::thread::spawn(move || {
            lines
                .map_while(Result::ok)
                .for_each(|line| println!("[server] {line}"))
        });
        Ok(Self { child, url })
    }

    /// Whether the process is still there.
    pub(crate) fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for DemoServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
