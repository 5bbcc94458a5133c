//! What passes over a connection, as the program at one end of it saw it.

/// One of the two ends of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Who connected.
    Client,
    /// Who listens.
    Server,
}

impl Side {
    /// The other end.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

/// What one side did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passed<'a> {
    /// Sent these bytes.
    Bytes(&'a [u8]),
    /// Acknowledged what has come, unless it has already.
    Ack,
    /// Ended its side: it sends no more.
    End,
    /// Broke the connection off.
    Reset,
}
