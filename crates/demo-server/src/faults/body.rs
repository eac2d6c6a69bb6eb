//! Response bodies that break off or fall silent after a set number of bytes.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::time::{Sleep, sleep};

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
