//! `dns.srv`, `clock.host`, `clock.client` and `proc`.

use crate::fault::catalogue::entry::{Entry, Manner};
use crate::fault::stage::Stage;

/// `dns.srv`.
pub(super) const DNS: &[Entry] = &[
    Entry {
        stage: Stage::DnsSrv,
        name: "nxdomain",
        example: "{ kind = \"nxdomain\" }",
        does: "the name does not exist",
        client: "reports that there is no host",
        manner: Manner::Elsewhere,
    },
    Entry {
        stage: Stage::DnsSrv,
        name: "servfail",
        example: "{ kind = \"servfail\" }",
        does: "the server fails",
        client: "tries again, then reports that there is no host",
        manner: Manner::Elsewhere,
    },
    Entry {
        stage: Stage::DnsSrv,
        name: "empty",
        example: "{ kind = \"empty\" }",
        does: "the name has no SRV record",
        client: "reports that there is no host",
        manner: Manner::Elsewhere,
    },
    Entry {
        stage: Stage::DnsSrv,
        name: "slow",
        example: "{ kind = \"slow\", by = \"3s\" }",
        does: "the answer comes late",
        client: "waits, within its own limit",
        manner: Manner::Elsewhere,
    },
    Entry {
        stage: Stage::DnsSrv,
        name: "wrong-port",
        example: "{ kind = \"wrong-port\", port = 1 }",
        does: "every record names this port",
        client: "reports that nothing listens there",
        manner: Manner::Elsewhere,
    },
    Entry {
        stage: Stage::DnsSrv,
        name: "dead-first",
        example: "{ kind = \"dead-first\", n = 2 }",
        does: "the first records name hosts that are not there",
        client: "goes on to the next record",
        manner: Manner::Elsewhere,
    },
    Entry {
        stage: Stage::DnsSrv,
        name: "weights",
        example: "{ kind = \"weights\", weights = [0, 10] }",
        does: "the records carry these weights",
        client: "chooses by them (RFC 2782)",
        manner: Manner::Elsewhere,
    },
];

/// `clock.host` and `clock.client`.
pub(super) const CLOCK: &[Entry] = &[
    Entry {
        stage: Stage::ClockHost,
        name: "an operation",
        example: "{ kind = \"step\", by = \"+5h\" }",
        does: "the operation is applied to the host's clock",
        client: "is refused where the skew leaves the window",
        manner: Manner::Elsewhere,
    },
    Entry {
        stage: Stage::ClockClient,
        name: "an operation",
        example: "{ kind = \"step\", by = \"+5h\" }",
        does: "the operation is applied to the clock of the machine that asks",
        client: "is refused where the skew leaves the window",
        manner: Manner::Elsewhere,
    },
];

/// `proc`.
pub(super) const PROC: &[Entry] = &[
    Entry {
        stage: Stage::Proc,
        name: "pause",
        example: "{ kind = \"pause\", for = \"200ms\" }",
        does: "nothing is served for this long; the clock runs on",
        client: "waits, within its own limit",
        manner: Manner::Legal,
    },
    Entry {
        stage: Stage::Proc,
        name: "crash",
        example: "{ kind = \"crash\" }",
        does: "connections are reset, and nobody listens any more",
        client: "tries another host",
        manner: Manner::Hostile,
    },
    Entry {
        stage: Stage::Proc,
        name: "bounce",
        example: "{ kind = \"bounce\", down = \"100ms\" }",
        does: "the same for a while; the machines counted are forgotten",
        client: "connects again",
        manner: Manner::Hostile,
    },
];
