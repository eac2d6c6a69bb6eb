//! Event streams (Managed Agents API reference, "Streaming"): only what happens from now on, each reader at its own pace.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Extension, Path, RawQuery, State};
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue};

use super::{find_session, threads};
use crate::app::App;
use crate::faults::{Effect, ErrorText};
use crate::http::error::{ApiError, ApiResult};
use crate::http::query::Query;
use crate::sse::Writer;
use crate::stats::Open;
use crate::world::channel::{PreviewKind, Read};
use crate::world::session::{PRIMARY, Session};

const HEARTBEAT: Duration = Duration::from_secs(15);
/// Frames taken at once; enough to be efficient, few enough to keep chunks small.
const BATCH: usize = 128;
/// How long a frame that is to be swapped waits for the one after it.
const SWAP_PATIENCE: Duration = Duration::from_millis(150);

pub(crate) async fn session(
    State(app): State<Arc<App>>,
    Extension(effect): Extension<Effect>,
    Path(sid): Path<String>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    let previews = previews(query.as_deref())?;
    let session = find_session(&app, &sid)?;
    open(session, PRIMARY, previews, effect, app.stats.stream())
}

pub(crate) async fn thread(
    State(app): State<Arc<App>>,
    Extension(effect): Extension<Effect>,
    Path((sid, tid)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    let previews = previews(query.as_deref())?;
    let session = find_session(&app, &sid)?;
    let thread = threads::find(&session.lock(), &tid)?;
    open(session, thread, previews, effect, app.stats.stream())
}

fn previews(query: Option<&str>) -> ApiResult<Vec<PreviewKind>> {
    let query = Query::parse(query, &["event_deltas[]"])?;
    let list = query.list("event_deltas[]");
    if list.len() > 100 {
        return Err(ApiError::invalid("event_deltas[]: at most 100 values"));
    }
    list.iter()
        .map(|value| match value.as_str() {
            "agent.message" => Ok(PreviewKind::Message),
            "agent.thinking" => Ok(PreviewKind::Thinking),
            other => Err(ApiError::invalid(format!(
                "event_deltas[]: \"{other}\" is not a valid value"
            ))),
        })
        .collect()
}

/// A reader's place in the channel, given up when the connection goes.
struct Seat {
    session: Arc<Session>,
    thread: usize,
    reader: u64,
    previews: Vec<PreviewKind>,
    /// The model request that was open when the reader came; it gets none of its previews.
    missed_request: Option<u64>,
    _open: Open,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.session.lock().threads[self.thread]
            .channel
            .unsubscribe(self.reader);
    }
}

impl Seat {
    fn take(session: Arc<Session>, thread: usize, previews: Vec<PreviewKind>, open: Open) -> Self {
        let (reader, missed_request) = {
            let mut state = session.lock();
            let thread = &mut state.threads[thread];
            (
                thread.channel.subscribe(),
                thread.request.as_ref().map(|request| request.number),
            )
        };
        Self {
            session,
            thread,
            reader,
            previews,
            missed_request,
            _open: open,
        }
    }

    /// The next frames, or `None` when there will be no more.
    async fn next(&self) -> Option<Vec<crate::world::channel::Frame>> {
        let read = self.session.wait_for(|state| {
            match state.threads[self.thread].channel.read(self.reader, BATCH) {
                Read::Nothing => None,
                other => Some(other),
            }
        });
        match read.await {
            Read::Frames(frames) => Some(frames.into_iter().filter(|frame| self.may_see(frame)).collect()),
            Read::Nothing | Read::End => None,
        }
    }

    fn may_see(&self, frame: &crate::world::channel::Frame) -> bool {
        frame.preview.is_none_or(|preview| {
            self.previews.contains(&preview.of) && self.missed_request != Some(preview.request)
        })
    }
}

struct Reader {
    seat: Seat,
    writer: Writer,
    /// What goes out before the first live frame.
    preamble: Option<Bytes>,
    ended: bool,
}

fn open(
    session: Arc<Session>,
    thread: usize,
    previews: Vec<PreviewKind>,
    effect: Effect,
    counted: Open,
) -> ApiResult {
    let error = effect.error.unwrap_or_else(|| ErrorText {
        kind: "api_error".to_owned(),
        message: "The stream failed on purpose.".to_owned(),
    });
    let replay = effect.stream.replay;
    let seat = Seat::take(session, thread, previews, counted);
    let mut writer = Writer::new(effect.stream, error);
    let mut preamble = writer.beginning();
    if replay {
        let state = seat.session.lock();
        for event in state.threads[thread].channel.history() {
            writer.frame(&mut preamble, &event.kind, &event.json);
        }
    }
    let preamble = (!preamble.is_empty()).then(|| Bytes::from(preamble));
    let reader = Reader {
        seat,
        writer,
        preamble,
        ended: false,
    };
    let mut response = Response::new(Body::from_stream(stream::unfold(reader, next_chunk)));
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/event-stream; charset=utf-8"),
    );
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    Ok(response)
}

async fn next_chunk(mut reader: Reader) -> Option<(Result<Bytes, std::convert::Infallible>, Reader)> {
    if let Some(preamble) = reader.preamble.take() {
        return Some((Ok(preamble), reader));
    }
    loop {
        if reader.ended || reader.writer.is_done() {
            return None;
        }
        let patience = if reader.writer.holds_a_frame() {
            SWAP_PATIENCE
        } else {
            HEARTBEAT
        };
        let mut out = Vec::new();
        match tokio::time::timeout(patience, reader.seat.next()).await {
            Ok(Some(frames)) => {
                for frame in &frames {
                    reader.writer.frame(&mut out, &frame.name, &frame.json);
                }
            }
            Ok(None) => {
                reader.writer.release(&mut out);
                reader.ended = true;
            }
            Err(_) if reader.writer.holds_a_frame() => reader.writer.release(&mut out),
            Err(_) => reader.writer.comment(&mut out, "keep-alive"),
        }
        if !out.is_empty() {
            return Some((Ok(Bytes::from(out)), reader));
        }
    }
}
