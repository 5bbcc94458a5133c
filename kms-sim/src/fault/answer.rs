//! The answers of one turn, bent as the rules have it that apply.

use bytes::Bytes;
use kms_proto::time::duration::Nanos;

use crate::fault::bend;
use crate::fault::bend::response::Answer;
use crate::fault::delivery::{Delivery, What};
use crate::fault::faults::Faults;
use crate::fault::kind::Kind;
use crate::fault::known::Known;
use crate::fault::notes::Notes;
use crate::fault::plan::Applied;
use crate::fault::service::{Instead, Outcome};
use crate::fault::stage::Stage;

/// The answer to a bind.
pub(crate) fn bound(
    known: &Known,
    mut answer: Bytes,
    faults: &mut Faults,
    now: Nanos,
    notes: &mut Notes,
    end: &mut Option<What>,
) -> Delivery {
    let applied = faults.plan.consult(Stage::RpcBind, &known.about(), now, notes);
    for Applied { id, kind } in &applied {
        let Kind::Bind(kind) = kind else { continue };
        match bend::bind::bend(kind, &mut answer) {
            Ok(closes) => {
                notes.bent(id);
                if closes {
                    *end = Some(What::Close);
                }
            }
            Err(why) => notes.near(id, why),
        }
    }
    let mut delivery = Delivery::of([answer]);
    bytes_bent(&applied, known, faults, &mut delivery, notes);
    delivery
}

/// The answer to a call.
pub(crate) fn called(
    known: &Known,
    outcome: &Outcome,
    out: Bytes,
    faults: &mut Faults,
    now: Nanos,
    notes: &mut Notes,
    end: &mut Option<What>,
) -> Delivery {
    match outcome.instead {
        Instead::Answer => {}
        Instead::Nothing => return Delivery::default(),
        Instead::Close => {
            *end = Some(What::Close);
            return Delivery::default();
        }
        Instead::Reset => {
            *end = Some(What::Reset);
            return Delivery::default();
        }
        Instead::Fault(status) => {
            let mut answer = Answer::read(&bend::pdus(out));
            if let Some(answer) = &mut answer {
                answer.fault(status);
            }
            return Delivery::of(answer.map(|answer| answer.pdus()).unwrap_or_default());
        }
    }
    let applied = faults.plan.consult(Stage::RpcResponse, &known.about(), now, notes);
    let mut answer = None;
    let mut bent = false;
    for Applied { id, kind } in &applied {
        let Kind::Response(kind) = kind else { continue };
        if answer.is_none() {
            answer = Answer::read(&bend::pdus(out.clone()));
        }
        let Some(answer) = &mut answer else {
            notes.near(id, "there is no answer to bend");
            continue;
        };
        let chance = faults.chance(id, &known.about());
        match answer.bend(kind, &chance, (id, &mut *notes)) {
            Ok(()) => {
                notes.bent(id);
                bent = true;
            }
            Err(why) => notes.near(id, why),
        }
    }
    let mut delivery = match answer.filter(|_| bent) {
        Some(answer) => Delivery::of(answer.pdus()),
        None => Delivery::of([out]),
    };
    bytes_bent(&applied, known, faults, &mut delivery, notes);
    delivery
}

/// Bends the bytes of a delivery by the rules that do so.
pub(crate) fn bytes_bent(
    applied: &[Applied],
    known: &Known,
    faults: &Faults,
    delivery: &mut Delivery,
    notes: &mut Notes,
) {
    for Applied { id, kind } in applied {
        let Kind::Data(kind) = kind else { continue };
        let chance = faults.chance(id, &known.about());
        match bend::data::bend(kind, delivery, &chance, (id, &mut *notes)) {
            Ok(()) => notes.bent(id),
            Err(why) => notes.near(id, why),
        }
    }
}
