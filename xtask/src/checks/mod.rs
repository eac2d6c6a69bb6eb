//! Rules of the repository that the compiler does not know.

pub(crate) mod layers;
pub(crate) mod page;
