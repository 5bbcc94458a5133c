//! The whole story, from an image with a wrong date to a machine that is activated and in DNS.

use kms_proto::kms::hresult::HResult;

use crate::errors::table::{By, Reproduction};

/// The scenario that is told; what it expects is what has to come to pass.
pub static STORY: Reproduction = Reproduction {
    code: HResult::INVALID_TIMESTAMP,
    by: By::Cause,
    file: "scenarios/the-story.toml",
    text: include_str!("../../../scenarios/the-story.toml"),
};
