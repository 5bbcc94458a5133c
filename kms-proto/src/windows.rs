//! The texts of Windows that a host and a machine both print.
//!
//! Labels, order and layout are those of slmgr.vbs and of the event log, because tools read them;
//! what they describe is always the lab's own. Lines end in `\n`.

pub mod application;
pub mod cim;
pub mod date;
pub mod event;
pub mod identity;
pub mod os_license;
pub mod product;
pub mod profile;
pub mod slmgr;
pub mod slmgr_error;
pub mod wql;
