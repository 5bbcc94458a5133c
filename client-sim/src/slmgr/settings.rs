//! The commands that set how a machine finds its host.

use kms_proto::kms::hresult::HResult;
use kms_proto::windows::slmgr::reply::Reply;

use crate::installation::ActivationType;
use crate::kms_host::KmsHost;
use crate::machine::Machine;

impl Machine {
    /// `/skms`: `name`, `name:port` or `:port`. A name without a port clears the port; a wrong
    /// argument changes nothing.
    pub(super) fn set_host(&mut self, typed: &str) -> Reply {
        let port = typed.strip_prefix(':').map(|port| port.trim_start().parse::<u16>());
        match (port, typed.parse::<KmsHost>()) {
            (Some(Ok(port)), _) => match &mut self.registered_host {
                Some(host) => *host = host.at_port(port),
                None => self.registered_port = port,
            },
            (None, Ok(host)) => {
                self.registered_port = 0;
                self.registered_host = Some(host);
            }
            _ => return Reply::error(HResult::INVALID_ARGUMENT),
        }
        let mut reply = Reply::line(&format!(
            "Key Management Service machine name set to {typed} successfully."
        ));
        if self.lookup_domain.is_some() {
            reply = reply.and(&format!(
                "Warning: /skms setting overrides the /skms-domain setting. {typed} will be used \
                 for activation."
            ));
        }
        reply
    }

    /// `/ckms`: forgets name and port.
    pub(super) fn clear_host(&mut self) -> Reply {
        self.registered_host = None;
        self.registered_port = 0;
        let mut reply = Reply::line("Key Management Service machine name cleared successfully.");
        if let Some(domain) = &self.lookup_domain {
            reply = reply.and(&format!(
                "Warning: /skms-domain setting is in effect. {domain} will be used for DNS SRV \
                 record lookup."
            ));
        }
        reply
    }

    /// `/skms-domain`.
    pub(super) fn set_domain(&mut self, domain: &str) -> Reply {
        self.lookup_domain = Some(domain.to_owned());
        let mut reply = Reply::line(&format!(
            "Key Management Service lookup domain set to {domain} successfully."
        ));
        if let Some(host) = &self.registered_host {
            reply = reply.and(&format!(
                "Warning: /skms setting overrides the /skms-domain setting. {host} will be used \
                 for activation."
            ));
        }
        reply
    }

    /// `/ckms-domain`.
    pub(super) fn clear_domain(&mut self) -> Reply {
        self.lookup_domain = None;
        let mut reply = Reply::line("Key Management Service lookup domain cleared successfully.");
        if let Some(host) = &self.registered_host {
            reply = reply.and(&format!(
                "Warning: /skms setting is in effect. {host} will be used for activation."
            ));
        }
        reply
    }

    /// `/skhc` and `/ckhc`. A host that was kept is forgotten when none is to be kept.
    pub(super) fn set_host_caching(&mut self, on: bool) -> Reply {
        self.host_caching = on;
        let how = if on { "enabled" } else { "disabled" };
        Reply::line(&format!("KMS host caching is {how}"))
    }

    /// `/act-type`; left out, all types.
    pub(super) fn set_activation_type(&mut self, kind: Option<&str>) -> Reply {
        match kind.map_or(Ok(0), str::parse).map(ActivationType::of) {
            Ok(Some(kind)) => {
                self.activation_type = kind;
                Reply::line("Volume activation type set successfully.")
            }
            _ => Reply::failed(HResult::INVALID_DATA, "Error: The data is invalid"),
        }
    }
}
