//! One module per command.

pub(crate) mod bench;
pub(crate) mod bundle;
pub(crate) mod chaos;
pub(crate) mod demo;
pub(crate) mod fuzz;
pub(crate) mod screenshots;
pub(crate) mod seal;
pub(crate) mod test;
