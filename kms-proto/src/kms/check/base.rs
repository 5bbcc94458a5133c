//! A response base read as far as it goes, for answers in which something is wrong.

use uuid::Uuid;

use crate::error::{DecodeError, Reason};
use crate::guid::guid;
use crate::kms::response::{FIXED, Response};
use crate::time::FileTime;
use crate::wire::{Order, Parsed, Wire, located, take, u32, u64};

/// What could be read of a response base.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Base {
    /// All of it.
    pub(crate) response: Option<Response>,
    /// What is wrong with the extended PID, as far as its bytes are there.
    pub(crate) pid: Option<DecodeError>,
    /// The CMID and client time that came back.
    pub(crate) echo: Option<(Uuid, FileTime)>,
    /// Where the base ends, when its stated size lies within the bytes.
    pub(crate) end: Option<usize>,
}

impl Base {
    /// Reads the base at the front of `bytes`.
    pub(crate) fn read(bytes: &[u8]) -> Self {
        match Response::parse(bytes, Order::Little) {
            Ok((rest, response)) => Self {
                response: Some(response),
                pid: None,
                echo: Some((response.cmid, response.client_time)),
                end: Some(bytes.len() - rest.len()),
            },
            Err(error) => Self::torn(bytes, located(&error, bytes.len())),
        }
    }

    /// Reads around what is wrong, by the size the base states.
    fn torn(bytes: &[u8], error: DecodeError) -> Self {
        let of_pid = matches!(error.field, "pid_size" | "extended_pid");
        let pid = Some(error).filter(|error| of_pid && error.reason != Reason::Truncated);
        let Some(size) = stated_size(bytes) else { return Self { pid, ..Self::default() } };
        let echo = bytes.get(8..).and_then(|rest| echo(rest, size).ok()).map(|(_, echo)| echo);
        let end = FIXED.checked_add(size).filter(|end| *end <= bytes.len());
        Self { response: None, pid, echo, end }
    }
}

/// The size stated for the extended PID.
pub(crate) fn stated_size(bytes: &[u8]) -> Option<usize> {
    let (_, size) = u32(Order::Little)(bytes.get(4..)?).ok()?;
    usize::try_from(size).ok()
}

fn echo(input: &[u8], pid_size: usize) -> Parsed<'_, (Uuid, FileTime)> {
    let (input, _) = take(pid_size)(input)?;
    let (input, cmid) = guid(Order::Little)(input)?;
    let (input, client_time) = u64(Order::Little)(input)?;
    Ok((input, (cmid, FileTime(client_time))))
}
