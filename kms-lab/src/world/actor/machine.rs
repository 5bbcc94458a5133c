//! A machine, its clock, its licence and the attempt it makes.

use std::collections::VecDeque;

use bytes::BytesMut;
use client_sim::clock::Clock;
use client_sim::clock::reading::Reading;
use client_sim::discover::Suffixes;
use client_sim::kms_host::KmsHost;
use client_sim::license::tally::Tally;
use client_sim::machine::Machine;
use client_sim::net::error::Stage;
use client_sim::session::Session;
use client_sim::session::event::CallId;
use client_sim::time_service::TimeService;
use kms_proto::dns::failure::DnsFailure;
use kms_proto::draw::Draw;
use kms_proto::kms::check::Asked;
use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;
use kms_proto::windows::event::Event;

use crate::world::link::Link;
use crate::world::plan::{Again, Asks, MachinePlan};

/// Entries a machine's log keeps; the oldest leave.
const LOG: usize = 10_000;

/// A machine in a world.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each named by its source")]
pub struct MachineActor {
    /// Its id.
    pub id: String,
    /// The machine itself.
    pub machine: Machine,
    /// Its clock.
    pub clock: Clock,
    /// How its licence runs down.
    pub tally: Tally,
    /// How it asks.
    pub asks: Asks,
    /// The hosts it asks, in order; with none of its own it looks into the zone.
    pub hosts: Vec<KmsHost>,
    /// The DNS suffixes it looks under.
    pub suffixes: Suffixes,
    /// The group it belongs to, and which of it.
    pub group: (String, u64),
    /// The way to each host.
    pub links: Vec<Link>,
    /// Whether it tries again on its own while it fails.
    pub retry: Option<Again>,
    /// Whether it renews on its own once it is activated.
    pub renew: Option<Again>,
    /// Whether it lives as Windows has it: tries at its start, tries again, renews.
    pub life: bool,
    /// How often Windows started.
    pub starts: u64,
    /// Until when a change of the network makes it try at once.
    pub watch: Option<Moment>,
    /// Attempts begun.
    pub attempts: u64,
    /// Requests made; an attempt makes one to each host it tries.
    pub requests: u64,
    /// Attempts that failed since the last success.
    pub failed: u64,
    /// Attempts that succeeded.
    pub activated: u64,
    /// Which of its timers is the one that counts; older ones ring for nothing.
    pub timer: u64,
    /// The attempt under way.
    pub trying: Option<Trying>,
    /// Somebody asked for another attempt meanwhile.
    pub once_more: bool,
    /// Somebody has told it to activate, and it has not begun to.
    pub told: bool,
    /// Its Application log.
    pub log: VecDeque<Event>,
    /// Entries that left it for newer ones.
    pub forgotten: u64,
    /// Until when it does nothing at all.
    pub asleep: Option<Moment>,
    /// Its time service.
    pub time: TimeService,
    /// Its domain controller, by its place among the sources.
    pub time_source: Option<usize>,
    /// When its time service is woken next; what rings earlier rings for nothing.
    pub time_due: Option<Moment>,
    /// Its time service starts when it is woken next.
    pub time_starts: bool,
}

/// An attempt under way.
#[derive(Debug)]
pub struct Trying {
    /// Which of the machine's attempts, from 1.
    pub ordinal: u64,
    /// When the try with this host began.
    pub began: Moment,
    /// The hosts to try, in order.
    pub hosts: Vec<KmsHost>,
    /// Which of them is tried.
    pub host: usize,
    /// The host it leads to, by its place; `None` where its name or address leads to none.
    pub reaches: Option<usize>,
    /// The reading in the request.
    pub reading: Reading,
    /// The request, and what it was sealed with.
    pub asked: Asked,
    /// The sealed request.
    pub message: BytesMut,
    /// The session on the connection.
    pub session: Session,
    /// The connection.
    pub wire: u64,
    /// How far it came.
    pub stage: Stage,
    /// The call, once it is made.
    pub call: Option<CallId>,
    /// The exchanges this try came to, by their places in the history.
    pub exchanges: Vec<usize>,
    /// The faults that bent this try, by id.
    pub faults: Vec<String>,
    /// Those of them that turned the machine's clock before its request.
    pub turned: Vec<String>,
    /// Why DNS named no host, where it named none.
    pub why: Option<DnsFailure>,
}

impl MachineActor {
    /// Its name in DNS, under its primary suffix where it has one.
    pub fn full_name(&self) -> String {
        let name = self.machine.name.to_string();
        match &self.suffixes.primary {
            Some(suffix) => format!("{name}.{suffix}"),
            None => name,
        }
    }

    /// The machine that `plan` describes, in a world that starts at `start`.
    pub fn new(plan: &MachinePlan, start: Moment, draw: Draw) -> Self {
        let clock = Clock::new(plan.clock, start, draw, &plan.id);
        let time = plan.time.as_ref();
        let settings = time.map(|time| time.settings.clone()).unwrap_or_default();
        let first = time.and_then(|time| time.first);
        Self {
            tally: Tally::from(clock.peek(start).wall),
            clock,
            id: plan.id.clone(),
            machine: plan.machine.clone(),
            asks: plan.asks,
            hosts: plan.hosts.clone(),
            suffixes: plan.suffixes.clone(),
            group: plan.group.clone(),
            links: plan.links.clone(),
            retry: plan.retry,
            renew: plan.renew,
            life: plan.life,
            starts: 0,
            watch: None,
            attempts: 0,
            requests: 0,
            failed: 0,
            activated: 0,
            timer: 0,
            trying: None,
            once_more: false,
            told: false,
            log: VecDeque::new(),
            forgotten: 0,
            asleep: None,
            time: TimeService::new(settings),
            time_source: plan.time.as_ref().map(|time| time.source),
            time_due: first.map(|first| start.plus(first)),
            time_starts: first.is_some(),
        }
    }

    /// Brings the licence up to what the machine's clock reads.
    pub fn count_down(&mut self, reading: &Reading) {
        self.tally.count(&mut self.machine.license, reading.wall);
    }

    /// After what time it tries again, its last attempt having ended so.
    ///
    /// As Windows does: after the activation interval while it fails, after the renewal interval
    /// once it is activated, both as its host last told it, unless the plan says otherwise.
    pub fn next_attempt(&self, activated: bool) -> Option<Nanos> {
        let told = |minutes: u32| Nanos::minutes(minutes.into());
        // One that renews but does not retry tries again when it would have renewed.
        let renews = activated || self.retry.is_none() && self.activated > 0;
        let (again, count, told) = if renews {
            (self.renew, self.activated, told(self.machine.renewal_interval))
        } else {
            (self.retry, self.failed, told(self.machine.activation_interval))
        };
        let Again { every, most } = again?;
        most.is_none_or(|most| count <= most).then_some(every.unwrap_or(told))
    }

    /// Writes entries into its log.
    pub fn write_log(&mut self, events: &[Event]) {
        let over = (self.log.len() + events.len()).saturating_sub(LOG);
        let over = over.min(self.log.len());
        self.log.drain(..over);
        self.forgotten += u64::try_from(over).unwrap_or(u64::MAX);
        self.log.extend(events.iter().cloned());
    }
}
