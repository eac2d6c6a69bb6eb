//! Fuzzing with libFuzzer on the stable toolchain: building the targets of `fuzz/`, their seeds, and runs.
//!
//! cargo-fuzz wants a nightly compiler for its sanitizers. The core has no unsafe code, so coverage is enough, and LLVM
//! instruments for it in the stable compiler, too.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process;
use crate::tools;
use crate::workspace::{Workspace, cargo};

/// One fuzz target and the longest input it gets, in bytes.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    longest: usize,
    has_dictionary: bool,
    /// Inputs of the short run that belongs to the tests: about ten seconds of work.
    pub(crate) short_run: u64,
}

/// All targets.
pub(crate) const TARGETS: [Target; 4] = [
    Target {
        name: "sse",
        longest: 400,
        has_dictionary: true,
        short_run: 350_000,
    },
    Target {
        name: "event",
        longest: 2_048,
        has_dictionary: true,
        short_run: 40_000,
    },
    Target {
        name: "markdown",
        longest: 1_000,
        has_dictionary: true,
        short_run: 50_000,
    },
    Target {
        name: "fold",
        longest: 256,
        has_dictionary: false,
        short_run: 30_000,
    },
];

/// A single input that takes longer is a finding: with inputs this short, only work that grows out of hand does.
const SECONDS_PER_INPUT: u32 = 10;

/// When a run ends without a finding: whichever comes first.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) seconds: Option<u64>,
    pub(crate) inputs: Option<u64>,
    /// The same seed and number of inputs look at the same inputs.
    pub(crate) seed: Option<u32>,
}

/// What a run of one target came to.
pub(crate) struct Outcome {
    pub(crate) target: &'static str,
    pub(crate) inputs: u64,
    pub(crate) took: Duration,
    /// The input that failed, or what went wrong.
    pub(crate) finding: Option<String>,
}

/// What a run begins with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Corpus {
    /// The seeds and everything that earlier runs found to be new. It grows for ever.
    Grown,
    /// The seeds alone.
    Fresh,
}

/// The built targets and the folders that they work in, below `target/fuzz`.
pub(crate) struct Fuzzers {
    binaries: PathBuf,
    sources: PathBuf,
    corpus: PathBuf,
    artifacts: PathBuf,
}

impl Fuzzers {
    /// Builds the targets and writes the seeds.
    pub(crate) fn prepare(workspace: &Workspace, targets: &[&Target], corpus: Corpus) -> Result<Self> {
        tools::cxx::compiler()?;
        let sources = workspace.root().join("fuzz");
        let work = workspace.target().join("fuzz");
        // With a target triple the flags apply to the targets only, not to build scripts, which lack the runtime.
        let host = tools::rust::host()?;
        let mut build = cargo();
        build
            .current_dir(&sources)
            .env("CARGO_ENCODED_RUSTFLAGS", INSTRUMENTATION.join("\u{1f}"))
            .args(["build", "--release", "--locked", "--bins", "--target", &host])
            .arg("--target-dir")
            .arg(work.join("build"));
        process::run(&mut build)?;
        let corpus_folder = match corpus {
            Corpus::Grown => work.join("corpus"),
            Corpus::Fresh => work.join("corpus-fresh"),
        };
        if corpus == Corpus::Fresh && corpus_folder.exists() {
            fs::remove_dir_all(&corpus_folder)?;
        }
        for target in targets {
            let folder = corpus_folder.join(target.name);
            fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
            for (number, seed) in seeds(workspace, target.name)?.iter().enumerate() {
                fs::write(folder.join(format!("seed-{number:03}")), seed)?;
            }
        }
        Ok(Self {
            binaries: work.join("build").join(host).join("release"),
            sources,
            corpus: corpus_folder,
            artifacts: work.join("artifacts"),
        })
    }

    /// Runs one target until a limit or a finding.
    pub(crate) fn run(&self, target: &Target, limits: Limits) -> Result<Outcome> {
        let artifacts = self.artifacts.join(target.name);
        fs::create_dir_all(&artifacts)?;
        let before = files(&artifacts)?;
        let program = format!("{}{}", target.name, std::env::consts::EXE_SUFFIX);
        let mut command = Command::new(self.binaries.join(program));
        command
            .arg(self.corpus.join(target.name))
            .arg(format!("-max_len={}", target.longest))
            .arg(format!("-timeout={SECONDS_PER_INPUT}"))
            .arg(format!("-artifact_prefix={}/", artifacts.display()))
            .args(["-print_final_stats=1", "-verbosity=0", "-print_funcs=0"])
            .args(limits.seconds.map(|seconds| format!("-max_total_time={seconds}")))
            .args(limits.inputs.map(|inputs| format!("-runs={inputs}")))
            .args(limits.seed.map(|seed| format!("-seed={seed}")));
        if target.has_dictionary {
            let dictionary = self
                .sources
                .join("dictionaries")
                .join(format!("{}.dict", target.name));
            command.arg(format!("-dict={}", dictionary.display()));
        }
        let start = std::time::Instant::now();
        let ran = process::tee(&mut command)?;
        let finding = if ran.success {
            None
        } else {
            let new = files(&artifacts)?
                .into_iter()
                .find(|artifact| !before.contains(artifact));
            Some(new.map_or_else(
                || "the run failed without leaving an input".to_owned(),
                |artifact| artifact.display().to_string(),
            ))
        };
        let inputs = executed(&ran.text);
        if finding.is_none() && inputs == 0 {
            bail!("{} ran no input at all", target.name);
        }
        Ok(Outcome {
            target: target.name,
            inputs,
            took: start.elapsed(),
            finding,
        })
    }
}

/// What cargo-fuzz sets, without its sanitizers.
const INSTRUMENTATION: [&str; 8] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "--cfg=fuzzing",
    "-Ccodegen-units=1",
    "-Cdebug-assertions",
];

/// Number of inputs that libFuzzer says it ran; it says so after a finding as well.
fn executed(log: &str) -> u64 {
    log.lines()
        .filter_map(|line| line.strip_prefix("stat::number_of_executed_units:"))
        .filter_map(|number| number.trim().parse::<u64>().ok())
        .sum()
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    entries.map(|entry| Ok(entry?.path())).collect()
}

/// Inputs to begin with, made from the fixtures of the tests in the form that each target reads.
fn seeds(workspace: &Workspace, target: &str) -> Result<Vec<Vec<u8>>> {
    let fixtures = workspace.root().join("tests/fixtures");
    let mut events = Vec::new();
    let mut transcripts = Vec::new();
    for name in ["simple", "confirmation", "multiagent"] {
        let text = fs::read_to_string(fixtures.join("transcripts").join(format!("{name}.json")))?;
        events.extend(list(&text)?);
        transcripts.push(text);
    }
    events.extend(list(&fs::read_to_string(
        fixtures.join("events/every_event_type.json"),
    )?)?);
    let frame = |event: &Value| format!("event: {}\ndata: {event}\n\n", text_at(event, "type"));
    Ok(match target {
        "sse" => events
            .chunks(2)
            .map(|events| {
                let frames: String = events.iter().map(frame).collect();
                [b"\x01\x07\x10\x80", frames.as_bytes()].concat()
            })
            .collect(),
        "markdown" => events
            .iter()
            .flat_map(texts)
            .map(|text| [b"\x02\x05\x0b", text.as_bytes()].concat())
            .collect(),
        "event" => events
            .iter()
            .map(|event| event.to_string().into_bytes())
            .collect(),
        // The fold reads any bytes as a plan; long and varied ones make long and varied plans.
        _ => transcripts
            .iter()
            .flat_map(|text| text.as_bytes().chunks(256))
            .map(<[u8]>::to_vec)
            .collect(),
    })
}

fn list(json: &str) -> Result<Vec<Value>> {
    serde_json::from_str(json).context("reading a fixture")
}

fn text_at<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// All texts under `text` in a value, wherever they are.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Object(object) => object
            .iter()
            .flat_map(|(key, value)| match value {
                Value::String(text) if key == "text" => vec![text.clone()],
                value => texts(value),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{executed, texts};

    #[test]
    fn reads_the_statistics_of_libfuzzer() {
        let log = "Done 10 runs\nstat::number_of_executed_units: 1234\nstat::average_exec_per_sec:     61\n";
        assert_eq!(executed(log), 1_234);
        assert_eq!(executed("==1== ERROR: libFuzzer: deadly signal\n"), 0);
    }

    #[test]
    fn finds_texts_at_any_depth() {
        let event =
            json!({"content": [{"type": "text", "text": "a"}, {"content": [{"text": "b"}]}], "text": 1});
        assert_eq!(texts(&event), ["a", "b"]);
    }
}
