use playground_core::sse::{SseItem, SseParser};

const SIZE: usize = 5_000_000;

/// Feeds a stream in chunks and returns the number of its events and the bytes of their data.
fn events(stream: &[u8], chunk: usize) -> (usize, usize) {
    let mut parser = SseParser::new();
    let (mut events, mut bytes) = (0, 0);
    for chunk in stream.chunks(chunk) {
        parser
            .feed(chunk, &mut |item| {
                if let SseItem::Event(event) = item {
                    events += 1;
                    bytes += event.data.len();
                }
            })
            .unwrap();
    }
    (events, bytes)
}

#[test]
fn one_line_of_five_megabytes() {
    let stream = [b"data: ", &b"x".repeat(SIZE)[..], b"\n\n"].concat();
    for chunk in [1, 16 << 10, stream.len()] {
        assert_eq!(events(&stream, chunk), (1, SIZE), "in chunks of {chunk}");
    }
}

#[test]
fn one_frame_of_many_lines() {
    let lines = SIZE / 8;
    let stream = [&b"data: y\n".repeat(lines)[..], b"\n"].concat();
    for chunk in [1, 16 << 10, stream.len()] {
        assert_eq!(events(&stream, chunk), (1, 2 * lines - 1), "in chunks of {chunk}");
    }
}

#[test]
fn a_million_tiny_frames_and_lines_without_meaning() {
    let stream = b"data\n\n".repeat(1_000_000);
    for chunk in [1, 16 << 10, stream.len()] {
        assert_eq!(events(&stream, chunk), (1_000_000, 0), "in chunks of {chunk}");
    }
    for unit in [
        &b":\n"[..],
        b"id: 1\n\n",
        b"event\n\n",
        b"retry: 1\n",
        b"\r\n",
        b"\xEF\xBB",
    ] {
        assert_eq!(events(&unit.repeat(SIZE / 5 / unit.len()), 1), (0, 0));
    }
}
