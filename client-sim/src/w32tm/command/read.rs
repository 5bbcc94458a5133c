//! The options of each command.

use crate::w32tm::command::{Command, Config, Query, Resync, Stripchart, SyncFrom, What, Wrong};
use crate::w32tm::options::Options;

pub(super) fn config(options: &mut Options<'_>) -> Result<Config, Wrong> {
    let mut number = |option: &'static str, name: &str| {
        let Some(value) = options.value(name) else { return Ok(None) };
        let wrong = || Wrong::Value { option, value: value.to_owned() };
        value.parse().map(Some).map_err(|_| wrong())
    };
    let large_phase_offset = number("/largephaseoffset", "largephaseoffset")?;
    let local_clock_dispersion = number("/localclockdispersion", "localclockdispersion")?;
    let reliable = match options.value("reliable") {
        None => None,
        Some(word) if word.eq_ignore_ascii_case("yes") => Some(true),
        Some(word) if word.eq_ignore_ascii_case("no") => Some(false),
        Some(word) => {
            return Err(Wrong::Value { option: "/reliable", value: word.to_owned() });
        }
    };
    Ok(Config {
        computer: options.value("computer").map(str::to_owned),
        update: options.flag("update"),
        manual_peers: options.value("manualpeerlist").map(str::to_owned),
        sync_from: options.value("syncfromflags").map(sync_from).transpose()?,
        reliable,
        large_phase_offset,
        local_clock_dispersion,
    })
}

/// Keywords separated by commas; `NO` and `ALL` as the tool's own help has them.
fn sync_from(text: &str) -> Result<SyncFrom, Wrong> {
    let mut found = SyncFrom::default();
    for word in text.split([',', ' ']).filter(|word| !word.is_empty()) {
        match word.to_ascii_lowercase().as_str() {
            "manual" => found.manual = true,
            "domhier" => found.domain = true,
            "all" => found = SyncFrom { manual: true, domain: true },
            "no" => {}
            _ => {
                return Err(Wrong::Value { option: "/syncfromflags", value: text.to_owned() });
            }
        }
    }
    Ok(found)
}

pub(super) fn resync(options: &mut Options<'_>) -> Resync {
    // `/soft` is there for old scripts; `/force` Microsoft uses in KB 3160312 and documents
    // nowhere. Both are taken and change nothing.
    let (_, _) = (options.flag("soft"), options.flag("force"));
    Resync {
        computer: options.value("computer").map(str::to_owned),
        no_wait: options.flag("nowait"),
        rediscover: options.flag("rediscover"),
    }
}

pub(super) fn query(options: &mut Options<'_>) -> Result<Query, Wrong> {
    let computer = options.value("computer").map(str::to_owned);
    let all = [
        ("source", What::Source),
        ("configuration", What::Configuration),
        ("peers", What::Peers),
        ("status", What::Status),
    ];
    let what = all.into_iter().find(|(name, _)| options.flag(name)).map(|(_, what)| what);
    let what = what.ok_or(Wrong::Missing("/source | /configuration | /peers | /status"))?;
    Ok(Query { computer, what, verbose: options.flag("verbose") })
}

pub(super) fn stripchart(options: &mut Options<'_>) -> Result<Stripchart, Wrong> {
    let computer = options.value("computer").filter(|name| !name.is_empty());
    let computer = computer.ok_or(Wrong::Missing("/computer"))?.to_owned();
    let mut number = |option: &'static str, name: &str| match options.value(name) {
        None => Ok(None),
        Some(value) => match value.parse() {
            Ok(number) if number > 0 => Ok(Some(number)),
            _ => Err(Wrong::Value { option, value: value.to_owned() }),
        },
    };
    let (period, samples) = (number("/period", "period")?, number("/samples", "samples")?);
    let data_only = options.flag("dataonly");
    // Numbers at the precision of a processor's counter: there is none here, the flag is taken.
    let _ = options.flag("rdtsc");
    Ok(Stripchart { computer, period: period.unwrap_or(2), data_only, samples })
}

pub(super) fn monitor(options: &mut Options<'_>) -> Command {
    let mut computers = Vec::new();
    while let Some(list) = options.value("computers") {
        computers.extend(list.split(',').filter(|name| !name.is_empty()).map(str::to_owned));
    }
    let (_, _) = (options.value("domain"), options.value("threads"));
    Command::Monitor { computers }
}

/// A decimal number, or a hexadecimal one after `0x`.
pub(super) fn epoch(options: &mut Options<'_>, option: &'static str) -> Result<u64, Wrong> {
    let word = options.word().ok_or(Wrong::Missing(option))?;
    let digits = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X"));
    let number = digits.map_or_else(|| word.parse(), |digits| u64::from_str_radix(digits, 16));
    number.map_err(|_| Wrong::Value { option, value: word.to_owned() })
}
