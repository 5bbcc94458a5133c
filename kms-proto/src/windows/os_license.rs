//! What the PowerShell module OSLicense shows: `Get-KmsLicenseInfo`, and what its setters return.
//!
//! Shapes as Microsoft documents the module, which replaces slmgr.vbs (learn.microsoft.com,
//! "Get-KmsLicenseInfo", "Set-KmsLicenseInfo"): the properties of the CIM classes, where a count
//! that is not available is `N/A`.

use core::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::kms::hresult::HResult;
use crate::windows::application::WINDOWS;

/// A count that CIM has none of: -1.
const NOT_AVAILABLE: u64 = 0xffff_ffff;

/// The properties of the service, in the module's order.
const OF_SERVICE: [&str; 17] = [
    "KeyManagementServiceMachine",
    "KeyManagementServicePort",
    "KeyManagementServiceLookupDomain",
    "IsKeyManagementServiceMachine",
    "KeyManagementServiceListeningPort",
    "KeyManagementServiceDnsPublishing",
    "KeyManagementServiceHostCaching",
    "KeyManagementServiceLowPriority",
    "KeyManagementServiceCurrentCount",
    "KeyManagementServiceTotalRequests",
    "KeyManagementServiceFailedRequests",
    "KeyManagementServiceUnlicensedRequests",
    "KeyManagementServiceLicensedRequests",
    "KeyManagementServiceOOBGraceRequests",
    "KeyManagementServiceOOTGraceRequests",
    "KeyManagementServiceNonGenuineGraceRequests",
    "KeyManagementServiceNotificationRequests",
];

/// Those of the Windows product, where there is one with a key.
const OF_PRODUCT: [&str; 4] = [
    "VLActivationInterval",
    "VLRenewalInterval",
    "DiscoveredKeyManagementServiceMachineName",
    "DiscoveredKeyManagementServiceMachinePort",
];

/// The one object of `Get-KmsLicenseInfo`, from a `SoftwareLicensingService` and the
/// `SoftwareLicensingProduct`s of a computer.
pub fn kms_license_info(
    service: &Map<String, Value>,
    products: &[Map<String, Value>],
) -> Map<String, Value> {
    let windows = products.iter().find(|product| {
        let application = product.get("ApplicationID").and_then(Value::as_str).unwrap_or_default();
        let keyed = product.get("PartialProductKey").is_some_and(Value::is_string);
        keyed && application.eq_ignore_ascii_case(&WINDOWS.to_string())
    });
    let of = |from: &Map<String, Value>, name: &str| {
        let value = from.get(name).cloned().unwrap_or(Value::Null);
        let is_count = name.ends_with("Requests") || name.ends_with("CurrentCount");
        match value {
            Value::Number(number) if is_count && number.as_u64() == Some(NOT_AVAILABLE) => {
                (name.to_owned(), json!("N/A"))
            }
            value => (name.to_owned(), value),
        }
    };
    let mut info: Map<String, Value> = OF_SERVICE.iter().map(|name| of(service, name)).collect();
    if let Some(product) = windows {
        info.extend(OF_PRODUCT.iter().map(|name| of(product, name)));
    }
    info
}

/// What a setter returns: whether it succeeded, what it did, and the error where there is one.
pub fn set_result(operation: &str, code: HResult, message: &str) -> Map<String, Value> {
    let mut result = Map::new();
    result.insert("Success".to_owned(), json!(code.is_ok()));
    result.insert("Operation".to_owned(), json!(operation));
    if !code.is_ok() {
        result.insert("ErrorCode".to_owned(), json!(code.to_string()));
        result.insert("ErrorMessage".to_owned(), json!(message));
    }
    result
}

/// An object as `Format-List` prints it: names padded to the longest, an empty line before and two
/// behind it.
pub fn format_list(object: &Map<String, Value>) -> String {
    let width = object.keys().map(String::len).max().unwrap_or_default();
    let mut out = "\n".to_owned();
    for (name, value) in object {
        let shown = match value {
            Value::Null => String::new(),
            Value::Bool(true) => "True".to_owned(),
            Value::Bool(false) => "False".to_owned(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        // A String takes whatever is written to it.
        let _ = writeln!(out, "{name:<width$} : {shown}");
    }
    out.push_str("\n\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(value: &Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn a_count_that_is_not_available_says_so_and_a_product_adds_its_intervals() {
        let service = object(&json!({
            "KeyManagementServiceMachine": null,
            "KeyManagementServicePort": 0,
            "KeyManagementServiceCurrentCount": u32::MAX,
            "KeyManagementServiceTotalRequests": 7,
        }));
        let info = kms_license_info(&service, &[]);
        assert_eq!(info.len(), OF_SERVICE.len());
        assert_eq!(info["KeyManagementServiceCurrentCount"], "N/A");
        assert_eq!(info["KeyManagementServiceTotalRequests"], 7);
        let product = |key: Value| {
            object(&json!({
                "ApplicationID": "55C92734-D682-4D71-983E-D6EC3F16059F",
                "PartialProductKey": key,
                "VLActivationInterval": 120,
            }))
        };
        let with = kms_license_info(&service, &[product(json!("LAB01"))]);
        assert_eq!(
            (with.len(), &with["VLActivationInterval"]),
            (OF_SERVICE.len() + 4, &json!(120))
        );
        assert_eq!(kms_license_info(&service, &[product(Value::Null)]), info);
    }

    #[test]
    fn setters_return_an_error_as_text() {
        let done = set_result("SetServerName", HResult::OK, "");
        assert_eq!(
            Value::Object(done).to_string(),
            r#"{"Success":true,"Operation":"SetServerName"}"#
        );
        let failed = set_result("SetPort", HResult::ACCESS_DENIED, "Access denied");
        assert_eq!(failed["ErrorCode"], "0x80070005");
        assert_eq!(format_list(&failed).lines().nth(1), Some("Success      : False"));
    }
}
