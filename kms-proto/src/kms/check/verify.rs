//! The checks of a message, from `length` to `client_time`.

use sha2::{Digest, Sha256};

use crate::kms::check::answer::{Answer, Asked};
use crate::kms::check::base::{Base, stated_size};
use crate::kms::check::failure::{Check, Failure};
use crate::kms::response::FIXED;
use crate::kms::seal::Seal;
use crate::kms::seal::envelope::xor;
use crate::kms::seal::form::{Form, HEAD, MAC};
use crate::kms::seal::padding::{self, BLOCK};
use crate::kms::seal::tail::Tail;
use crate::kms::version::Version;
use crate::text::Hex;
use crate::time::FileTime;
use crate::wire::{Order, Wire};

/// The shortest version 4 answer: an empty PID's NUL and a MAC.
const SHORTEST_V4: usize = FIXED + 2 + MAC;

/// Checks the message of an answer whose HRESULT is zero.
///
/// Every check that can be made is made. After a wrong version or length only those that the form
/// of the *request* still gives a meaning to.
pub fn verify_answer(seal: &mut Seal, asked: &Asked, bytes: &[u8]) -> Answer {
    let mut answer = Answer::default();
    let form = Form::nearest(asked.request.version);
    let version = Version::parse(bytes, Order::Little).ok().map(|(_, version)| version);
    // The length is judged by the answer's own version, so that an answer in another version is
    // told to be that.
    let own = version.and_then(Form::of).unwrap_or(form);
    answer.check(Check::Length, fits(own, bytes.len()), || length_detail(own, bytes.len()));
    let expected = asked.request.version;
    if let Some(version) = version {
        answer.check(Check::Version, version == expected, || {
            format!("the answer is version {version}, the request was {expected}")
        });
    }
    if !fits(form, bytes.len()) {
        return answer;
    }
    match form {
        Form::V4 => clear(seal, asked, bytes, &mut answer),
        Form::V5 | Form::V6 => sealed(seal, form, asked, bytes, &mut answer),
    }
    answer
}

fn fits(form: Form, length: usize) -> bool {
    match form {
        Form::V4 => SHORTEST_V4 <= length,
        Form::V5 | Form::V6 => HEAD + BLOCK <= length && (length - HEAD).is_multiple_of(BLOCK),
    }
}

fn length_detail(form: Form, length: usize) -> String {
    match form {
        Form::V4 => format!("{length} bytes, but a version 4 answer has at least {SHORTEST_V4}"),
        Form::V5 | Form::V6 => {
            format!(
                "{length} bytes, but version and IV take {HEAD} and whole blocks of {BLOCK} follow"
            )
        }
    }
}

/// Version 4.
fn clear(seal: &Seal, asked: &Asked, bytes: &[u8], answer: &mut Answer) {
    let base = Base::read(bytes);
    answer.base(&base);
    answer.size(bytes, base.end, MAC);
    if let Some((covered, rest)) = base.end.and_then(|end| bytes.split_at_checked(end))
        && let Some(mac) = rest.first_chunk::<MAC>()
    {
        let right = seal.mac(covered);
        answer.check(Check::Mac, right == *mac, || differs(mac, "this realm's keys", &right));
    }
    answer.echo(asked, &base);
}

/// Versions 5 and 6.
fn sealed(seal: &mut Seal, form: Form, asked: &Asked, bytes: &[u8], answer: &mut Answer) {
    let mut scratch = seal.take_scratch(bytes);
    if let Some((version, sealed)) = scratch.split_first_chunk_mut::<4>() {
        let opened_iv = seal.decrypt(form, sealed);
        if let Some((iv, plain)) = sealed.split_first_chunk::<16>() {
            let same = *iv == asked.iv;
            answer.check(Check::IvRule, same == (form == Form::V5), || match form {
                Form::V6 => "the response IV is the request's, but must be drawn anew".to_owned(),
                _ => differs(iv, "the request", &asked.iv),
            });
            opened(seal, form, asked, *version, &opened_iv, plain, answer);
        }
    }
    seal.put_back(scratch);
}

/// The plaintext of versions 5 and 6.
fn opened(
    seal: &mut Seal,
    form: Form,
    asked: &Asked,
    outer: [u8; 4],
    opened_iv: &[u8; 16],
    plain: &[u8],
    answer: &mut Answer,
) {
    let content = padding::content(plain);
    answer.check(Check::Padding, content.is_some(), || {
        format!("the plaintext ends in {}, which is no PKCS#7 padding", last_block(plain))
    });
    let inner = plain.first_chunk::<4>().copied().unwrap_or_default();
    answer.check(Check::InnerVersion, inner == outer, || {
        format!("{} under the seal, {} outside", Hex(&inner), Hex(&outer))
    });
    let base = Base::read(plain);
    answer.base(&base);
    if let Some(content) = content {
        let content = plain.get(..content).unwrap_or_default();
        answer.size(content, base.end, Tail::size(form));
    }
    if let Some(end) = base.end {
        proofs(seal, form, asked, opened_iv, (plain, end), base.echo, answer);
    }
    answer.echo(asked, &base);
}

/// The tail that starts at `end` of the plaintext; checks whose bytes are not there are not made.
fn proofs(
    seal: &mut Seal,
    form: Form,
    asked: &Asked,
    opened_iv: &[u8; 16],
    (plain, end): (&[u8], usize),
    echo: Option<(uuid::Uuid, FileTime)>,
    answer: &mut Answer,
) {
    let rest = plain.get(end..).unwrap_or_default();
    let keyed = form == Form::V6;
    let Some((_, tail)) = Tail::parse(rest, keyed).or_else(|_| Tail::parse(rest, false)).ok()
    else {
        return;
    };
    let request_iv = seal.unblock(form, asked.iv);
    let hash: [u8; 32] = Sha256::digest(xor(tail.random_xored_ivs, request_iv)).into();
    answer.check(Check::Hash, hash == tail.hash, || {
        differs(&tail.hash, "the salt that came with it", &hash)
    });
    let Some(keyed) = tail.keyed else { return };
    answer.hwid = Some(keyed.hwid);
    answer.check(Check::XoredIvs, keyed.xored_ivs == request_iv, || {
        differs(&keyed.xored_ivs, "the request's IV", &request_iv)
    });
    if let (Some((_, time)), Some(covered)) = (echo, plain.get(..end + Tail::size(form) - MAC)) {
        let holds = seal.holds_hmac(time, opened_iv, covered, &keyed.hmac);
        answer.check(Check::Hmac, holds, || {
            format!("{} is the tag of no key for the time echoed ({time})", Hex(&keyed.hmac))
        });
    }
}

impl Answer {
    fn check(&mut self, check: Check, holds: bool, detail: impl FnOnce() -> String) {
        if !holds {
            self.failures.push(Failure::new(check, detail()));
        }
    }

    /// `pid`, and the fields.
    fn base(&mut self, base: &Base) {
        self.response = base.response;
        if let Some(error) = base.pid {
            self.failures.push(Failure::new(Check::Pid, error.to_string()));
        }
    }

    /// `size`: `content` must be a base that ends at `end`, and `tail` bytes more.
    fn size(&mut self, content: &[u8], end: Option<usize>, tail: usize) {
        let stated = end.or_else(|| stated_size(content).map(|size| size.saturating_add(FIXED)));
        let expected = stated.map_or(FIXED + 2, |end| end).saturating_add(tail);
        let found = content.len();
        self.check(Check::Size, found == expected, || {
            format!("the fields take {expected} bytes, but there are {found}")
        });
    }

    /// `cmid` and `client_time`.
    fn echo(&mut self, asked: &Asked, base: &Base) {
        let Some((cmid, time)) = base.echo else { return };
        let sent = &asked.request;
        self.check(Check::Cmid, cmid == sent.cmid, || {
            format!("the answer is to {cmid}, but {} asked", sent.cmid)
        });
        self.check(Check::ClientTime, time == sent.client_time, || {
            format!("the answer echoes {time}, but {} was sent", sent.client_time)
        });
    }
}

fn differs(found: &[u8], by: &str, right: &[u8]) -> String {
    format!("{} came, but by {by} it must be {}", Hex(found), Hex(right))
}

fn last_block(plain: &[u8]) -> Hex<'_> {
    Hex(plain.get(plain.len().saturating_sub(BLOCK)..).unwrap_or_default())
}
