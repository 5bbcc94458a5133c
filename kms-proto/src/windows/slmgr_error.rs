//! An error as slmgr words it.
//!
//! slmgr has a table of its own: it says "Software Licensing Service" where Microsoft's pages say
//! "Software Protection Service", and has no text for `0xC004F06C`.

use crate::kms::hresult::HResult;

/// What slmgr says of a code, where it has a text of its own.
pub const fn text(code: HResult) -> Option<&'static str> {
    Some(match code.0 {
        5 | 0x8007_0005 | 0xC004_F025 => {
            "Access denied: the requested action requires elevated privileges"
        }
        0x8007_0057 => "The parameter is incorrect",
        0x8007_06BA => "The RPC server is unavailable",
        0x8007_232A => "DNS server failure",
        0x8007_232B => "DNS name does not exist",
        0x8007_251D => "No records found for DNS query",
        0xC004_D307 => {
            "The maximum allowed number of re-arms has been exceeded. You must re-install the OS \
             before trying to re-arm again"
        }
        0xC004_F009 => "The software Licensing Service reported that the grace period expired",
        0xC004_F00F => {
            "The Software Licensing Server reported that the hardware ID binding is beyond level \
             of tolerance"
        }
        0xC004_F014 => {
            "The Software Licensing Service reported that the product key is not available"
        }
        0xC004_F02C => {
            "The software Licensing Service reported that the format for the offline activation \
             data is incorrect"
        }
        0xC004_F035 => {
            "The software Licensing Service reported that the computer could not be activated with \
             a Volume license product key. Volume licensed systems require upgrading from a \
             qualified operating system. Please contact your system administrator or use a \
             different type of key"
        }
        0xC004_F038 => {
            "The software Licensing Service reported that the computer could not be activated. The \
             count reported by your Key Management Service (KMS) is insufficient. Please contact \
             your system administrator"
        }
        0xC004_F039 => {
            "The software Licensing Service reported that the computer could not be activated. The \
             Key Management Service (KMS) is not enabled"
        }
        0xC004_F041 => {
            "The software Licensing Service determined that the Key Management Server (KMS) is not \
             activated. KMS needs to be activated"
        }
        0xC004_F042 => {
            "The software Licensing Service determined that the specified Key Management Service \
             (KMS) cannot be used"
        }
        0xC004_F050 => "The Software Licensing Service reported that the product key is invalid",
        0xC004_F051 => "The software Licensing Service reported that the product key is blocked",
        0xC004_F064 => {
            "The software Licensing Service reported that the non-Genuine grace period expired"
        }
        0xC004_F065 => {
            "The software Licensing Service reported that the application is running within the \
             valid non-genuine period"
        }
        0xC004_F066 => "The Software Licensing Service reported that the product SKU is not found",
        0xC004_F06B => {
            "The software Licensing Service determined that it is running in a virtual machine. \
             The Key Management Service (KMS) is not supported in this mode"
        }
        0xC004_F305 => {
            "The Software Licensing Service reported that there are no certificates found in the \
             system that could activate the product."
        }
        0xC004_F074 => {
            "The Software Licensing Service reported that the computer could not be activated. No \
             Key Management Service (KMS) could be contacted. Please see the Application Event Log \
             for additional information."
        }
        0xC004_F075 => {
            "The Software Licensing Service reported that the operation cannot be completed \
             because the service is stopping"
        }
        _ => return None,
    })
}

/// The line slmgr prints for an error, without its end.
///
/// A number below 0 (as an `i32`) stands in upper-case hexadecimal, any other in decimal. A code
/// without a text is explained by the way to look it up.
pub fn error_line(code: HResult) -> String {
    let number = if code.0 > 0x7fff_ffff { format!("0x{:X}", code.0) } else { code.0.to_string() };
    match text(code) {
        Some(text) => format!("Error: {number} {text}"),
        None => format!(
            "Error: {number} On a computer running Microsoft Windows non-core edition, run \
             'slui.exe 0x2a 0x{:X}' to display the error text.",
            code.0
        ),
    }
}
