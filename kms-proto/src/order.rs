//! The order of an integer's bytes.

use nom::number::Endianness;

/// The byte order of a PDU's integers, from its data representation.
///
/// [C706 §14.1]: the high half of the first octet, 0 big-endian, 1 little-endian.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Lowest byte first: what the host itself writes, and the KMS message always.
    #[default]
    Little,
    /// Highest byte first.
    Big,
}

impl From<Order> for Endianness {
    fn from(order: Order) -> Self {
        match order {
            Order::Little => Self::Little,
            Order::Big => Self::Big,
        }
    }
}
