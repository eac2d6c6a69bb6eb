//! Finding the tools that the commands use, and installing the ones that are missing.

pub(crate) mod browser;
pub(crate) mod cxx;
mod debian;
pub(crate) mod nginx;
pub(crate) mod node;
mod prebuilt;
pub(crate) mod python;
pub(crate) mod rust;
pub(crate) mod web;
