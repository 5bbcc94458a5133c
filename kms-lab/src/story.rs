//! The story of 0xC004F06C, played over real sockets: told in steps, checked on every surface.

pub mod act;
pub mod checks;
pub mod stage;
pub mod text;
pub mod transcript;
