//! Development commands of the repository: `cargo xtask demo | test | bundle | bench | chaos | fuzz | screenshots`.
//!
//! Each command installs what it is missing, says what it does, and fails with what to do about it.

use std::process::ExitCode;

use anyhow::{Result, bail};
use pico_args::Arguments;

mod artifacts;
mod bench_site;
mod bundle;
mod census;
mod checks;
mod commands;
mod fuzzing;
mod process;
mod progress;
mod report;
mod seal;
mod server;
mod shrink;
mod slowest;
mod tally;
mod tools;
mod workspace;

const USAGE: &str = "\
Usage: cargo xtask <COMMAND>

Commands:
  demo         Start the demo server and the page with live reload
                 --port N      port of the page (default 8080)
                 --release     optimised build
                 --open        open the page in the default browser
  test         Run everything that CI runs, or only the named steps
                 cargo xtask test [STEP ...]
                 --list        print the names of the steps
  fuzz         Look for inputs that break the core
                 cargo xtask fuzz [TARGET ...]
                 --seconds N   per target (default 300, without --runs)
                 --runs N      inputs per target
  bundle       Build the page for release and print its sizes
  bench        Measure the page against its baselines and bars
                 --runs N      samples per figure (default 5)
                 --only NAME   one figure, may be repeated: size, start, decode, open, append, answer,
                               firehose, heap, scroll, idle
                 --quick       shorter loads, for a first impression
  chaos        Cut streams at random bytes, many times, and compare the page's log with the server's
                 --cuts N      cuts at least (default 2000)
                 --bent N      instead: N servers that bend every object at random
  screenshots  Renew docs/screenshots/ from the demo
  seal         Fill hashes into a built page; Trunk runs it after each build
";

fn main() -> ExitCode {
    match dispatch() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch() -> Result<ExitCode> {
    let mut args = Arguments::from_env();
    if args.contains(["-h", "--help"]) {
        print!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    match args.subcommand()?.as_deref() {
        Some("demo") => commands::demo::run(args),
        Some("test") => commands::test::run(args),
        Some("fuzz") => commands::fuzz::run(args),
        Some("bundle") => commands::bundle::run(args),
        Some("bench") => commands::bench::run(args),
        Some("chaos") => commands::chaos::run(args),
        Some("seal") => commands::seal::run(args),
        Some("screenshots") => commands::screenshots::run(args),
        Some(other) => bail!("unknown command `{other}`\n\n{USAGE}"),
        None => bail!("a command is needed\n\n{USAGE}"),
    }
}

/// Refuses arguments that no option has taken, so that a typing mistake is not silently ignored.
fn finish(args: Arguments) -> Result<()> {
    let rest = args.finish();
    if let Some(first) = rest.first() {
        bail!("unexpected argument `{}`\n\n{USAGE}", first.to_string_lossy());
    }
    Ok(())
}
