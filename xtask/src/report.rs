//! Running steps one after another and telling how they ended.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::slowest::Timed;
use crate::tally::Tally;

/// How many of the slowest tests are told.
const SLOWEST: usize = 10;

/// What one step found out.
#[derive(Default)]
pub(crate) struct Ran {
    pub(crate) tally: Tally,
    /// Tests whose runner tells how long they took.
    pub(crate) timed: Vec<Timed>,
    /// Why nothing could be checked here.
    pub(crate) not_here: Option<String>,
}

impl Ran {
    /// The step needs something that this machine does not have, and that cannot be installed.
    pub(crate) fn not_here(why: String) -> Self {
        Self {
            not_here: Some(why),
            ..Self::default()
        }
    }

    /// Both together.
    pub(crate) fn plus(mut self, other: impl Into<Self>) -> Self {
        let other = other.into();
        self.timed.extend(other.timed);
        Self {
            tally: self.tally.plus(other.tally),
            timed: self.timed,
            not_here: self.not_here.or(other.not_here),
        }
    }
}

impl From<Tally> for Ran {
    fn from(tally: Tally) -> Self {
        Self {
            tally,
            ..Self::default()
        }
    }
}

/// The steps that have run so far.
#[derive(Default)]
pub(crate) struct Report {
    rows: Vec<Row>,
    timed: Vec<(&'static str, Timed)>,
}

struct Row {
    name: &'static str,
    tally: Tally,
    took: Duration,
    failure: Option<String>,
    not_here: Option<String>,
}

impl Report {
    /// Runs one step. A failure is recorded, never fatal: the other steps still have something to say.
    pub(crate) fn step(&mut self, name: &'static str, body: impl FnOnce() -> Result<Ran>) {
        println!("\n=== {name} ===");
        let start = Instant::now();
        let (ran, failure) = match body() {
            Ok(ran) if ran.tally.is_empty() && ran.not_here.is_none() => {
                (ran, Some("ran no check at all".to_owned()))
            }
            Ok(ran) => (ran, None),
            Err(error) => (Tally::single(false).into(), Some(format!("{error:#}"))),
        };
        let tally = match ran.not_here {
            Some(_) => ran.tally,
            None => ran.tally.at_least_one(),
        };
        self.timed.extend(ran.timed.into_iter().map(|test| (name, test)));
        if let Some(failure) = &failure {
            eprintln!("error: {failure}");
        }
        let row = Row {
            name,
            tally,
            took: start.elapsed(),
            failure,
            not_here: ran.not_here,
        };
        println!("--- {}", row.line());
        self.rows.push(row);
    }

    /// Prints the slowest tests, one line per step and the closing line `N passed, N failed`; true if nothing failed.
    pub(crate) fn finish(mut self) -> bool {
        let slowest = self.slowest();
        if !slowest.is_empty() {
            println!("\n=== slowest tests ===");
            for (step, test) in slowest {
                println!("{:>8}  {step:<24} {}", seconds(test.took), test.name);
            }
        }
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

    /// Of all steps together, the slowest first.
    fn slowest(&mut self) -> &[(&'static str, Timed)] {
        self.timed.sort_by_key(|(_, test)| std::cmp::Reverse(test.took));
        &self.timed[..self.timed.len().min(SLOWEST)]
    }
}

impl Row {
    fn line(&self) -> String {
        let mark = match (self.tally.failed, &self.not_here) {
            (0, None) => "ok    ",
            (0, Some(_)) => "NOT RUN",
            _ => "FAILED",
        };
        let skipped = match self.tally.skipped {
            0 => String::new(),
            skipped => format!(", {skipped} skipped"),
        };
        let why = self
            .not_here
            .as_ref()
            .map_or_else(String::new, |why| format!(": {why}"));
        format!(
            "{mark} {:<24} {:>8}  {} passed, {} failed{skipped}{why}",
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

#[cfg(test)]
mod tests {
    use super::{Ran, Report, SLOWEST};
    use crate::slowest::Timed;
    use crate::tally::Tally;
    use anyhow::anyhow;
    use std::time::Duration;

    fn skipped() -> Tally {
        Tally {
            skipped: 3,
            ..Tally::default()
        }
    }

    #[test]
    fn a_step_that_checked_nothing_fails() {
        for tally in [Tally::default(), skipped()] {
            let mut report = Report::default();
            report.step("empty", || Ok(tally.into()));
            assert!(!report.finish(), "{tally:?}");
        }
    }

    #[test]
    fn what_this_machine_cannot_check_is_told_and_does_not_fail() {
        let mut report = Report::default();
        report.step("gateway", || Ok(Ran::not_here("no nginx".to_owned())));
        let line = report.rows[0].line();
        assert!(
            line.starts_with("NOT RUN gateway") && line.ends_with(": no nginx"),
            "{line}"
        );
        assert!(report.finish());
    }

    #[test]
    fn a_failure_does_not_keep_the_other_steps_from_running() {
        let mut report = Report::default();
        report.step("broken", || Err(anyhow!("no browser")));
        report.step("fine", || Ok(Tally::single(true).into()));
        assert_eq!(report.rows.len(), 2);
        assert!(!report.finish());
    }

    #[test]
    fn a_run_without_a_failure_is_good() {
        let mut report = Report::default();
        report.step("fine", || Ok(Tally::single(true).into()));
        assert!(report.finish());
    }

    #[test]
    fn the_slowest_tests_of_all_steps_come_first() {
        let ran = |millis: std::ops::Range<u64>| {
            let timed = millis.map(|took| Timed {
                name: took.to_string(),
                took: Duration::from_millis(took),
            });
            Ran {
                tally: Tally::single(true),
                timed: timed.collect(),
                not_here: None,
            }
        };
        let mut report = Report::default();
        report.step("one", || Ok(ran(0..8)));
        report.step("two", || Ok(ran(8..16)));
        let names: Vec<&str> = report
            .slowest()
            .iter()
            .map(|(_, test)| test.name.as_str())
            .collect();
        assert_eq!(names.len(), SLOWEST);
        assert_eq!(names[..3], ["15", "14", "13"]);
        assert_eq!(report.slowest()[8].0, "one");
    }
}
