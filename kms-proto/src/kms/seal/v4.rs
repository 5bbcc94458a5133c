//! Version 4: base and AES-CMAC ([RFC 4493]), in the clear.
//!
//! [RFC 4493]: https://www.rfc-editor.org/rfc/rfc4493

use aes::Aes128;
use bytes::BytesMut;
use cmac::{Cmac, KeyInit, Mac as _};

use crate::kms::request::Request;
use crate::kms::response::Response;
use crate::kms::seal::bend::Bend;
use crate::kms::seal::envelope::Envelope;
use crate::kms::seal::form::MAC;
use crate::kms::seal::opened::Opened;
use crate::kms::version::Version;
use crate::wire::{Order, Wire};
use crate::write::Writer;

/// A base and the MAC behind it, as they travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Maced<'a, T> {
    /// The base.
    pub base: &'a T,
    /// AES-CMAC over all bytes before it.
    pub mac: [u8; MAC],
}

impl<'a, T: Wire<'a>> Maced<'_, T> {
    /// Writes base and MAC.
    pub fn emit(&self, out: &mut Writer<'_>) {
        self.base.emit(out);
        out.bytes("mac", &self.mac);
    }
}

/// The MAC, its key scheduled.
#[derive(Clone)]
pub(crate) struct Mac(Cmac<Aes128>);

impl Mac {
    /// The MAC under `key`.
    pub(crate) fn new(key: [u8; 16]) -> Self {
        Self(Cmac::new(&key.into()))
    }

    /// The tag over `bytes`.
    pub(crate) fn over(&self, bytes: &[u8]) -> [u8; MAC] {
        let mut mac = self.0.clone();
        mac.update(bytes);
        mac.finalize().into_bytes().into()
    }

    /// Opens a request of 252 bytes: readable with or without the key.
    pub(crate) fn open_request(&self, version: Version, message: &[u8]) -> Opened {
        let readable = Request::parse(message, Order::Little).ok().map(|(_, request)| request);
        let sealed = message
            .split_last_chunk::<MAC>()
            .is_some_and(|(covered, mac)| self.over(covered) == *mac);
        match readable {
            Some(request) if sealed => {
                let envelope = Envelope::new(version, [0; 16], [0; 16]);
                Opened::Lab { request, envelope }
            }
            readable => Opened::Foreign { version, readable },
        }
    }

    /// Appends a sealed request.
    pub(crate) fn seal_request(&self, request: &Request, out: &mut BytesMut) {
        self.seal(request, out, |_| {});
    }

    /// Appends a sealed answer.
    pub(crate) fn seal_response(
        &self,
        response: &Response,
        bend: Option<Bend>,
        out: &mut BytesMut,
    ) {
        let pid_size = usize::try_from(response.pid.size()).unwrap_or(0);
        self.seal(response, out, |base| Bend::base(bend, base, pid_size));
        if let Some(last) = out.last_mut() {
            *last ^= Bend::bit(bend, Bend::Mac);
        }
        out.resize(out.len() + Bend::surplus(bend), 0);
    }

    fn seal<'a, T: Wire<'a>>(&self, base: &T, out: &mut BytesMut, bend: impl FnOnce(&mut [u8])) {
        let start = out.len();
        Maced { base, mac: [0; MAC] }.emit(&mut Writer::new(out, Order::Little));
        let message = out.get_mut(start..).unwrap_or_default();
        if let Some((covered, mac)) = message.split_last_chunk_mut::<MAC>() {
            bend(covered);
            *mac = self.over(covered);
        }
    }
}
