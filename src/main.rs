//! Entry point of the app.
fn main() {}
