//! `kms.response` and `kms.policy`: the fields of a granted answer, and its seal.

use bytes::Bytes;
use kms_proto::guid::Uuid;
use kms_proto::kms::pid::Pid;
use kms_proto::kms::request::Request;
use kms_proto::kms::response::Response;
use kms_proto::kms::seal::bend::Bend;
use kms_proto::kms::seal::form::Form;
use kms_proto::kms::version::Version;
use kms_proto::time::FileTime;
use kms_proto::time::duration::NANOS_PER_TICK;

use crate::fault::bend::{Cannot, THE_SAME};
use crate::fault::chance::Chance;
use crate::fault::kind::message::MessageKind;
use crate::fault::memory::Memory;
use crate::fault::notes::Notes;
use crate::fault::value::{Minutes, Offset};

/// What an answer becomes.
#[derive(Clone, Debug)]
pub(crate) struct Edit {
    /// Its fields.
    pub(crate) response: Response,
    /// The one thing that is wrong with its seal.
    pub(crate) bend: Option<Bend>,
    /// What is sent in its place.
    pub(crate) instead: Option<Bytes>,
}

impl Edit {
    /// The answer as it is.
    pub(crate) const fn of(response: Response) -> Self {
        Self { response, bend: None, instead: None }
    }

    /// One below what the product needs.
    pub(crate) fn count_below(&mut self, request: &Request) {
        self.response.count = request.n_policy.saturating_sub(1);
    }

    /// Bends it.
    ///
    /// # Errors
    ///
    /// When it has nothing of the kind.
    pub(crate) fn bend(
        &mut self,
        kind: &MessageKind,
        chance: &Chance<'_>,
        memory: &mut Memory,
        told: (&str, &mut Notes),
    ) -> Result<(), Cannot> {
        let before = (self.response, self.bend.is_some(), self.instead.clone());
        self.change(kind, chance, memory, told)?;
        // What is drawn may be the plain one, and so may what is remembered: it holds all the same.
        let drawn = matches!(
            kind,
            MessageKind::LegalCount {}
                | MessageKind::LegalInterval {}
                | MessageKind::Count { how: Some(_), .. }
        );
        let after = (self.response, self.bend.is_some(), self.instead.clone());
        if !drawn && before == after { Err(THE_SAME) } else { Ok(()) }
    }

    fn change(
        &mut self,
        kind: &MessageKind,
        chance: &Chance<'_>,
        memory: &mut Memory,
        (id, notes): (&str, &mut Notes),
    ) -> Result<(), Cannot> {
        let form = self.form();
        let response = &mut self.response;
        match kind {
            MessageKind::Version { value } | MessageKind::InnerVersion { value }
                if Version::from(*value) == response.version =>
            {
                return Err(THE_SAME);
            }
            MessageKind::Version { value } => self.seal(Bend::Version((*value).into()))?,
            MessageKind::InnerVersion { value } => {
                self.seal(Bend::InnerVersion((*value).into()))?;
            }
            MessageKind::WrongMac {} if form == Form::V4 => self.seal(Bend::Mac)?,
            MessageKind::WrongMac {} => self.seal(Bend::Hmac)?,
            MessageKind::WrongHash {} => self.seal(Bend::Hash)?,
            MessageKind::WrongSalt {} => self.seal(Bend::RandomXoredIvs)?,
            MessageKind::WrongIv {} => self.seal(Bend::Iv)?,
            MessageKind::WrongPadding {} => self.seal(Bend::Padding)?,
            MessageKind::WrongXoredIvs {} => self.seal(Bend::XoredIvs)?,
            MessageKind::Surplus { bytes } => self.seal(Bend::Surplus(*bytes))?,
            MessageKind::EchoClientTime { by } => {
                response.client_time = other_time(response.client_time, *by, chance);
            }
            MessageKind::WrongCmid {} => {
                // Never the right one by chance.
                let other = Uuid::from_u128(chance.bits("cmid"));
                let bits = response.cmid.as_u128();
                let other = if other.as_u128() == bits { !bits } else { other.as_u128() };
                response.cmid = Uuid::from_u128(other);
            }
            MessageKind::Stale {} => {
                self.instead = Some(memory.last().ok_or("there was no answer before this one")?);
            }
            MessageKind::Replay { nth } => {
                self.instead = Some(memory.nth(*nth).ok_or("that answer is still to come")?);
            }
            MessageKind::HostId { text, length, unterminated } => {
                if let Some(pid) = text.as_ref().and_then(|text| Pid::new(text)) {
                    response.pid = pid;
                }
                if let Some(length) = length {
                    self.seal(Bend::PidSize(*length))?;
                } else if *unterminated {
                    self.seal(Bend::PidEnd)?;
                }
            }
            MessageKind::Count { n, how } => {
                response.count = match (n, how) {
                    (Some(n), _) => *n,
                    (None, Some(how)) => memory.count(id, *how, response.count),
                    (None, None) => response.count,
                };
                notes.drew(id, "count", &response.count);
            }
            MessageKind::Interval { activation, renewal } => {
                let minutes = |new: &Option<Minutes>, old| new.map_or(old, |Minutes(new)| new);
                response.activation_interval = minutes(activation, response.activation_interval);
                response.renewal_interval = minutes(renewal, response.renewal_interval);
            }
            MessageKind::LegalCount {} => {
                response.count = chance.between(25, 50, "count");
                notes.drew(id, "count", &response.count);
            }
            MessageKind::LegalInterval {} => {
                response.activation_interval = chance.between(15, 43_200, "activation");
                response.renewal_interval = chance.between(15, 43_200, "renewal");
                notes.drew(id, "activation", &response.activation_interval);
                notes.drew(id, "renewal", &response.renewal_interval);
            }
        }
        Ok(())
    }

    fn form(&self) -> Form {
        Form::nearest(self.response.version)
    }

    /// Bends the seal, once.
    fn seal(&mut self, bend: Bend) -> Result<(), Cannot> {
        let form = self.form();
        let has_place = match bend {
            Bend::Mac => form == Form::V4,
            Bend::InnerVersion(_)
            | Bend::Hash
            | Bend::RandomXoredIvs
            | Bend::Padding
            | Bend::Iv => form != Form::V4,
            Bend::XoredIvs | Bend::Hmac => form == Form::V6,
            _ => true,
        };
        if !has_place {
            return Err("the answer's version has no place for it");
        }
        if self.bend.is_some() {
            return Err("another rule bends the seal");
        }
        self.bend = Some(bend);
        Ok(())
    }
}

/// A time that is not `time`.
fn other_time(time: FileTime, by: Option<Offset>, chance: &Chance<'_>) -> FileTime {
    let Some(Offset(by)) = by else {
        let drawn = FileTime(chance.below(FileTime::MAX_READING.0, "client_time"));
        return if drawn == time { FileTime(drawn.0 ^ 1) } else { drawn };
    };
    FileTime(time.0.saturating_add_signed(by.0 / NANOS_PER_TICK))
}
