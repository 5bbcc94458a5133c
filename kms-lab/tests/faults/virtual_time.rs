//! A driver in virtual time: an integer for a clock, and the same deliveries as on sockets.

use bytes::BytesMut;
use client_sim::activation::Answer;
use client_sim::activation::trouble::Trouble;
use client_sim::session::Session as Client;
use client_sim::session::config::SessionConfig as ClientConfig;
use client_sim::session::event::Event;
use kms_proto::draw::Draw;
use kms_proto::kms::realm::Realm;
use kms_proto::kms::version::Version;
use kms_proto::time::FileTime;
use kms_proto::time::duration::{NANOS_PER_TICK, Nanos};
use kms_sim::config::HostConfig;
use kms_sim::exchange::Exchange;
use kms_sim::fault::delivery::{Delivery, What};
use kms_sim::fault::door::Way;
use kms_sim::fault::faults::Faults;
use kms_sim::fault::known::Caller;
use kms_sim::fault::line::{Did, Line};
use kms_sim::fault::mischief::Mischief;
use kms_sim::fault::notes::Notes;
use kms_sim::fault::rule::Rule;
use kms_sim::host::Host;
use kms_sim::session::Session;
use kms_sim::session::config::SessionConfig;

use crate::client::{Asking, NOON, asking, told};

/// How long a client waits for the whole of an attempt.
const PATIENCE: Nanos = Nanos::seconds(10);

/// A host with faults, in virtual time.
pub(crate) struct World {
    pub(crate) host: Host,
    pub(crate) faults: Faults,
    /// True time since the start.
    pub(crate) now: Nanos,
    /// What became of each call, and what bent it.
    pub(crate) seen: Vec<(Option<Exchange>, Notes)>,
    /// The lab the machines belong to.
    pub(crate) realm: Realm,
    /// What an association is allowed, and what a client offers.
    pub(crate) sessions: (SessionConfig, ClientConfig),
    /// How many answers came with a message, sealed or not.
    pub(crate) messages: usize,
    attempts: u64,
    deadline: Nanos,
}

/// One attempt.
struct Attempt<'w> {
    world: &'w mut World,
    line: Line,
    session: Session,
    client: Client,
    asking: Asking,
    /// What the client is to send.
    out: BytesMut,
}

/// Why an attempt is over.
type Over = Box<Answer>;

fn trouble(trouble: Trouble) -> Over {
    Box::new(Answer::Trouble(trouble))
}

impl World {
    pub(crate) fn new(rules: Vec<Rule>, mischief: Mischief, seed: u64) -> Self {
        Self {
            host: Host::new(HostConfig { seed, ..HostConfig::default() }),
            faults: Faults::new(rules, mischief, seed).unwrap(),
            now: Nanos(0),
            seen: Vec::new(),
            realm: Realm::default(),
            sessions: Default::default(),
            messages: 0,
            attempts: 0,
            deadline: Nanos(0),
        }
    }

    fn clock(&self) -> FileTime {
        NOON.later((self.now.0 / NANOS_PER_TICK).cast_unsigned())
    }

    /// An attempt of `name`, as [`told`] has it; it takes its time.
    pub(crate) fn attempt(&mut self, name: &str, version: Version) -> String {
        self.attempts += 1;
        let asking = asking(&self.realm, name, (version, self.clock()), self.attempts);
        let n_policy = asking.n_policy();
        self.deadline = Nanos(self.now.0 + PATIENCE.0);
        let connection = self.attempts;
        if let Some(notes) = self.faults.turned_away(self.now) {
            self.note(None, notes);
            return told(&trouble(Trouble::Connect), n_policy);
        }
        let (admission, line) =
            Line::open(&mut self.faults, Caller::default(), connection, self.now);
        self.note(None, admission.notes);
        let over = match self.pass(admission.after) {
            Err(over) => over,
            Ok(()) => match admission.way {
                Way::Serve => {
                    let draw = Draw::new(42);
                    let (allowed, offered) = self.sessions;
                    let session = Session::new(allowed, draw, connection, 1688);
                    let client = Client::new(offered);
                    let out = BytesMut::new();
                    let mut attempt = Attempt { world: self, line, session, client, asking, out };
                    attempt.run()
                }
                Way::Close | Way::Reset => trouble(Trouble::Closed),
                Way::Ignore => self.time_out(),
            },
        };
        if admission.way == Way::Serve {
            self.faults.closed(connection, self.now);
        }
        told(&over, n_policy)
    }

    /// Lets time pass, but not beyond the client's patience.
    fn pass(&mut self, length: Nanos) -> Result<(), Over> {
        let then = self.now.0.saturating_add(length.0);
        if then > self.deadline.0 {
            return Err(self.time_out());
        }
        self.now = Nanos(then);
        Ok(())
    }

    fn time_out(&mut self) -> Over {
        self.now = self.deadline;
        trouble(Trouble::Timeout)
    }

    fn note(&mut self, exchange: Option<&Exchange>, notes: Notes) {
        if exchange.is_some() || !notes.is_empty() {
            self.seen.push((exchange.copied(), notes));
        }
    }
}

impl Attempt<'_> {
    fn run(&mut self) -> Over {
        self.client.start(&mut self.out);
        loop {
            let sent = self.out.split();
            if sent.is_empty() {
                // Both sides wait for the other.
                return self.world.time_out();
            }
            let mut incoming = Delivery::default();
            let World { faults, now, .. } = &mut *self.world;
            let notes = self.line.receive(&sent, faults, *now, &mut incoming);
            self.world.note(None, notes);
            if let Err(over) = self.carry_in(incoming) {
                return over;
            }
        }
    }

    /// Carries out what the client sent.
    fn carry_in(&mut self, mut incoming: Delivery) -> Result<(), Over> {
        for part in incoming.take() {
            self.world.pass(part.after)?;
            match part.what {
                What::Send(bytes) => self.session.receive(&bytes),
                What::Stall => return Err(self.world.time_out()),
                _ => return Err(trouble(Trouble::Closed)),
            }
            let outgoing = self.turns();
            self.carry_out(outgoing)?;
        }
        Ok(())
    }

    /// Lets the host work off what it got.
    fn turns(&mut self) -> Delivery {
        let mut queue = Delivery::default();
        loop {
            let time = (self.world.clock(), self.world.now);
            let World { host, faults, .. } = &mut *self.world;
            let turn = self.line.step(&mut self.session, (host, faults), time, &mut queue);
            match turn.did {
                Did::Nothing => return queue,
                Did::Called(exchange) => self.world.note(Some(&exchange), turn.notes),
                _ => self.world.note(None, turn.notes),
            }
        }
    }

    /// Carries out what the host sent; an error is the end, whichever.
    fn carry_out(&mut self, mut outgoing: Delivery) -> Result<(), Over> {
        for part in outgoing.take() {
            self.world.pass(part.after)?;
            match part.what {
                What::Send(bytes) => self.client.receive(&bytes),
                What::HalfClose | What::Close | What::Reset => {
                    return Err(trouble(Trouble::Closed));
                }
                What::Stall => return Err(self.world.time_out()),
            }
            while let Some(event) = self.client.poll(&mut self.out) {
                match event {
                    Event::Ready => {
                        self.client.call(&self.asking.message, &mut self.out).unwrap();
                    }
                    Event::Answer { hresult, message, .. } => {
                        self.world.messages += usize::from(!message.is_empty());
                        return Err(Box::new(self.asking.judge(hresult, &message)));
                    }
                    Event::Failed { failure, .. } | Event::Over(failure) => {
                        return Err(Box::new(Answer::from(&failure)));
                    }
                }
            }
        }
        Ok(())
    }
}
