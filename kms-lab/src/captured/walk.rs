//! Goes through a capture from its first byte to its last.

use std::collections::BTreeMap;
use std::io::Read;
use std::net::IpAddr;

use kms_proto::capture::follow::{Event, Follower, Tally};
use kms_proto::capture::reader::{Item, Kind, Reader};
use kms_proto::error::DecodeError;

use crate::exit::Exit;
use crate::stop::Stop;

/// Bytes read at once.
const PIECE: usize = 64 * 1024;

/// Names of addresses that are kept.
const MOST_NAMES: usize = 65_536;

/// Bytes of such names that are kept.
const MOST_NAME_BYTES: usize = 4 * 1024 * 1024;

/// What a capture calls the addresses in it.
pub type Names = BTreeMap<IpAddr, String>;

/// A capture that was gone through.
#[derive(Debug)]
pub struct Walked {
    /// Its kind; `None` when it ended before it began.
    pub kind: Option<Kind>,
    /// Packets read.
    pub packets: u64,
    /// What there was besides KMS.
    pub tally: Tally,
    /// Where and why it could not be read any further.
    pub broken: Option<DecodeError>,
}

/// Reads a capture and gives what happened in it, in its order.
///
/// Holds a bounded part of it at a time, however long it is.
///
/// # Errors
///
/// When `input` cannot be read, or `each` stops.
pub fn walk(
    input: &mut dyn Read,
    name: &str,
    each: &mut dyn FnMut(Event, &Names) -> Result<(), Stop>,
) -> Result<Walked, Stop> {
    let (mut reader, mut follower) = (Reader::new(), Follower::new());
    let (mut names, mut broken) = (Names::new(), None);
    let mut room = MOST_NAME_BYTES;
    let mut piece = vec![0; PIECE];
    while broken.is_none() {
        let count = input.read(&mut piece).map_err(|error| {
            Stop::new(Exit::Invalid, format!("{name}: {error}"), "a capture that can be read")
        })?;
        if count == 0 {
            broken = reader.end().err();
            break;
        }
        reader.push(piece.get(..count).unwrap_or_default());
        loop {
            match reader.poll() {
                Ok(None) => break,
                Ok(Some(Item::Name(address, name))) => {
                    if names.len() < MOST_NAMES && name.len() <= room {
                        room -= name.len();
                        names.insert(address, name);
                    }
                }
                Ok(Some(Item::Packet(packet))) => {
                    follower.packet(&packet);
                    told(&mut follower, &names, each)?;
                }
                Err(error) => {
                    broken = Some(error);
                    break;
                }
            }
        }
    }
    follower.finish();
    told(&mut follower, &names, each)?;
    let tally = follower.tally().clone();
    Ok(Walked { kind: reader.kind(), packets: reader.packets(), tally, broken })
}

fn told(
    follower: &mut Follower,
    names: &Names,
    each: &mut dyn FnMut(Event, &Names) -> Result<(), Stop>,
) -> Result<(), Stop> {
    while let Some(event) = follower.poll() {
        each(event, names)?;
    }
    Ok(())
}
