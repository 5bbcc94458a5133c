//! A command of `ospp.vbs` carried out.

use kms_proto::guid::Uuid;
use kms_proto::kms::hresult::HResult;
use kms_proto::time::FileTime;
use kms_proto::windows::identity::Edition;
use kms_proto::windows::slmgr::command::Command as Slmgr;
use kms_proto::windows::slmgr::reply::{Effect, Reply};

use crate::activation::Outcome;
use crate::machine::Machine;
use crate::ospp::command::{Command, Wrong};
use crate::ospp::status::{description, product};

const HEAD: &str = "---Processing--------------------------\n\
                    ---------------------------------------\n";
const LINE: &str = "---------------------------------------\n";
const EXIT: &str = "---Exiting-----------------------------\n";

impl Machine {
    /// Does what `ospp.vbs` was told, as far as it needs no network; the licence is counted down to
    /// `wall`, which this machine's clock shows.
    ///
    /// After [`Effect::Activate`] the caller makes an attempt and appends [`result`].
    pub fn ospp(&mut self, command: &Command, wall: FileTime, elevated: bool) -> Reply {
        let office = self.edition == Edition::Office && self.installation.key;
        match command {
            Command::Status if office => framed(&product(self), HResult::OK),
            Command::Activate if office => {
                let reply = self.slmgr(&Slmgr::Activate(None), wall, elevated);
                match reply.effect {
                    Some(Effect::Activate) => Reply { text: begun(self), ..reply },
                    None => error(reply.code),
                }
            }
            Command::RemoveKey(last) if office && *last == self.edition.partial_key() => {
                let set = Slmgr::UninstallKey(None);
                self.set(&set, (wall, elevated), "<Product key uninstall successful>\n")
            }
            Command::SetHost(name) => {
                let set = Slmgr::SetHost { host: self.at_its_port(name), id: None };
                self.set(&set, (wall, elevated), APPLIED)
            }
            _ => without_office(command, self.cmid, |set| self.slmgr(set, wall, elevated)),
        }
    }

    /// A name with the port that was set before it: `/sethst` leaves `/setprt` alone.
    fn at_its_port(&self, name: &str) -> String {
        let port = match &self.registered_host {
            Some(host) => host.port_as_set(),
            None => self.registered_port,
        };
        if port == 0 || name.contains(':') { name.to_owned() } else { format!("{name}:{port}") }
    }

    /// Does what slmgr does, and says it as `ospp.vbs` does.
    fn set(&mut self, command: &Slmgr, (wall, elevated): (FileTime, bool), done: &str) -> Reply {
        applied(&self.slmgr(command, wall, elevated), done)
    }
}

/// What `ospp.vbs` prints of a computer that has no Office: it shows no product, and sets what
/// `slmgr` lets it set there.
pub fn without_office(command: &Command, cmid: Uuid, slmgr: impl FnOnce(&Slmgr) -> Reply) -> Reply {
    let host = |host: String| Slmgr::SetHost { host, id: None };
    let (set, done) = match command {
        Command::Status | Command::Activate => {
            return framed("<No installed product keys detected>\n", HResult::NO_KEY);
        }
        Command::RemoveKey(_) => return framed("<Product key not found>\n", HResult::NO_KEY),
        Command::MachineId => {
            return framed(&format!("Client Machine ID (CMID): {cmid}\n"), HResult::OK);
        }
        Command::InstallKey(key) => {
            (Slmgr::InstallKey(key.clone()), "<Product key installation successful>\n")
        }
        Command::SetHost(name) => (host(name.clone()), APPLIED),
        Command::SetPort(port) => (host(format!(":{port}")), APPLIED),
        Command::RemoveHost => (Slmgr::ClearHost(None), APPLIED),
        Command::HostCaching(on) => (Slmgr::HostCaching(*on), APPLIED),
    };
    applied(&slmgr(&set), done)
}

/// What slmgr came to, said as `ospp.vbs` does.
fn applied(reply: &Reply, done: &str) -> Reply {
    if reply.code.is_ok() { framed(done, HResult::OK) } else { error(reply.code) }
}

/// What is printed of a setting that was made.
const APPLIED: &str = "Successfully applied setting.\n";

/// What is printed below the announcement of `/act`, and how it ends.
pub fn result(outcome: &Outcome) -> Reply {
    if outcome.shown.is_ok() {
        let text = format!("<Product activation successful>\n{LINE}{LINE}{EXIT}");
        return Reply { text, ..Reply::default() };
    }
    let (code, text) = (outcome.shown, description(outcome.shown));
    let history = "To view the activation event history run: cscript ospp.vbs /dhistorykms\n";
    let text = format!("ERROR CODE: {code}\n{text}{history}{LINE}{LINE}{EXIT}");
    Reply { text, code, effect: None }
}

/// A wrong command line.
pub fn wrong(wrong: &Wrong) -> Reply {
    framed(&format!("{wrong}\n"), HResult::INVALID_ARGUMENT)
}

/// What `/act` prints before anything is sent.
fn begun(machine: &Machine) -> String {
    let product = machine.product();
    format!(
        "{HEAD}Installed product key detected - attempting to activate the following product:\n\
         SKU ID: {}\nLICENSE NAME: {}\nLICENSE DESCRIPTION: {}\n\
         Last 5 characters of installed product key: {}\n",
        product.activation_id,
        product.name,
        product.description,
        product.partial_key.unwrap_or_default(),
    )
}

fn error(code: HResult) -> Reply {
    framed(&format!("ERROR CODE: {code}\n{}", description(code)), code)
}

fn framed(inside: &str, code: HResult) -> Reply {
    Reply { text: format!("{HEAD}{inside}{LINE}{LINE}{EXIT}"), code, effect: None }
}
