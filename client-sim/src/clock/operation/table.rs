//! Writes an operation as the table it is read from.

use core::fmt;

use kms_proto::time::FileTime;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::clock::jitter::Spread;
use crate::clock::operation::Operation;
use crate::clock::shape::slew::Pace;
use crate::clock::shape::smear::Curve;
use crate::clock::snapshot::Return;
use crate::clock::spec::Signed;
use crate::clock::zone::Mislabel;

impl Operation {
    /// The table from which this operation is read: its name, then its arguments.
    pub fn table(&self) -> Map<String, Value> {
        let mut table = Table(Map::new());
        table.text("op", self.name());
        match self {
            Self::Check | Self::Reset | Self::Freeze => {}
            Self::Step(by) => table.text("by", Signed(*by)),
            Self::Set(to) => table.text("to", to),
            Self::Strobe(strobe) => {
                table.text("delta", Signed(strobe.delta()));
                table.text("period", strobe.period());
                table.text("for", strobe.length());
            }
            Self::Slew(slew) => {
                table.text("by", Signed(slew.by()));
                match slew.pace() {
                    Pace::AtMost(most) => table.text("max_ppm", most),
                    Pace::Over(length) => table.text("over", length),
                }
            }
            Self::Rate(rate) => {
                let text = rate.to_string();
                match text.strip_suffix("ppm") {
                    Some(ppm) => table.text("ppm", ppm),
                    None => table.text("x", text.trim_start_matches('x')),
                }
            }
            Self::Resume { sync } => table.flag("sync", *sync),
            Self::Pause { length, sync } => {
                table.text("for", length);
                table.flag("sync", *sync);
            }
            Self::Walk { deviation, grid } => {
                table.text("sd_ppm", deviation);
                table.text("grid", grid);
            }
            Self::Jitter(jitter) => {
                table.text("size", jitter.size());
                table.text("dist", jitter.spread());
            }
            Self::Sine(sine) => {
                table.text("amplitude", Signed(sine.amplitude()));
                table.text("period", sine.period());
                table.text("phase", Signed(sine.phase()));
            }
            Self::Smear { leap, centre, over, curve } => {
                table.text("leap", leap);
                table.text_if("centre", *centre);
                table.text("over", over);
                table.text("shape", curve);
            }
            Self::Leap { leap, at } => {
                table.text("sign", leap);
                table.text_if("at", *at);
            }
            Self::Zone(None) => table.text("local-as-utc", "off"),
            Self::Zone(Some(Mislabel::LocalAsUtc(zone))) => table.text("local-as-utc", zone),
            Self::Zone(Some(Mislabel::UtcAsLocal(zone))) => table.text("utc-as-local", zone),
            Self::DstMissed(zone) => table.text("zone", zone),
            Self::Snapshot { name } => table.text("name", name),
            Self::Rollback { name, clock, state } => {
                table.text("name", name);
                table.text("clock", clock);
                table.flag("state", *state);
            }
            Self::Battery(to) => table.text("to", to),
            Self::Raw(None) => table.text("filetime", "off"),
            Self::Raw(Some(FileTime(raw))) => table.text("filetime", format_args!("{raw:#x}")),
            Self::ClampForward(on) => table.flag("enabled", *on),
        }
        table.0
    }
}

/// A table that is being written.
struct Table(Map<String, Value>);

impl Table {
    fn text(&mut self, key: &str, value: impl fmt::Display) {
        self.0.insert(key.to_owned(), Value::String(value.to_string()));
    }

    fn text_if(&mut self, key: &str, value: Option<impl fmt::Display>) {
        if let Some(value) = value {
            self.text(key, value);
        }
    }

    fn flag(&mut self, key: &str, value: bool) {
        self.0.insert(key.to_owned(), Value::Bool(value));
    }
}

/// As in a file.
impl Serialize for Operation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.table().serialize(serializer)
    }
}

/// On one line, for a journal: `strobe delta=+5h period=10m for=25m`.
impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        for (key, value) in self.table().iter().skip(1) {
            match value {
                Value::String(text) => write!(f, " {key}={text}")?,
                other => write!(f, " {key}={other}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Uniform => "uniform",
            Self::Normal => "normal",
        })
    }
}

impl fmt::Display for Curve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Linear => "linear",
            Self::Cosine => "cosine",
        })
    }
}

impl fmt::Display for Return {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Saved => "saved",
            Self::Host => "host",
        })
    }
}
