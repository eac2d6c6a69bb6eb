//! Long texts in pieces: nothing is missing, and no piece or step is long.

use std::rc::Rc;

use playground_core::payload::{Chunk, Indent, Payload, Step, chunk_len, indented};
use playground_core::terminal::shown;
use proptest::prelude::*;

/// All pieces, and how many steps they took.
fn all(mut payload: Payload) -> (Chunk, usize) {
    let (mut all, mut steps) = (Chunk::default(), 0);
    loop {
        steps += 1;
        match payload.step() {
            Step::Chunk(chunk) => {
                assert!(!chunk.text.is_empty() && chunk.text.len() <= (8 << 10) + 3);
                assert!(chunk.text.lines().count() <= 100);
                assert_eq!(chunk_len(&chunk.text), chunk.text.len());
                let before = all.text.len();
                for mut run in chunk.runs {
                    run.start += before;
                    run.end += before;
                    match all.runs.last_mut() {
                        // One that was cut.
                        Some(last)
                            if last.end == run.start && last.style == run.style && last.link == run.link =>
                        {
                            last.end = run.end;
                        }
                        _ => all.runs.push(run),
                    }
                }
                all.text.push_str(&chunk.text);
            }
            Step::Working => {}
            Step::Done => return (all, steps),
        }
    }
}

#[test]
fn six_megabytes_in_one_line_or_many_come_in_small_pieces() {
    for text in [
        "x".repeat(6_000_000),
        "some words\n".repeat(200_000),
        "é ".repeat(1_000_000),
    ] {
        let text: Rc<str> = text.into();
        let (whole, steps) = all(Payload::plain(Rc::clone(&text)));
        assert!(whole.text == *text);
        assert!(steps <= text.len() / 1_000, "{steps}");
        let (beginning, is_cut) = Payload::plain(Rc::clone(&text)).beginning(4_000);
        assert!(is_cut && text.starts_with(&beginning.text));
        assert_eq!(beginning.text.chars().count(), 4_000);
        let (whole, _) = all(Payload::terminal(Rc::clone(&text)));
        assert!(whole.text == *text);
    }
}

#[test]
fn long_json_is_indented_as_far_as_it_is_shown() {
    let list: String = (0..200_000).map(|n| format!("{{\"n\":{n}}},")).collect();
    let json: Rc<str> = format!("[{list}\"{}\"]", "long ".repeat(100_000)).into();
    let (whole, _) = all(Payload::json(Rc::clone(&json), Indent::whole()));
    assert!(whole.text == indented(&json));
    let (beginning, is_cut) = Payload::json(json, Indent::whole()).beginning(100);
    assert!(is_cut && whole.text.starts_with(&beginning.text));
}

#[test]
fn a_short_text_is_whole_at_once() {
    for text in ["", "a", "a\nb\n"] {
        let (beginning, is_cut) = Payload::plain(text.into()).beginning(4_000);
        assert_eq!((beginning.text.as_str(), is_cut), (text, false));
    }
    let (beginning, is_cut) = Payload::terminal("10%\r\u{1B}[32m100%\u{1B}[m done".into()).beginning(4_000);
    assert_eq!(
        (beginning.text.as_str(), beginning.runs.len(), is_cut),
        ("100% done", 1, false)
    );
    let (beginning, is_cut) = Payload::terminal("10%\r\u{1B}[32m100%\u{1B}[m done".into()).beginning(2);
    assert_eq!(
        (beginning.text.as_str(), beginning.runs[0].end, is_cut),
        ("10", 2, true)
    );
}

#[test]
fn a_long_output_is_read_once_more_for_all_of_it() {
    let progress: Rc<str> = (0..100_000)
        .map(|n| format!("\r{n} of 100000"))
        .collect::<String>()
        .into();
    let (beginning, is_cut) = Payload::terminal(Rc::clone(&progress)).beginning(4_000);
    assert!(is_cut && beginning.text.len() < 20, "{}", beginning.text);
    let (whole, _) = all(Payload::terminal(progress));
    assert_eq!(whole.text, "99999 of 100000");
}

#[test]
fn the_looks_of_an_output_are_bounded_and_its_text_is_not() {
    let output: Rc<str> = "\u{1B}[31mred\u{1B}[m \n".repeat(50_000).into();
    let (whole, _) = all(Payload::terminal(output));
    assert_eq!(whole.text, "red \n".repeat(50_000));
    assert_eq!(whole.runs.len(), 20_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn nothing_is_missing(
        pieces in prop::collection::vec(("[a-z \"\\\\{}\\[\\]:,é\n\u{1B}]{0,12}", 1..400usize), 0..40),
        limit in 0..10_000usize,
    ) {
        let text: Rc<str> = pieces.iter().map(|(piece, times)| piece.repeat(*times)).collect::<String>().into();
        prop_assert!(all(Payload::plain(Rc::clone(&text))).0.text == *text);
        prop_assert!(all(Payload::json(Rc::clone(&text), Indent::whole())).0.text == indented(&text));
        let terminal = shown(&text);
        let (whole, _) = all(Payload::terminal(Rc::clone(&text)));
        prop_assert!(whole.text == terminal.text && whole.runs == terminal.runs);
        let (beginning, is_cut) = Payload::plain(Rc::clone(&text)).beginning(limit);
        prop_assert!(text.starts_with(&beginning.text));
        prop_assert_eq!(is_cut, beginning.text.len() < text.len());
    }
}
