//! By what a connection is known to be one of KMS.

use crate::kms::seal::form::Form;
use crate::kms::version::Version;
use crate::rpc::frame;
use crate::rpc::pdu::{Body, Pdu};
use crate::rpc::stub::Ndr;
use crate::rpc::stub::request::RequestStub;
use crate::rpc::syntax::SyntaxId;
use crate::wire::{Order, Wire};

/// KMS's own port.
pub const PORT: u16 = 1688;

/// Why a stream is taken for KMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A bind or `alter_context` names the interface.
    Interface,
    /// A request carries a KMS message.
    Message,
    /// One of its ports is KMS's.
    Port,
}

/// Why a PDU is one of KMS, if it is.
pub(super) fn interface(bytes: &[u8]) -> Option<Found> {
    let pdu = Pdu::parse(bytes).ok()?;
    let order = frame::header(bytes)?.order();
    match &pdu.body {
        Body::Bind(bind) | Body::AlterContext(bind) => {
            let named = |uuid| uuid == SyntaxId::KMS.uuid;
            bind.contexts
                .iter()
                .any(|element| named(element.abstract_syntax.uuid))
                .then_some(Found::Interface)
        }
        Body::Request(request) => [Ndr::Ndr32, Ndr::Ndr64]
            .into_iter()
            .filter_map(|ndr| RequestStub::from_bytes(request.stub, ndr, order).ok())
            .any(|stub| is_message(stub.message))
            .then_some(Found::Message),
        _ => None,
    }
}

fn is_message(bytes: &[u8]) -> bool {
    let version = Version::parse(bytes, Order::Little).ok().map(|(_, version)| version);
    version.and_then(Form::of).is_some_and(|form| form.request_length() == bytes.len())
}
