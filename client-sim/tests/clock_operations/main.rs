//! Every operation of the reference's table (`harness.md` §4.4): what it does, and how it is read.

mod edges;
mod machine;
mod metamorphic;
mod read;
mod support;
mod triggers;
mod values;
