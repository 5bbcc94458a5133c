//! Finding hosts in DNS, and publishing them there.

use crate::kms::catalogue::entry::{BLANK, Entry, Profile, Simulated, Surface, Wording};
use crate::kms::hresult::HResult;

/// Why three codes stand for one cause.
const ONE_CAUSE: &str = "0x8007232B, 0x80092328 and 0x8007007B have one documented cause, no SRV record; which Windows \
     gives which is not documented.";

/// What a server answers to an update that it does not take.
const UPDATE: &str = "an update of the zone that the server does not take, and why";

pub(crate) const ENTRIES: &[Entry] = &[
    Entry {
        code: HResult(0x8007_007B),
        symbol: Some("ERROR_INVALID_NAME"),
        message: Some("DNS name does not exist."),
        surfaces: &[Surface::Slmgr, Surface::Window],
        profile: Profile::Unsettled,
        cause: "The client finds no SRV record of a host, for want of a DNS suffix to look under.",
        remedy: "Set the computer's DNS suffix, or name the host: `slmgr /skms`.",
        simulated: Simulated::EndToEnd,
        trigger: "a machine without a DNS suffix, or with one that is no name, looks for a host",
        notes: &["The symbol's own text is not about DNS at all.", ONE_CAUSE],
        ..BLANK
    },
    Entry {
        code: HResult(0x8007_2329),
        symbol: Some("DNS_ERROR_RCODE_FORMAT_ERROR"),
        message: Some("DNS server unable to interpret format."),
        wording: Wording::System,
        surfaces: &[Surface::Slmgr, Surface::Event12293],
        cause: "The DNS server could not read what it was asked (FORMERR).",
        remedy: "Look at what stands between the computer and its DNS server.",
        simulated: Simulated::EndToEnd,
        trigger: "a server that answers FORMERR",
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
        simulated: Simulated::EndToEnd,
        trigger: "no DNS server answers, or it answers SERVFAIL",
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
        simulated: Simulated::EndToEnd,
        trigger: "DNS answers NXDOMAIN for `_vlmcs._tcp` in the machine's domain",
        notes: &[ONE_CAUSE],
        ..BLANK
    },
    Entry {
        code: HResult(0x8007_232C),
        symbol: Some("DNS_ERROR_RCODE_NOT_IMPLEMENTED"),
        message: Some("DNS request not supported by name server."),
        wording: Wording::System,
        surfaces: &[Surface::Slmgr, Surface::Event12293],
        cause: "The DNS server does not do what it was asked (NOTIMP), such as take updates.",
        remedy: "Publish the record by hand, or in a zone that takes updates.",
        simulated: Simulated::EndToEnd,
        trigger: "a server that answers NOTIMP",
        ..BLANK
    },
    Entry {
        code: HResult(0x8007_232D),
        symbol: Some("DNS_ERROR_RCODE_REFUSED"),
        message: Some("DNS operation refused."),
        wording: Wording::System,
        activation: "KMS host, KMS client",
        surfaces: &[Surface::Slmgr, Surface::Event12293],
        cause: "The DNS server refuses: it is not there for this zone, or takes no such update.",
        remedy: "Ask a server of the zone; let the zone take the host's updates.",
        simulated: Simulated::EndToEnd,
        trigger: "a question about another zone, or an unsigned update of one that takes signed ones",
        ..BLANK
    },
    Entry {
        code: HResult(0x8007_232E),
        symbol: Some("DNS_ERROR_RCODE_YXDOMAIN"),
        message: Some("DNS name that ought not exist, does exist."),
        wording: Wording::System,
        activation: "KMS host",
        surfaces: &[Surface::Event12293],
        cause: "A name exists that an update asks not to.",
        remedy: "Look at what stands in the zone already.",
        simulated: Simulated::EndToEnd,
        trigger: UPDATE,
        ..BLANK
    },
    Entry {
        code: HResult(0x8007_232F),
        symbol: Some("DNS_ERROR_RCODE_YXRRSET"),
        message: Some("DNS RR set that ought not exist, does exist."),
        wording: Wording::System,
        activation: "KMS host",
        surfaces: &[Surface::Event12293],
        cause: "Records exist that an update asks not to, such as an alias under the name to be registered.",
        remedy: "Look at what stands in the zone already.",
        simulated: Simulated::EndToEnd,
        trigger: UPDATE,
        ..BLANK
    },
    Entry {
        code: HResult(0x8007_2330),
        symbol: Some("DNS_ERROR_RCODE_NXRRSET"),
        message: Some("DNS RR set that ought to exist, does not exist."),
        wording: Wording::System,
        activation: "KMS host",
        surfaces: &[Surface::Event12293],
        cause: "Records do not exist that an update asks to.",
        remedy: "Look at what stands in the zone already.",
        simulated: Simulated::EndToEnd,
        trigger: UPDATE,
        ..BLANK
    },
    Entry {
        code: HResult(0x8007_2331),
        symbol: Some("DNS_ERROR_RCODE_NOTAUTH"),
        message: Some("DNS server not authoritative for zone."),
        wording: Wording::System,
        activation: "KMS host",
        surfaces: &[Surface::Event12293],
        cause: "The DNS server is not responsible for the zone that the host publishes itself in.",
        remedy: "Give the host a DNS server of that zone.",
        simulated: Simulated::EndToEnd,
        trigger: UPDATE,
        ..BLANK
    },
    Entry {
        code: HResult(0x8007_2332),
        symbol: Some("DNS_ERROR_RCODE_NOTZONE"),
        message: Some("DNS name in update or prereq is not in zone."),
        wording: Wording::System,
        activation: "KMS host",
        surfaces: &[Surface::Event12293],
        cause: "A name in the update is not in the zone it is for.",
        remedy: "Look at the domains the host publishes itself in.",
        simulated: Simulated::EndToEnd,
        trigger: UPDATE,
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
        simulated: Simulated::EndToEnd,
        trigger: "a host publishes itself where another host's record stands, or signs with a wrong key",
        ..BLANK
    },
    Entry {
        code: HResult(0x8007_2339),
        symbol: Some("DNS_ERROR_RCODE_BADKEY"),
        message: Some("DNS bad key."),
        wording: Wording::System,
        activation: "KMS host",
        surfaces: &[Surface::Event12293],
        cause: "The DNS server does not know the key that the update is signed with.",
        remedy: "Give the server the host's key, or the host the server's.",
        simulated: Simulated::EndToEnd,
        trigger: UPDATE,
        ..BLANK
    },
    Entry {
        code: HResult(0x8007_233A),
        symbol: Some("DNS_ERROR_RCODE_BADTIME"),
        message: Some("DNS signature validity expired."),
        wording: Wording::System,
        activation: "KMS host",
        surfaces: &[Surface::Event12293],
        cause: "The clock of the host and that of the DNS server are more than five minutes apart.",
        remedy: "Set the host's clock: `w32tm /resync`.",
        simulated: Simulated::EndToEnd,
        trigger: "a host whose clock is more than five minutes wrong publishes itself",
        ..BLANK
    },
    Entry {
        code: HResult(0x8007_251D),
        symbol: Some("DNS_INFO_NO_RECORDS"),
        message: Some("No records found for DNS query."),
        surfaces: &[Surface::Slmgr],
        cause: "The name exists in DNS, but has no SRV record.",
        remedy: "Let the host publish its SRV record, or create it by hand.",
        simulated: Simulated::EndToEnd,
        trigger: "DNS answers without a record for `_vlmcs._tcp` in the machine's domain",
        ..BLANK
    },
    Entry {
        code: HResult(0x8007_251E),
        symbol: Some("DNS_ERROR_BAD_PACKET"),
        message: Some("Bad DNS packet."),
        wording: Wording::System,
        activation: "KMS host, KMS client",
        surfaces: &[Surface::Slmgr, Surface::Event12293],
        cause: "What the DNS server answered cannot be read, or says nothing that is known.",
        remedy: "Look at what stands between the computer and its DNS server.",
        simulated: Simulated::EndToEnd,
        trigger: "a server that answers with other bytes than DNS's, or an unknown code",
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
        simulated: Simulated::EndToEnd,
        trigger: "a machine that has no DNS server looks for a host",
        ..BLANK
    },
    Entry {
        code: HResult(0x8009_2328),
        message: Some("DNS name does not exist."),
        surfaces: &[Surface::Slmgr, Surface::Window],
        profile: Profile::Unsettled,
        cause: "As 0x8007232B: no SRV record of a host in DNS.",
        remedy: "As for 0x8007232B.",
        simulated: Simulated::EndToEnd,
        trigger: "as 0x8007232B, on a machine with `no_name = \"80092328\"`",
        notes: &[ONE_CAUSE],
        ..BLANK
    },
];
