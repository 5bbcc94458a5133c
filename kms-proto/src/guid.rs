//! GUIDs in their two wire orders.

pub use uuid::Uuid;

use crate::wire::{Order, Parsed, array};
use crate::write::Writer;

/// Reads a GUID whose first three groups follow `order`; the KMS message is always little-endian.
///
/// # Errors
///
/// When fewer than 16 bytes are left.
pub fn guid<'a>(order: Order) -> impl FnMut(&'a [u8]) -> Parsed<'a, Uuid> {
    move |input| {
        let (rest, bytes) = array::<16>(input)?;
        let uuid = match order {
            Order::Little => Uuid::from_bytes_le(bytes),
            Order::Big => Uuid::from_bytes(bytes),
        };
        Ok((rest, uuid))
    }
}

/// Writes a GUID in the writer's byte order.
pub fn put(out: &mut Writer<'_>, name: &'static str, guid: Uuid) {
    match out.order() {
        Order::Little => out.bytes(name, &guid.to_bytes_le()),
        Order::Big => out.bytes(name, guid.as_bytes()),
    }
}

/// A GUID made of a realm's name and a purpose: stable, and nobody else's.
///
/// The draw's 128 bits with the version and variant bits of RFC 9562 §5.8 (version 8, custom).
pub fn derived(realm: &str, purpose: &str, name: &str) -> Uuid {
    let bits = crate::draw::Draw::new(0).keyed(realm, purpose, 0, 0, name);
    uuid::Builder::from_custom_bytes(bits.to_le_bytes()).into_uuid()
}
