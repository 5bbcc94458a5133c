//! `tcp.data`: bytes on their way.

use bytes::{BufMut, BytesMut};
use kms_proto::time::duration::Nanos;

use crate::fault::bend::{Cannot, THE_SAME};
use crate::fault::chance::Chance;
use crate::fault::delivery::{Delivery, What};
use crate::fault::kind::data::DataKind;
use crate::fault::notes::Notes;
use crate::fault::value::{Length, Size};

/// Bends a delivery.
///
/// # Errors
///
/// When there is nothing of it to bend, and why.
pub fn bend(
    kind: &DataKind,
    delivery: &mut Delivery,
    chance: &Chance<'_>,
    told: (&str, &mut Notes),
) -> Result<(), Cannot> {
    let before = delivery.clone();
    change(kind, delivery, chance, told)?;
    // What came in one piece anyway keeps that promise too.
    let promised = matches!(kind, DataKind::Coalesce {});
    if *delivery == before && !promised { Err(THE_SAME) } else { Ok(()) }
}

fn change(
    kind: &DataKind,
    delivery: &mut Delivery,
    chance: &Chance<'_>,
    (id, notes): (&str, &mut Notes),
) -> Result<(), Cannot> {
    let size = delivery.size();
    if size == 0 {
        return Err("there are no bytes to bend");
    }
    match kind {
        DataKind::Latency { median, dist, sigma, spread } => {
            let (sigma, spread) = (sigma.unwrap_or(0.0), spread.unwrap_or_default().0);
            let late = chance.length(median.0, *dist, sigma, spread);
            notes.drew(id, "latency", &late);
            delivery.delay(late);
        }
        DataKind::Bandwidth { rate: Size(rate) } => {
            // Ten segments a second, so that what is slow is seen to move.
            delivery.slice((rate / 10).max(1), Nanos(0));
            delivery.throttle(*rate);
        }
        DataKind::Slice { bytes, gap } => delivery.slice(bytes.0, gap.0),
        DataKind::Dribble { gap } => delivery.slice(1, gap.0),
        DataKind::Coalesce {} => delivery.join(),
        DataKind::Stall { after: Size(after), length: Some(Length(length)) } => {
            delivery.delay_from(*after, *length);
        }
        DataKind::Stall { after: Size(after), length: None } => {
            delivery.keep(*after);
            delivery.end(What::Stall);
        }
        DataKind::HalfClose { after } => {
            delivery.keep(after.map_or(size, |after| after.0));
            delivery.end(What::HalfClose);
        }
        DataKind::Rst { after: Size(after) } => {
            delivery.keep(*after);
            delivery.end(What::Reset);
        }
        DataKind::Close { after } => {
            delivery.keep(after.map_or(size, |after| after.0));
            delivery.end(What::Close);
        }
        DataKind::Truncate { keep: Size(keep) } if *keep >= size => {
            return Err("there are no more bytes than are to be kept");
        }
        DataKind::Truncate { keep: Size(keep) } => delivery.keep(*keep),
        DataKind::Corrupt { at, bit, byte } => {
            let at = at.map_or_else(
                || {
                    let bound = u64::try_from(size).unwrap_or(u64::MAX);
                    let drawn = usize::try_from(chance.below(bound, "at")).unwrap_or(0);
                    notes.drew(id, "at", &drawn);
                    drawn
                },
                |Size(at)| at,
            );
            let bent = |old: u8| match byte {
                Some(byte) => *byte,
                None => old ^ 1_u8.wrapping_shl(bit.unwrap_or(0).into()),
            };
            if !delivery.change(at, bent) {
                return Err("there is no such byte");
            }
        }
        DataKind::Garbage { bytes: Size(bytes) } => {
            delivery.precede(garbage(*bytes, chance).freeze());
        }
        DataKind::Duplicate {} => delivery.repeat(),
    }
    Ok(())
}

/// Bytes more than this of garbage are not made.
const MOST: usize = 1 << 20;

/// Drawn bytes; the first is no protocol version of DCE/RPC, so that nobody waits for the rest.
fn garbage(length: usize, chance: &Chance<'_>) -> BytesMut {
    let length = length.min(MOST);
    let mut garbage = BytesMut::with_capacity(length);
    for block in 0..length.div_ceil(16) {
        let bits = chance.bits(&format!("garbage {block}")).to_le_bytes();
        let left = (length - garbage.len()).min(bits.len());
        garbage.put_slice(bits.get(..left).unwrap_or_default());
    }
    if let Some(first) = garbage.first_mut() {
        *first |= 0x80;
    }
    garbage
}
