//! One call of a capture, from its two halves.

use kms_proto::capture::stream::Place;
use kms_proto::dissect::{Gist, Sealed};
use kms_proto::kms::catalogue::find;
use kms_proto::kms::hresult::HResult;
use kms_proto::time::Moment;

use crate::captured::record::{CallRecord, Verdict};

/// A request whose answer is not here yet.
#[derive(Debug)]
pub(super) struct Asked {
    /// Where.
    pub(super) place: Place,
    /// What it comes to.
    pub(super) gist: Gist,
}

/// A call, from its two halves.
pub(super) fn call(
    stream: u64,
    call: u32,
    asked: Option<Asked>,
    answered: Option<(Place, Gist)>,
) -> CallRecord {
    let (request_place, request) = asked.map(|asked| (asked.place, asked.gist)).unzip();
    let (answer_place, answer) = answered.unzip();
    let at = request_place.and_then(|(at, _)| at);
    let client_time = request.as_ref().and_then(|gist| gist.client_time);
    let skew = client_time.zip(at).map(|(time, at)| time.skew_from(at.filetime()));
    let took = answer_place.and_then(|(answered, _)| Some(answered?.since(at?).0));
    let result = answer.as_ref().and_then(|gist| gist.hresult);
    let named = |(major, minor): (u16, u16)| format!("{major}.{minor}");
    let version = |gist: Option<&Gist>| gist.and_then(|gist| gist.version).map(named);
    let usable = answer.as_ref().is_some_and(|answer| is_usable(request.as_ref(), answer));
    CallRecord {
        stream,
        call,
        request_packet: request_place.map(|(_, packet)| packet),
        answer_packet: answer_place.map(|(_, packet)| packet),
        at: at.map(stamp),
        took_ns: took,
        version: version(request.as_ref()),
        answer_version: version(answer.as_ref()),
        machine: request.as_ref().and_then(|gist| gist.machine.clone()),
        client_time: client_time.map(|time| time.to_string()),
        skew,
        skew_ns: skew.map(kms_proto::time::skew::Skew::nanos),
        granted: usable && result.is_some_and(HResult::is_ok),
        request: verdict(request.as_ref()),
        answer: verdict(answer.as_ref()),
        result,
        symbol: result.and_then(find).and_then(|entry| entry.symbol),
        fault: answer.as_ref().and_then(|gist| gist.fault).map(|status| status.to_string()),
        count: answer.as_ref().and_then(|gist| gist.count),
    }
}

/// Whether a client can take the answer, as far as that can be told of a success.
fn is_usable(request: Option<&Gist>, answer: &Gist) -> bool {
    let asked = verdict(request);
    match (request, verdict(Some(answer))) {
        (_, Verdict::WrongForm { .. }) => false,
        // Where the request is not the realm's either, the realm is another and nothing is known.
        (_, Verdict::Foreign) if matches!(asked, Verdict::Sealed | Verdict::Plain) => false,
        (None, _) => true,
        (Some(request), _) => {
            // The time in a request comes back in its answer.
            let times = request.client_time.zip(answer.client_time);
            let same_time = times.is_none_or(|(asked, answered)| asked == answered);
            same_time && (request.version.is_none() || request.version == answer.version)
        }
    }
}

fn verdict(gist: Option<&Gist>) -> Verdict {
    let Some(gist) = gist else { return Verdict::Absent };
    if let Some((offset, why)) = &gist.wrong {
        return Verdict::WrongForm { offset: *offset, why: why.clone() };
    }
    match gist.sealed {
        None => Verdict::Plain,
        Some(Sealed::Holds) => Verdict::Sealed,
        Some(Sealed::Foreign) => Verdict::Foreign,
        Some(Sealed::Unopened) => Verdict::Unopened,
    }
}

/// A moment as text.
pub(super) fn stamp(at: Moment) -> String {
    at.filetime().to_string()
}
