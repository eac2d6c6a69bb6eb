//! Output of programs as a terminal would show it: what is collapsed, what stays visible, and that nothing grows.

use playground_core::terminal::{Color, Shown, Style, Terminal, is_for_terminals, shown};
use proptest::prelude::*;

fn text(output: &str) -> String {
    shown(output).text
}

#[test]
fn ordinary_text_is_as_it_came() {
    for output in ["", "a", "a\n", "a\n\nb\tc\n", "naïve 文字 🦀\n", " trailing \n"] {
        assert!(!is_for_terminals(output), "{output:?}");
        assert_eq!(
            shown(output),
            Shown {
                text: output.to_owned(),
                runs: vec![]
            }
        );
    }
    assert!(!is_for_terminals("a\r\nb\r\n"));
    assert_eq!(text("a\r\nb\r\n"), "a\nb\n");
    for output in ["\u{1B}[m", "a\rb", "a\r", "a\u{8}"] {
        assert!(is_for_terminals(output), "{output:?}");
    }
}

#[test]
fn frames_of_progress_collapse_to_the_last() {
    let bar: String = (1..=40)
        .map(|n| format!("\rBuilding [{:40}] {n}/40", "=".repeat(n)))
        .collect();
    assert_eq!(text(&bar), format!("Building [{}] 40/40", "=".repeat(40)));
    for (output, last) in [
        ("10%\r20%\r100%\n", "100%\n"),
        ("Downloading 100 kB\rDone\n", "Doneloading 100 kB\n"),
        ("Downloading 100 kB\r\u{1B}[KDone\n", "Done\n"),
        ("Downloading 100 kB\u{1B}[2K\rDone\n", "Done\n"),
        ("Downloading 100 kB\u{1B}[2K\u{1B}[GDone\n", "Done\n"),
        (
            "one\ntwo\nthree\n\u{1B}[2A\u{1B}[2KTWO\n\u{1B}[B",
            "one\nTWO\nthree\n",
        ),
        (
            "a: 1\nb: 1\n\u{1B}[2Fa: 2\u{1B}[K\nb: 2\u{1B}[K\n",
            "a: 2\nb: 2\n",
        ),
        ("a\nb\nc\u{1B}[2A\u{1B}[JX", "aX"),
        (
            "log\n\u{1B}[2J\u{1B}[Hframe 1\nrest\u{1B}[H\u{1B}[2Jframe 2\n",
            "log\nframe 2\n",
        ),
        ("$ \u{1B}[Htop\u{1B}[3;5Hlow\u{1B}[1;1HTOP", "$ \nTOP\n\n    low"),
        ("spin |\u{8}/\u{8}-\u{8}\\\u{8}ok", "spin ok"),
        ("N\u{8}NA\u{8}AM\u{8}ME\u{8}E _\u{8}x", "NAME x"),
        ("abc\u{1B}[2DX", "aXc"),
        ("abcdef\r\u{1B}[2P", "cdef"),
        ("abcdef\r\u{1B}[2X", "  cdef"),
        ("abc\u{1B}[2D\u{1B}[1K", "  c"),
        ("a\u{1B}[5Gb", "a   b"),
        ("a\u{1B}7bc\u{1B}8X", "aXc"),
        ("a\nb\u{1B}MX", "aX\nb"),
        ("下载 10%\r下载 100%", "下载 100%"),
        ("\u{1B}[?25l\u{1B}[?2004hx\u{1B}[?25h\u{1B}(B\u{1B}=", "x"),
    ] {
        assert_eq!(text(output), last, "{output:?}");
    }
}

#[test]
fn colours_become_runs() {
    let Shown { text, runs } =
        shown("ok \u{1B}[1;32mpassed\u{1B}[0m, \u{1B}[31m1 failed\n2\u{1B}[39m \u{1B}[2mslow\u{1B}[22m");
    assert_eq!(text, "ok passed, 1 failed\n2 slow");
    let runs: Vec<(&str, Style)> = runs
        .iter()
        .map(|run| (&text[run.start..run.end], run.style))
        .collect();
    let style = |bold, dim, color| Style { bold, dim, color };
    assert_eq!(
        runs,
        [
            ("passed", style(true, false, Some(Color::Green))),
            ("1 failed", style(false, false, Some(Color::Red))),
            ("2", style(false, false, Some(Color::Red))),
            ("slow", style(false, true, None)),
        ]
    );
    let over = shown("\u{1B}[31mred\u{1B}[m\rB");
    assert_eq!(
        (over.text.as_str(), over.runs.len(), over.runs[0].start),
        ("Bed", 1, 1)
    );
}

#[test]
fn concealed_text_is_shown() {
    let hidden = shown("a\u{1B}[8mrm -rf\u{1B}[28m\u{1B}[30;40mblack\u{1B}[0m");
    assert_eq!(hidden.text, "arm -rfblack");
    assert_eq!(hidden.runs, []);
}

#[test]
fn safe_links_lead_and_others_are_their_text() {
    let link = |target: &str| format!("see \u{1B}]8;id=1;{target}\u{1B}\\the docs\u{1B}]8;;\u{7} now");
    let safe = shown(&link("https://x.example/a"));
    assert_eq!(safe.text, "see the docs now");
    assert_eq!(safe.runs.len(), 1);
    assert_eq!(
        safe.runs[0].link.as_ref().map(ToString::to_string).as_deref(),
        Some("https://x.example/a")
    );
    for target in [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "/x",
        "",
        "data:text/html,x",
    ] {
        let refused = shown(&link(target));
        assert_eq!(
            (refused.text.as_str(), refused.runs.len()),
            ("see the docs now", 0),
            "{target}"
        );
    }
}

#[test]
fn what_is_not_understood_stays_visible() {
    for (output, visible) in [
        ("\u{1B}]0;a title\u{7}x", "x"),
        ("\u{1B}]2;a title\u{1B}\\x", "x"),
        ("\u{1B}]133;A\u{7}$ ls", "$ ls"),
        ("\u{1B}]52;c;cm0gLXJm\u{7}x", "␛]52;c;cm0gLXJm␇x"),
        ("\u{1B}]0;never ends\nx", "␛]0;never ends\nx"),
        ("\u{1B}]0;never ends", "␛]0;never ends"),
        ("\u{1B}]0;a\u{1B}[31mx", "␛]0;a␛[31mx"),
        ("\u{1B}Pq#0\u{1B}\\x", "␛Pq#0␛\\x"),
        ("\u{1B}[6nx", "␛[6nx"),
        ("\u{1B}[1\u{7}x", "␛[1␇x"),
        ("\u{1B}\u{1B}[mx", "␛x"),
        ("\u{1B}[", "␛["),
        ("\u{1B}", "␛"),
        ("a\0b\u{7}c\u{B}d\u{7F}", "a␀b␇c␋d␡"),
    ] {
        assert_eq!(text(output), visible, "{output:?}");
    }
    let long = format!("\u{1B}]0;{}\u{7}", "x".repeat(10_000));
    assert_eq!(
        text(&long).chars().count(),
        10_006 - 1,
        "a title that long is text"
    );
}

#[test]
fn enormous_moves_fill_nothing() {
    for command in [
        "C",
        "G",
        "B",
        "A",
        "D",
        "E",
        "F",
        "d",
        ";999999999H",
        "X",
        "P",
        "K",
        "J",
        "m",
    ] {
        let output = format!("a\u{1B}[99999999999999999999{command}b").repeat(1_000);
        let shown = shown(&output);
        assert!(
            shown.text.len() <= output.len() + 5_000,
            "{command}: {}",
            shown.text.len()
        );
    }
    let saved = "\u{1B}7\n".repeat(2_000) + "\u{1B}8x";
    assert_eq!(text(&saved).matches('\n').count(), 2_000);
}

#[test]
fn lines_above_the_screen_stay() {
    let lines: String = (0..2_000).map(|n| format!("line {n}\n")).collect();
    let output = lines.clone() + "\u{1B}[9999A\u{1B}[2KX";
    let shown = text(&output);
    assert_eq!(shown.lines().count(), 2_000);
    assert_eq!(shown.matches("line").count(), 1_999);
    assert!(shown.starts_with("line 0\n"));
    assert_eq!(text(&lines), lines);
}

fn any_output() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "a",
            "word ",
            "文",
            "\n",
            "\r",
            "\r\n",
            "\t",
            "\u{8}",
            "\u{7}",
            "\u{1B}",
            "\u{1B}[",
            "\u{1B}[2K",
            "\u{1B}[A",
            "\u{1B}[2A",
            "\u{1B}[B",
            "\u{1B}[3C",
            "\u{1B}[2D",
            "\u{1B}[5G",
            "\u{1B}[H",
            "\u{1B}[2;3H",
            "\u{1B}[J",
            "\u{1B}[2J",
            "\u{1B}[K",
            "\u{1B}[1K",
            "\u{1B}[P",
            "\u{1B}[3X",
            "\u{1B}[31m",
            "\u{1B}[0m",
            "\u{1B}[38;5;9m",
            "\u{1B}]8;;https://x.example\u{7}",
            "\u{1B}]8;;\u{1B}\\",
            "\u{1B}]0;t",
            "\\",
            "\u{1B}7",
            "\u{1B}8",
            "\u{1B}M",
            "\u{1B}c",
            "\u{1B}(B",
            "\u{9B}31m",
            "\u{202E}",
            "9",
            ";",
            "m",
            "\u{1B}[600d",
            "\u{1B}[999C",
        ])
        .prop_map(str::to_owned),
        ".{0,4}",
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn any_output_in_any_pieces_is_shown_alike(output in any_output(), cuts in prop::collection::vec(0..200_usize, 0..8)) {
        let whole = shown(&output);
        let mut terminal = Terminal::new();
        let mut rest = output.as_str();
        for cut in cuts {
            let end = rest.char_indices().nth(cut).map_or(rest.len(), |(end, _)| end);
            terminal.feed(&rest[..end]);
            rest = &rest[end..];
        }
        terminal.feed(rest);
        prop_assert_eq!(&terminal.finish(), &whole);

        prop_assert!(!whole.text.contains(|c: char| c.is_ascii_control() && c != '\n' && c != '\t'));
        prop_assert!(whole.text.chars().count() <= 2 * output.len() + 4_096);
        prop_assert!(whole.text.matches('\n').count() <= 2 * output.len() + 4_096);
        let mut end = 0;
        for run in &whole.runs {
            prop_assert!(end <= run.start && run.start < run.end);
            prop_assert!(whole.text.is_char_boundary(run.start) && whole.text.is_char_boundary(run.end));
            end = run.end;
        }
        prop_assert!(end <= whole.text.len());
        if !is_for_terminals(&output) && !output.contains(['\r', '\u{7}']) {
            prop_assert!(whole.runs.is_empty());
        }
    }
}
