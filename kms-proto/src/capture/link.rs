//! From a captured packet to the TCP segment in it.

use core::fmt;
use core::net::{IpAddr, SocketAddr};

use etherparse::{EtherType, IpNumber, LaxNetSlice, LaxSlicedPacket, TransportSlice};

/// What the packets of an interface begin with (the registry of tcpdump.org's LINKTYPE values).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinkType(pub u16);

impl LinkType {
    /// BSD loopback: an address family of four bytes, in the order of the computer that captured.
    pub const NULL: Self = Self(0);
    /// Ethernet.
    pub const ETHERNET: Self = Self(1);
    /// Bare IP.
    pub const RAW: Self = Self(101);
    /// OpenBSD loopback: the family in network order.
    pub const LOOP: Self = Self(108);
    /// Linux's "any" interface.
    pub const LINUX_SLL: Self = Self(113);
    /// Bare IPv4.
    pub const IPV4: Self = Self(228);
    /// Bare IPv6.
    pub const IPV6: Self = Self(229);
    /// Linux's "any" interface, second version.
    pub const LINUX_SLL2: Self = Self(276);
}

impl fmt::Display for LinkType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match *self {
            Self::NULL => "loopback",
            Self::ETHERNET => "Ethernet",
            Self::RAW => "raw IP",
            Self::LOOP => "OpenBSD loopback",
            Self::LINUX_SLL => "Linux cooked",
            Self::IPV4 => "raw IPv4",
            Self::IPV6 => "raw IPv6",
            Self::LINUX_SLL2 => "Linux cooked 2",
            Self(other) => return write!(f, "link type {other}"),
        };
        f.write_str(name)
    }
}

/// A TCP segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment<'a> {
    /// Who sent it.
    pub from: SocketAddr,
    /// To whom.
    pub to: SocketAddr,
    /// The sequence number of its first byte, or of its SYN.
    pub sequence: u32,
    /// Up to where its sender has received, if it says so.
    pub acknowledged: Option<u32>,
    /// It opens a connection.
    pub syn: bool,
    /// It ends its sender's side.
    pub fin: bool,
    /// It breaks the connection off.
    pub rst: bool,
    /// Its bytes, as many as were captured.
    pub bytes: &'a [u8],
}

/// What a packet is that is no whole TCP segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Other {
    /// Packets of an interface of this type are not read.
    Link(LinkType),
    /// Neither IPv4 nor IPv6, or another protocol than TCP.
    NotTcp,
    /// A fragment of an IP packet with TCP, which is not put together.
    Fragment,
    /// Headers that are cut short or contradict themselves.
    Malformed,
}

impl Other {
    /// Whether TCP may be in it that could not be read.
    pub const fn is_unread(self) -> bool {
        !matches!(self, Self::NotTcp)
    }
}

impl fmt::Display for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Link(link) => write!(f, "of an interface whose packets are not read ({link})"),
            Self::NotTcp => f.write_str("no TCP"),
            Self::Fragment => f.write_str("IP fragments, which are not put together"),
            Self::Malformed => f.write_str("with headers that cannot be read"),
        }
    }
}

/// The TCP segment in a packet of this link type.
///
/// # Errors
///
/// What it is instead.
pub fn segment(link: LinkType, bytes: &[u8]) -> Result<Segment<'_>, Other> {
    let of_type = |at: usize, rest: usize| {
        let kind = bytes.get(at..at + 2).and_then(|kind| kind.first_chunk()).copied();
        let rest = bytes.get(rest..).unwrap_or_default();
        kind.map(|kind| LaxSlicedPacket::from_ether_type(EtherType(u16::from_be_bytes(kind)), rest))
            .ok_or(Other::Malformed)
    };
    let ip = |bytes| LaxSlicedPacket::from_ip(bytes).map_err(|_| Other::Malformed);
    let sliced = match link {
        LinkType::ETHERNET => {
            LaxSlicedPacket::from_ethernet(bytes).map_err(|_| Other::Malformed)?
        }
        LinkType::RAW | LinkType::IPV4 | LinkType::IPV6 => ip(bytes)?,
        LinkType::NULL | LinkType::LOOP => match bytes.get(4..) {
            // IPv4 is family 2 everywhere, IPv6 a different one on every system: the version tells.
            Some(bytes) if matches!(bytes.first(), Some(0x40..=0x4f | 0x60..=0x6f)) => ip(bytes)?,
            Some(_) => return Err(Other::NotTcp),
            None => return Err(Other::Malformed),
        },
        LinkType::LINUX_SLL => of_type(14, 16)?,
        LinkType::LINUX_SLL2 => of_type(0, 20)?,
        other => return Err(Other::Link(other)),
    };
    let (from, to): (IpAddr, IpAddr) = match &sliced.net {
        Some(LaxNetSlice::Ipv4(ip)) => {
            (ip.header().source_addr().into(), ip.header().destination_addr().into())
        }
        Some(LaxNetSlice::Ipv6(ip)) => {
            (ip.header().source_addr().into(), ip.header().destination_addr().into())
        }
        Some(_) => return Err(Other::NotTcp),
        None => {
            return Err(if sliced.stop_err.is_some() { Other::Malformed } else { Other::NotTcp });
        }
    };
    if let Some(payload) = sliced.ip_payload().filter(|payload| payload.fragmented) {
        let tcp = payload.ip_number == IpNumber::TCP;
        return Err(if tcp { Other::Fragment } else { Other::NotTcp });
    }
    match &sliced.transport {
        Some(TransportSlice::Tcp(tcp)) => Ok(Segment {
            from: SocketAddr::new(from, tcp.source_port()),
            to: SocketAddr::new(to, tcp.destination_port()),
            sequence: tcp.sequence_number(),
            acknowledged: tcp.ack().then(|| tcp.acknowledgment_number()),
            syn: tcp.syn(),
            fin: tcp.fin(),
            rst: tcp.rst(),
            bytes: tcp.payload(),
        }),
        None if sliced.stop_err.is_some() => Err(Other::Malformed),
        _ => Err(Other::NotTcp),
    }
}
