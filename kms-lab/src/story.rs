//! The story of 0xC004F06C: the whole of it in virtual time, and its middle over real sockets, told in
//! steps and checked on every surface.

pub mod act;
pub mod checks;
pub mod stage;
pub mod text;
pub mod transcript;
pub mod whole;
