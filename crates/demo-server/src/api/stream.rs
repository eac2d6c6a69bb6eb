//! Event streams (Managed Agents API reference, "Streaming"): only what happens from now on, each reader at its own pace.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Extension, Path, RawQuery, State};
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue};
use tokio::time::{Instant, timeout};

use super::{find_session, threads};
use crate::app::App;
use crate::faults::amount::Wait;
use crate::faults::shape::FrameShape;
use crate::faults::{ErrorText, Hit};
use crate::http::error::{ApiError, ApiResult};
use crate::http::query::Query;
use crate::sse::Writer;
use crate::stats::Open;
use crate::world::channel::{Frame, PreviewKind, Read};
use crate::world::session::{PRIMARY, Session};

const HEARTBEAT: Duration = Duration::from_secs(15);
/// Frames taken at once; enough to be efficient, few enough to keep chunks small.
const BATCH: usize = 128;
/// How long a frame that is to be swapped waits for the one after it.
const SWAP_PATIENCE: Duration = Duration::from_millis(150);

pub(crate) async fn session(
    State(app): State<Arc<App>>,
    Extension(hit): Extension<Arc<Hit>>,
    Path(sid): Path<String>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    let previews = previews(query.as_deref())?;
    let session = find_session(&app, &sid)?;
    open(session, PRIMARY, previews, &hit, app.stats.stream())
}

pub(crate) async fn thread(
    State(app): State<Arc<App>>,
    Extension(hit): Extension<Arc<Hit>>,
    Path((sid, tid)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    let previews = previews(query.as_deref())?;
    let session = find_session(&app, &sid)?;
    let thread = threads::find(&session.lock(), &tid)?;
    open(session, thread, previews, &hit, app.stats.stream())
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
    async fn next(&self) -> Option<Vec<Frame>> {
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

    fn may_see(&self, frame: &Frame) -> bool {
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
    /// `None` is never.
    heartbeat: Option<Duration>,
    frames: Frames,
    ended: bool,
}

/// Whether frames go out.
enum Frames {
    Pass,
    /// They wait in the channel until then.
    After(Instant),
    Never,
}

fn open(
    session: Arc<Session>,
    thread: usize,
    previews: Vec<PreviewKind>,
    hit: &Arc<Hit>,
    counted: Open,
) -> ApiResult {
    let faults = &hit.effect.stream;
    let error = hit.effect.error.clone().unwrap_or_else(|| ErrorText {
        kind: "api_error".to_owned(),
        message: "The stream failed on purpose.".to_owned(),
    });
    let seat = Seat::take(session, thread, previews, counted);
    let mut writer = Writer::new(faults.clone(), FrameShape::of(hit), error);
    let mut preamble = writer.beginning();
    if faults.replay {
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
        heartbeat: faults.heartbeat_ms.map_or(Some(HEARTBEAT), Wait::duration),
        frames: match faults.frames_after_ms.map(Wait::duration) {
            None => Frames::Pass,
            Some(Some(after)) => Frames::After(Instant::now() + after),
            Some(None) => Frames::Never,
        },
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
            Some(SWAP_PATIENCE)
        } else {
            reader.heartbeat
        };
        let mut out = Vec::new();
        match within(patience, reader.frames()).await {
            Some(Some(frames)) => {
                for frame in &frames {
                    reader.writer.frame(&mut out, &frame.name, &frame.json);
                }
            }
            Some(None) => {
                reader.writer.release(&mut out);
                reader.ended = true;
            }
            None if reader.writer.holds_a_frame() => reader.writer.release(&mut out),
            None => reader.writer.heartbeat(&mut out),
        }
        if !out.is_empty() {
            return Some((Ok(Bytes::from(out)), reader));
        }
    }
}

/// `None` when the time is up, which without a time is never.
async fn within<T>(patience: Option<Duration>, work: impl Future<Output = T>) -> Option<T> {
    match patience {
        Some(patience) => timeout(patience, work).await.ok(),
        None => Some(work.await),
    }
}

impl Reader {
    /// The next frames that may go out, or `None` when there will be no more.
    async fn frames(&self) -> Option<Vec<Frame>> {
        if let Frames::After(then) = self.frames {
            tokio::time::sleep_until(then).await;
        }
        loop {
            let frames = self.seat.next().await?;
            // What is never sent must not pile up either.
            if !matches!(self.frames, Frames::Never) {
                return Some(frames);
            }
        }
    }
}
