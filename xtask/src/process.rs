//! Running other programs: shown, captured, or both at once.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// What a program printed on both streams, and whether it succeeded.
pub(crate) struct Transcript {
    pub(crate) success: bool,
    pub(crate) text: String,
}

/// Runs a program in the foreground and fails unless it succeeds.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = describe(command);
    println!("$ {line}");
    let status = command
        .status()
        .with_context(|| format!("could not start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    Ok(())
}

/// Runs a program quietly and returns its standard output; its error output becomes the error.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let line = describe(command);
    let output = command
        .output()
        .with_context(|| format!("could not start `{line}`"))?;
    if !output.status.success() {
        bail!(
            "`{line}` failed ({}): {}",
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a program, shows its output as it comes, and returns it with the colour codes removed.
pub(crate) fn tee(command: &mut Command) -> Result<Transcript> {
    let line = describe(command);
    println!("$ {line}");
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command
        .spawn()
        .with_context(|| format!("could not start `{line}`"))?;
    let stdout = child.stdout.take().context("no standard output")?;
    let stderr = child.stderr.take().context("no error output")?;
    let errors = std::thread::spawn(move || forward(stderr, std::io::stderr()));
    let mut text = forward(stdout, std::io::stdout());
    text.push_str(&errors.join().unwrap_or_default());
    let status = child.wait()?;
    Ok(Transcript {
        success: status.success(),
        text: strip_ansi(&text),
    })
}

/// The first program of that name on PATH.
pub(crate) fn which(program: &str) -> Option<PathBuf> {
    let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|dir| dir.join(&name))
        .find(|path| path.is_file())
}

/// A command as it would be typed, without the folder of its program.
pub(crate) fn describe(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut line = program
        .file_name()
        .unwrap_or(program.as_os_str())
        .to_string_lossy()
        .into_owned();
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&argument.to_string_lossy());
    }
    line
}

fn forward(mut from: impl Read, mut to: impl Write) -> String {
    let mut seen = Vec::new();
    let mut buffer = [0; 8192];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        seen.extend_from_slice(&buffer[..read]);
        // A reader that went away (`| head`) is no reason to fail the program under test.
        let _ = to.write_all(&buffer[..read]).and_then(|()| to.flush());
    }
    String::from_utf8_lossy(&seen).into_owned()
}

/// Text without its colour codes.
pub(crate) fn strip_ansi(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\u{1b}' {
            plain.push(c);
        } else if rest.next() == Some('[') {
            let _ = rest.by_ref().find(|c| ('@'..='~').contains(c));
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::{strip_ansi, tee};
    use std::process::Command;

    #[test]
    fn colour_codes_are_removed_and_text_is_kept() {
        assert_eq!(strip_ansi("\u{1b}[32;1m31 passed\u{1b}[0m é"), "31 passed é");
    }

    #[test]
    fn both_streams_and_the_exit_status_are_kept() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo out; echo err >&2; exit 3"]);
        let transcript = tee(&mut command).expect("sh starts");
        assert!(!transcript.success);
        assert_eq!(transcript.text, "out\nerr\n");
    }
}
