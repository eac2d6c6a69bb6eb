//! Counting single tests in what the test runners print.

use serde_json::Value;

/// Tests that passed, failed or were skipped in one step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Tally {
    /// One thing that either holds or does not.
    pub(crate) fn single(passed: bool) -> Self {
        Self {
            passed: passed.into(),
            failed: (!passed).into(),
            skipped: 0,
        }
    }

    /// The sum of both.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }

    /// Nothing was checked; what was skipped was not.
    pub(crate) fn is_empty(self) -> bool {
        self.passed + self.failed == 0
    }

    /// A runner that ran no test at all has failed, even if it says that all is well.
    pub(crate) fn at_least_one(self) -> Self {
        if self.is_empty() {
            Self { failed: 1, ..self }
        } else {
            self
        }
    }

    /// A step that ended badly without naming a failed test still counts as one failure.
    pub(crate) fn or_failed(self, success: bool) -> Self {
        if success || self.failed > 0 {
            self
        } else {
            Self { failed: 1, ..self }
        }
    }

    /// libtest and wasm-bindgen-test: every `test result: ok. 5 passed; 0 failed; 1 ignored; …` line.
    pub(crate) fn from_libtest(text: &str) -> Self {
        text.lines()
            .filter_map(|line| line.trim().strip_prefix("test result: "))
            .fold(Self::default(), |sum, line| {
                sum.plus(Self {
                    passed: number_before(line, "passed"),
                    failed: number_before(line, "failed"),
                    skipped: number_before(line, "ignored"),
                })
            })
    }

    /// cargo-nextest: `Summary [ 0.1s] 31/32 tests run: 28 passed (1 flaky), 1 failed, 2 timed out, 3 skipped`. Here, too,
    /// a test that passed only when it was repeated has failed.
    pub(crate) fn from_nextest(text: &str) -> Self {
        let Some(line) = text
            .lines()
            .map(str::trim)
            .rfind(|line| line.starts_with("Summary ["))
        else {
            return Self::default();
        };
        let results = line.split_once("run:").map_or("", |(_, results)| results);
        let flaky = number_before(results, "flaky");
        Self {
            passed: number_before(results, "passed").saturating_sub(flaky),
            failed: number_before(results, "failed") + number_before(results, "timed") + flaky,
            skipped: number_before(results, "skipped"),
        }
    }

    /// pytest: `===== 1 failed, 25 passed, 1 skipped in 3.21s =====`.
    pub(crate) fn from_pytest(text: &str) -> Self {
        let Some(line) = text
            .lines()
            .rfind(|line| line.starts_with("==") && line.contains(" in "))
        else {
            return Self::default();
        };
        Self {
            passed: number_before(line, "passed"),
            failed: number_before(line, "failed")
                + number_before(line, "error")
                + number_before(line, "errors"),
            skipped: number_before(line, "skipped"),
        }
    }

    /// node:test, both reporters: `# pass 12` or `ℹ pass 12`.
    pub(crate) fn from_node_test(text: &str) -> Self {
        let number = |label: &str| {
            text.lines()
                .filter_map(|line| line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ ")))
                .filter_map(|line| line.strip_prefix(label)?.trim().parse::<u64>().ok())
                .sum()
        };
        Self {
            passed: number("pass "),
            failed: number("fail ") + number("cancelled "),
            skipped: number("skipped "),
        }
    }

    /// Playwright's JSON report: a test that passed only when it was repeated has failed.
    pub(crate) fn from_playwright(report: &Value) -> Self {
        let number = |key: &str| report["stats"][key].as_u64().unwrap_or(0);
        Self {
            passed: number("expected"),
            failed: number("unexpected") + number("flaky"),
            skipped: number("skipped"),
        }
    }
}

/// The number in front of a word: 31 in `31 passed,`; 0 if the word is not there.
fn number_before(line: &str, word: &str) -> u64 {
    let mut previous = "";
    for token in line
        .split([' ', ';', ',', '=', '(', ')'])
        .filter(|token| !token.is_empty())
    {
        if token == word {
            return previous.parse().unwrap_or(0);
        }
        previous = token;
    }
    0
}

#[cfg(test)]
mod tests {
    use super::Tally;
    use serde_json::json;

    fn tally(passed: u64, failed: u64, skipped: u64) -> Tally {
        Tally {
            passed,
            failed,
            skipped,
        }
    }

    #[test]
    fn libtest_sums_every_binary() {
        let text = "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
                    noise\n  test result: FAILED. 2 passed; 3 failed; 0 ignored; 0 filtered out\n";
        assert_eq!(Tally::from_libtest(text), tally(7, 3, 1));
    }

    #[test]
    fn nextest_reads_the_last_summary() {
        let good = "     Summary [   0.104s] 31 tests run: 31 passed, 2 skipped\n";
        assert_eq!(Tally::from_nextest(good), tally(31, 0, 2));
        let bad =
            "     Summary [   9.1s] 31/40 tests run: 28 passed (1 flaky), 1 failed, 2 timed out, 0 skipped\n";
        assert_eq!(Tally::from_nextest(bad), tally(27, 4, 0));
    }

    #[test]
    fn pytest_counts_errors_as_failures() {
        let text = "tests/a.py ..\n===== 1 failed, 25 passed, 1 skipped, 2 errors in 3.21s =====\n";
        assert_eq!(Tally::from_pytest(text), tally(25, 3, 1));
        assert_eq!(
            Tally::from_pytest("===== 3 passed in 0.01s =====\n"),
            tally(3, 0, 0)
        );
    }

    #[test]
    fn node_test_reads_both_reporters() {
        assert_eq!(
            Tally::from_node_test("# tests 3\n# pass 2\n# fail 1\n# cancelled 0\n# skipped 0\n"),
            tally(2, 1, 0)
        );
        assert_eq!(
            Tally::from_node_test("ℹ pass 12\nℹ fail 0\nℹ cancelled 1\nℹ skipped 4\n"),
            tally(12, 1, 4)
        );
    }

    #[test]
    fn playwright_counts_flaky_tests_as_failed() {
        let report = json!({"stats": {"expected": 40, "unexpected": 2, "flaky": 1, "skipped": 3}});
        assert_eq!(Tally::from_playwright(&report), tally(40, 3, 3));
    }

    #[test]
    fn what_ran_nothing_has_failed() {
        assert_eq!(Tally::default().at_least_one(), tally(0, 1, 0));
        assert_eq!(tally(0, 0, 3).at_least_one(), tally(0, 1, 3));
        assert_eq!(tally(2, 0, 3).at_least_one(), tally(2, 0, 3));
    }

    #[test]
    fn a_silent_failure_counts_once() {
        assert_eq!(Tally::default().or_failed(false), tally(0, 1, 0));
        assert_eq!(tally(4, 2, 0).or_failed(false), tally(4, 2, 0));
        assert_eq!(tally(4, 0, 0).or_failed(true), tally(4, 0, 0));
    }
}
