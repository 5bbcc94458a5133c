//! The grammars of strings that only faults have.

use std::net::IpAddr;
use std::str::FromStr;

use kms_proto::guid::Uuid;
use kms_proto::text::TextError;
use kms_sim::fault::nth::Nth;
use kms_sim::fault::value::{Code, Dotted, Minutes, Outcome, Size, Status};

use crate::scenario::form::Grammar;

fn reads<T: FromStr<Err = String>>(text: &str) -> Result<(), TextError> {
    text.parse::<T>().map(drop).map_err(|message| TextError::new(1, message))
}

/// A number of bytes.
pub static SIZE: Grammar = Grammar {
    words: "a size such as \"100B\" or \"4KiB\"",
    pattern: "^[0-9]+(B|kB|KiB|MiB)$",
    check: reads::<Size>,
};

/// A number of bytes above 0.
pub static SOME_BYTES: Grammar = Grammar {
    words: "a size above 0 such as \"100B\" or \"4KiB\"",
    pattern: "^0*[1-9][0-9]*(B|kB|KiB|MiB)$",
    check: |text| match text.parse::<Size>() {
        Ok(Size(0)) => Err(TextError::new(1, "at least \"1B\" is needed here")),
        read => read.map(drop).map_err(|message| TextError::new(1, message)),
    },
};

/// An interval in minutes.
pub static INTERVAL: Grammar = Grammar {
    words: "a length such as \"2h\", or \"max\"",
    pattern: "^(max|0|[0-9].*)$",
    check: reads::<Minutes>,
};

/// The status of an RPC fault.
pub static STATUS: Grammar = Grammar {
    words: "a status such as \"0x1c010014\"",
    pattern: "^0x[0-9A-Fa-f]{1,8}$",
    check: reads::<Status>,
};

/// What a refusal says.
pub static CODE: Grammar = Grammar {
    words: "a code such as \"0xC004F06C\", not zero",
    pattern: r"^[\s\S]+$",
    check: reads::<Code>,
};

/// What was decided.
pub static DECIDED: Grammar = Grammar {
    words: "\"ok\", or a code such as \"0xC004F06C\"",
    pattern: r"^[\s\S]+$",
    check: reads::<Outcome>,
};

/// A version of the protocol.
pub static DOTTED: Grammar = Grammar {
    words: "a version such as \"5.1\"",
    pattern: r"^[0-9]{1,5}\.[0-9]{1,5}$",
    check: reads::<Dotted>,
};

/// A GUID.
pub static GUID: Grammar = Grammar {
    words: "an id such as \"00000000-0000-0000-0000-000000000000\"",
    pattern: "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$",
    check: |text| {
        let hint = "an id has 32 hexadecimal digits: 00000000-0000-0000-0000-000000000000";
        let whole = text.len() == 36 && text.parse::<Uuid>().is_ok();
        if whole { Ok(()) } else { Err(TextError::new(1, hint)) }
    },
};

/// An address.
pub static ADDRESS: Grammar = Grammar {
    words: "an address such as \"198.19.0.1\"",
    pattern: "^[0-9A-Fa-f:.]+$",
    check: |text| {
        let hint = "an IP address, such as 198.19.0.1, without a port";
        text.parse::<IpAddr>().map(drop).map_err(|_| TextError::new(1, hint))
    },
};

/// A range of ordinals.
pub static RANGE: Grammar = Grammar {
    words: "a range such as \"3..\" or \"3..7\"",
    pattern: r"^[1-9][0-9]*\.\.([1-9][0-9]*)?$",
    check: reads::<Nth>,
};
