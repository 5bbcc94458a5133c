//! The machine's part: it begins, asks, listens, concludes.

use bytes::BytesMut;
use client_sim::activation::{Answer, FailedCheck};
use client_sim::discover;
use client_sim::kms_host::KmsHost;
use client_sim::net::error::{Cause, Stage};
use client_sim::session::Session;
use client_sim::session::event::Event as Heard;
use kms_proto::kms::check::{Asked, verify_answer};
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::seal::Seal;

use crate::world::actor::Actor;
use crate::world::actor::machine::{MachineActor, Trying};
use crate::world::engine::World;
use crate::world::event::Event;
use crate::world::wire::Freight;

impl World {
    /// A machine's timer rings.
    pub(super) fn wake(&mut self, machine: usize, timer: u64) {
        let counts = |m: &MachineActor| m.told || m.timer == timer;
        if self.machines.get(machine).is_some_and(counts) {
            self.set_out(machine);
        }
    }

    /// Somebody tells a machine to activate, as by `slmgr /ato`.
    pub(super) fn tell_to_activate(&mut self, place: usize) {
        if let Some(machine) = self.machines.get_mut(place) {
            machine.told = true;
        }
        self.set_out(place);
    }

    /// A machine begins an attempt, or notes that it is to make one more after this.
    ///
    /// Where it cannot try, who told it to learns why, and its own timers let it be.
    fn set_out(&mut self, place: usize) {
        let now = self.now;
        let Some(machine) = self.machines.get_mut(place) else { return };
        if let Some(until) = machine.asleep.filter(|until| *until > now) {
            let timer = machine.timer;
            self.queue.put(until, Event::Wake { machine: place, timer });
            return;
        }
        if machine.trying.is_some() {
            machine.once_more = true;
            return;
        }
        let told = std::mem::take(&mut machine.told);
        match machine.machine.held_back() {
            Some(code) if told => return self.hold_back(place, code),
            Some(_) => return self.wait_on(place),
            None => self.call_licensing(place),
        }
        let Some(machine) = self.machines.get_mut(place) else { return };
        machine.attempts += 1;
        let by_name = !machine.hosts.is_empty();
        let hosts = if by_name { machine.hosts.clone() } else { Vec::new() };
        let reading = machine.clock.peek(now);
        machine.trying = Some(Trying {
            ordinal: machine.attempts,
            began: now,
            hosts,
            host: 0,
            reaches: None,
            reading,
            asked: Asked {
                request: machine.machine.request(machine.asks.version, reading.filetime),
                iv: [0; 16],
            },
            message: BytesMut::new(),
            session: Session::new(machine.asks.session),
            wire: 0,
            stage: Stage::Resolve,
            call: None,
            exchanges: Vec::new(),
            faults: Vec::new(),
            turned: Vec::new(),
            why: None,
        });
        if by_name {
            self.turn_to_next(place);
        } else {
            self.look_up(place);
        }
    }

    /// The machine asks DNS for its hosts.
    fn look_up(&mut self, place: usize) {
        let draw = self.draw();
        let answer = self.answered(place);
        let Some(machine) = self.machines.get_mut(place) else { return };
        let ordered = discover::order(&answer.records, draw, &machine.id, machine.attempts);
        let hosts = machine.machine.candidates(ordered);
        let reaches = hosts.first().and_then(|first| self.known(first.name()));
        let Some(machine) = self.machines.get_mut(place) else { return };
        if let Some(trying) = &mut machine.trying {
            trying.hosts = hosts;
            trying.reaches = reaches;
            trying.faults = answer.faults;
            trying.why = answer.why;
        }
        self.after(answer.after, Event::Resolved(place));
    }

    /// The machine makes a request, and dials the host whose turn it is.
    ///
    /// Its clock is read once: the request carries that reading, and so do the events.
    pub(super) fn ask(&mut self, place: usize) {
        let (draw, now) = (self.draw(), self.now);
        let Some(machine) = self.machines.get_mut(place) else { return };
        machine.requests += 1;
        let requests = machine.requests;
        self.before_exchange(Actor::Machine(place), requests);
        let turned = self.ask_of_client_clock(place);
        let Some(machine) = self.machines.get_mut(place) else { return };
        let reading = machine.clock.read(now);
        let status = machine.machine.license.status;
        machine.count_down(&reading);
        self.was_counted(place, &reading, status);
        let Some(machine) = self.machines.get_mut(place) else { return };
        let Some(trying) = &mut machine.trying else { return };
        let mut request = machine.machine.request(machine.asks.version, reading.filetime);
        request.n_policy = machine.asks.n_policy.unwrap_or(request.n_policy);
        let tried = u64::try_from(trying.host).unwrap_or(u64::MAX);
        let iv = draw.keyed(&machine.id, "request", tried, trying.ordinal, "iv").to_le_bytes();
        trying.faults.extend(turned.iter().cloned());
        trying.turned = turned;
        trying.message.clear();
        let seal = self.seals.of_realm(&machine.machine.realm);
        seal.seal_request(&request, iv, &mut trying.message);
        trying.began = now;
        trying.reading = reading;
        trying.asked = Asked { request, iv };
        trying.session = Session::new(machine.asks.session);
        trying.call = None;
        trying.stage = Stage::Resolve;
        let port = trying.hosts.get(trying.host).map(KmsHost::port);
        match trying.reaches.zip(port) {
            Some((host, port)) => self.dial(place, host, port),
            None => self.fail(place, Cause::NoAddress),
        }
    }

    /// The machine learns that its connection was taken: it binds.
    pub(super) fn taken(&mut self, wire: u64) {
        let Some(place) = self.listening(wire) else { return };
        let mut out = BytesMut::new();
        if let Some(trying) = self.trying(place) {
            trying.stage = Stage::Bind;
            trying.session.start(&mut out);
        }
        self.say(wire, out);
    }

    /// The machine learns that its connection was refused.
    pub(super) fn refused(&mut self, wire: u64) {
        self.unreachable(wire, Cause::System(std::io::ErrorKind::ConnectionRefused));
    }

    /// The machine learns that it gets no connection.
    pub(super) fn unreachable(&mut self, wire: u64, why: Cause) {
        if let Some(place) = self.listening(wire) {
            self.hang_up(wire);
            self.fail(place, why);
        }
    }

    /// The machine's patience is over, if it still waits.
    pub(super) fn too_late(&mut self, wire: u64, stage: Stage) {
        let Some(place) = self.listening(wire) else { return };
        let waits = self.trying(place).is_some_and(|trying| trying.stage <= stage);
        if waits {
            self.leave(wire, Freight::End);
            self.fail(place, Cause::TimedOut);
        }
    }

    /// Something arrives at the machine.
    pub(super) fn at_client(&mut self, wire: u64, freight: Freight) {
        let Some(place) = self.listening(wire) else { return };
        match freight {
            Freight::Bytes(bytes) => {
                if let Some(trying) = self.trying(place) {
                    trying.session.receive(&bytes);
                }
                self.listen(place, wire);
            }
            Freight::End => {
                self.leave(wire, Freight::End);
                self.fail(place, Cause::Closed);
            }
            Freight::Reset => {
                self.hang_up(wire);
                self.fail(place, Cause::System(std::io::ErrorKind::ConnectionReset));
            }
        }
    }

    /// Makes of what was received what the session makes of it.
    fn listen(&mut self, place: usize, wire: u64) {
        let mut out = BytesMut::new();
        let mut end = None;
        while end.is_none()
            && let Some(machine) = self.machines.get_mut(place)
            && let Some(trying) = &mut machine.trying
            && let Some(heard) = trying.session.poll(&mut out)
        {
            end = match heard {
                Heard::Ready => {
                    trying.stage = Stage::Call;
                    match trying.session.call(&trying.message, &mut out) {
                        Ok(call) => {
                            trying.call = Some(call);
                            None
                        }
                        Err(why) => Some(Err(Cause::NotNow(why))),
                    }
                }
                Heard::Answer { call_id, hresult, message } if Some(call_id) == trying.call => {
                    Some(Ok(judged(
                        self.seals.of_realm(&machine.machine.realm),
                        &trying.asked,
                        hresult,
                        &message,
                    )))
                }
                Heard::Failed { call_id, failure } if Some(call_id) == trying.call => {
                    Some(Err(Cause::Rpc(failure)))
                }
                // It makes one call, so the session has no other to speak of.
                Heard::Answer { .. } | Heard::Failed { .. } => None,
                Heard::Over(failure) => Some(Err(Cause::Rpc(failure))),
            };
        }
        self.say(wire, out);
        match end {
            None => {}
            Some(Ok(answer)) => {
                self.leave(wire, Freight::End);
                self.conclude(place, answer, None);
            }
            Some(Err(cause)) => {
                self.leave(wire, Freight::End);
                self.fail(place, cause);
            }
        }
    }

    pub(super) fn trying(&mut self, place: usize) -> Option<&mut Trying> {
        self.machines.get_mut(place).and_then(|machine| machine.trying.as_mut())
    }

    /// The machine that listens on a connection, while it does.
    pub(super) fn listening(&self, wire: u64) -> Option<usize> {
        let place = self.wires.get(wire).filter(|wire| wire.client)?.machine;
        let trying = self.machines.get(place)?.trying.as_ref()?;
        (trying.wire == wire).then_some(place)
    }
}

/// What a reply comes to: a refusal, or an answer that every named check is made on.
fn judged(seal: &mut Seal, asked: &Asked, hresult: HResult, message: &[u8]) -> Answer {
    if !hresult.is_ok() {
        return Answer::Refused(hresult);
    }
    let answer = verify_answer(seal, asked, message);
    match answer.verified() {
        Ok(response) => Answer::Granted(*response),
        Err(_) => Answer::Failed(answer.failures.iter().map(FailedCheck::from).collect()),
    }
}
