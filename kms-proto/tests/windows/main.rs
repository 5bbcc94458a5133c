//! The texts of Windows, compared with golden files and with Microsoft's own examples.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod dns_registration;
mod events;
mod golden;
mod products;
mod slmgr_errors;
mod time_events;
