//! The packet, asked and answered alike.

use core::fmt;

use crate::ntp::reference_id::ReferenceId;
use crate::ntp::short::Short;
use crate::ntp::timestamp::Timestamp;
use crate::wire::{Order, Parsed, Wire, array, field, u8, u32, u64};
use crate::write::Writer;

/// Bytes of a packet without extensions.
pub const LENGTH: usize = 48;

/// What a server says of the day's last minute, and of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Leap {
    /// No warning.
    #[default]
    None,
    /// The last minute has 61 seconds.
    Longer,
    /// The last minute has 59 seconds.
    Shorter,
    /// The server knows no time.
    Unknown,
}

impl Leap {
    /// The number in the packet, 0 to 3.
    pub const fn number(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Longer => 1,
            Self::Shorter => 2,
            Self::Unknown => 3,
        }
    }

    const fn of(bits: u8) -> Self {
        match bits & 3 {
            0 => Self::None,
            1 => Self::Longer,
            2 => Self::Shorter,
            _ => Self::Unknown,
        }
    }
}

/// The part a computer plays, 0 to 7.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mode(u8);

impl Mode {
    /// One of two that set each other; Windows asks so unless told otherwise (`,0x8`).
    pub const SYMMETRIC_ACTIVE: Self = Self(1);
    /// The other of the two.
    pub const SYMMETRIC_PASSIVE: Self = Self(2);
    /// Asks.
    pub const CLIENT: Self = Self(3);
    /// Answers.
    pub const SERVER: Self = Self(4);

    /// The mode of the lowest three bits.
    pub const fn new(number: u8) -> Self {
        Self(number & 7)
    }

    /// The number, 0 to 7.
    pub const fn number(self) -> u8 {
        self.0
    }
}

/// As w32tm names them: `3 (Client)`.
impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.0 {
            1 => "Symmetric Active",
            2 => "Symmetric Passive",
            3 => "Client",
            4 => "Server",
            5 => "Broadcast",
            6 => "Control",
            7 => "Private Use",
            _ => "Reserved",
        };
        write!(f, "{} ({name})", self.0)
    }
}

/// The protocol's version, 0 to 7.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version(u8);

impl Version {
    /// RFC 1305: what Windows speaks.
    pub const V3: Self = Self(3);
    /// RFC 5905.
    pub const V4: Self = Self(4);

    /// The version of the lowest three bits.
    pub const fn new(number: u8) -> Self {
        Self(number & 7)
    }

    /// The number, 0 to 7.
    pub const fn number(self) -> u8 {
        self.0
    }
}

/// A packet (RFC 5905 §7.3), integers big-endian.
///
/// ```text
/// 0              1         2      3           4            8                 12
/// │ LI │ VN │ mode │ stratum │ poll │ precision │ root delay │ root dispersion │ reference id │
/// 16                    24                 32                  40                   48
/// │ reference timestamp │ origin timestamp │ receive timestamp │ transmit timestamp │
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet {
    /// Leap seconds, and whether the server knows the time.
    pub leap: Leap,
    /// The version.
    pub version: Version,
    /// Whether this asks or answers.
    pub mode: Mode,
    /// How many servers away a reference clock is: 1 has one; 0 means "none, see the reference id".
    pub stratum: u8,
    /// The longest interval between two packets, as a power of two in seconds.
    pub poll: i8,
    /// The grain of the clock, as a power of two in seconds.
    pub precision: i8,
    /// The round trip to the reference clock.
    pub root_delay: Short,
    /// How far off the server may be from it.
    pub root_dispersion: Short,
    /// Whom the server has its time from.
    pub reference_id: ReferenceId,
    /// When the server's clock was last set.
    pub reference: Timestamp,
    /// T1: in an answer, what the request had as its transmit timestamp.
    pub origin: Timestamp,
    /// T2: when the request arrived.
    pub receive: Timestamp,
    /// When this packet left: T3 in an answer, T1 in a request.
    pub transmit: Timestamp,
}

impl Packet {
    /// A request that leaves when the asker's clock reads `transmit`; all else says nothing.
    pub const fn request(version: Version, mode: Mode, transmit: Timestamp) -> Self {
        Self {
            leap: Leap::None,
            version,
            mode,
            stratum: 0,
            poll: 0,
            precision: 0,
            root_delay: Short(0),
            root_dispersion: Short(0),
            reference_id: ReferenceId::NONE,
            reference: Timestamp::UNKNOWN,
            origin: Timestamp::UNKNOWN,
            receive: Timestamp::UNKNOWN,
            transmit,
        }
    }
}

impl Wire<'_> for Packet {
    fn parse(input: &[u8], _: Order) -> Parsed<'_, Self> {
        const BE: Order = Order::Big;
        let (input, first) = field("li_vn_mode", u8)(input)?;
        let (input, stratum) = field("stratum", u8)(input)?;
        let (input, poll) = field("poll", u8)(input)?;
        let (input, precision) = field("precision", u8)(input)?;
        let (input, root_delay) = field("root_delay", u32(BE))(input)?;
        let (input, root_dispersion) = field("root_dispersion", u32(BE))(input)?;
        let (input, reference_id) = field("reference_id", array::<4>)(input)?;
        let (input, reference) = field("reference_timestamp", u64(BE))(input)?;
        let (input, origin) = field("origin_timestamp", u64(BE))(input)?;
        let (input, receive) = field("receive_timestamp", u64(BE))(input)?;
        let (input, transmit) = field("transmit_timestamp", u64(BE))(input)?;
        let packet = Self {
            leap: Leap::of(first >> 6),
            version: Version::new(first >> 3),
            mode: Mode::new(first),
            stratum,
            poll: poll.cast_signed(),
            precision: precision.cast_signed(),
            root_delay: Short(root_delay),
            root_dispersion: Short(root_dispersion),
            reference_id: ReferenceId(reference_id),
            reference: Timestamp(reference),
            origin: Timestamp(origin),
            receive: Timestamp(receive),
            transmit: Timestamp(transmit),
        };
        Ok((input, packet))
    }

    // Big-endian whatever the writer's order: the protocol has one.
    fn emit(&self, out: &mut Writer<'_>) {
        let first = self.leap.number() << 6 | self.version.number() << 3 | self.mode.number();
        out.u8("li_vn_mode", first);
        out.u8("stratum", self.stratum);
        out.u8("poll", self.poll.cast_unsigned());
        out.u8("precision", self.precision.cast_unsigned());
        out.bytes("root_delay", &self.root_delay.0.to_be_bytes());
        out.bytes("root_dispersion", &self.root_dispersion.0.to_be_bytes());
        out.bytes("reference_id", &self.reference_id.0);
        out.bytes("reference_timestamp", &self.reference.0.to_be_bytes());
        out.bytes("origin_timestamp", &self.origin.0.to_be_bytes());
        out.bytes("receive_timestamp", &self.receive.0.to_be_bytes());
        out.bytes("transmit_timestamp", &self.transmit.0.to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::from_hex;

    /// A secondary server's answer, by hand from the layout of RFC 5905.
    const ANSWER: &str = "1c 03 06 e9 00 00 02 a5 00 00 0a 37 0a 00 00 0a \
                          ec f6 1e 00 00 00 00 00 ec f6 1e 40 00 00 00 01 \
                          ec f6 1e 41 80 00 00 00 ec f6 1e 41 80 00 10 00";

    fn answer() -> Packet {
        Packet {
            stratum: 3,
            poll: 6,
            precision: -23,
            root_delay: Short(0x2a5),
            root_dispersion: Short(0xa37),
            reference_id: ReferenceId([10, 0, 0, 10]),
            reference: Timestamp(0xecf6_1e00_0000_0000),
            origin: Timestamp(0xecf6_1e40_0000_0001),
            receive: Timestamp(0xecf6_1e41_8000_0000),
            ..Packet::request(Version::V3, Mode::SERVER, Timestamp(0xecf6_1e41_8000_1000))
        }
    }

    #[test]
    fn bytes_and_values() {
        let bytes = from_hex(ANSWER).unwrap();
        assert_eq!(Packet::from_bytes(&bytes, Order::Little), Ok(answer()));
        assert_eq!(answer().to_bytes(Order::Little), bytes);
        let request = Packet::request(Version::V4, Mode::CLIENT, Timestamp(1));
        assert_eq!(request.to_bytes(Order::Big).first(), Some(&0x23));
        let unknown = Packet { leap: Leap::Unknown, ..answer() };
        assert_eq!(unknown.to_bytes(Order::Big).first(), Some(&0xdc));
    }

    #[test]
    fn what_is_missing_is_named_and_what_follows_is_left() {
        let mut bytes = from_hex(ANSWER).unwrap();
        let error = Packet::from_bytes(&bytes[..43], Order::Big).unwrap_err();
        assert_eq!((error.field, error.offset), ("transmit_timestamp", 40));
        bytes.extend([0; 20]);
        assert_eq!(Packet::parse(&bytes, Order::Big).unwrap().0.len(), 20);
    }

    proptest! {
        #[test]
        fn any_48_bytes_are_a_packet_and_come_back(bytes: [u8; 32], more: [u8; 16]) {
            let bytes = [bytes.as_slice(), more.as_slice()].concat();
            let packet = Packet::from_bytes(&bytes, Order::Little).unwrap();
            prop_assert_eq!(packet.to_bytes(Order::Little), bytes);
        }

        #[test]
        fn any_bytes_are_parsed_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            prop_assert_eq!(Packet::parse(&bytes, Order::Big).is_ok(), bytes.len() >= LENGTH);
        }
    }
}
