//! `kmslab`.
fn main() {}
