//! `w32tm /resync`.

use crate::time_service::outcome::Outcome;
use crate::w32tm::command::Resync;
use crate::w32tm::reply::{Effect, Reply};
use crate::w32tm::target::{Target, not_started};

pub(super) fn run(how: &Resync, target: &mut Target<'_>) -> Reply {
    let whom = how.computer.as_deref().unwrap_or("local computer");
    let begins = format!("Sending resync command to {whom}\n");
    if !target.service.is_running() {
        let Reply { text, code, .. } = not_started();
        return Reply::failed(code, format!("{begins}{text}"));
    }
    let acts = target.service.resync(target.now, target.wall, how.rediscover);
    if how.no_wait {
        let text = format!("{begins}{}\n", Outcome::Success.text());
        return Reply { acts, ..Reply::done(text) };
    }
    Reply { acts, effect: Some(Effect::AwaitResync), ..Reply::done(begins) }
}

/// What is printed once it is known what came of it.
pub fn ending(outcome: Outcome) -> Reply {
    Reply::failed(outcome.code(), format!("{}\n", outcome.text()))
}
