//! Sockets and timers around a [`Session`](crate::session::Session): a shell without rules.

pub mod bare;
pub mod connection;
pub mod dns;
pub mod error;
pub mod options;
pub mod sntp;

use std::net::SocketAddr;

use crate::kms_host::KmsHost;
use crate::net::connection::{Connection, Reply};
use crate::net::error::NetError;
use crate::net::options::Options;

/// One attempt: connects, binds, calls once, closes.
///
/// `message` is the sealed request. `options.timeout` bounds the whole.
///
/// # Errors
///
/// When there is no reply: at which stage, and why.
pub async fn attempt(
    host: &KmsHost,
    options: &Options,
    message: &[u8],
) -> Result<(Reply, SocketAddr), NetError> {
    attempt_at(host, &[], options, message).await
}

/// The same with a host whose addresses are known; with none, the system's resolver is asked.
///
/// # Errors
///
/// As [`attempt`].
pub async fn attempt_at(
    host: &KmsHost,
    addresses: &[SocketAddr],
    options: &Options,
    message: &[u8],
) -> Result<(Reply, SocketAddr), NetError> {
    let deadline = connection::deadline(options);
    let mut connection = Connection::open_by((host, addresses), options, deadline).await?;
    let reply = connection.call_by(message, deadline).await?;
    let peer = connection.peer();
    connection.close().await;
    Ok((reply, peer))
}
