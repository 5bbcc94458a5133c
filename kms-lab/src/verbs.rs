//! One file a verb.

pub mod activate;
pub mod check;
pub mod cim;
pub mod clock;
pub mod dissect;
pub mod dissector;
pub mod events;
pub mod explain;
pub mod ipconfig;
pub mod lab;
pub mod net;
pub mod oslicense;
pub mod papers;
pub mod replay;
pub mod reproduce;
pub mod run;
pub mod schema;
pub mod serve;
pub mod shim;
pub mod slmgr;
pub mod sntp;
pub mod typed;
pub mod w32tm;
pub mod wevtutil;
