//! Binds and `alter_context`s.

use bytes::BytesMut;
use kms_proto::rpc::bind::Bind;
use kms_proto::rpc::bind_ack::ContextResult;
use kms_proto::rpc::header::Header;
use kms_proto::rpc::pdu::Body;

use crate::session::association::Association;
use crate::session::contexts;
use crate::session::peer::Peer;
use crate::session::step::Answer;
use crate::session::trouble::Trouble;

impl Peer {
    /// A bind: the association begins, or there is a reason against it.
    pub(super) fn bind(
        &mut self,
        header: &Header,
        bytes: &[u8],
        out: &mut BytesMut,
    ) -> Result<Answer, Trouble> {
        if header.auth_length != 0 {
            return Err(Trouble::Authentication);
        }
        if self.association.is_some() {
            return Err(Trouble::BoundAlready);
        }
        let bind = self.offer(bytes)?;
        if bind.contexts.len() > self.config.max_contexts {
            return Err(Trouble::Contexts(bind.contexts.len()));
        }
        let mut association = Association::new(&self.config, &bind, self.group);
        let results = association.acknowledge(header.call_id, header.flags, &bind, self.port, out);
        self.association = Some(association);
        Ok(bound(&results))
    }

    /// An `alter_context`: the association gets more contexts.
    pub(super) fn alter(
        &mut self,
        header: &Header,
        bytes: &[u8],
        out: &mut BytesMut,
    ) -> Result<Answer, Trouble> {
        if self.association.is_none() {
            return Err(Trouble::NotBound(header.packet_type));
        }
        if header.auth_length != 0 {
            return Err(Trouble::Authentication);
        }
        let bind = self.offer(bytes)?;
        let association = self.association.as_mut().ok_or(Trouble::NotBound(header.packet_type))?;
        Ok(bound(&association.alter(header.call_id, &bind, out)))
    }

    /// Reads what a bind or an `alter_context` offers. Its flags mean nothing: neither is ever cut.
    fn offer(&mut self, bytes: &[u8]) -> Result<Bind, Trouble> {
        let pdu = self.parse(bytes)?;
        let (Body::Bind(bind) | Body::AlterContext(bind)) = pdu.body else {
            return Err(Trouble::PacketType(pdu.body.packet_type()));
        };
        contexts::check(&bind.contexts).map_err(Trouble::Malformed)?;
        Ok(bind)
    }
}

/// How many contexts were taken, and how many were not.
fn bound(results: &[ContextResult]) -> Answer {
    let count = |result| results.iter().filter(|r| r.result == result).count();
    Answer::Bound {
        accepted: count(ContextResult::ACCEPTANCE),
        refused: count(ContextResult::PROVIDER_REJECTION),
    }
}
