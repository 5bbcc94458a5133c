//! What is known of an exchange when a rule is asked.

use std::net::IpAddr;

use kms_proto::guid::Uuid;
use kms_proto::kms::hresult::HResult;
use serde::Deserialize;

/// Which way bytes go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// From the host.
    #[default]
    ToClient,
    /// To the host.
    ToHost,
}

/// What is known. What is not known yet, or cannot be read, is `None`, and matches no key.
#[derive(Clone, Copy, Debug, Default)]
pub struct About<'a> {
    /// The connection's ordinal on the host.
    pub connection: u64,
    /// What names the connection in draws, where that is not its ordinal: whoever drives many
    /// machines gives a number that does not depend on the others.
    pub key: Option<u64>,
    /// Which of the connection's turns it is, counted from 0: one for each PDU that is answered.
    /// With the connection it names every draw made for the exchange.
    pub message: u64,
    /// Which call on the host it belongs to, counted from 1; 0 when it belongs to none.
    pub exchange: u64,
    /// Which way the bytes go.
    pub direction: Direction,
    /// The machine's name, as its request says it or as whoever drives it knows it.
    pub client: Option<&'a str>,
    /// Which machine it is, in the order the host met them or as its driver counts, from 1.
    pub nth_client: Option<u64>,
    /// The machine's id.
    pub cmid: Option<Uuid>,
    /// The major version of its request.
    pub version: Option<u16>,
    /// What the host said.
    pub result: Option<HResult>,
    /// Where it connects from.
    pub peer: Option<IpAddr>,
}
