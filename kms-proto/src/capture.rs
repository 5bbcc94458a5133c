//! Captures: packets in files, as Wireshark and tcpdump write and read them.
//!
//! Written: what a program saw of its connections becomes TCP packets in a pcapng file. Read: packets
//! of any such file become the two byte streams of each connection again.

pub mod assembler;
pub mod block;
pub mod conversation;
pub mod follow;
pub mod found;
pub mod framer;
mod half;
pub mod link;
mod packet;
pub mod passed;
pub mod reader;
pub mod stream;
pub mod tape;
