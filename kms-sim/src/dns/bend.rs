//! What faults of the stage `dns.srv` make of an answer.

use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::rdata::SRV;
use hickory_proto::rr::{Name, RData};

use crate::fault::kind::dns::DnsKind;

/// Bends the answer to a question for SRV records, before it is signed and cut to size.
///
/// How late it comes ([`DnsKind::Slow`]) is for who sends it.
pub fn bend(answer: &mut Message, kind: &DnsKind) {
    match kind {
        DnsKind::Nxdomain {} => empty(answer, ResponseCode::NXDomain),
        DnsKind::Servfail {} => empty(answer, ResponseCode::ServFail),
        DnsKind::Empty {} => empty(answer, ResponseCode::NoError),
        DnsKind::Slow { .. } => {}
        DnsKind::WrongPort { port } => records(answer).for_each(|record| record.port = *port),
        DnsKind::DeadFirst { n } => {
            let n = usize::try_from(*n).unwrap_or(usize::MAX);
            records(answer).take(n).for_each(|record| {
                if let Some(name) = gone(&record.target) {
                    record.target = name;
                }
            });
        }
        DnsKind::Weights { weights } => {
            let last = weights.last().copied();
            let all = weights.iter().copied().map(Some).chain(std::iter::repeat(last));
            for (record, weight) in records(answer).zip(all) {
                record.weight = weight.unwrap_or(record.weight);
            }
        }
    }
}

fn empty(answer: &mut Message, code: ResponseCode) {
    answer.answers.clear();
    answer.additionals.clear();
    answer.metadata.response_code = code;
}

fn records(answer: &mut Message) -> impl Iterator<Item = &mut SRV> {
    answer.answers.iter_mut().filter_map(|record| match &mut record.data {
        RData::SRV(srv) => Some(srv),
        _ => None,
    })
}

/// A host that is not there: `gone.` before its name.
fn gone(name: &Name) -> Option<Name> {
    name.prepend_label("gone").ok()
}
