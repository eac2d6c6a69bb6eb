//! One module per command.

pub(crate) mod bench;
pub(crate) mod bundle;
pub(crate) mod demo;
pub(crate) mod screenshots;
pub(crate) mod seal;
pub(crate) mod test;
