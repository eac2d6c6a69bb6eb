//! The event stream parser against the standard's cases, a literal model of the standard, and another implementation.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use playground_core::sse::{SseError, SseParser};
use proptest::prelude::*;

mod oracles;

use oracles::{Item, event, model, other_implementation};

fn message(data: &str) -> Item {
    event("message", data, "")
}

fn feed_all<'a>(
    parser: &mut SseParser,
    chunks: impl IntoIterator<Item = &'a [u8]>,
) -> (Vec<Item>, Result<(), SseError>) {
    let mut items = Vec::new();
    for chunk in chunks {
        if let Err(error) = parser.feed(chunk, &mut |item| items.push(item.into())) {
            return (items, Err(error));
        }
    }
    (items, Ok(()))
}

fn parse(stream: &[u8]) -> Vec<Item> {
    let (items, result) = feed_all(&mut SseParser::new(), [stream]);
    assert_eq!(result, Ok(()));
    items
}

#[test]
fn cases_of_the_standard() {
    let cases: &[(&[u8], Vec<Item>)] = &[
        (b"", vec![]),
        (b"data: a\n\n", vec![message("a")]),
        (b"data:a\n\n", vec![message("a")]),
        (b"data:  a \n\n", vec![message(" a ")]),
        (
            b"data: YHOO\ndata: +2\ndata: 10\n\n",
            vec![message("YHOO\n+2\n10")],
        ),
        (
            b"data: a\r\rdata: b\r\n\r\ndata: c\n\n",
            vec![message("a"), message("b"), message("c")],
        ),
        (
            b"data: a\n\r\ndata: b\r\n\ndata: c\r\n\r",
            vec![message("a"), message("b"), message("c")],
        ),
        (b"data\n\ndata\ndata\n\ndata:", vec![message(""), message("\n")]),
        (
            b"data:test\n\ndata: test\n\n",
            vec![message("test"), message("test")],
        ),
        (b": test stream\n\ndata: x\n\n", vec![Item::Comment, message("x")]),
        (b":\n:\n", vec![Item::Comment, Item::Comment]),
        (
            b"event: add\ndata: 7\n\ndata: 8\n\n",
            vec![event("add", "7", ""), message("8")],
        ),
        (b"event: a\nevent: b\ndata: 1\n\n", vec![event("b", "1", "")]),
        (b"event\ndata: 1\n\n", vec![message("1")]),
        (b"event: lost\n\ndata: 1\n\n", vec![message("1")]),
        (
            b"data: first\nid: 1\n\ndata:second\nid\n\ndata:  third\n\n",
            vec![
                event("message", "first", "1"),
                message("second"),
                message(" third"),
            ],
        ),
        (
            b"id: 1\ndata: a\n\ndata: b\n\n",
            vec![event("message", "a", "1"), event("message", "b", "1")],
        ),
        (b"id: 1\n\ndata: b\n\n", vec![event("message", "b", "1")]),
        (b"id: 1\nid: a\0b\ndata: x\n\n", vec![event("message", "x", "1")]),
        (
            b"retry: 1500\nretry:7\nretry\nretry: \nretry: 1s\nretry: -1\n",
            vec![Item::Retry(1500), Item::Retry(7)],
        ),
        (b"retry: 99999999999999999999999\n", vec![Item::Retry(u64::MAX)]),
        (b"Data: a\ndatas: b\n data: c\ndata : d\nunknown\n\n", vec![]),
        (b"data: a: b\n\n", vec![message("a: b")]),
        (b"data: a\0b\n\n", vec![message("a\0b")]),
        (b"\xEF\xBB\xBFdata: a\n\n", vec![message("a")]),
        (
            b"\xEF\xBB\xBF\xEF\xBB\xBFdata: a\n\ndata: b\n\n",
            vec![message("b")],
        ),
        (
            b"data: \xEF\xBB\xBFa\n\n\xEF\xBB\xBFdata: b\n\n",
            vec![message("\u{FEFF}a")],
        ),
        (b"\xEF\xBBdata: a\n\ndata: b\n\n", vec![message("b")]),
        (
            b"data: caf\xC3\n\nevent: \xFF\ndata: \xE2\x82x\n\n",
            vec![message("caf\u{FFFD}"), event("\u{FFFD}", "\u{FFFD}x", "")],
        ),
        (b"data: kept\n\ndata: dropped at the end\n", vec![message("kept")]),
        (b"data: dropped without an ending", vec![]),
    ];
    for (stream, expected) in cases {
        assert_eq!(&parse(stream), expected, "{}", stream.escape_ascii());
        let (bytewise, _) = feed_all(&mut SseParser::new(), stream.chunks(1));
        assert_eq!(
            &bytewise,
            expected,
            "one byte at a time: {}",
            stream.escape_ascii()
        );
    }
}

#[test]
fn a_multi_byte_character_may_be_cut() {
    let stream = "event: agent.message\ndata: {\"text\":\"naïve 🦀 文字\"}\n\n".as_bytes();
    for cut in 0..=stream.len() {
        let (head, tail) = stream.split_at(cut);
        let (items, _) = feed_all(&mut SseParser::new(), [head, tail]);
        assert_eq!(
            items,
            [event("agent.message", "{\"text\":\"naïve 🦀 文字\"}", "")],
            "cut at {cut}"
        );
    }
}

#[test]
fn the_event_id_counts_only_with_its_blank_line() {
    let mut parser = SseParser::new();
    feed_all(&mut parser, [&b"id: 1\n\nid: 2\n"[..]]).1.unwrap();
    assert_eq!(parser.last_event_id(), "1");
    assert!(parser.is_inside_frame());
    parser.reset();
    assert!(!parser.is_inside_frame());
    let (items, _) = feed_all(&mut parser, [&b"data: a\n\n"[..]]);
    assert_eq!(
        items,
        [event("message", "a", "1")],
        "a new stream goes on from the last ID"
    );
}

#[test]
fn a_frame_above_the_limit_is_refused_until_reset() {
    let mut parser = SseParser::with_max_frame_bytes(10);
    let (items, result) = feed_all(
        &mut parser,
        [&b"data: 6789\n\ndata: 6789\n\ndata: 67890\n\ndata: x\n\n"[..]],
    );
    let error = SseError::FrameTooLarge { bytes: 11, limit: 10 };
    assert_eq!(items, [message("6789"), message("6789")]);
    assert_eq!(result, Err(error));
    assert!(error.to_string().contains("11") && error.to_string().contains("10"));
    assert_eq!(
        feed_all(&mut parser, [&b"\n\ndata: y\n\n"[..]]),
        (vec![], Err(error))
    );
    parser.reset();
    assert_eq!(
        feed_all(&mut parser, [&b"data: z\n\n"[..]]),
        (vec![message("z")], Ok(()))
    );
}

#[test]
fn the_limit_covers_unfinished_lines_and_all_lines_of_a_frame_but_not_what_is_not_kept() {
    let refused = |stream: &[u8]| {
        let whole = feed_all(&mut SseParser::with_max_frame_bytes(20), [stream])
            .1
            .is_err();
        let cut = feed_all(&mut SseParser::with_max_frame_bytes(20), stream.chunks(3))
            .1
            .is_err();
        assert_eq!(whole, cut);
        whole
    };
    assert!(refused(b"data: 6789012345678901"));
    assert!(refused(b"::::::::::::::::::::::::"));
    assert!(refused(b"data: 1\ndata: 2\ndata: 3\n"));
    assert!(refused(b"event: 1\nevent: 1\nid: 12\n"));
    assert!(!refused(&b": alive\n".repeat(100)));
    assert!(!refused(&b"data: 1\n\n".repeat(100)));
}

fn any_stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        6 => prop::sample::select(vec![
            &b"\n"[..], b"\r", b"\r\n", b"\n\n", b"data", b"data:", b"data: ", b"event: ", b"id: ", b"id",
            b"retry: ", b"retry:12", b":", b" ", b"\0", b"{\"type\":\"ping\"}", b"message",
        ]),
        1 => prop::sample::select(vec![
            &b"\xEF\xBB\xBF"[..], b"\xEF\xBB", b"\xEF", b"\xF0\x9F\xA6\x80", b"\xF0\x9F", b"\xC3\xA9", b"\xFF", b"\xED\xA0\x80",
        ]),
    ];
    let pieces = prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat());
    prop_oneof![9 => pieces, 1 => prop::collection::vec(any::<u8>(), 0..60)]
}

fn cut<'a>(stream: &'a [u8], sizes: &'a [usize]) -> impl Iterator<Item = &'a [u8]> {
    let mut rest = stream;
    let mut sizes = sizes.iter().cycle();
    std::iter::from_fn(move || {
        let size = (*sizes.next()?).min(rest.len());
        let (chunk, tail) = rest.split_at(size);
        let done = rest.is_empty();
        rest = tail;
        (!done).then_some(chunk)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn any_chunking_gives_the_events_of_one_chunk(
        stream in any_stream(),
        mut sizes in prop::collection::vec(0_usize..9, 1..8),
    ) {
        sizes.push(1);
        let whole = parse(&stream);
        let (chunked, _) = feed_all(&mut SseParser::new(), cut(&stream, &sizes));
        prop_assert_eq!(&chunked, &whole);
        prop_assert_eq!(&whole, &model(&stream));
    }

    #[test]
    fn any_chunking_refuses_the_same_frame(
        stream in any_stream(),
        mut sizes in prop::collection::vec(0_usize..9, 1..8),
        limit in 1_usize..40,
    ) {
        sizes.push(1);
        let (whole, whole_result) = feed_all(&mut SseParser::with_max_frame_bytes(limit), [&stream[..]]);
        let (chunked, chunked_result) = feed_all(&mut SseParser::with_max_frame_bytes(limit), cut(&stream, &sizes));
        prop_assert_eq!(chunked, whole);
        prop_assert_eq!(chunked_result.is_err(), whole_result.is_err());
    }

    #[test]
    fn another_implementation_agrees(stream in any_stream(), chunk in 1_usize..50) {
        let ours: Vec<Item> = parse(&stream).into_iter().filter(|item| *item != Item::Comment).collect();
        prop_assert_eq!(ours, other_implementation(&stream, chunk));
    }
}
