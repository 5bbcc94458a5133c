//! Version 6 answers: as version 5, with a MAC over everything before it.

use bytes::BytesMut;

use crate::kms::response::Response;
use crate::kms::seal::bend::Bend;
use crate::kms::seal::cbc::Cipher;
use crate::kms::seal::envelope::{Envelope, Salts};
use crate::kms::seal::form::{Form, HEAD, MAC};
use crate::kms::seal::tail::{Keyed, Tail};
use crate::kms::seal::v5;
use crate::time::FileTime;

/// Appends a sealed answer; `tag` makes the MAC for the time echoed, over two pieces of bytes.
#[expect(clippy::too_many_arguments, reason = "each is one input of the seal's table")]
pub(crate) fn seal_response(
    cipher: &Cipher,
    mut tag: impl FnMut(FileTime, &[u8; 16], &[u8]) -> [u8; MAC],
    response: &Response,
    envelope: &Envelope,
    salts: Salts,
    hwid: [u8; 8],
    bend: Option<Bend>,
    out: &mut BytesMut,
) {
    let iv = if bend == Some(Bend::Iv) { envelope.iv() } else { salts.iv };
    let mut xored_ivs = envelope.opened_iv();
    xored_ivs[0] ^= Bend::bit(bend, Bend::XoredIvs);
    let keyed = Some(Keyed { hwid, xored_ivs, hmac: [0; MAC] });
    let tail = Tail { keyed, ..v5::proofs(envelope, salts, bend) };
    let start = out.len();
    v5::write(Bend::outer(bend, envelope.version()), iv, out, |out| {
        v5::answer(response, &tail, bend, out);
    });
    let plain = out.get_mut(start + HEAD..).unwrap_or_default();
    v5::finish(plain, response, bend);
    let covered = response.size() + Tail::size(Form::V6) - MAC;
    if let Some((covered, rest)) = plain.split_at_mut_checked(covered)
        && let Some(hmac) = rest.first_chunk_mut::<MAC>()
    {
        *hmac = tag(response.client_time, &cipher.unblock(iv), covered);
        hmac[0] ^= Bend::bit(bend, Bend::Hmac);
    }
    cipher.seal(iv, plain);
}
