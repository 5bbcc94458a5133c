//! What a fault may do at each stage, key by key.

use kms_sim::fault::stage::Stage;

use crate::scenario::fault::grammars::{CODE, DOTTED, GUID, INTERVAL, SIZE, SOME_BYTES, STATUS};
use crate::scenario::form::{Form, Key, Shape};
use crate::scenario::grammars::{ANY_TEXT, LENGTH, OFFSET};
use crate::scenario::operation;

const LENGTH_: Form = Form::Text(&LENGTH);
const SIZE_: Form = Form::Text(&SIZE);
const BYTES: Form = Form::Text(&SOME_BYTES);
const U8: Form = Form::Integer(0, 255);
const U16: Form = Form::Integer(0, 65_535);
const U32: Form = Form::Integer(0, 4_294_967_295);
const I32: Form = Form::Signed(-2_147_483_648, 2_147_483_647);
static WEIGHT: Form = U16;

/// A kind: its name, and the keys of its table.
#[derive(Clone, Copy, Debug)]
pub struct KindShape {
    /// Its name.
    pub name: &'static str,
    /// Its table, `kind` among its keys.
    pub shape: &'static Shape,
}

macro_rules! kinds {
    ($($name:literal: [$($key:expr),* $(,)?],)*) => {
        &[$(KindShape {
            name: $name,
            shape: &Shape {
                name: concat!("do = { kind = \"", $name, "\" }"),
                about: "What the fault does.",
                keys: &[
                    Key::new("kind", Form::Word(&[$name]), "What goes wrong.").required().fixed(),
                    $($key),*
                ],
                instead: &[],
            },
        }),*]
    };
}

static DNS: &[KindShape] = kinds! {
    "nxdomain": [],
    "servfail": [],
    "empty": [],
    "slow": [Key::new("by", LENGTH_, "How much later.").required()],
    "wrong-port": [Key::new("port", U16, "What every record says.").required()],
    "dead-first": [Key::new("n", U32, "How many records.").required()],
    "weights": [Key::new("weights", Form::List(&WEIGHT), "In the records' order.").required()],
};

static ACCEPT: &[KindShape] = kinds! {
    "refuse": [Key::new("for", LENGTH_, "How long; as long as the fault applies if left out.")],
    "no-accept": [],
    "accept-close": [],
    "accept-rst": [],
    "slow-accept": [Key::new("by", LENGTH_, "How much later.").required()],
    "max-connections": [Key::new("n", Form::Integer(0, u64::MAX), "At a time.").required()],
};

static DATA: &[KindShape] = kinds! {
    "latency": [
        Key::new("median", LENGTH_, "How much later, in the middle.").required(),
        Key::new(
            "dist",
            Form::Word(&["constant", "uniform", "normal", "lognormal"]),
            "How it is spread; constant if left out.",
        ),
        Key::new("sigma", Form::Number(0.0, 10.0), "Of lognormal."),
        Key::new("spread", LENGTH_, "Of uniform, either way; of normal, the standard deviation."),
    ],
    "bandwidth": [Key::new("rate", BYTES, "Bytes a second.").required()],
    "slice": [
        Key::new("bytes", BYTES, "How long a piece is.").required(),
        Key::new("gap", LENGTH_, "Between two pieces; 0 if left out."),
    ],
    "dribble": [Key::new("gap", LENGTH_, "Between two bytes.").required()],
    "coalesce": [],
    "stall": [
        Key::new("after", SIZE_, "After so many bytes, or all there are; 0B if left out."),
        Key::new("for", LENGTH_, "How long; for ever if left out."),
    ],
    "half-close": [Key::new("after", SIZE_, "After so many bytes; after all if left out.")],
    "rst": [Key::new("after", SIZE_, "After so many bytes, or all there are; at once if left out.")],
    "close": [Key::new("after", SIZE_, "After so many bytes; after all if left out.")],
    "truncate": [Key::new("keep", SIZE_, "How many bytes leave.").required()],
    "corrupt": [
        Key::new("at", SIZE_, "Which byte, from 0B; drawn if left out."),
        Key::new("bit", Form::Integer(0, 7), "Which bit turns over; drawn if left out."),
        Key::new("byte", U8, "What the byte becomes, instead of a bit."),
    ],
    "garbage": [Key::new("bytes", BYTES, "How many.").required()],
    "duplicate": [],
};

static BIND: &[KindShape] = kinds! {
    "bind-nak": [Key::new("reason", U16, "The reject reason; 0 if left out.")],
    "context-reject": [Key::new("reason", U16, "The provider's reason; 0 if left out.")],
    "wrong-call-id": [Key::new("by", I32, "How far off; 1 if left out.")],
    "wrong-transfer-syntax": [],
    "negotiate-reject": [],
    "short-secondary-address": [],
    "max-frag": [
        Key::new("n", Form::Integer(1_432, 65_535), "The PDU limit it states; everybody takes 1432.")
            .required(),
    ],
    "frag-length": [Key::new("by", I32, "How far off.").required()],
    "wrong-ptype": [Key::new("ptype", U8, "The packet type; 2 if left out.")],
    "version": [Key::new("value", Form::Text(&DOTTED), "The version of RPC.").required()],
    "big-endian-drep": [],
    "assoc-group": [Key::new("n", U32, "The association group.").required()],
};

static REQUEST: &[KindShape] = kinds! {
    "fault": [Key::new("status", Form::Text(&STATUS), "Its status; 0x1c010014 if left out.")],
    "drop": [],
    "no-answer": [],
    "accept-late": [Key::new("by", LENGTH_, "How much later.").required()],
};

static RESPONSE: &[KindShape] = kinds! {
    "fragment": [Key::new("bytes", SIZE_, "Of the stub in each fragment.").required()],
    "frag-flags": [Key::new(
        "flags",
        Form::Word(&["missing-last", "missing-first"]),
        "Which is missing; missing-last if left out.",
    )],
    "wrong-call-id": [Key::new("by", I32, "How far off; 1 if left out.")],
    "wrong-context": [Key::new("by", I32, "How far off; 1 if left out.")],
    "alloc-hint": [Key::new("value", U32, "What it says; drawn if left out.")],
    "stub-length": [Key::new("by", I32, "How many bytes more, or fewer.").required()],
    "padding": [Key::new("bytes", SIZE_, "How many.").required()],
    "auth-trailer": [Key::new("bytes", SIZE_, "How long its token is; 16B if left out.")],
    "fault": [Key::new("status", Form::Text(&STATUS), "Its status; 0x1c010014 if left out.")],
    "referent": [Key::new("value", U32, "What it says; drawn if left out.")],
};

static MESSAGE: &[KindShape] = kinds! {
    "version": [Key::new("value", Form::Text(&DOTTED), "Outside and inside.").required()],
    "inner-version": [Key::new("value", Form::Text(&DOTTED), "Under the seal.").required()],
    "wrong-mac": [],
    "wrong-hash": [],
    "wrong-salt": [],
    "wrong-iv": [],
    "wrong-padding": [],
    "wrong-xored-ivs": [],
    "surplus": [Key::new("bytes", Form::Integer(1, 255), "How many.").required()],
    "echo-client-time": [Key::new("by", Form::Text(&OFFSET), "How far off; drawn if left out.")],
    "wrong-cmid": [],
    "stale": [],
    "replay": [Key::new("nth", Form::Integer(1, u64::MAX), "Which answer, from 1.").required()],
    "host-id": [
        Key::new("text", Form::Text(&ANY_TEXT), "What it says."),
        Key::new("length", U32, "The length it states, in bytes."),
        Key::new("unterminated", Form::Flag, "Whether its end is missing."),
    ],
    "count": [
        Key::new("n", U32, "The count."),
        Key::new("how", Form::Word(&["freeze", "rollback", "jump"]), "What becomes of it."),
    ],
    "interval": [
        Key::new("activation", Form::Text(&INTERVAL), "The activation interval."),
        Key::new("renewal", Form::Text(&INTERVAL), "The renewal interval."),
    ],
};

static POLICY: &[KindShape] = kinds! {
    "result": [Key::new("hresult", Form::Text(&CODE), "What it is refused with.").required()],
    "count-below": [],
};

static STATE: &[KindShape] = kinds! {
    "restart": [],
    "reinstall": [],
    "evict": [Key::new("cmid", Form::Text(&GUID), "Whom; the one that asks if left out.")],
    "fill": [Key::new("n", U32, "How many.").required()],
    "freeze-count": [],
};

static PROC: &[KindShape] = kinds! {
    "pause": [Key::new("for", LENGTH_, "How long.").required()],
    "crash": [],
    "bounce": [Key::new("down", LENGTH_, "How long nobody listens.").required()],
};

/// The kinds of a stage, its own before those that bend the bytes of its answers.
pub fn of(stage: Stage) -> Vec<KindShape> {
    let own = match stage {
        Stage::DnsSrv => DNS,
        Stage::TcpAccept => ACCEPT,
        Stage::TcpData => DATA,
        Stage::RpcBind => BIND,
        Stage::RpcRequest => REQUEST,
        Stage::RpcResponse => RESPONSE,
        Stage::KmsResponse => MESSAGE,
        Stage::KmsPolicy => POLICY,
        Stage::KmsState => STATE,
        Stage::ClockHost | Stage::ClockClient => {
            let names = operation::OPS.into_iter().zip(operation::of_faults());
            return names.map(|(name, shape)| KindShape { name, shape }).collect();
        }
        Stage::Proc => PROC,
    };
    let bytes = match stage {
        Stage::RpcBind | Stage::RpcResponse => DATA,
        _ => &[],
    };
    own.iter().chain(bytes).copied().collect()
}
