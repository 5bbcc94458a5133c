//! A whole request against its cryptography alone, interleaved in one run: the gate.
//!
//! On a shared machine whole minutes come in slower than others, so only what ran in the same
//! moment is compared. Rounds are shorter than a scheduler's turn, so that most are undisturbed,
//! and their medians forget the others.
#![expect(clippy::print_stdout, reason = "the figures are what it is run for")]

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use benches::cryptography::Alone;
use benches::messages::VERSIONS;
use benches::whole::Whole;
use kms_proto::rpc::stub::Ndr;

/// Rounds of each version.
const ROUNDS: usize = 2_001;

/// Requests of one round: some 40 µs.
const REQUESTS: u32 = 50;

/// What a whole request may take, in microseconds. A goal: nothing fails by it.
const GOAL_MICROS: f64 = 1.0;

/// What a whole request may cost in units of its cryptography, version by version.
const GOAL_RATIO: [f64; 3] = [2.1, 2.7, 1.85];

/// How far beyond its goal a ratio may be.
const SLACK: f64 = 1.15;

fn main() -> ExitCode {
    println!("version    whole µs  (fastest)  goal   alone µs   ratio   goal   gate");
    let mut passed = true;
    for ((name, version), goal) in VERSIONS.into_iter().zip(GOAL_RATIO) {
        let (mut whole, mut alone) = (Whole::new(version, Ndr::Ndr32), Alone::new(version));
        let rounds = (0..ROUNDS).map(|_| {
            let whole = micros(|| whole.request().len());
            let alone = micros(|| usize::from(alone.request()));
            (whole, alone, whole / alone)
        });
        let (wholes, alones, ratios) = sorted(rounds);
        let (ratio, gate) = (median(&ratios), goal * SLACK);
        let verdict = if ratio <= gate { "" } else { "   beyond its gate" };
        passed &= ratio <= gate;
        println!(
            "{name:7}  {:10.3}  {:9.3}  {GOAL_MICROS:4.1}  {:9.3}  {ratio:6.2}  {goal:5.2}  {gate:5.2}{verdict}",
            median(&wholes),
            wholes.first().copied().unwrap_or(f64::NAN),
            median(&alones),
        );
    }
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Microseconds of one of [`REQUESTS`].
#[expect(clippy::disallowed_methods, reason = "a bench measures the time of this machine")]
fn micros(mut work: impl FnMut() -> usize) -> f64 {
    let start = Instant::now();
    for _ in 0..REQUESTS {
        black_box(work());
    }
    start.elapsed().as_secs_f64() * 1e6 / f64::from(REQUESTS)
}

fn sorted(rounds: impl Iterator<Item = (f64, f64, f64)>) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    let (mut wholes, mut alones, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for (whole, alone, ratio) in rounds {
        wholes.push(whole);
        alones.push(alone);
        ratios.push(ratio);
    }
    for values in [&mut wholes, &mut alones, &mut ratios] {
        values.sort_by(f64::total_cmp);
    }
    (wholes, alones, ratios)
}

fn median(sorted: &[f64]) -> f64 {
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}
