//! The SSE parser: three chunk sizes, a size limit, and the bytes of a stream.

use playground_core::sse::{SseError, SseParser};

#[path = "../../crates/core/tests/sse/oracles.rs"]
mod oracles;

use oracles::{Item, model, other_implementation};

/// `data`: three chunk sizes, which take turns; the limit of a second parser; the stream.
pub fn check(data: &[u8]) {
    let [a, b, c, limit, stream @ ..] = data else {
        return;
    };
    let sizes = [*a, *b, *c].map(|size| usize::from(size % 64));
    let cut = pieces(stream, sizes);

    let (whole, result) = feed(&mut SseParser::new(), &[stream]);
    assert_eq!(result, Ok(()), "far below the limit");
    assert_eq!(feed(&mut SseParser::new(), &cut), (whole.clone(), Ok(())));
    assert_eq!(whole, model(stream));
    let comparable: Vec<Item> = whole.into_iter().filter(is_known_to_others).collect();
    assert_eq!(comparable, other_implementation(stream, usize::from(*a).max(1)));

    limited(stream, &cut, usize::from(*limit));
}

fn limited(stream: &[u8], cut: &[&[u8]], limit: usize) {
    let mut parser = SseParser::with_max_frame_bytes(limit);
    let (whole, whole_result) = feed(&mut parser, &[stream]);
    let (chunked, chunked_result) = feed(&mut SseParser::with_max_frame_bytes(limit), cut);
    assert_eq!(chunked, whole);
    assert_eq!(chunked_result.is_err(), whole_result.is_err());
    assert_eq!(
        model(stream).get(..whole.len()),
        Some(&whole[..]),
        "what came before the refusal"
    );
    let Err(error) = whole_result else { return };
    let SseError::FrameTooLarge { bytes, limit: told } = error;
    assert!(bytes > limit && told == limit);
    assert_eq!(feed(&mut parser, &[b"\n\ndata: x\n\n"]), (vec![], Err(error)));
    let id = parser.last_event_id().to_owned();
    parser.reset();
    assert!(!parser.is_inside_frame());
    let (items, _) = feed(&mut parser, &[b"data\n\n"]);
    let empty = Item::Event {
        event: "message".into(),
        data: String::new(),
        id,
    };
    let expected = if limit < "data".len() { vec![] } else { vec![empty] };
    assert_eq!(items, expected, "a new stream after the refused one");
}

fn is_known_to_others(item: &Item) -> bool {
    match item {
        Item::Event { .. } => true,
        Item::Retry(milliseconds) => u32::try_from(*milliseconds).is_ok(),
        Item::Comment => false,
    }
}

fn pieces(mut rest: &[u8], sizes: [usize; 3]) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    let fallback = usize::from(sizes == [0; 3]);
    for size in sizes.into_iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (piece, more) = rest.split_at(rest.len().min(size + fallback));
        pieces.push(piece);
        rest = more;
    }
    pieces
}

fn feed(parser: &mut SseParser, chunks: &[&[u8]]) -> (Vec<Item>, Result<(), SseError>) {
    let mut items = Vec::new();
    for chunk in chunks {
        if let Err(error) = parser.feed(chunk, &mut |item| items.push(item.into())) {
            return (items, Err(error));
        }
    }
    (items, Ok(()))
}
