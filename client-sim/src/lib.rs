//! Simulated Windows machines whose clocks are wrong on purpose.
//!
//! Pure, but for what stands under `net`: time and randomness are arguments.
//!
//! * [`clock`]: what a machine's clock reads at a moment of true time, and the strings for it.
//! * [`machine`], [`kms_host`]: a machine, its licence, and the host it is pointed at.
//! * [`activation`]: what an attempt to activate comes to, on every surface.
//! * [`dns`]: how it looks hosts up in DNS, and registers its name there.
//! * [`slmgr`], [`cim`]: the machine as Windows shows it.
//! * [`time_service`]: the Windows Time service; [`w32tm`], [`net_command`]: the commands for it.
//! * [`session`]: the client's side of an RPC association.
//! * `net`: sockets around it; feature `net`.

pub mod activation;
pub mod cim;
pub mod clock;
pub mod discover;
pub mod dns;
pub mod installation;
pub mod ipconfig;
pub mod kms_host;
pub mod license;
pub mod machine;
#[cfg(feature = "net")]
pub mod net;
pub mod net_command;
pub mod no_name;
pub mod ospp;
pub mod session;
pub mod slmgr;
pub mod time_service;
pub mod timers;
pub mod w32tm;
