//! How much, and how long.

use std::future::pending;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::wire::ids::Rng;

/// A number of bytes, the same every time or drawn for each request.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Amount {
    Exactly(u64),
    Between(Range),
}

/// Both ends belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Range {
    from: u64,
    to: u64,
}

impl Amount {
    pub(crate) fn draw(self, rng: &mut Rng) -> u64 {
        match self {
            Self::Exactly(bytes) => bytes,
            Self::Between(Range { from, to }) => from + rng.below((to - from).saturating_add(1)),
        }
    }

    pub(crate) fn is_possible(self) -> bool {
        match self {
            Self::Exactly(_) => true,
            Self::Between(Range { from, to }) => from <= to,
        }
    }
}

/// A number of milliseconds, or `"never"`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Wait {
    Ms(u64),
    Never(Never),
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Never {
    #[serde(rename = "never")]
    Never,
}

impl Wait {
    /// `None` is for ever.
    pub(crate) fn duration(self) -> Option<Duration> {
        match self {
            Self::Ms(ms) => Some(Duration::from_millis(ms)),
            Self::Never(_) => None,
        }
    }

    /// Completes when the wait is over, if ever.
    pub(crate) async fn pass(self) {
        match self.duration() {
            Some(duration) => tokio::time::sleep(duration).await,
            None => pending().await,
        }
    }
}
