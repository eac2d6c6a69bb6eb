//! Running steps one after another and telling how they ended.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::tally::Tally;

/// The steps that have run so far.
#[derive(Default)]
pub(crate) struct Report {
    rows: Vec<Row>,
}

struct Row {
    name: &'static str,
    tally: Tally,
    took: Duration,
    failure: Option<String>,
}

impl Report {
    /// Runs one step. A failure is recorded, never fatal: the other steps still have something to say.
    pub(crate) fn step(&mut self, name: &'static str, body: impl FnOnce() -> Result<Tally>) {
        println!("\n=== {name} ===");
        let start = Instant::now();
        let (tally, failure) = match body() {
            Ok(tally) if tally.is_empty() => (
                Tally { failed: 1, ..tally },
                Some("ran no check at all".to_owned()),
            ),
            Ok(tally) => (tally, None),
            Err(error) => (Tally::single(false), Some(format!("{error:#}"))),
        };
        if let Some(failure) = &failure {
            eprintln!("error: {failure}");
        }
        let row = Row {
            name,
            tally,
            took: start.elapsed(),
            failure,
        };
        println!("--- {}", row.line());
        self.rows.push(row);
    }

    /// Prints one line per step and the closing line `N passed, N failed`; true if nothing failed.
    pub(crate) fn finish(self) -> bool {
        println!("\n=== summary ===");
        for row in &self.rows {
            println!("{}", row.line());
            if let Some(failure) = &row.failure {
                println!("    {}", failure.lines().next().unwrap_or_default());
            }
        }
        let total = self
            .rows
            .iter()
            .fold(Tally::default(), |sum, row| sum.plus(row.tally));
        let took: Duration = self.rows.iter().map(|row| row.took).sum();
        println!("{} steps in {}\n", self.rows.len(), seconds(took));
        println!("{} passed, {} failed", total.passed, total.failed);
        total.failed == 0
    }
}

impl Row {
    fn line(&self) -> String {
        let mark = if self.tally.failed == 0 {
            "ok    "
        } else {
            "FAILED"
        };
        let skipped = match self.tally.skipped {
            0 => String::new(),
            skipped => format!(", {skipped} skipped"),
        };
        format!(
            "{mark} {:<24} {:>8}  {} passed, {} failed{skipped}",
            self.name,
            seconds(self.took),
            self.tally.passed,
            self.tally.failed
        )
    }
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
