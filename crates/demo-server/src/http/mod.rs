//! What every request goes through: admission, recording, query and body reading, paging.

pub(crate) mod admission;
pub(crate) mod body;
pub(crate) mod cors;
pub(crate) mod cursor;
pub(crate) mod error;
pub(crate) mod gate;
pub(crate) mod host;
pub(crate) mod query;
pub(crate) mod record;
