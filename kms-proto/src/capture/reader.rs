//! Captures as they are read: pcap and pcapng, in either byte order, handed over in pieces of any
//! size.

mod pcap;
mod pcapng;

use core::fmt;
use core::net::IpAddr;

use bytes::{Bytes, BytesMut};

use crate::capture::link::LinkType;
use crate::capture::reader::pcap::Pcap;
use crate::capture::reader::pcapng::Pcapng;
use crate::error::{DecodeError, Reason};
use crate::time::Moment;

/// The longest block or record that is read. Wireshark's own limit for a packet is 256 KiB.
pub const LONGEST: usize = 1024 * 1024;

/// Which kind of capture it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The format of libpcap, with microseconds or nanoseconds.
    Pcap,
    /// The block format (draft-ietf-opsawg-pcapng).
    Pcapng,
}

impl Kind {
    /// The kind that begins with these bytes; four are enough.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let magic = u32::from_le_bytes(*bytes.first_chunk()?);
        if magic == crate::capture::block::SECTION {
            Some(Self::Pcapng)
        } else {
            pcap::clock(magic).or_else(|| pcap::clock(magic.swap_bytes())).map(|_| Self::Pcap)
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pcap => "pcap",
            Self::Pcapng => "pcapng",
        })
    }
}

/// A packet as it was captured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// Its number in the capture, from 1.
    pub number: u64,
    /// When it was captured; `None` where the block has no room for that.
    pub at: Option<Moment>,
    /// What its bytes begin with.
    pub link: LinkType,
    /// Its bytes, as many as were kept.
    pub bytes: Bytes,
}

/// What a capture holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A packet.
    Packet(Packet),
    /// What an address is called.
    Name(IpAddr, String),
}

/// Reads a capture that is pushed in pieces.
///
/// Keeps at most one block and what was last pushed.
#[derive(Debug, Default)]
pub struct Reader {
    buffer: BytesMut,
    /// How many bytes came before those in the buffer.
    offset: usize,
    packets: u64,
    names: Vec<(IpAddr, String)>,
    kind: Option<Kind>,
    format: Option<Format>,
    failed: Option<DecodeError>,
}

#[derive(Debug)]
enum Format {
    Pcap(Pcap),
    Pcapng(Pcapng),
}

/// What stands at the front of the buffer.
enum Front {
    /// Nothing yet: more bytes are needed.
    More,
    /// This many bytes of something that holds no packet.
    Skip(usize),
    /// Names of addresses in this many bytes.
    Names(usize, Vec<(IpAddr, String)>),
    /// A packet in so many bytes: its moment, link, and which of the bytes are its own.
    Packet(usize, Option<Moment>, LinkType, core::ops::Range<usize>),
}

impl Reader {
    /// A reader before the first byte.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes of the capture.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.failed.is_none() {
            self.buffer.extend_from_slice(bytes);
        }
    }

    /// Which kind it is, once that is known.
    pub const fn kind(&self) -> Option<Kind> {
        self.kind
    }

    /// Packets read so far.
    pub const fn packets(&self) -> u64 {
        self.packets
    }

    /// The next thing the capture holds; `None` until more is pushed.
    ///
    /// # Errors
    ///
    /// When the bytes are no capture, or its blocks cannot be followed any further; the offset is
    /// from the start of the capture. It then says so for ever.
    pub fn poll(&mut self) -> Result<Option<Item>, DecodeError> {
        loop {
            if let Some(error) = self.failed {
                return Err(error);
            }
            if let Some((address, name)) = self.names.pop() {
                return Ok(Some(Item::Name(address, name)));
            }
            let front = match &mut self.format {
                None => self.begin(),
                Some(Format::Pcap(pcap)) => pcap.front(&self.buffer),
                Some(Format::Pcapng(pcapng)) => pcapng.front(&self.buffer),
            };
            match front {
                Err(error) => {
                    let offset = self.offset.saturating_add(error.offset);
                    self.failed = Some(DecodeError { offset, ..error });
                }
                Ok(Front::More) => return Ok(None),
                Ok(Front::Skip(length)) => drop(self.take(length)),
                Ok(Front::Names(length, mut names)) => {
                    names.reverse();
                    self.names = names;
                    drop(self.take(length));
                }
                Ok(Front::Packet(length, at, link, range)) => {
                    let block = self.take(length);
                    let bytes = Bytes::copy_from_slice(block.get(range).unwrap_or_default());
                    self.packets = self.packets.saturating_add(1);
                    return Ok(Some(Item::Packet(Packet {
                        number: self.packets,
                        at,
                        link,
                        bytes,
                    })));
                }
            }
        }
    }

    /// To be asked once all was pushed and polled: whether it ends where a block does.
    ///
    /// # Errors
    ///
    /// When it ends within one, or before it began.
    pub fn end(&self) -> Result<(), DecodeError> {
        match (self.failed, self.buffer.is_empty() && self.format.is_some()) {
            (Some(error), _) => Err(error),
            (None, true) => Ok(()),
            (None, false) => {
                Err(DecodeError { field: "block", reason: Reason::Truncated, offset: self.offset })
            }
        }
    }

    /// Finds out which kind it is.
    fn begin(&mut self) -> Result<Front, DecodeError> {
        let Some(magic) = self.buffer.first_chunk::<4>() else { return Ok(Front::More) };
        self.kind = Kind::of(magic);
        match self.kind {
            Some(Kind::Pcapng) => {
                self.format = Some(Format::Pcapng(Pcapng::default()));
                Ok(Front::Skip(0))
            }
            Some(Kind::Pcap) => {
                let Some(header) = self.buffer.first_chunk::<{ pcap::HEADER }>() else {
                    return Ok(Front::More);
                };
                self.format = Some(Format::Pcap(Pcap::new(header)?));
                Ok(Front::Skip(pcap::HEADER))
            }
            None => {
                let reason = Reason::Value(u32::from_be_bytes(*magic).into());
                Err(DecodeError { field: "magic_number", reason, offset: 0 })
            }
        }
    }

    fn take(&mut self, length: usize) -> BytesMut {
        self.offset = self.offset.saturating_add(length);
        self.buffer.split_to(length.min(self.buffer.len()))
    }
}
