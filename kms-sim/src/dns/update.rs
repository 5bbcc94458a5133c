//! How a zone is changed (RFC 2136 §3).

use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::{DNSClass, Name, RData, Record, RecordData, RecordType};

use crate::dns::guard::is_reserved;
use crate::dns::nodes::{MOST, Nodes, Owner};

/// Whether an update's zone section is one, and is this zone (RFC 2136 §3.1).
///
/// # Errors
///
/// FORMERR, or NOTAUTH when it is another zone.
pub fn is_of_zone(message: &Message, origin: &Name) -> Result<(), ResponseCode> {
    let [zone] = message.queries.as_slice() else { return Err(ResponseCode::FormErr) };
    if zone.query_type() != RecordType::SOA {
        return Err(ResponseCode::FormErr);
    }
    if zone.query_class() != DNSClass::IN || zone.name() != origin {
        return Err(ResponseCode::NotAuth);
    }
    Ok(())
}

/// Whether what an update asks for holds (RFC 2136 §3.2.5).
///
/// # Errors
///
/// The code of the first that does not.
pub fn prerequisites(nodes: &Nodes, origin: &Name, asked: &[Record]) -> Result<(), ResponseCode> {
    // Sets that must be exactly so (§2.4.2): gathered, then compared.
    let mut exact: Vec<(&Name, RecordType, Vec<&RData>)> = Vec::new();
    for record in asked {
        if record.ttl != 0 {
            return Err(ResponseCode::FormErr);
        }
        let name = inside(origin, &record.name)?;
        let kind = record.record_type();
        let empty = record.data.is_update();
        match (record.dns_class, kind) {
            (DNSClass::ANY, RecordType::ANY) if empty => {
                demand(nodes.node(name).is_some(), ResponseCode::NXDomain)?;
            }
            (DNSClass::ANY, _) if empty => {
                demand(nodes.set(name, kind).is_some(), ResponseCode::NXRRSet)?;
            }
            (DNSClass::NONE, RecordType::ANY) if empty => {
                demand(nodes.node(name).is_none(), ResponseCode::YXDomain)?;
            }
            (DNSClass::NONE, _) if empty => {
                demand(nodes.set(name, kind).is_none(), ResponseCode::YXRRSet)?;
            }
            (DNSClass::IN, _) if !empty && kind != RecordType::ANY => {
                match exact.iter_mut().find(|(n, k, _)| *n == name && *k == kind) {
                    Some((_, _, data)) => data.push(&record.data),
                    None => exact.push((name, kind, vec![&record.data])),
                }
            }
            _ => return Err(ResponseCode::FormErr),
        }
    }
    for (name, kind, data) in exact {
        let there = nodes.set(name, kind).map_or(&[][..], |set| &set.data);
        let same = data.iter().all(|data| there.contains(data))
            && there.iter().all(|there| data.contains(&there));
        demand(same, ResponseCode::NXRRSet)?;
    }
    Ok(())
}

/// Whether all changes are well-formed (RFC 2136 §3.4.1), and of records an update may touch.
///
/// # Errors
///
/// The code of the first that is not.
pub fn prescan(origin: &Name, changes: &[Record]) -> Result<(), ResponseCode> {
    for record in changes {
        inside(origin, &record.name)?;
        let kind = record.record_type();
        let (empty, any) = (record.data.is_update(), kind == RecordType::ANY);
        let well_formed = match record.dns_class {
            DNSClass::IN => !empty && !any,
            DNSClass::ANY => record.ttl == 0 && empty,
            DNSClass::NONE => record.ttl == 0 && !empty && !any,
            _ => false,
        };
        demand(well_formed, ResponseCode::FormErr)?;
        // The type of an address transfer and its like are no types of records (RFC 2136 §3.4.1.3).
        let meta = !any && (251..=255).contains(&u16::from(kind));
        demand(!meta, ResponseCode::FormErr)?;
        demand(!is_reserved(kind), ResponseCode::Refused)?;
    }
    Ok(())
}

/// Carries the changes out, in their order (RFC 2136 §3.4.2). Whether any changed something.
///
/// # Errors
///
/// REFUSED when the zone would hold too many records; what was changed until then stays, so the
/// caller hands in a copy.
pub fn change(nodes: &mut Nodes, changes: &[Record], by: &Owner) -> Result<bool, ResponseCode> {
    let mut anything = false;
    let mut count = nodes.count();
    for record in changes {
        let (name, kind) = (&record.name, record.record_type());
        anything |= match record.dns_class {
            DNSClass::IN => {
                count += 1;
                demand(count <= MOST, ResponseCode::Refused)?;
                fits(nodes, name, kind) && nodes.add(name, record.ttl, record.data.clone(), by)
            }
            DNSClass::ANY if kind == RecordType::ANY => {
                nodes.remove_sets(name, |kind| !is_reserved(kind))
            }
            DNSClass::ANY => nodes.remove_sets(name, |other| other == kind),
            DNSClass::NONE => nodes.remove(name, &record.data),
            _ => false,
        };
    }
    Ok(anything)
}

/// An alias stands alone, and nothing stands beside it: such records are passed over in silence
/// (RFC 2136 §3.4.2.2). A second alias takes the place of the first.
fn fits(nodes: &mut Nodes, name: &Name, kind: RecordType) -> bool {
    let Some(node) = nodes.node(name) else { return true };
    let alias = node.sets.contains_key(&RecordType::CNAME.into());
    if kind == RecordType::CNAME {
        if alias {
            nodes.remove_sets(name, |kind| kind == RecordType::CNAME);
        }
        return alias;
    }
    !alias
}

fn inside<'n>(origin: &Name, name: &'n Name) -> Result<&'n Name, ResponseCode> {
    demand(origin.zone_of(name), ResponseCode::NotZone)?;
    Ok(name)
}

fn demand(holds: bool, otherwise: ResponseCode) -> Result<(), ResponseCode> {
    if holds { Ok(()) } else { Err(otherwise) }
}
