//! What makes a session move: inputs come in, turns run, states change.

pub(crate) mod accept;
pub(crate) mod inputs;
pub(crate) mod interrupt;
pub(crate) mod lifecycle;
pub(crate) mod run;
mod settle;
pub(crate) mod tool;
pub(crate) mod turn;
