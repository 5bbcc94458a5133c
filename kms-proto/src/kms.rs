//! The KMS message, the lab's seal over it, and what its answers mean.
//!
//! Always little-endian, whatever the PDU around it says.

pub mod catalogue;
pub mod check;
pub mod hresult;
pub mod license_status;
pub mod machine_name;
pub mod pid;
pub mod realm;
pub mod request;
pub mod response;
pub mod seal;
pub mod version;
