//! The applications whose products are licensed: the only genuine ids in this project, because
//! Microsoft documents them and tools filter on them.

use uuid::Uuid;

/// Windows.
pub const WINDOWS: Uuid = Uuid::from_u128(0x55c9_2734_d682_4d71_983e_d6ec_3f16_059f);

/// Office 2013 and later.
pub const OFFICE: Uuid = Uuid::from_u128(0x0ff1_ce16_a989_479d_af46_f275_c637_0663);
