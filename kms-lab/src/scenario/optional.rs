//! `optional = true`: what is arranged and need not come to pass.

use crate::scenario::form::{Form, Key};

/// What need not happen.
pub const OPTIONAL: Key = Key::new(
    "optional",
    Form::Flag,
    "Whether it is fine when this never happens; if left out, the run proves nothing (exit 7).",
)
.fixed();

/// A wrong clock that need not be met.
pub const UNMET: Key = Key::new(
    "optional",
    Form::Flag,
    "Whether it is fine when its wrong clock meets nobody; if left out, the run proves nothing \
     (exit 7).",
)
.fixed();
