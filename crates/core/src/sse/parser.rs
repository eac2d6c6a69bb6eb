//! The incremental parser.

use std::borrow::Cow;
use std::fmt;
use std::mem;

use memchr::memchr2;

use super::line::{Line, milliseconds};

/// Frames larger than this are refused unless [`SseParser::with_max_frame_bytes`] says otherwise: 64 MiB, twice the
/// largest request body (32 MB) that the Managed Agents API accepts and could echo in one event.
pub const DEFAULT_MAX_FRAME_BYTES: usize = 64 << 20;

/// Buffers that one large frame has grown beyond this are given back after it.
const KEPT_CAPACITY: usize = 256 << 10;

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// A dispatched event. Everything borrows from the fed chunk or from the parser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SseEvent<'a> {
    /// Event type: the last `event` field of the frame, or `message`.
    pub event: &'a str,
    /// The `data` lines, joined by line feeds.
    pub data: &'a str,
    /// The last event ID of the stream, empty if there was none.
    pub id: &'a str,
}

/// What the parser hands to its sink.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SseItem<'a> {
    /// A complete frame with data.
    Event(SseEvent<'a>),
    /// The server asks for this reconnection time, in milliseconds. Values above `u64::MAX` saturate.
    Retry(u64),
    /// A comment line. It means nothing but that the connection is alive.
    Comment,
}

/// Why a stream cannot be read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SseError {
    /// A frame, complete or not, is larger than allowed.
    FrameTooLarge {
        /// Bytes of the frame that had arrived when it was refused.
        bytes: usize,
        /// The allowed number of bytes.
        limit: usize,
    },
}

impl fmt::Display for SseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::FrameTooLarge { bytes, limit } = self;
        write!(
            f,
            "the stream sent an event of at least {bytes} bytes; at most {limit} are accepted"
        )
    }
}

impl std::error::Error for SseError {}

/// An incremental parser of one event stream.
///
/// Items are the same however the bytes are cut into chunks, and time is linear in the bytes fed. A frame of one data
/// line that lies within a chunk is handed on without being copied. Invalid UTF-8 becomes U+FFFD; one leading
/// byte order mark is skipped; an unfinished frame at the end of the stream is never dispatched.
#[derive(Debug)]
pub struct SseParser {
    limit: usize,
    start: Start,
    /// The last chunk ended in CR: a LF at the start of the next one belongs to it.
    after_cr: bool,
    /// The line that the last chunk left unfinished.
    line: Vec<u8>,
    frame: Frame,
    /// Last event ID of the stream, as of the last blank line.
    last_event_id: String,
    failed: Option<SseError>,
}

#[derive(Debug, Clone, Copy)]
enum Start {
    /// This many bytes of a possible byte order mark have been seen.
    Bom(usize),
    Passed,
}

/// The fields of the unfinished frame.
#[derive(Debug, Default)]
struct Frame {
    /// Bytes of the `data`, `event` and `id` lines so far.
    bytes: usize,
    event: String,
    id: Option<String>,
    has_data: bool,
    /// Joined data from `data_start` on. Empty while a first data line is still borrowed from the chunk.
    data: Vec<u8>,
    data_start: usize,
}

impl Default for SseParser {
    fn default() -> Self {
        Self::new()
    }
}

impl SseParser {
    /// A parser at the start of a stream, with [`DEFAULT_MAX_FRAME_BYTES`].
    #[must_use]
    pub fn new() -> Self {
        Self::with_max_frame_bytes(DEFAULT_MAX_FRAME_BYTES)
    }

    /// A parser that refuses frames of more than `limit` bytes, counted over the frame's `data`, `event` and `id` lines
    /// without their line endings. Any single line above the limit is refused too.
    #[must_use]
    pub fn with_max_frame_bytes(limit: usize) -> Self {
        Self {
            limit,
            start: Start::Bom(0),
            after_cr: false,
            line: Vec::new(),
            frame: Frame::default(),
            last_event_id: String::new(),
            failed: None,
        }
    }

    /// Reads the next bytes of the stream and passes each item that they complete to `sink`, in order.
    ///
    /// # Errors
    ///
    /// [`SseError::FrameTooLarge`] once a frame exceeds the limit. Items before it have been passed on; everything after
    /// it is refused with the same error until [`SseParser::reset`].
    pub fn feed(&mut self, chunk: &[u8], sink: &mut impl FnMut(SseItem<'_>)) -> Result<(), SseError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let result = self.read(chunk, sink);
        if let Err(error) = result {
            self.reset();
            self.failed = Some(error);
        }
        result
    }

    /// Starts over for a new stream: forgets the unfinished frame and any error, keeps the last event ID.
    pub fn reset(&mut self) {
        self.start = Start::Bom(0);
        self.after_cr = false;
        self.line = Vec::new();
        self.frame = Frame::default();
        self.failed = None;
    }

    /// The value for a `Last-Event-ID` header: the ID as of the last complete frame, empty if there was none.
    #[must_use]
    pub fn last_event_id(&self) -> &str {
        &self.last_event_id
    }

    /// Whether a frame has begun and not ended. At the end of a stream it says that the connection was cut inside one.
    #[must_use]
    pub fn is_inside_frame(&self) -> bool {
        self.frame.bytes > 0 || !self.line.is_empty()
    }

    fn read(&mut self, chunk: &[u8], sink: &mut impl FnMut(SseItem<'_>)) -> Result<(), SseError> {
        let mut rest = self.skip_bom(chunk);
        if self.after_cr && !rest.is_empty() {
            self.after_cr = false;
            rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        }
        let mut borrowed = None;
        while let Some(end) = memchr2(b'\n', b'\r', rest) {
            let (line, ending) = rest.split_at(end);
            rest = match ending {
                [b'\r', b'\n', rest @ ..] => rest,
                [b'\r'] => {
                    self.after_cr = true;
                    &[]
                }
                [_, rest @ ..] => rest,
                [] => &[],
            };
            if self.line.is_empty() {
                if line.is_empty() {
                    self.dispatch(borrowed.take(), sink);
                } else {
                    self.take_line(line, &mut borrowed, sink)?;
                }
            } else {
                self.check_size(self.line.len() + line.len())?;
                self.line.extend_from_slice(line);
                self.take_kept_line(sink)?;
            }
        }
        if let Some(data) = borrowed {
            self.frame.data.extend_from_slice(data);
        }
        self.check_size(self.line.len() + rest.len())?;
        self.line.extend_from_slice(rest);
        Ok(())
    }

    fn skip_bom<'c>(&mut self, chunk: &'c [u8]) -> &'c [u8] {
        let Start::Bom(seen) = self.start else {
            return chunk;
        };
        let expected = &BOM[seen..];
        let same = chunk
            .iter()
            .zip(expected)
            .take_while(|(byte, mark)| byte == mark)
            .count();
        if same == expected.len() {
            self.start = Start::Passed;
        } else if same == chunk.len() {
            self.start = Start::Bom(seen + same);
        } else {
            // Not a mark after all: what looked like its first bytes in earlier chunks belongs to the first line.
            self.start = Start::Passed;
            self.line.extend_from_slice(&BOM[..seen]);
            return chunk;
        }
        &chunk[same..]
    }

    fn check_size(&self, line: usize) -> Result<(), SseError> {
        let bytes = self.frame.bytes + line;
        if bytes > self.limit {
            Err(SseError::FrameTooLarge {
                bytes,
                limit: self.limit,
            })
        } else {
            Ok(())
        }
    }

    /// Takes a whole line of the chunk. A first data line stays `borrowed` so that its frame may end before it is copied.
    fn take_line<'c>(
        &mut self,
        line: &'c [u8],
        borrowed: &mut Option<&'c [u8]>,
        sink: &mut impl FnMut(SseItem<'_>),
    ) -> Result<(), SseError> {
        self.check_size(line.len())?;
        match Line::read(line) {
            Line::Data(value) => {
                self.frame.bytes += line.len();
                if self.frame.has_data {
                    if let Some(first) = borrowed.take() {
                        self.frame.data.extend_from_slice(first);
                    }
                    self.frame.data.push(b'\n');
                    self.frame.data.extend_from_slice(value);
                } else {
                    self.frame.has_data = true;
                    *borrowed = Some(value);
                }
            }
            other => self.take_other(&other, line.len(), sink),
        }
        Ok(())
    }

    /// Takes `self.line`, which spans chunks. A first data line becomes the frame's data as it is, without a copy.
    fn take_kept_line(&mut self, sink: &mut impl FnMut(SseItem<'_>)) -> Result<(), SseError> {
        let mut line = mem::take(&mut self.line);
        match Line::read(&line) {
            Line::Data(value) => {
                self.frame.bytes += line.len();
                if self.frame.has_data {
                    self.frame.data.push(b'\n');
                    self.frame.data.extend_from_slice(value);
                } else {
                    self.frame.has_data = true;
                    self.frame.data_start = line.len() - value.len();
                    mem::swap(&mut self.frame.data, &mut line);
                }
            }
            other => self.take_other(&other, line.len(), sink),
        }
        line.clear();
        if line.capacity() <= KEPT_CAPACITY {
            self.line = line;
        }
        Ok(())
    }

    fn take_other(&mut self, line: &Line<'_>, bytes: usize, sink: &mut impl FnMut(SseItem<'_>)) {
        match *line {
            Line::Event(value) => {
                self.frame.bytes += bytes;
                self.frame.event.clear();
                self.frame.event.push_str(&String::from_utf8_lossy(value));
            }
            Line::Id(value) if !value.contains(&0) => {
                self.frame.bytes += bytes;
                self.frame.id = Some(String::from_utf8_lossy(value).into_owned());
            }
            Line::Retry(value) => {
                if let Some(milliseconds) = milliseconds(value) {
                    sink(SseItem::Retry(milliseconds));
                }
            }
            Line::Comment => sink(SseItem::Comment),
            Line::Id(_) | Line::Ignored | Line::Data(_) => {}
        }
    }

    /// Ends the frame at a blank line.
    fn dispatch(&mut self, borrowed: Option<&[u8]>, sink: &mut impl FnMut(SseItem<'_>)) {
        let frame = &mut self.frame;
        if let Some(id) = frame.id.take() {
            self.last_event_id = id;
        }
        if frame.has_data {
            let data =
                lossy(borrowed.unwrap_or_else(|| frame.data.get(frame.data_start..).unwrap_or_default()));
            sink(SseItem::Event(SseEvent {
                event: if frame.event.is_empty() {
                    "message"
                } else {
                    &frame.event
                },
                data: &data,
                id: &self.last_event_id,
            }));
        }
        frame.bytes = 0;
        frame.event.clear();
        frame.has_data = false;
        frame.data_start = 0;
        frame.data.clear();
        if frame.data.capacity() > KEPT_CAPACITY {
            frame.data = Vec::new();
        }
    }
}

/// `from_utf8` first: on valid input it is faster than walking the chunks of a lossy decode.
fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}
