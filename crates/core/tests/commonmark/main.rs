//! The examples of the CommonMark specification.
//!
//! Each is read, and the nodes are written as the specification's HTML. Those that come out otherwise are listed with a
//! reason, and what becomes of them is kept in a snapshot.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod exceptions;
mod html;

use std::fmt::Write;

use exceptions::EXCEPTIONS;
use playground_core::markdown::parse;

struct Example {
    number: usize,
    section: String,
    markdown: String,
    html: String,
}

/// The examples as the specification's own script takes them out of its text.
fn examples() -> Vec<Example> {
    let spec = include_str!("../../../../tests/fixtures/commonmark/spec.txt");
    let fence = "`".repeat(32);
    let (mut examples, mut section) = (Vec::new(), String::new());
    let mut lines = spec.lines().take_while(|line| *line != "<!-- END TESTS -->");
    while let Some(line) = lines.next() {
        if *line == format!("{fence} example") {
            let mut part = |end: &str| {
                let lines = lines.by_ref().take_while(|line| *line != end);
                lines.fold(String::new(), |text, line| text + &line.replace('→', "\t") + "\n")
            };
            examples.push(Example {
                number: examples.len() + 1,
                section: section.clone(),
                markdown: part("."),
                html: part(&fence),
            });
        } else if line.starts_with('#') {
            section = line.trim_start_matches('#').trim().to_owned();
        }
    }
    examples
}

#[test]
fn the_specification_has_652_examples() {
    let examples = examples();
    assert_eq!(examples.len(), 652);
    assert_eq!(examples[0].markdown, "\tfoo\tbaz\t\tbim\n");
    assert_eq!(examples[651].section, "Textual content");
}

#[test]
fn examples_come_out_as_the_specification_says_or_are_listed() {
    let mut wrong = String::new();
    for example in examples() {
        let html = html::of(&parse(&example.markdown));
        let is_listed = EXCEPTIONS.iter().any(|(number, _)| *number == example.number);
        if (html == example.html) == is_listed {
            let Example {
                number,
                section,
                markdown,
                html: expected,
            } = example;
            let _ = writeln!(
                wrong,
                "example {number} ({section}), {}\n{markdown}--- expected\n{expected}--- is\n{html}",
                if is_listed {
                    "listed although it passes"
                } else {
                    "not listed"
                },
            );
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn exceptions_are_few_and_in_order() {
    assert!(EXCEPTIONS.is_sorted_by(|(a, _), (b, _)| a < b));
    assert!(
        EXCEPTIONS
            .iter()
            .all(|(number, why)| *number <= 652 && why.len() > 10)
    );
}

#[test]
fn exceptions_come_out_as_before() {
    let mut out = String::new();
    for example in examples() {
        let Some((number, why)) = EXCEPTIONS.iter().find(|(number, _)| *number == example.number) else {
            continue;
        };
        let html = html::of(&parse(&example.markdown));
        let _ = writeln!(out, "### {number}: {why}\n{}=>\n{html}", example.markdown);
    }
    insta::assert_snapshot!(out);
}
