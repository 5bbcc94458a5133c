//! Files of faults: any text is read or refused in its own lines; what is read is carried out on
//! connections that end, the same each time, and gets a foreign machine nothing.

#[path = "faults/written.rs"]
mod written;

use std::sync::LazyLock;

use bytes::{Bytes, BytesMut};
use kms_lab::faults_file::parse;
use kms_proto::draw::Draw;
use kms_proto::guid::Uuid;
use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::kms::machine_name::MachineName;
use kms_proto::kms::request::Request;
use kms_proto::kms::seal::Seal;
use kms_proto::kms::version::Version;
use kms_proto::rpc::bind::{Bind, ContextElement};
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::request::Request as Call;
use kms_proto::rpc::stub::Ndr;
use kms_proto::rpc::stub::request::RequestStub;
use kms_proto::rpc::syntax::SyntaxId;
use kms_proto::time::FileTime;
use kms_proto::time::duration::Nanos;
use kms_proto::wire::Order;
use kms_proto::write::Writer;
use kms_sim::config::HostConfig;
use kms_sim::decision::Decision;
use kms_sim::fault::delivery::{Delivery, What};
use kms_sim::fault::door::Way;
use kms_sim::fault::faults::Faults;
use kms_sim::fault::known::Caller;
use kms_sim::fault::line::{Did, Line};
use kms_sim::fault::mischief::Mischief;
use kms_sim::fault::rule::Rule;
use kms_sim::host::Host;
use kms_sim::session::Session;
use kms_sim::session::config::SessionConfig;

use super::input::Input;

/// What the host's clock reads: 2026-01-01T00:00:00Z.
const NOW: FileTime = FileTime(134_116_992_000_000_000);

/// A host nobody asked yet.
static HOST: LazyLock<Host> =
    LazyLock::new(|| Host::new(HostConfig { event_capacity: 8, ..HostConfig::default() }));

/// What a machine of the lab sends, and what a foreign one sends: a bind and a call, by version.
static SENT: LazyLock<Vec<[Bytes; 3]>> =
    LazyLock::new(|| vec![conversation("kms-lab"), conversation("elsewhere")]);

/// The most bytes a text has, and the most rules that are carried out.
const MOST: usize = 4_096;
const RULES: usize = 8;

/// More bytes than any kind makes of the answers of one connection.
const MOST_SENT: usize = 4 << 20;

/// The first byte chooses a text as it is or one written by the catalogue, the second the mischief,
/// the third who connects.
pub fn check(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let (how, mischief, who) = (input.u8(), input.u8(), input.u8());
    let mischief = match mischief % 3 {
        0 => Mischief::Off,
        1 => Mischief::Legal,
        _ => Mischief::Hostile,
    };
    let text = match how & 1 {
        0 => String::from_utf8_lossy(input.rest()).into_owned(),
        _ => written::text(input),
    };
    if text.len() > MOST {
        return;
    }
    match parse("f.toml", &text, true) {
        Ok(rules) if rules.len() <= RULES => {
            let once = carried_out(&rules, mischief, who);
            assert_eq!(carried_out(&rules, mischief, who), once, "a seed gives two runs");
        }
        Ok(_) => {}
        Err(broken) => {
            let told = broken.to_string();
            assert!(told.starts_with("f.toml:"), "{told}");
            let line = told.split(':').nth(1).and_then(|line| line.parse().ok());
            let lines = text.matches('\n').count() + 1;
            assert!(line.is_none_or(|line: usize| (1..=lines).contains(&line)), "{told}");
        }
    }
}

/// What became of eight connections, as text.
fn carried_out(rules: &[Rule], mischief: Mischief, who: u8) -> Vec<String> {
    let Ok(mut faults) = Faults::new(rules.to_vec(), mischief, 7) else {
        return Vec::new();
    };
    let mut host = HOST.clone();
    let mut told = Vec::new();
    let mut foreign_granted = 0;
    for connection in 1..=8_u64 {
        let foreign = usize::from(who >> (connection - 1) & 1);
        let now = Nanos(i64::try_from(connection).unwrap_or(0) * 1_000_000_000);
        let (admission, line) = Line::open(&mut faults, Caller::default(), connection, now);
        told.push(format!("{:?} {:?}", admission.way, admission.after));
        assert!(admission.after.0 >= 0);
        if admission.way != Way::Serve {
            continue;
        }
        let session = Session::new(SessionConfig::default(), Draw::new(7), connection, 1688);
        let sent = SENT.get(foreign).and_then(|all| all.get(usize::from(who) % 3));
        let sent = sent.cloned().unwrap_or_default();
        let mut served = Served { line, session, told: &mut told, granted: 0, size: 0 };
        served.run(&sent, (&mut host, &mut faults), now);
        foreign_granted += if foreign == 1 { served.granted } else { 0 };
        faults.closed(connection, now);
    }
    assert_eq!(foreign_granted, 0, "a foreign machine was granted");
    let ledger = host.ledger();
    assert_eq!(ledger.total, ledger.granted + ledger.failed);
    let hits: Vec<_> = faults.plan().hits().map(|(id, hits)| format!("{id}={hits}")).collect();
    told.push(format!("{ledger:?} {hits:?}"));
    told
}

/// One connection that is served.
struct Served<'t> {
    line: Line,
    session: Session,
    told: &'t mut Vec<String>,
    granted: u64,
    size: usize,
}

impl Served<'_> {
    /// Gives the host all that is sent, and takes all it answers.
    fn run(&mut self, sent: &Bytes, (host, faults): (&mut Host, &mut Faults), now: Nanos) {
        let mut incoming = Delivery::default();
        self.line.receive(sent, faults, now, &mut incoming);
        // A session takes 16 bytes a step at least, and once in every piece it waits for more.
        let mut steps = incoming.size() / 16 + incoming.parts().len() + 8;
        for part in incoming.take() {
            assert!(part.after.0 >= 0);
            let What::Send(bytes) = part.what else { break };
            self.session.receive(&bytes);
            let mut outgoing = Delivery::default();
            loop {
                steps = steps.saturating_sub(1);
                assert!(steps > 0, "turns without end");
                let time = (NOW, now);
                let turn = self.line.step(&mut self.session, (host, faults), time, &mut outgoing);
                match turn.did {
                    Did::Nothing => break,
                    Did::Called(exchange) => {
                        let granted = exchange.decision == Decision::Granted;
                        assert_eq!(granted, exchange.result().is_ok());
                        self.granted += u64::from(granted);
                        self.told.push(exchange.result().to_string());
                    }
                    other => self.told.push(format!("{other:?}")),
                }
            }
            self.size += outgoing.size();
            assert!(self.size <= MOST_SENT, "more than anybody asked for");
            let over = outgoing.is_over();
            assert!(outgoing.length().0 >= 0);
            self.told.push(format!("{:?}", outgoing.take()));
            if over {
                break;
            }
        }
    }
}

/// A bind and a call of each version, sealed in a realm.
fn conversation(realm: &str) -> [Bytes; 3] {
    let seal = realm.parse().map(|realm| Seal::for_realm(&realm));
    let Ok(seal) = seal else { return [const { Bytes::new() }; 3] };
    [Version::V4, Version::V5, Version::V6].map(|version| {
        let request = Request {
            version,
            vm_info: 1,
            license_status: LicenseStatus::OOB_GRACE,
            binding_expiration: 43_200,
            application_id: Uuid::from_u128(9),
            activation_id: Uuid::from_u128(1),
            kms_counted_id: Uuid::from_u128(2),
            cmid: Uuid::from_u128(3),
            n_policy: 25,
            client_time: NOW,
            previous_cmid: Uuid::nil(),
            machine_name: MachineName::from_units([0x41; 64]),
        };
        let mut message = BytesMut::new();
        seal.seal_request(&request, [7; 16], &mut message);
        let mut stub = BytesMut::new();
        let parameters = RequestStub { message: &message, trailing: &[] };
        parameters.emit(Ndr::Ndr32, &mut Writer::new(&mut stub, Order::Little));
        let bind = Bind {
            max_xmit_frag: 5840,
            max_recv_frag: 5840,
            assoc_group_id: 0,
            contexts: [ContextElement::kms(0, SyntaxId::NDR32)].into(),
        };
        let call = Call { alloc_hint: 0, context_id: 0, opnum: 0, object: None, stub: &stub };
        let mut bytes = Pdu::new(2, Body::Bind(bind)).to_bytes();
        for call_id in 3..5 {
            Pdu::new(call_id, Body::Request(call)).append(&mut bytes);
        }
        bytes.freeze()
    })
}
