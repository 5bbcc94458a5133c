//! Sockets and timers around a [`Session`](crate::session::Session): a shell without rules.

pub mod bare;
pub mod connection;
pub mod error;
pub mod options;

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
    let deadline = connection::deadline(options);
    let mut connection = Connection::open_by(host, options, deadline).await?;
    let reply = connection.call_by(message, deadline).await?;
    let peer = connection.peer();
    connection.close().await;
    Ok((reply, peer))
}
