//! What is offered at bind time, and what the host makes of it.

use kms_proto::rpc::bind::ContextElement;
use kms_proto::rpc::bind_ack::ContextResult;
use kms_proto::rpc::list::List8;
use kms_proto::rpc::stub::Ndr;
use kms_proto::rpc::syntax::SyntaxId;

use crate::session::config::{FEATURES, SessionConfig};
use crate::session::failure::Failure;

/// A presentation context calls may be made in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context {
    /// The id requests carry.
    pub id: u16,
    /// How its stubs are written.
    pub ndr: Ndr,
}

/// What client and host agreed on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Agreement {
    /// The context in NDR32, if the host took it.
    pub ndr32: Option<Context>,
    /// The context in NDR64, if the host took it.
    pub ndr64: Option<Context>,
    /// Bits of the features both sides take part in.
    pub features: u16,
    /// The longest request sent.
    pub max_request_frag: usize,
    /// The association group, as the host numbers it.
    pub assoc_group_id: u32,
}

impl Agreement {
    /// The context of a call: the first goes by NDR32, later ones by NDR64, as Windows has it;
    /// where only one was agreed, all go by that.
    pub fn context(&self, first: bool) -> Option<Context> {
        if first { self.ndr32.or(self.ndr64) } else { self.ndr64.or(self.ndr32) }
    }

    fn add(&mut self, context: Context) {
        match context.ndr {
            Ndr::Ndr32 => self.ndr32 = Some(context),
            Ndr::Ndr64 => self.ndr64 = Some(context),
        }
    }
}

/// The elements of one bind or `alter_context`; an element's place is its context id.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offered {
    syntaxes: &'static [Ndr],
    features: bool,
}

impl Offered {
    /// What the first PDU offers.
    pub(super) const fn bind(config: &SessionConfig) -> Self {
        Self { syntaxes: config.offer.syntaxes(), features: config.btfn }
    }

    /// What is asked for again, after a host took NDR64 and left NDR32.
    pub(super) const fn alter() -> Self {
        Self { syntaxes: &[Ndr::Ndr32], features: false }
    }

    /// The elements as they are written.
    pub(super) fn elements(self) -> List8<ContextElement> {
        let calls = self.syntaxes.iter().map(|ndr| ndr.syntax());
        let features = self.features.then(|| SyntaxId::btfn(FEATURES));
        let elements: Vec<_> =
            (0..).zip(calls.chain(features)).map(|(id, s)| ContextElement::kms(id, s)).collect();
        List8::try_from(elements).unwrap_or_default()
    }

    /// Adds what the host took to the agreement; gives what it said of the contexts it left.
    ///
    /// # Errors
    ///
    /// When there is not one result for each element, or one accepts what was not offered.
    pub(super) fn judge(
        self,
        results: &[ContextResult],
        agreement: &mut Agreement,
    ) -> Result<Vec<(Ndr, ContextResult)>, Failure> {
        let expected = self.syntaxes.len() + usize::from(self.features);
        if results.len() != expected {
            return Err(Failure::Results { found: results.len(), expected });
        }
        let mut left = Vec::new();
        for ((id, ndr), result) in (0..).zip(self.syntaxes).zip(results) {
            if !result.is_accepted() {
                left.push((*ndr, *result));
            } else if result.transfer_syntax == ndr.syntax() {
                agreement.add(Context { id, ndr: *ndr });
            } else {
                let found = result.transfer_syntax;
                return Err(Failure::Syntax { offered: *ndr, found });
            }
        }
        if let Some(features) = results.last()
            && self.features
            && features.result == ContextResult::NEGOTIATE_ACK
        {
            // The host may not add to what was asked for (MS-RPCE §3.3.1.5.3).
            agreement.features = features.reason & FEATURES;
        }
        Ok(left)
    }
}
