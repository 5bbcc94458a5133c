//! A machine as its CIM classes show it (namespace `root\CIMV2`, provider sppwmi).
//!
//! Property names, types and null conventions as Microsoft documents them for
//! `SoftwareLicensingService` and `SoftwareLicensingProduct`; those of ways to activate that a lab
//! does not have are empty.

pub mod key_management;
pub mod product;
pub mod service;
pub mod since8;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::cim::product::SoftwareLicensingProduct;
use crate::cim::service::SoftwareLicensingService;
use crate::machine::Machine;

/// Both classes of a machine, each under its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Cim {
    /// The one instance of the service.
    pub software_licensing_service: SoftwareLicensingService,
    /// The products with a key.
    pub software_licensing_product: Vec<SoftwareLicensingProduct>,
}

impl Cim {
    /// The classes of `machine`.
    pub fn new(machine: &Machine) -> Self {
        Self {
            software_licensing_service: SoftwareLicensingService::new(machine),
            software_licensing_product: vec![SoftwareLicensingProduct::new(machine)],
        }
    }
}

/// The instances of a class by its name, in any case; `None` of a class that is not here.
///
/// A product without its key is there all the same, with a null `PartialProductKey`.
pub fn instances(machine: &Machine, class: &str) -> Option<Vec<Map<String, Value>>> {
    let instance = if class.eq_ignore_ascii_case("SoftwareLicensingService") {
        serde_json::to_value(SoftwareLicensingService::new(machine))
    } else if class.eq_ignore_ascii_case("SoftwareLicensingProduct") {
        serde_json::to_value(SoftwareLicensingProduct::new(machine))
    } else {
        return None;
    };
    // A structure of texts and numbers is an object.
    match instance {
        Ok(Value::Object(instance)) => Some(vec![instance]),
        _ => Some(Vec::new()),
    }
}
