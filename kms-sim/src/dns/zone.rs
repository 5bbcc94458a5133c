//! An authoritative zone: bytes in, bytes out, judged by the clock it is given.

pub mod answered;

use std::net::IpAddr;

use hickory_proto::op::{Message, OpCode, ResponseCode};
use hickory_proto::rr::rdata::{A, AAAA, NS, SOA, SRV};
use hickory_proto::rr::{Name, RData, RecordType};
use kms_proto::dns::message::{read, write};
use kms_proto::dns::name::{shown, vlmcs};
use kms_proto::dns::outline::header;
use kms_proto::dns::tsig::seconds;
use kms_proto::time::FileTime;
use kms_proto::time::duration::Nanos;

use self::answered::{Answered, Asked, Transport, asked, begin, finish, room};
use crate::dns::bend::bend;
use crate::dns::guard::{Keys, Ownership, Signed, Updates, may};
use crate::dns::lookup;
use crate::dns::nodes::{Nodes, Owner};
use crate::dns::update::{change, is_of_zone, prerequisites, prescan};
use crate::fault::kind::dns::DnsKind;

/// How many seconds records may be kept that are there from the start.
pub const TTL: u32 = 3600;

/// What a zone is.
#[derive(Clone, Debug)]
pub struct ZoneConfig {
    /// Its name.
    pub origin: Name,
    /// The name of the server that holds it, in the zone or not.
    pub server: Name,
    /// Which updates it takes.
    pub updates: Updates,
    /// Whose a name is that was made by an update.
    pub ownership: Ownership,
    /// The keys it knows.
    pub keys: Keys,
}

/// A zone.
#[derive(Clone, Debug)]
pub struct Zone {
    config: ZoneConfig,
    soa: SOA,
    nodes: Nodes,
    resolves: bool,
}

impl Zone {
    /// An empty zone: its SOA and its server.
    pub fn new(config: ZoneConfig) -> Self {
        let origin = config.origin.to_lowercase();
        let mailbox = origin.prepend_label("hostmaster").unwrap_or_else(|_| origin.clone());
        let soa = SOA::new(config.server.clone(), mailbox, 1, 900, 600, 86_400, TTL);
        let mut zone = Self {
            config: ZoneConfig { origin, ..config },
            soa,
            nodes: Nodes::default(),
            resolves: false,
        };
        let (origin, server) = (zone.config.origin.clone(), zone.config.server.clone());
        zone.add(&origin, RData::NS(NS(server)));
        zone.place_soa();
        zone
    }

    /// From here on its server also answers for names of other zones, as one does that asks others
    /// for its clients: none of them exists.
    pub const fn resolve_others(&mut self) {
        self.resolves = true;
    }

    /// What it is.
    pub const fn config(&self) -> &ZoneConfig {
        &self.config
    }

    /// What it holds.
    pub const fn nodes(&self) -> &Nodes {
        &self.nodes
    }

    /// The number of its edition, which every change raises.
    pub const fn serial(&self) -> u32 {
        self.soa.serial
    }

    /// Adds a record as its administrator does; one of another zone is passed over.
    pub fn add(&mut self, name: &Name, data: RData) {
        if self.config.origin.zone_of(name) {
            self.nodes.add(name, TTL, data, &Owner::Administrator);
        }
    }

    /// Adds an address as its administrator does.
    pub fn add_address(&mut self, name: &Name, address: IpAddr) {
        self.add(
            name,
            match address {
                IpAddr::V4(address) => RData::A(A(address)),
                IpAddr::V6(address) => RData::AAAA(AAAA(address)),
            },
        );
    }

    /// Adds a KMS host's record as its administrator does.
    pub fn add_host(&mut self, host: (u16, u16, u16), target: Name) {
        self.add_host_of(host, target, &Owner::Administrator);
    }

    /// Adds a KMS host's record as if `owner` had published it before: priority, weight and port.
    pub fn add_host_of(&mut self, host: (u16, u16, u16), target: Name, owner: &Owner) {
        let (priority, weight, port) = host;
        if let Some(name) = vlmcs(&self.config.origin) {
            let data = RData::SRV(SRV::new(priority, weight, port, target));
            self.nodes.add(&name, TTL, data, owner);
        }
    }

    /// Answers a message when the server's own clock reads `now`; `None` where nothing is to be
    /// answered, which are answers and what has not even a header.
    ///
    /// `bends` is asked for the faults in force where SRV records are to be answered, and only then.
    pub fn answer(
        &mut self,
        bytes: &[u8],
        now: FileTime,
        transport: Transport,
        bends: impl FnOnce() -> Vec<DnsKind>,
    ) -> Option<Answered> {
        let header = header(bytes).filter(|header| !header.is_response())?;
        let now = seconds(now);
        let Ok(request) = read(bytes) else {
            let opcode = OpCode::from_u8(header.opcode());
            let answer = Message::error_msg(header.id, opcode, ResponseCode::FormErr);
            let rcode = ResponseCode::FormErr.into();
            let bytes = write(&answer);
            return Some(Answered { bytes, asked: Asked::Odd, rcode, key: None, late: Nanos(0) });
        };
        let signed = Signed::judge(&self.config.keys, bytes, &request, now);
        let mut answer = begin(&request);
        let mut kinds = Vec::new();
        let asked = self.act(&request, &signed, &mut answer, || {
            kinds = bends();
            &kinds
        });
        let late = kinds.iter().fold(0_i64, |late, kind| match kind {
            DnsKind::Slow { by } => late.saturating_add(by.0.0),
            _ => late,
        });
        let rcode = match signed.error() {
            0 => answer.metadata.response_code.into(),
            error => error,
        };
        let bytes = finish(&answer, &signed, now, room(&request, transport));
        let key = match &signed {
            Signed::By(key, _) => Some(shown(key.name())),
            Signed::Not | Signed::Badly(_) => None,
        };
        Some(Answered { bytes, asked, rcode, key, late: Nanos(late) })
    }

    fn act<'k>(
        &mut self,
        request: &Message,
        signed: &Signed,
        answer: &mut Message,
        bends: impl FnOnce() -> &'k Vec<DnsKind>,
    ) -> Asked {
        let asked = asked(request);
        if request.edns.as_ref().is_some_and(|edns| edns.version() != 0) {
            answer.metadata.response_code = ResponseCode::BADVERS;
            return asked;
        }
        if signed.error() != 0 {
            answer.metadata.response_code = ResponseCode::NotAuth;
            return asked;
        }
        match (request.metadata.op_code, request.queries.as_slice()) {
            (OpCode::Query, [query]) => {
                let Self { nodes, config, soa, resolves } = self;
                lookup::answer(nodes, &config.origin, soa, query, answer);
                if *resolves {
                    lookup::resolve(&config.origin, query, answer);
                }
                if query.query_type() == RecordType::SRV
                    && answer.metadata.response_code != ResponseCode::Refused
                {
                    for kind in bends() {
                        bend(answer, kind);
                    }
                }
                asked
            }
            (OpCode::Query, _) => {
                answer.metadata.response_code = ResponseCode::FormErr;
                asked
            }
            (OpCode::Update, _) => {
                let done = self.update(request, signed);
                answer.metadata.response_code = done.err().unwrap_or(ResponseCode::NoError);
                match asked {
                    Asked::Update { names, .. } => {
                        Asked::Update { names, changed: done == Ok(true) }
                    }
                    other => other,
                }
            }
            _ => {
                answer.metadata.response_code = ResponseCode::NotImp;
                asked
            }
        }
    }

    /// An update, wholly or not at all (RFC 2136 §3.7).
    fn update(&mut self, request: &Message, signed: &Signed) -> Result<bool, ResponseCode> {
        let (origin, changes) = (&self.config.origin, request.authorities.as_slice());
        is_of_zone(request, origin)?;
        prerequisites(&self.nodes, origin, &request.answers)?;
        prescan(origin, changes)?;
        let policy = (self.config.updates, self.config.ownership);
        may(&self.nodes, policy, signed, changes.iter().map(|record| &record.name))?;
        let mut nodes = self.nodes.clone();
        let anything = change(&mut nodes, changes, &signed.owner())?;
        if anything {
            self.nodes = nodes;
            self.soa.serial = self.soa.serial.wrapping_add(1);
            self.place_soa();
        }
        Ok(anything)
    }

    fn place_soa(&mut self) {
        let origin = self.config.origin.clone();
        self.nodes.remove_sets(&origin, |kind| kind == RecordType::SOA);
        self.add(&origin, RData::SOA(self.soa.clone()));
    }
}
