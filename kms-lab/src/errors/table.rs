//! Which errors can be reproduced, and by which scenario.

use kms_proto::kms::hresult::HResult;
use serde::Serialize;

/// How an error comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// By what causes it in life, from end to end.
    Cause,
    /// As a state that a computer is in.
    State,
    /// By a fault that puts it there.
    Injection,
}

impl By {
    /// For a sentence.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Cause => "by its cause",
            Self::State => "by the state of a computer",
            Self::Injection => "by injection",
        }
    }
}

/// An error that can be reproduced.
#[derive(Clone, Copy, Debug)]
pub struct Reproduction {
    /// The code.
    pub code: HResult,
    /// How it comes about.
    pub by: By,
    /// The scenario, in the project.
    pub file: &'static str,
    /// Its text.
    pub text: &'static str,
}

macro_rules! reproduction {
    ($name:literal, $code:expr, $by:expr) => {
        Reproduction {
            code: HResult($code),
            by: $by,
            file: concat!("scenarios/errors/", $name, ".toml"),
            text: include_str!(concat!("../../../scenarios/errors/", $name, ".toml")),
        }
    };
}

/// Every error that can be reproduced, in the order it is worth reading them.
pub static REPRODUCTIONS: &[Reproduction] = &[
    reproduction!("0xC004F06C", 0xC004_F06C, By::Cause),
    reproduction!("0xC004F038", 0xC004_F038, By::Cause),
    reproduction!("0xC004F039", 0xC004_F039, By::Cause),
    reproduction!("0xC004F041", 0xC004_F041, By::Cause),
    reproduction!("0xC004F042", 0xC004_F042, By::Cause),
    reproduction!("0xC004F074", 0xC004_F074, By::Cause),
    reproduction!("0xC004F06B", 0xC004_F06B, By::State),
    reproduction!("0xC004F035", 0xC004_F035, By::State),
    reproduction!("0xC004F00F", 0xC004_F00F, By::State),
    reproduction!("0xC004F009", 0xC004_F009, By::State),
    reproduction!("0xC004F014", 0xC004_F014, By::State),
    reproduction!("0xC004F025", 0xC004_F025, By::State),
    reproduction!("0xC004F056", 0xC004_F056, By::State),
    reproduction!("0xC004F069", 0xC004_F069, By::State),
    reproduction!("0xC004F075", 0xC004_F075, By::State),
    reproduction!("0xC004D307", 0xC004_D307, By::State),
    reproduction!("0x8007232A", 0x8007_232A, By::Cause),
    reproduction!("0x8007232B", 0x8007_232B, By::Cause),
    reproduction!("0x8007251D", 0x8007_251D, By::Cause),
    reproduction!("0x8007267C", 0x8007_267C, By::Cause),
    reproduction!("0x8007007B", 0x8007_007B, By::Cause),
    reproduction!("0x80072338", 0x8007_2338, By::Cause),
    reproduction!("0x800706BA", 0x8007_06BA, By::Cause),
    reproduction!("0xC0020017", 0xC002_0017, By::Cause),
    reproduction!("0x800705B4", 0x8007_05B4, By::Cause),
    reproduction!("0x80070005", 0x8007_0005, By::State),
    reproduction!("0x80070057", 0x8007_0057, By::State),
    reproduction!("0x8007000D", 0x8007_000D, By::Cause),
];

/// How `code` is reproduced, if it can be.
pub fn find(code: HResult) -> Option<&'static Reproduction> {
    REPRODUCTIONS.iter().find(|reproduction| reproduction.code == code)
}
