//! What holds for every built page: nothing in it makes markup or code of a text, and nothing is loaded unchecked.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use crate::tally::Tally;

/// Names by which JavaScript makes markup or code of a text. Trusted Types refuse them at run time; a page without them
/// has nothing to refuse. The generated script has one entry for each browser function that the program can reach, so a
/// name that is not in it is not called.
const SINKS: [&str; 9] = [
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "setHTMLUnsafe",
    "parseFromString",
    "createContextualFragment",
    "document.write",
    "eval(",
    "new Function",
];

/// Checks every rule on the page in `folder` and prints each with its outcome.
pub(crate) fn check(folder: &Path) -> Result<Tally> {
    let html = std::fs::read_to_string(folder.join("index.html")).context("reading the built index.html")?;
    let rules = [
        ("no script makes markup or code of a text", no_sinks(folder)),
        (
            "the policy comes before everything that loads",
            policy_comes_first(&html),
        ),
        (
            "the policy names every script by its hash",
            scripts_are_named(&html),
        ),
        ("every script and style sheet has its hash", all_is_checked(&html)),
        (
            "there are no styles and handlers in the markup",
            no_inline_code(&html),
        ),
    ];
    Ok(super::tally(rules))
}

fn no_sinks(folder: &Path) -> Result<()> {
    let mut scripts = 0;
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|kind| kind == "js" || kind == "html")
        {
            scripts += 1;
            names_no_sink(&std::fs::read_to_string(&path)?).with_context(|| path.display().to_string())?;
        }
    }
    ensure!(scripts >= 2, "there are only {scripts} files to check");
    Ok(())
}

fn names_no_sink(script: &str) -> Result<()> {
    match SINKS.iter().find(|sink| script.contains(**sink)) {
        Some(sink) => bail!("it can call {sink}"),
        None => Ok(()),
    }
}

fn policy_comes_first(html: &str) -> Result<()> {
    let policy = html.find("default-src 'self'").context("there is no policy")?;
    let loads = ["<script", "<link"].iter().filter_map(|tag| html.find(tag)).min();
    ensure!(
        loads.is_some_and(|at| policy < at),
        "something is loaded before it"
    );
    for part in ["'unsafe-inline'", "'unsafe-eval'", "'script-hashes'"] {
        ensure!(!html.contains(part), "it contains {part}");
    }
    for part in [
        "'sha256-",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ] {
        ensure!(html.contains(part), "it lacks {part}");
    }
    Ok(())
}

/// No origin is trusted with scripts, not the page's own either: behind a gateway it is also that of the API.
fn scripts_are_named(html: &str) -> Result<()> {
    let (_, rules) = html
        .split_once("script-src ")
        .context("there is no rule for scripts")?;
    let rule = rules.split([';', '"']).next().unwrap_or_default();
    for source in rule.split_whitespace() {
        ensure!(
            source == "'wasm-unsafe-eval'" || source.starts_with("'sha256-"),
            "scripts may come from {source}"
        );
    }
    let scripts = tags(html).filter(|tag| tag.starts_with("script"));
    let mut unnamed = scripts.filter(|tag| tag.contains(" src=")).filter(|tag| {
        let hash = tag
            .split_once(" integrity=")
            .map(|(_, rest)| rest.trim_start_matches('"'));
        let hash = hash.and_then(|rest| rest.split(['"', ' ']).next());
        !hash.is_some_and(|hash| rule.contains(&format!("'{hash}'")))
    });
    ensure!(
        unnamed.next().is_none(),
        "a script of the build is not among them"
    );
    Ok(())
}

fn all_is_checked(html: &str) -> Result<()> {
    for tag in tags(html) {
        let loads = tag.starts_with("script ") && tag.contains(" src=")
            || tag.starts_with("link ") && tag.contains("stylesheet");
        ensure!(
            !loads || tag.contains(" integrity=sha") || tag.contains(" integrity=\"sha"),
            "<{tag}>"
        );
    }
    ensure!(
        html.contains(" data-integrity=\"sha256-") || html.contains(" data-integrity=sha256-"),
        "the wasm"
    );
    Ok(())
}

fn no_inline_code(html: &str) -> Result<()> {
    for tag in tags(html) {
        let named = |prefix: &str| {
            tag.split_whitespace()
                .skip(1)
                .any(|part| part.starts_with(prefix))
        };
        ensure!(
            !tag.starts_with("style") && !named("style=") && !named("on"),
            "<{tag}>"
        );
    }
    Ok(())
}

/// The insides of all opening tags. No attribute of the page has a `>` in it, and its scripts no `<` before a letter.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<')
        .skip(1)
        .filter_map(|part| part.split('>').next())
        .filter(|tag| tag.starts_with(|c: char| c.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<meta content=\"default-src 'self'; script-src 'sha256-x='; require-trusted-types-for 'script'; \
        trusted-types 'none'\"><script src=a.js integrity=\"sha256-x=\" data-integrity=\"sha256-y=\"></script>\
        <script>if(1<2)f()</script><link href=a.css integrity=sha384-x rel=stylesheet><p hidden>";

    #[test]
    fn a_sound_page_passes() {
        policy_comes_first(PAGE).unwrap();
        scripts_are_named(PAGE).unwrap();
        all_is_checked(PAGE).unwrap();
        no_inline_code(PAGE).unwrap();
    }

    #[test]
    fn each_rule_finds_what_breaks_it() {
        names_no_sink("element.textContent = text").unwrap();
        for sink in SINKS {
            assert!(names_no_sink(&format!("x.{sink} = y")).is_err(), "{sink}");
        }
        assert!(policy_comes_first(&format!("<script src=b.js></script>{PAGE}")).is_err());
        assert!(policy_comes_first(&PAGE.replace("'sha256-x='", "'unsafe-inline'")).is_err());
        assert!(policy_comes_first(&PAGE.replace("trusted-types 'none'", "")).is_err());
        for broken in [
            "'self' 'sha256-x='",
            "https: 'sha256-x='",
            "'strict-dynamic' 'sha256-x='",
            "'sha256-z='",
        ] {
            assert!(
                scripts_are_named(&PAGE.replace("'sha256-x='", broken)).is_err(),
                "{broken}"
            );
        }
        assert!(scripts_are_named(&format!("{PAGE}<script src=b.js integrity=sha256-b></script>")).is_err());
        for (sound, broken) in [
            (" integrity=\"sha256-x=\"", ""),
            (" integrity=sha384-x", ""),
            (" data-integrity=\"sha256-y=\"", ""),
        ] {
            assert!(all_is_checked(&PAGE.replace(sound, broken)).is_err(), "{sound}");
        }
        for broken in ["<p style=\"color:red\">", "<style>p{}</style>", "<body onload=x>"] {
            assert!(no_inline_code(&format!("{PAGE}{broken}")).is_err(), "{broken}");
        }
    }
}
