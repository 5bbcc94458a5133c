//! Finding hosts in DNS, and publishing them there.

use crate::kms::catalogue::entry::{BLANK, Entry, Profile, Simulated, Surface, Wording};
use crate::kms::hresult::HResult;

/// Why three codes stand for one cause.
const ONE_CAUSE: &str = "0x8007232B, 0x80092328 and 0x8007007B have one documented cause, no SRV record; which Windows \
     gives which is not documented.";

/// Why none of them comes about by itself.
const NO_DNS: &str = "the simulation has no DNS; a host can be told to refuse with this code";

pub(crate) const ENTRIES: &[Entry] = &[
    Entry {
        code: HResult(0x8007_007B),
        symbol: Some("ERROR_INVALID_NAME"),
        message: Some("DNS name does not exist."),
        surfaces: &[Surface::Slmgr, Surface::Window],
        profile: Profile::Unsettled,
        cause: "The client finds no SRV record of a host, for want of a DNS suffix to look under.",
        remedy: "Set the computer's DNS suffix, or name the host: `slmgr /skms`.",
        simulated: Simulated::Planned,
        trigger: NO_DNS,
        notes: &["The symbol's own text is not about DNS at all.", ONE_CAUSE],
        ..BLANK
    },
    Entry {
        code: HResult(0x8007_232A),
        symbol: Some("DNS_ERROR_RCODE_SERVER_FAILURE"),
        message: Some("DNS server failure."),
        activation: "KMS host, KMS client",
        surfaces: &[Surface::Slmgr, Surface::HostSlmgr],
        cause: "The DNS server cannot be reached, does not answer, or fails.",
        remedy: "Check the DNS server, and that UDP and TCP port 53 pass.",
        simulated: Simulated::Planned,
        trigger: NO_DNS,
        notes: &[
            "Microsoft's tables list it under the KMS host, a page of its own under the client.",
        ],
        ..BLANK
    },
    Entry {
        code: HResult(0x8007_232B),
        symbol: Some("DNS_ERROR_RCODE_NAME_ERROR"),
        message: Some("DNS name does not exist."),
        surfaces: &[Surface::Slmgr, Surface::Window],
        profile: Profile::Unsettled,
        cause: "No SRV record `_vlmcs._tcp` exists under any suffix the client searches.",
        remedy: "Install a KMS host and let it publish itself, or name it: `slmgr /skms`.",
        simulated: Simulated::Planned,
        trigger: NO_DNS,
        notes: &[ONE_CAUSE],
        ..BLANK
    },
    Entry {
        code: HResult(0x8007_2338),
        symbol: Some("DNS_ERROR_RCODE_BADSIG"),
        message: Some("DNS signature failed to verify."),
        wording: Wording::System,
        activation: "KMS host",
        surfaces: &[Surface::Event12293],
        cause: "The host may not change the SRV record, which another host created.",
        remedy: "Give this host write permission on the record `_VLMCS`, then restart its \
                 Software Protection service.",
        simulated: Simulated::Planned,
        trigger: NO_DNS,
        ..BLANK
    },
    Entry {
        code: HResult(0x8007_251D),
        symbol: Some("DNS_INFO_NO_RECORDS"),
        message: Some("No records found for DNS query."),
        surfaces: &[Surface::Slmgr],
        cause: "The name exists in DNS, but has no SRV record.",
        remedy: "Let the host publish its SRV record, or create it by hand.",
        simulated: Simulated::Planned,
        trigger: NO_DNS,
        ..BLANK
    },
    Entry {
        code: HResult(0x8007_267C),
        symbol: Some("DNS_ERROR_NO_DNS_SERVERS"),
        message: Some("No DNS servers configured for local system."),
        wording: Wording::System,
        surfaces: &[Surface::Slmgr],
        cause: "The client's network settings name no DNS server.",
        remedy: "Configure a DNS server, or name the host: `slmgr /skms`.",
        simulated: Simulated::Planned,
        trigger: NO_DNS,
        ..BLANK
    },
    Entry {
        code: HResult(0x8009_2328),
        message: Some("DNS name does not exist."),
        surfaces: &[Surface::Slmgr, Surface::Window],
        profile: Profile::Unsettled,
        cause: "As 0x8007232B: no SRV record of a host in DNS.",
        remedy: "As for 0x8007232B.",
        simulated: Simulated::Planned,
        trigger: NO_DNS,
        notes: &[ONE_CAUSE],
        ..BLANK
    },
];
