//! The forms that travel: identifiers, instants, money and events.

pub(crate) mod events;
pub(crate) mod ids;
pub(crate) mod money;
pub(crate) mod time;
