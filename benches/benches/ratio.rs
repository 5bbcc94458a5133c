//! A whole request against its cryptography alone, interleaved in one run: the gate.
//!
//! On a shared machine whole minutes come in slower than others, so only what runs in the same
//! moment is compared, and the ratio is the median of many rounds.

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use benches::cryptography::Alone;
use benches::messages::VERSIONS;
use benches::whole::Whole;
use kms_proto::rpc::stub::Ndr;

/// Rounds of each version.
const ROUNDS: usize = 2_001;

/// Requests of one round.
const REQUESTS: u32 = 50;

/// What a whole version 6 request may take, in microseconds: a goal, not a gate.
const GOAL_MICROS: f64 = 1.0;

fn main() -> ExitCode {
    let mut passed = true;
    for (name, version) in VERSIONS {
        let (mut whole, mut alone) = (Whole::new(version, Ndr::Ndr32), Alone::new(version));
        let rounds: Vec<(f64, f64)> = (0..ROUNDS)
            .map(|_| {
                let whole = timed(|| {
                    black_box(whole.request());
                });
                let alone = timed(|| {
                    black_box(alone.request());
                });
                (whole, alone)
            })
            .collect();
        let ratio = median(rounds.iter().map(|(whole, alone)| whole / alone));
        let (w, a) = (median(rounds.iter().map(|r| r.0)), median(rounds.iter().map(|r| r.1)));
        println!("{name} {w:.3} {a:.3} {ratio:.2}");
    }
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn timed(mut work: impl FnMut()) -> f64 {
    let start = Instant::now();
    for _ in 0..REQUESTS {
        work();
    }
    start.elapsed().as_secs_f64() * 1e6 / f64::from(REQUESTS)
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
