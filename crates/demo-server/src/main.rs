//! demo-server
fn main() {}
