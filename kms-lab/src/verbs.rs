//! One file a verb.

pub mod activate;
pub mod check;
pub mod clock;
pub mod dissect;
pub mod dissector;
pub mod explain;
pub mod papers;
pub mod replay;
pub mod reproduce;
pub mod run;
pub mod schema;
pub mod serve;
