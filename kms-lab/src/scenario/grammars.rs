//! The grammars of a scenario's strings.

use kms_proto::kms::machine_name::MachineName;
use kms_proto::kms::realm::Realm;
use kms_proto::text::TextError;
use kms_proto::time::window::Window;
use kms_sim::refusal::Refusal;

use crate::prompt::command::Command;
use crate::scenario::bounds::Bounds;
use crate::scenario::form::{Form, Grammar};
use crate::scenario::threshold::Threshold;
use crate::scenario::values;

const DURATION: &str = r"^(0|([0-9]+(\.[0-9]+)?w)?([0-9]+(\.[0-9]+)?d)?([0-9]+(\.[0-9]+)?h)?([0-9]+(\.[0-9]+)?m)?([0-9]+(\.[0-9]+)?s)?([0-9]+(\.[0-9]+)?ms)?([0-9]+(\.[0-9]+)?us)?([0-9]+ns)?)$";

/// Any text.
pub static WORDS: Grammar = Grammar { words: "a string", pattern: "", check: |_| Ok(()) };

/// A text that is not empty.
pub static SOME_WORDS: Grammar = Grammar {
    words: "a string that is not empty",
    pattern: r"^[\s\S]+$",
    check: |text| {
        if text.is_empty() { Err(TextError::new(1, "a string that is not empty")) } else { Ok(()) }
    },
};

/// The id of an actor, a fault, an expectation.
pub static ID: Grammar = Grammar {
    words: "an id such as \"pc-7\"",
    pattern: "^[A-Za-z0-9_-]{1,63}$",
    check: |text| {
        let hint = "an id has 1 to 63 of the characters A-Z a-z 0-9 _ -";
        let odd = |c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-');
        match text.chars().position(odd) {
            Some(at) => Err(TextError::new(at.saturating_add(1), hint)),
            None if text.is_empty() || text.len() > 63 => Err(TextError::new(1, hint)),
            None => Ok(()),
        }
    },
};

/// The id of an actor, or `*` for any.
pub static ID_OR_ANY: Grammar = Grammar {
    words: "an id such as \"pc-7\", or \"*\" for any",
    pattern: r"^([A-Za-z0-9_-]{1,63}|\*)$",
    check: |text| if text == "*" { Ok(()) } else { (ID.check)(text) },
};

/// A computer's name.
pub static COMPUTER: Grammar = Grammar {
    words: "a computer's name, at most 63 UTF-16 units",
    pattern: r"^[\s\S]{1,63}$",
    check: |text| {
        let fits = !text.is_empty() && MachineName::new(text).is_some();
        let hint = "a computer's name has 1 to 63 UTF-16 units without NUL";
        if fits { Ok(()) } else { Err(TextError::new(1, hint)) }
    },
};

/// A length of time, 0 or more.
pub static LENGTH: Grammar = Grammar {
    words: "a length such as \"90s\"",
    pattern: DURATION,
    check: |text| values::length(text).map(drop),
};

/// A length of time above 0.
pub static POSITIVE: Grammar = Grammar {
    words: "a length above 0 such as \"90s\"",
    pattern: DURATION,
    check: |text| values::positive(text).map(drop),
};

/// A length of time with its sign.
pub static OFFSET: Grammar = Grammar {
    words: "an offset such as \"+5h\" or \"-30m\"",
    pattern: "^(0|[+-].+)$",
    check: |text| values::offset(text).map(drop),
};

/// A clock string.
pub static CLOCK: Grammar = Grammar {
    words: "a clock such as \"+5h\" (kmslab clock --help)",
    pattern: r"^[\s\S]+$",
    check: |text| values::clock(text).map(drop),
};

/// True time.
pub static INSTANT: Grammar = Grammar {
    words: "an instant such as \"2026-01-01T00:00:00Z\"",
    pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}.*$",
    check: |text| values::instant(text).map(drop),
};

/// What a clock is set to.
pub static SET_TO: Grammar = Grammar {
    words: "\"true\", an offset such as \"-4h\", an instant such as \"2026-01-01T00:00:00Z\", or what \
            a time source shows such as \"source:dc\"",
    pattern: r"^[\s\S]+$",
    check: |text| values::set_to(text).map(drop),
};

/// A window.
pub static WINDOW: Grammar = Grammar {
    words: "a window such as \"4h\", \"-30m..+4h\" or \"off\"",
    pattern: r"^(off|0|[0-9].*|-.+\.\.\+.+)$",
    check: |text| text.parse::<Window>().map(drop),
};

/// A code a host refuses with.
pub static REFUSAL: Grammar = Grammar {
    words: "a code such as \"0xC004F06C\"",
    pattern: "^0[xX][0-9A-Fa-f]{1,8}$",
    check: |text| text.parse::<Refusal>().map(drop),
};

/// A result.
pub static RESULT: Grammar = Grammar {
    words: "\"ok\" or a code such as \"0xC004F06C\"",
    pattern: r"^[\s\S]+$",
    check: |text| values::result(text).map(drop),
};

/// How many, as a text.
pub static BOUNDS: Grammar = Grammar {
    words: "a count such as \"3\", \"25..200\" or \">= 1\"",
    pattern: r"^([0-9]+\.\.[0-9]+|(>=|<=|>|<|==?)? *[0-9]+)$",
    check: |text| text.parse::<Bounds>().map(drop),
};

/// A realm.
pub static REALM: Grammar = Grammar {
    words: "a realm, 1 to 64 bytes",
    pattern: r"^[\s\S]{1,64}$",
    check: |text| text.parse::<Realm>().map(drop),
};

/// A threshold.
pub static THRESHOLD: Grammar = Grammar {
    words: "a threshold such as \"p(99)<5ms\"",
    pattern: r"^(p\([0-9]+(\.[0-9]+)?\)|max|min|mean|count|rate) *(<=|<|>=|>) *[0-9][0-9a-z.]*$",
    check: |text| text.parse::<Threshold>().map(drop),
};

/// A count: a number, or a range.
pub const COUNT: Form = Form::Either(&[Form::Integer(0, u64::MAX), Form::Text(&BOUNDS)]);

/// One id.
pub static ONE_ID: Form = Form::Text(&ID);

/// One id, or several.
pub const IDS: Form = Form::Either(&[Form::Text(&ID), Form::List(&ONE_ID)]);

/// One text.
pub static ONE_TEXT: Form = Form::Text(&SOME_WORDS);

/// One text, or several.
pub const TEXTS: Form = Form::Either(&[Form::Text(&SOME_WORDS), Form::List(&ONE_TEXT)]);

/// A length in whole minutes, as intervals travel.
pub static MINUTES: Grammar = Grammar {
    words: "a length in whole minutes such as \"2h\"",
    pattern: DURATION,
    check: |text| values::minutes(text).map(drop),
};

/// A DNS name.
pub static DOMAIN: Grammar = Grammar {
    words: "a domain such as \"lab.example\"",
    pattern: r"^[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*$",
    check: |text| {
        let label = |label: &str| {
            let odd = |c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_');
            !label.is_empty() && label.len() <= 63 && !label.chars().any(odd)
        };
        let hint = "a domain is labels of A-Z a-z 0-9 - _ with dots between: lab.example";
        if text.len() <= 200 && text.split('.').all(label) {
            Ok(())
        } else {
            Err(TextError::new(1, hint))
        }
    },
};

/// One domain.
pub static ONE_DOMAIN: Form = Form::Text(&DOMAIN);

/// One domain, or several.
pub const DOMAINS: Form = Form::Either(&[Form::Text(&DOMAIN), Form::List(&ONE_DOMAIN)]);

/// Any text, the empty one too.
pub static ANY_TEXT: Grammar =
    Grammar { words: "a string", pattern: r"^[\s\S]*$", check: |_| Ok(()) };

/// A command line.
pub static LINE: Grammar = Grammar {
    words: "a command such as \"slmgr /ato\"",
    pattern: r"^[\s\S]+$",
    check: |text| Command::parse(text).map(drop),
};

/// A sentence or more.
pub static SAY: Grammar = Grammar {
    words: "a sentence",
    pattern: r"^[\s\S]+$",
    check: |text| {
        let empty = text.trim().is_empty();
        if empty { Err(TextError::new(1, "nothing is said")) } else { Ok(()) }
    },
};

/// A length of time, or `any`.
pub static LENGTH_OR_ANY: Grammar = Grammar {
    words: "a length such as \"15h\", or \"any\"",
    pattern: "^(any|0|[0-9].*)$",
    check: |text| if text == "any" { Ok(()) } else { (LENGTH.check)(text) },
};
