//! Response bodies that break off, fall silent, come late or come in blocks.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body::{Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use super::amount::Wait;

/// Gives the connection time to send what came before the cut: an error drops what is still buffered.
const FLUSH: Duration = Duration::from_millis(25);

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Ending {
    Cut,
    Stall,
}

pub(crate) struct Broken {
    inner: Body,
    left: u64,
    ending: Ending,
    flush: Option<Pin<Box<Sleep>>>,
    cuts: Arc<AtomicU64>,
}

impl Broken {
    /// `cuts` counts the bodies that reached their cut.
    pub(crate) fn wrap(inner: Body, after_bytes: u64, ending: Ending, cuts: Arc<AtomicU64>) -> Body {
        Body::new(Self {
            inner,
            left: after_bytes,
            ending,
            flush: None,
            cuts,
        })
    }
}

impl http_body::Body for Broken {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if self.left == 0 {
            if self.ending == Ending::Stall {
                return Poll::Pending;
            }
            let flush = self.flush.get_or_insert_with(|| Box::pin(sleep(FLUSH)));
            return flush.as_mut().poll(context).map(|()| {
                self.cuts.fetch_add(1, Ordering::Relaxed);
                Some(Err(axum::Error::new(std::io::Error::other("cut on purpose"))))
            });
        }
        match Pin::new(&mut self.inner).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                let Ok(mut data) = frame.into_data() else {
                    return Poll::Ready(None);
                };
                data.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
                self.left -= data.len() as u64;
                Poll::Ready(Some(Ok(Frame::data(data))))
            }
            // A body shorter than the limit still ends as told.
            Poll::Ready(None) => {
                self.left = 0;
                self.poll_frame(context)
            }
            other => other,
        }
    }

    fn size_hint(&self) -> SizeHint {
        // The original length, so that the client knows that something is missing.
        self.inner.size_hint()
    }
}

/// A body of which nothing comes before its time.
pub(crate) struct Withheld {
    inner: Body,
    /// `None` is for ever.
    until: Option<Pin<Box<Sleep>>>,
}

impl Withheld {
    pub(crate) fn wrap(inner: Body, wait: Wait) -> Body {
        Body::new(Self {
            inner,
            until: wait.duration().map(|duration| Box::pin(sleep(duration))),
        })
    }
}

impl http_body::Body for Withheld {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let over = match &mut self.until {
            Some(until) => until.is_elapsed() || until.as_mut().poll(context).is_ready(),
            None => false,
        };
        if over {
            Pin::new(&mut self.inner).poll_frame(context)
        } else {
            Poll::Pending
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// A body that passes in blocks, the last of which may be shorter.
pub(crate) struct Buffered {
    inner: Body,
    block: usize,
    kept: BytesMut,
    ended: bool,
}

impl Buffered {
    pub(crate) fn wrap(inner: Body, block: u64) -> Body {
        Body::new(Self {
            inner,
            block: usize::try_from(block).unwrap_or(usize::MAX),
            kept: BytesMut::new(),
            ended: false,
        })
    }
}

impl http_body::Body for Buffered {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        while self.kept.len() < self.block && !self.ended {
            match Pin::new(&mut self.inner).poll_frame(context) {
                Poll::Ready(Some(Ok(frame))) => {
                    if let Ok(data) = frame.into_data() {
                        self.kept.extend_from_slice(&data);
                    }
                }
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
                Poll::Ready(None) => self.ended = true,
                Poll::Pending => return Poll::Pending,
            }
        }
        if self.kept.is_empty() {
            return Poll::Ready(None);
        }
        let length = self.block.min(self.kept.len());
        let block = self.kept.split_to(length).freeze();
        Poll::Ready(Some(Ok(Frame::data(block))))
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = self.inner.size_hint();
        let kept = self.kept.len() as u64;
        if let Some(upper) = hint.upper() {
            hint.set_upper(upper + kept);
        }
        hint.set_lower(hint.lower() + kept);
        hint
    }
}
