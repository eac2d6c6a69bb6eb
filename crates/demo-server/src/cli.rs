//! Command line arguments.

use std::path::PathBuf;

use crate::server::Options;

/// The text of `--help`.
pub const HELP: &str = "\
A scripted imitation of the Claude Managed Agents API, on the loopback interface unless told otherwise.

Usage: demo-server [options]

Options:
  --host HOST    address or name to listen on, and to be called by besides those of this machine (default 127.0.0.1)
  --port PORT    port to listen on; 0 takes a free one (default 8787)
  --static DIR   also serve the files of a directory at /
  --seed N       make ids and the scripts' choices reproducible
  --speed X      how fast the scripts play; 1 is watchable (default 1)
  -h, --help     print this text
";

/// What the command line asks for.
#[derive(Debug)]
pub enum Command {
    /// Print the help and leave.
    Help,
    /// Run a server.
    Serve(Options),
}

/// Reads the arguments after the program's name.
///
/// # Errors
///
/// A sentence about the first argument that is unknown or malformed.
pub fn parse(arguments: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut options = Options::default();
    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        let (name, inline) = match argument.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (argument, None),
        };
        if name == "-h" || name == "--help" {
            return Ok(Command::Help);
        }
        if !matches!(
            name.as_str(),
            "--host" | "--port" | "--static" | "--seed" | "--speed"
        ) {
            return Err(format!("unknown argument {name}; see --help"));
        }
        let value = inline
            .or_else(|| arguments.next())
            .ok_or_else(|| format!("{name} needs a value"))?;
        let wrong = |what: &str| format!("{name} needs {what}, not \"{value}\"");
        match name.as_str() {
            "--host" if value.is_empty() => return Err(wrong("an address or a name")),
            "--host" => options.host = value,
            "--port" => options.port = value.parse().map_err(|_| wrong("a port number"))?,
            "--static" => {
                let dir = PathBuf::from(&value);
                if !dir.is_dir() {
                    return Err(format!("--static: {value} is not a directory"));
                }
                options.static_dir = Some(dir);
            }
            "--seed" => options.seed = Some(value.parse().map_err(|_| wrong("a whole number"))?),
            _ => {
                options.speed = value
                    .parse()
                    .ok()
                    .filter(|speed: &f64| (0.01..=10_000.0).contains(speed))
                    .ok_or_else(|| wrong("a number between 0.01 and 10000"))?;
            }
        }
    }
    Ok(Command::Serve(options))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command, String> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn options_are_read() {
        let Ok(Command::Serve(options)) = parsed("--host ::1 --port 0 --speed=20 --seed 7 --static .") else {
            panic!("not served")
        };
        assert_eq!((options.port, options.speed, options.seed), (0, 20.0, Some(7)));
        assert_eq!(options.host, "::1");
        assert!(options.static_dir.is_some());
        assert!(matches!(parsed("--port 1 -h"), Ok(Command::Help)));
    }

    #[test]
    fn mistakes_are_named() {
        for (line, part) in [
            ("--prot 1", "--prot"),
            ("--port", "needs a value"),
            ("--host=", "an address or a name"),
            ("--port 70000", "port number"),
            ("--speed 0", "between"),
            ("--static /no/such/place", "not a directory"),
        ] {
            assert!(parsed(line).unwrap_err().contains(part), "{line}");
        }
    }
}
