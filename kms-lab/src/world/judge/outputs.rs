//! Looks at what commands came to that were typed.

use kms_proto::kms::hresult::HResult;

use crate::world::actor::Actor;
use crate::world::engine::World;
use crate::world::history::Typed;
use crate::world::judge::counts::nearest_line;
use crate::world::judge::looks::result_text;
use crate::world::judge::unmet::{Span, Unmet};

/// What is wanted of an output.
pub(super) struct Wanted<'a> {
    pub(super) code: Option<HResult>,
    pub(super) text: Option<&'a str>,
    pub(super) contains: &'a [String],
    pub(super) lacks: &'a [String],
}

/// Holds every command that a step typed at these prompts; there is one, and all have ended.
pub(super) fn outputs(
    world: &World,
    (step, on): (&str, Option<(&str, Vec<Actor>)>),
    span: Span,
    wanted: &Wanted<'_>,
) -> Result<(), Unmet> {
    let mut found = 0;
    for typed in world.history.commands.iter().filter(|typed| typed.id == step) {
        let there = on.as_ref().is_none_or(|(_, actors)| actors.contains(&typed.actor));
        if !there || typed.began < span.from || typed.began > span.until {
            continue;
        }
        found += 1;
        if let Some(message) = differs(typed, wanted) {
            let (line, id) = (&typed.typing.command, world.id(typed.actor));
            return Err(Unmet::new(format!("{line} on {id}: {message}")));
        }
    }
    if found == 0 {
        let on = on.map(|(id, _)| format!(" on {id}")).unwrap_or_default();
        return Err(Unmet::new(format!("step {step:?} has typed nothing{on}")));
    }
    Ok(())
}

/// How a command's end differs from what is wanted.
fn differs(typed: &Typed, wanted: &Wanted<'_>) -> Option<String> {
    let Some((_, reply)) = &typed.end else { return Some("it has not ended".to_owned()) };
    let mut differences = Vec::new();
    if let Some(code) = wanted.code.filter(|code| *code != reply.result()) {
        let got = result_text(reply.result());
        differences.push(format!("expected code {}, got {got}", result_text(code)));
    }
    if let Some(text) = wanted.text.filter(|text| *text != reply.text) {
        let (line, wanted, got) = first_difference(text, &reply.text);
        differences.push(format!("expected line {line} to be {wanted:?}, got {got:?}"));
    }
    if let Some(part) = wanted.contains.iter().find(|part| !reply.text.contains(part.as_str())) {
        let near = nearest_line(&reply.text, part);
        differences.push(format!("expected {part:?} in its output, got {near:?}"));
    }
    if let Some(part) = wanted.lacks.iter().find(|part| reply.text.contains(part.as_str())) {
        differences.push(format!("expected no {part:?} in its output, it is there"));
    }
    (!differences.is_empty()).then(|| differences.join("; "))
}

/// The first line in which two texts differ, from 1.
fn first_difference<'a>(wanted: &'a str, got: &'a str) -> (usize, &'a str, &'a str) {
    let (mut a, mut b) = (wanted.split('\n'), got.split('\n'));
    let mut line = 1;
    loop {
        match (a.next(), b.next()) {
            (Some(a), Some(b)) if a == b => line += 1,
            (a, b) => return (line, a.unwrap_or("missing"), b.unwrap_or("missing")),
        }
    }
}
