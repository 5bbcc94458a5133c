//! A machine as its CIM classes show it (namespace `root\CIMV2`, provider sppwmi).
//!
//! Property names, types and null conventions as Microsoft documents them for
//! `SoftwareLicensingService` and `SoftwareLicensingProduct`; those of other ways to activate
//! (tokens, Active Directory, automatic VM activation, OEM) are left out.

pub mod key_management;
pub mod product;
pub mod service;
pub mod since8;

use serde::Serialize;

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
