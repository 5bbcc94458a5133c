//! Calls that came in several fragments, put together under explicit limits (C706 §12.6.2).
//!
//! Fragments of several calls may come interleaved: call ids keep them apart. Nothing a fragment
//! promises is believed; what is kept is what came.

use core::fmt;

use bytes::BytesMut;

use crate::rpc::header::{DataRep, Flags};
use crate::rpc::pdu::Pdu;
use crate::rpc::request::Request;
use crate::rpc::response::Response;

/// How much one peer can make us keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of stub of one call.
    pub call_bytes: usize,
    /// Fragments of one call.
    pub call_fragments: usize,
    /// Calls under reassembly at once.
    pub calls: usize,
    /// Bytes of stub of all calls under reassembly.
    pub total_bytes: usize,
}

/// 64 KiB and 1 024 fragments a call; 64 calls and 256 KiB at once.
impl Default for Limits {
    fn default() -> Self {
        Self { call_bytes: 65_536, call_fragments: 1_024, calls: 64, total_bytes: 262_144 }
    }
}

/// What a fragment says about its call; all fragments of a call say the same but for the flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fragment<'a> {
    /// The call.
    pub call_id: u32,
    /// First, last and the rest.
    pub flags: Flags,
    /// How its integers are written.
    pub data_rep: DataRep,
    /// The presentation context.
    pub context_id: u16,
    /// The operation; 0 in a response, which names none.
    pub opnum: u16,
    /// The piece of the stub.
    pub stub: &'a [u8],
}

impl<'a> Fragment<'a> {
    /// The fragment a request PDU is.
    pub const fn of_request(pdu: &Pdu<'_>, request: &Request<'a>) -> Self {
        let Request { context_id, opnum, stub, .. } = *request;
        Self {
            call_id: pdu.call_id,
            flags: pdu.flags,
            data_rep: pdu.data_rep,
            context_id,
            opnum,
            stub,
        }
    }

    /// The fragment a response PDU is.
    pub const fn of_response(pdu: &Pdu<'_>, response: &Response<'a>) -> Self {
        let Response { context_id, stub, .. } = *response;
        Self {
            call_id: pdu.call_id,
            flags: pdu.flags,
            data_rep: pdu.data_rep,
            context_id,
            opnum: 0,
            stub,
        }
    }
}

/// What became of a fragment.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is kept; its call is not complete.
    Kept,
    /// It is the whole call: its own stub is all there is, and nothing was copied.
    Alone,
    /// It completes its call.
    Completed(Completed),
}

/// A call whose last fragment came.
#[derive(Debug, PartialEq, Eq)]
pub struct Completed {
    /// The flags of the first fragment.
    pub flags: Flags,
    /// The whole stub.
    pub stub: BytesMut,
}

/// Why a fragment cannot be taken; the association ends with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It continues a call that never began.
    NoFirst,
    /// It begins a call that is under reassembly.
    FirstAgain,
    /// Its context, operation or data representation is not the first fragment's.
    Differs,
    /// Its call grows longer than the limit.
    CallBytes,
    /// Its call has more fragments than the limit.
    CallFragments,
    /// More calls are under reassembly than the limit.
    Calls,
    /// All calls together grow longer than the limit.
    TotalBytes,
}

impl Refusal {
    /// Whether a limit was met; otherwise the peer broke the protocol.
    pub const fn is_limit(self) -> bool {
        !matches!(self, Self::NoFirst | Self::FirstAgain | Self::Differs)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoFirst => "a fragment continues a call that never began",
            Self::FirstAgain => "a call begins again before its last fragment",
            Self::Differs => "fragments of one call disagree about it",
            Self::CallBytes => "a call is longer than the limit",
            Self::CallFragments => "a call has more fragments than the limit",
            Self::Calls => "more calls are open than the limit",
            Self::TotalBytes => "open calls are longer together than the limit",
        })
    }
}

/// The calls of one association that are not complete.
#[derive(Debug)]
pub struct Reassembly {
    limits: Limits,
    // Few at most, so a list searched from the front serves better than a map.
    open: Vec<Open>,
    // INVARIANT: the sum of the lengths of all stubs in `open`.
    bytes: usize,
}

#[derive(Debug)]
struct Open {
    call_id: u32,
    flags: Flags,
    data_rep: DataRep,
    context_id: u16,
    opnum: u16,
    fragments: usize,
    stub: BytesMut,
}

impl Reassembly {
    /// Nothing under reassembly.
    pub const fn new(limits: Limits) -> Self {
        Self { limits, open: Vec::new(), bytes: 0 }
    }

    /// How many calls are under reassembly.
    pub const fn calls(&self) -> usize {
        self.open.len()
    }

    /// How many bytes they hold.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Takes one fragment.
    ///
    /// # Errors
    ///
    /// When it fits no call or a limit; nothing of it is kept.
    pub fn take(&mut self, fragment: &Fragment<'_>) -> Result<Taken, Refusal> {
        let index = self.open.iter().position(|open| open.call_id == fragment.call_id);
        let last = fragment.flags.has(Flags::LAST);
        match (fragment.flags.has(Flags::FIRST), index) {
            (true, Some(_)) => Err(Refusal::FirstAgain),
            (false, None) => Err(Refusal::NoFirst),
            (true, None) if last => {
                if fragment.stub.len() > self.limits.call_bytes {
                    return Err(Refusal::CallBytes);
                }
                Ok(Taken::Alone)
            }
            (true, None) => self.begin(fragment),
            (false, Some(index)) => self.go_on(index, fragment, last),
        }
    }

    /// Forgets a call; whether there was one.
    pub fn forget(&mut self, call_id: u32) -> bool {
        match self.open.iter().position(|open| open.call_id == call_id) {
            Some(index) => {
                self.close(index);
                true
            }
            None => false,
        }
    }

    fn begin(&mut self, fragment: &Fragment<'_>) -> Result<Taken, Refusal> {
        let Fragment { call_id, flags, data_rep, context_id, opnum, stub } = *fragment;
        if self.open.len() >= self.limits.calls {
            return Err(Refusal::Calls);
        }
        self.admit(0, 0, stub.len())?;
        let stub = BytesMut::from(stub);
        self.bytes += stub.len();
        self.open.push(Open { call_id, flags, data_rep, context_id, opnum, fragments: 1, stub });
        Ok(Taken::Kept)
    }

    fn go_on(
        &mut self,
        index: usize,
        fragment: &Fragment<'_>,
        last: bool,
    ) -> Result<Taken, Refusal> {
        let Some(open) = self.open.get(index) else { return Err(Refusal::NoFirst) };
        let same = (open.data_rep, open.context_id, open.opnum)
            == (fragment.data_rep, fragment.context_id, fragment.opnum);
        if !same {
            return Err(Refusal::Differs);
        }
        self.admit(open.fragments, open.stub.len(), fragment.stub.len())?;
        self.bytes += fragment.stub.len();
        let Some(open) = self.open.get_mut(index) else { return Err(Refusal::NoFirst) };
        open.fragments += 1;
        open.stub.extend_from_slice(fragment.stub);
        if last {
            let Open { flags, stub, .. } = self.close(index);
            return Ok(Taken::Completed(Completed { flags, stub }));
        }
        Ok(Taken::Kept)
    }

    /// Whether a call of so many fragments and bytes may have one fragment and `more` bytes more.
    fn admit(&self, fragments: usize, bytes: usize, more: usize) -> Result<(), Refusal> {
        if fragments >= self.limits.call_fragments {
            Err(Refusal::CallFragments)
        } else if bytes.saturating_add(more) > self.limits.call_bytes {
            Err(Refusal::CallBytes)
        } else if self.bytes.saturating_add(more) > self.limits.total_bytes {
            Err(Refusal::TotalBytes)
        } else {
            Ok(())
        }
    }

    fn close(&mut self, index: usize) -> Open {
        let open = self.open.swap_remove(index);
        self.bytes = self.bytes.saturating_sub(open.stub.len());
        open
    }
}
