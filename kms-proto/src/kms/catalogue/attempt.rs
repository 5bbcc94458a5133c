//! How an attempt with a KMS host ends.

use crate::kms::catalogue::entry::{BLANK, Entry, Profile, Shown, Simulated, Surface, Wording};
use crate::kms::hresult::HResult;

/// Numbers that are still copied from list to list.
const OLD_NUMBERS: &str = "Lists of Vista's days use 0xC004F068 for a virtual machine and 0xC004F069 \
     for a wrong timestamp. The header and all current documents have 0xC004F06B and 0xC004F06C.";

pub(crate) const ENTRIES: &[Entry] = &[
    Entry {
        code: HResult::OK,
        symbol: Some("S_OK"),
        message: Some("Product activated successfully."),
        wording: Wording::Slmgr,
        surfaces: &[Surface::Event12288, Surface::Event12289, Surface::Event12290],
        cause: "The host granted the request; in event 12289 the answer was also valid.",
        remedy: "None needed. When the machine is not activated all the same, compare the count in \
                 event 12289 with the minimum in event 12288: too small a count is not a failure \
                 of the host.",
        simulated: Simulated::EndToEnd,
        trigger: "a request that passes every rule of the host",
        ..BLANK
    },
    Entry {
        code: HResult(0x4004_F040),
        symbol: Some("SL_I_VL_INFO_PRODUCT_USER_RIGHT"),
        message: Some(
            "The Software Licensing Service reported that the product was activated but the owner \
             should verify the Product Use Rights.",
        ),
        wording: Wording::Header,
        surfaces: &[Surface::LicenseStatusReason],
        cause: "The product is activated by KMS: this is the reason of a success.",
        remedy: "None needed.",
        simulated: Simulated::State,
        trigger: "the status reason of a machine that a KMS host activated",
        ..BLANK
    },
    Entry {
        code: HResult::NOT_ENOUGH_COUNT,
        symbol: Some("SL_E_VL_NOT_ENOUGH_COUNT"),
        message: Some(
            "The Software Protection Service reported that the computer could not be activated. \
             The count reported by your Key Management Service (KMS) is insufficient. Please \
             contact your system administrator.",
        ),
        surfaces: &[Surface::Slmgr],
        cause: "The host answered, but it counts fewer machines than the product needs: 25 for \
                Windows clients, 5 for Windows Server and Office.",
        remedy: "Let more machines contact the host; `slmgr /dli` there shows the count. If it does \
                 not rise, look for machines cloned with the same client machine id (CMID), which \
                 count once.",
        simulated: Simulated::EndToEnd,
        trigger: "the host grants with a count below the client's own minimum; the client fails, \
                  the host does not",
        notes: &["The address of Microsoft's page for this code says 0xc004cf038: a misprint."],
        ..BLANK
    },
    Entry {
        code: HResult::NOT_ENABLED,
        symbol: Some("SL_E_VL_BINDING_SERVICE_NOT_ENABLED"),
        message: Some(
            "The Software Protection Service reported that the computer could not be activated. \
             The Key Management Service (KMS) is not enabled.",
        ),
        surfaces: &[Surface::Slmgr, Surface::Event12288, Surface::Event12290],
        cause: "The machine that was reached is no KMS host: it has no host key.",
        remedy: "Point the client at the right host, or install a host key there. See also that TCP \
                 port 1688 is open on the way.",
        simulated: Simulated::EndToEnd,
        trigger: "a host that is reachable but not enabled: `kmslab serve --disabled`",
        notes: &["The message says that KMS is not enabled, the documented cause that it did not \
             respond. The simulator gives this code only for a host that is reached and disabled."],
        ..BLANK
    },
    Entry {
        code: HResult::NOT_ACTIVATED,
        symbol: Some("SL_E_VL_KEY_MANAGEMENT_SERVICE_NOT_ACTIVATED"),
        message: Some(
            "The Software Protection Service determined that the Key Management Server (KMS) is \
             not activated. KMS needs to be activated.",
        ),
        surfaces: &[Surface::Slmgr, Surface::Event12288, Surface::Event12290],
        cause: "The host has its key but has not been activated itself.",
        remedy: "Activate the host, online or by telephone.",
        simulated: Simulated::EndToEnd,
        trigger: "a host that is enabled but not activated: `kmslab serve --not-activated`",
        ..BLANK
    },
    Entry {
        code: HResult::ID_MISMATCH,
        symbol: Some("SL_E_VL_KEY_MANAGEMENT_SERVICE_ID_MISMATCH"),
        message: Some(
            "The Software Protection Service determined that the specified Key Management Service \
             (KMS) cannot be used.",
        ),
        surfaces: &[Surface::Slmgr, Surface::Event12288, Surface::Event12290],
        cause: "The host that was reached cannot activate this product: its key is for another \
                product, or older than the client.",
        remedy: "Clear the configured host (`slmgr /ckms`) or set the right one (`slmgr /skms`), \
                 then `slmgr /ato`; or give the host a key that covers the product.",
        simulated: Simulated::EndToEnd,
        trigger: "a request for a product that the host is not configured to serve",
        notes: &[
            "The address of Microsoft's page for this code says 0xc004cf042: a misprint.",
            "One edition of Microsoft's table (2025) has \"cannot be read\" for \"cannot be used\", \
             among other slips: compare codes, not prose.",
        ],
        ..BLANK
    },
    Entry {
        code: HResult(0xC004_F056),
        symbol: Some("SL_E_VL_MACHINE_NOT_BOUND"),
        message: Some(
            "The Software Licensing Service reported that the product could not be activated \
             using the Key Management Service (KMS).",
        ),
        wording: Wording::Header,
        surfaces: &[Surface::LicenseStatusReason],
        cause: "A KMS client that no host has ever activated.",
        remedy: "Run `slmgr /ato` and look at the event of the attempt for the reason.",
        simulated: Simulated::State,
        trigger: "the status reason of a key that was installed without a grace period: `slmgr /upk`, `/ipk`",
        ..BLANK
    },
    Entry {
        code: HResult(0xC004_F068),
        wording: Wording::Nowhere,
        activation: "none of Microsoft's tables",
        profile: Profile::Vista,
        cause: "In lists of Vista's days, a KMS host in a virtual machine: today's 0xC004F06B.",
        remedy: "See 0xC004F06B.",
        trigger: "superseded by 0xC004F06B",
        notes: &[OLD_NUMBERS],
        ..BLANK
    },
    Entry {
        code: HResult(0xC004_F069),
        symbol: Some("SL_E_MISMATCHED_PRODUCT_SKU"),
        message: Some("The Software Licensing Service reported that the product SKU is not found."),
        wording: Wording::Header,
        activation: "none of Microsoft's tables",
        surfaces: &[Surface::Slmgr],
        cause: "The activation id is that of no product installed.",
        remedy: "Give the activation id that `slmgr /dlv all` lists.",
        simulated: Simulated::State,
        trigger: "`slmgr /ipk` with the lab key of another edition, or `/ato` with an activation id that no product has",
        notes: &[OLD_NUMBERS],
        ..BLANK
    },
    Entry {
        code: HResult(0xC004_F06B),
        symbol: Some("SL_E_VL_KEY_MANAGEMENT_SERVICE_VM_NOT_SUPPORTED"),
        message: Some(
            "The Software Licensing Service determined that it is running in a virtual machine. \
             The Key Management Service (KMS) is not supported in this mode.",
        ),
        wording: Wording::Header,
        activation: "KMS host",
        surfaces: &[Surface::HostSlmgr],
        profile: Profile::Vista,
        cause: "The KMS host runs in a virtual machine, which Windows of Vista's days refused.",
        remedy: "Host KMS on a current Windows, which supports it in virtual machines.",
        simulated: Simulated::State,
        trigger: "`slmgr /ato` on a host of Vista's days in a virtual machine: `virtual_unsupported = true`",
        notes: &[OLD_NUMBERS],
        ..BLANK
    },
    Entry {
        code: HResult::INVALID_TIMESTAMP,
        symbol: Some("SL_E_VL_INVALID_TIMESTAMP"),
        message: Some(
            "The Software Protection Service reported that the computer could not be activated. \
             The Key Management Service (KMS) determined that the request timestamp is invalid.",
        ),
        surfaces: &[Surface::Event12288, Surface::Event12290],
        shown: Shown::Folded,
        cause: "The clocks of client and host differ by more than four hours, compared in UTC; time \
                zones do not matter, and either clock may be the wrong one. Behind it there is \
                often a Windows Time service that is stopped, has no source, or in a domain does \
                not follow it.",
        remedy: "Set the client's clock to the host's: `w32tm /resync`, or by hand when the \
                 difference is too large for that. So that it stays right: in a domain \
                 `w32tm /config /syncfromflags:domhier /update` and restart the service \
                 (W32Time\\Parameters\\Type = NT5DS), elsewhere an NTP source (NtpClient\\Enabled = \
                 1). Then `slmgr /ato`.",
        simulated: Simulated::EndToEnd,
        trigger: "client time minus host time lies outside the window, either way",
        notes: &[
            OLD_NUMBERS,
            "Microsoft's tables say \"too different\" and misprint UTC as \"UTP time\"; four hours, \
             \"more than\", is KB 974998.",
            "slmgr has no text of its own for this code.",
        ],
        ..BLANK
    },
    Entry {
        code: HResult::SERVICE_UNAVAILABLE,
        symbol: Some("SL_E_VL_BINDING_SERVICE_UNAVAILABLE"),
        message: Some(
            "The Software Protection Service reported that the computer could not be activated. \
             No Key Management Service (KMS) could be contacted. Please see the Application Event \
             Log for additional information.",
        ),
        surfaces: &[Surface::Slmgr],
        cause: "No host that the client tried gave a usable answer: each was unreachable, silent, \
                or refused. A refusal for the clock ends here too.",
        remedy: "Read every event 12288 of the attempt in the client's Application log: it carries \
                 the true code for each host. Then see the service on the host, TCP port 1688 on \
                 the way, and stale SRV records in DNS.",
        simulated: Simulated::EndToEnd,
        trigger: "every host of the attempt failed, with any code that slmgr does not show itself",
        notes: &[
            "One page says that all hosts returned an error, another names a stopped service, the \
             network and DNS as well. Both are met by: no candidate gave a usable answer.",
        ],
        ..BLANK
    },
];
