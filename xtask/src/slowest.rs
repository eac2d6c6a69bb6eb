//! How long single tests took, read from what the test runners print.

use std::time::Duration;

use serde_json::Value;

/// One test and the time that it took.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Timed {
    pub(crate) name: String,
    pub(crate) took: Duration,
}

impl Timed {
    fn new(name: impl Into<String>, seconds: f64) -> Option<Self> {
        let took = Duration::try_from_secs_f64(seconds).ok()?;
        let name = name.into();
        Some(Self { name, took })
    }
}

/// cargo-nextest: `PASS [   0.104s] ( 1/31) demo-server::http turns::a_turn`. libtest itself tells no times.
pub(crate) fn from_nextest(text: &str) -> Vec<Timed> {
    let endings = ["PASS", "FAIL", "TIMEOUT", "LEAK", "SIGABRT", "SIGSEGV"];
    let timed = |line: &str| {
        let (ending, rest) = line.trim().split_once(" [")?;
        let (seconds, rest) = rest.split_once("s]")?;
        let rest = rest.trim_start();
        let name = rest
            .strip_prefix('(')
            .and_then(|rest| rest.split_once(") "))
            .map_or(rest, |(_, name)| name);
        let is_last = endings.contains(&ending.trim_end());
        is_last.then(|| Timed::new(name.trim(), seconds.trim().parse().ok()?))?
    };
    // A failed test is told of twice, the second time in the summary.
    let mut tests: Vec<Timed> = Vec::new();
    for test in text.lines().filter_map(timed) {
        if !tests.contains(&test) {
            tests.push(test);
        }
    }
    tests
}

/// pytest with `--durations`: `1.52s call     test_turns.py::test_an_answer`.
pub(crate) fn from_pytest(text: &str) -> Vec<Timed> {
    let timed = |line: &str| {
        let (seconds, rest) = line.trim().split_once("s call ")?;
        Timed::new(rest.trim(), seconds.parse().ok()?)
    };
    text.lines().filter_map(timed).collect()
}

/// node:test: `✔ a session is listed (12.25ms)`.
pub(crate) fn from_node_test(text: &str) -> Vec<Timed> {
    let timed = |line: &str| {
        let line = line.trim();
        let rest = line.strip_prefix("✔ ").or_else(|| line.strip_prefix("✖ "))?;
        let (name, rest) = rest.rsplit_once(" (")?;
        let millis: f64 = rest.strip_suffix("ms)")?.parse().ok()?;
        Timed::new(name, millis / 1_000.0)
    };
    text.lines().filter_map(timed).collect()
}

/// Playwright's JSON report: files, groups in files, tests in groups, one result for each project.
pub(crate) fn from_playwright(report: &Value) -> Vec<Timed> {
    let mut tests = Vec::new();
    for suite in report["suites"].as_array().into_iter().flatten() {
        collect(suite, &mut Vec::new(), &mut tests);
    }
    tests
}

fn collect<'r>(suite: &'r Value, path: &mut Vec<&'r str>, tests: &mut Vec<Timed>) {
    path.push(suite["title"].as_str().unwrap_or_default());
    for spec in suite["specs"].as_array().into_iter().flatten() {
        for test in spec["tests"].as_array().into_iter().flatten() {
            let results = test["results"].as_array().into_iter().flatten();
            let millis: f64 = results.filter_map(|result| result["duration"].as_f64()).sum();
            let project = test["projectName"].as_str().unwrap_or_default();
            let title = spec["title"].as_str().unwrap_or_default();
            let parts = [project].into_iter().chain(path.iter().copied()).chain([title]);
            let name: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
            tests.extend(Timed::new(name.join(" › "), millis / 1_000.0));
        }
    }
    for inner in suite["suites"].as_array().into_iter().flatten() {
        collect(inner, path, tests);
    }
    path.pop();
}

#[cfg(test)]
mod tests {
    use super::{Timed, from_nextest, from_node_test, from_playwright, from_pytest};
    use serde_json::json;
    use std::time::Duration;

    fn timed(name: &str, millis: u64) -> Timed {
        let took = Duration::from_millis(millis);
        Timed {
            name: name.to_owned(),
            took,
        }
    }

    #[test]
    fn nextest_tells_the_time_of_each_test_once_and_not_that_it_is_slow() {
        let text = "        PASS [   0.104s] ( 1/31) core::sse cuts::anywhere\n\
                    \x20       SLOW [> 60.000s] (-----) core::watch weather\n\
                    \x20       FAIL [   2.000s] (31/31) core::watch weather\n\
                    \x20    Summary [   2.104s] 2 tests run: 1 passed, 1 failed, 0 skipped\n\
                    \x20       FAIL [   2.000s] (31/31) core::watch weather\n\
                    \x20       PASS [   0.250s] core old format\n";
        let expected = [
            timed("core::sse cuts::anywhere", 104),
            timed("core::watch weather", 2_000),
            timed("core old format", 250),
        ];
        assert_eq!(from_nextest(text), expected);
    }

    #[test]
    fn pytest_tells_the_time_of_calls() {
        let text =
            "1.52s call     test_turns.py::test_an_answer\n0.30s setup    test_turns.py::test_an_answer\n";
        assert_eq!(from_pytest(text), [timed("test_turns.py::test_an_answer", 1_520)]);
    }

    #[test]
    fn node_test_tells_the_time_behind_the_name() {
        let text = "✔ a list (of sessions) (12ms)\n✖ broken (1500ms)\nℹ duration_ms 5\n";
        let expected = [timed("a list (of sessions)", 12), timed("broken", 1_500)];
        assert_eq!(from_node_test(text), expected);
    }

    #[test]
    fn playwright_tells_the_time_for_each_project() {
        let test =
            |project: &str, millis: u64| json!({"projectName": project, "results": [{"duration": millis}]});
        let spec = |title: &str, tests| json!({"title": title, "tests": tests});
        let report = json!({"suites": [{
            "title": "journey.spec.ts",
            "specs": [spec("deletes", json!([test("firefox", 1_200), test("webkit", 800)]))],
            "suites": [{"title": "group", "specs": [spec("one", json!([test("", 10)]))]}],
        }]});
        let expected = [
            timed("firefox › journey.spec.ts › deletes", 1_200),
            timed("webkit › journey.spec.ts › deletes", 800),
            timed("journey.spec.ts › group › one", 10),
        ];
        assert_eq!(from_playwright(&report), expected);
    }
}
