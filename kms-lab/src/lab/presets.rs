//! Labs one can begin with, by name.

use crate::scenario::source::Source;

/// A scenario that comes with this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// Its name.
    pub name: &'static str,
    /// What it is good for.
    pub about: &'static str,
    text: &'static str,
}

/// Every preset; the first is taken where nobody names one.
pub const PRESETS: [Preset; 2] = [
    Preset {
        name: "story",
        about: "a member a day ahead, its KMS host, a domain controller: the story of 0xC004F06C",
        text: include_str!("presets/story.toml"),
    },
    Preset {
        name: "healthy",
        about: "the same with every clock right",
        text: include_str!("presets/healthy.toml"),
    },
];

impl Preset {
    /// The preset of a name.
    pub fn named(name: &str) -> Option<Self> {
        PRESETS.into_iter().find(|preset| preset.name == name)
    }

    /// Its text, as a file.
    pub fn source(self) -> Source {
        Source { name: format!("{}.toml", self.name), text: self.text.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::sources;

    #[test]
    fn every_preset_is_a_scenario() {
        for preset in PRESETS {
            let document = sources::document(&[preset.source()]).unwrap_or_else(|b| panic!("{b}"));
            document.check().unwrap_or_else(|broken| panic!("{broken}"));
            assert_eq!(document.points().len(), 1);
        }
        assert_eq!(Preset::named("none"), None);
    }
}
