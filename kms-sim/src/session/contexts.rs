//! The presentation contexts of one association, and the judgement over those offered
//! (C706 §12.6.3.1, MS-RPCE §3.3.1.5.3 and §3.3.1.5.6).

use kms_proto::error::{DecodeError, Reason};
use kms_proto::rpc::bind::ContextElement;
use kms_proto::rpc::bind_ack::ContextResult;
use kms_proto::rpc::header::SIZE;
use kms_proto::rpc::list::List8;
use kms_proto::rpc::stub::Ndr;
use kms_proto::rpc::syntax::SyntaxId;

use crate::session::config::Syntaxes;

/// The features this host takes part in: both there are.
const FEATURES: u16 = SyntaxId::SECURITY_CONTEXT_MULTIPLEXING | SyntaxId::KEEP_CONNECTION_ON_ORPHAN;

/// Every context id offered so far.
#[derive(Debug)]
pub(crate) struct Contexts {
    syntaxes: Syntaxes,
    limit: usize,
    // INVARIANT: at most `limit`, each id once.
    known: Vec<Context>,
}

#[derive(Debug)]
struct Context {
    id: u16,
    accepted: Option<Accepted>,
}

#[derive(Debug)]
struct Accepted {
    ndr: Ndr,
    offered: Vec<SyntaxId>,
}

impl Contexts {
    /// None yet.
    pub(crate) const fn new(syntaxes: Syntaxes, limit: usize) -> Self {
        Self { syntaxes, limit, known: Vec::new() }
    }

    /// The syntax calls in context `id` are written in, if it was accepted.
    pub(crate) fn ndr(&self, id: u16) -> Option<Ndr> {
        self.accepted(id).map(|accepted| accepted.ndr)
    }

    /// Judges the elements of one PDU, in order.
    pub(crate) fn judge(&mut self, elements: &[ContextElement]) -> List8<ContextResult> {
        let fits: Vec<bool> =
            elements.iter().map(|element| self.admit(element.context_id)).collect();
        let wide = self.syntaxes.speaks(Ndr::Ndr64)
            && elements.iter().zip(&fits).any(|(element, fits)| *fits && self.counts(element));
        let mut results = List8::new();
        for (element, fits) in elements.iter().zip(fits) {
            let result = if fits {
                self.judge_one(element, wide)
            } else {
                ContextResult::refused(ContextResult::LOCAL_LIMIT_EXCEEDED)
            };
            // The elements came in a list of the same size, so there is room.
            let _ = results.push(result);
        }
        results
    }

    /// Makes room for an id; false when the limit is met.
    fn admit(&mut self, id: u16) -> bool {
        if self.known.iter().any(|context| context.id == id) {
            return true;
        }
        let fits = self.known.len() < self.limit;
        if fits {
            self.known.push(Context { id, accepted: None });
        }
        fits
    }

    /// Whether the element offers NDR64 for our interface, in a context that may be taken.
    fn counts(&self, element: &ContextElement) -> bool {
        let may = self
            .accepted(element.context_id)
            .is_none_or(|accepted| accepted.offered == offered(element));
        may && serves(element) && offers(element, Ndr::Ndr64)
    }

    fn judge_one(&mut self, element: &ContextElement, wide: bool) -> ContextResult {
        if let Some(bits) = features(element) {
            return ContextResult::features(bits & FEATURES);
        }
        if !serves(element) {
            return ContextResult::refused(ContextResult::ABSTRACT_SYNTAX_NOT_SUPPORTED);
        }
        let offered = offered(element);
        if let Some(accepted) = self.accepted(element.context_id) {
            return if accepted.offered == offered {
                ContextResult::accepted(accepted.ndr.syntax())
            } else {
                ContextResult::refused(ContextResult::NOT_SPECIFIED)
            };
        }
        let ndr = if wide { Ndr::Ndr64 } else { Ndr::Ndr32 };
        if !self.syntaxes.speaks(ndr) || !offers(element, ndr) {
            return ContextResult::refused(ContextResult::TRANSFER_SYNTAXES_NOT_SUPPORTED);
        }
        if let Some(context) = self.known.iter_mut().find(|c| c.id == element.context_id) {
            context.accepted = Some(Accepted { ndr, offered });
        }
        ContextResult::accepted(ndr.syntax())
    }

    fn accepted(&self, id: u16) -> Option<&Accepted> {
        self.known.iter().find(|context| context.id == id)?.accepted.as_ref()
    }
}

/// What no list of elements may be: empty, with an element that offers nothing, or negotiating
/// features twice (MS-RPCE §3.3.1.5.3 allows one element for that).
///
/// # Errors
///
/// When the list is one of these.
pub(crate) fn check(elements: &[ContextElement]) -> Result<(), DecodeError> {
    let malformed = |field, reason| Err(DecodeError { field, reason, offset: SIZE + 8 });
    if elements.is_empty() {
        return malformed("n_context_elem", Reason::Value(0));
    }
    if elements.iter().any(|element| element.transfer_syntaxes.is_empty()) {
        return malformed("n_transfer_syn", Reason::Value(0));
    }
    if elements.iter().filter_map(features).count() > 1 {
        return malformed("p_cont_elem", Reason::Text("features are negotiated twice"));
    }
    Ok(())
}

/// The features an element asks for, when that is what it is for.
fn features(element: &ContextElement) -> Option<u16> {
    match &*element.transfer_syntaxes {
        [syntax] => syntax.feature_bits(),
        _ => None,
    }
}

/// Whether the element is for our interface, in a version that serves it: the same major version,
/// and no minor version above ours.
fn serves(element: &ContextElement) -> bool {
    let SyntaxId { uuid, major, minor } = element.abstract_syntax;
    let ours = SyntaxId::KMS;
    uuid == ours.uuid && major == ours.major && minor <= ours.minor
}

fn offers(element: &ContextElement, ndr: Ndr) -> bool {
    element.transfer_syntaxes.contains(&ndr.syntax())
}

/// The syntaxes offered, as a set.
fn offered(element: &ContextElement) -> Vec<SyntaxId> {
    let mut set = element.transfer_syntaxes.to_vec();
    set.sort_unstable();
    set.dedup();
    set
}
