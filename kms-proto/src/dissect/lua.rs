//! A dissector for Wireshark, in Lua, made from the names and lengths the encoders note.
//!
//! Wireshark's own dissector reads DCE/RPC and shows the stub as bytes; a dissector in Lua cannot be
//! registered for an interface (the table of interfaces takes none from Lua). So this one looks at
//! every packet after all others, takes the stubs Wireshark has put together, and lists what is in
//! them.

use core::fmt::Write as _;

use crate::dissect::mapped::spans;
use crate::guid::Uuid;
use crate::kms::catalogue;
use crate::kms::hresult::HResult;
use crate::kms::license_status::LicenseStatus;
use crate::kms::machine_name::MachineName;
use crate::kms::pid::Pid;
use crate::kms::request::Request;
use crate::kms::response::Response;
use crate::kms::seal::form::{Form, MAC};
use crate::kms::seal::sealed::Sealed;
use crate::kms::seal::v4::Maced;
use crate::kms::version::Version;
use crate::rpc::stub::Ndr;
use crate::rpc::stub::request::RequestStub;
use crate::rpc::stub::response::ResponseStub;
use crate::rpc::syntax::SyntaxId;
use crate::text::Hex;
use crate::time::FileTime;
use crate::wire::{Order, Wire};
use crate::write::Writer;

/// What the tables made here are put into.
const SCRIPT: &str = include_str!("dissector.lua");

/// How a field is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Number,
    Guid,
    Time,
    Text,
    Bytes,
}

/// How long a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    /// So many bytes.
    Fixed(usize),
    /// As many as the field of this name says.
    Of(&'static str),
    /// All that are left.
    Rest,
    /// As many as the next multiple of four needs.
    Align,
}

/// One field of a layout.
#[derive(Clone, Copy, Debug)]
struct Row {
    name: &'static str,
    kind: Kind,
    length: Length,
}

/// The dissector's text: `wireshark -X lua_script:FILE` takes it, and so does the folder of plugins.
pub fn dissector() -> String {
    let layouts = layouts();
    let mut tables = String::new();
    // Writing into a String cannot fail.
    let _ = write_tables(&layouts, &mut tables);
    SCRIPT.replacen("--@tables@--\n", &tables, 1)
}

/// Every layout by name, from values of which only the lengths matter.
fn layouts() -> [(&'static str, Vec<Row>); 9] {
    let request = Request {
        version: Version::V4,
        vm_info: 0,
        license_status: LicenseStatus(0),
        binding_expiration: 0,
        application_id: Uuid::nil(),
        activation_id: Uuid::nil(),
        kms_counted_id: Uuid::nil(),
        cmid: Uuid::nil(),
        n_policy: 0,
        client_time: FileTime(0),
        previous_cmid: Uuid::nil(),
        machine_name: MachineName::from_units([0; 64]),
    };
    let response = Response {
        version: Version::V4,
        pid: Pid::new("0").unwrap_or_default(),
        cmid: Uuid::nil(),
        client_time: FileTime(0),
        count: 0,
        activation_interval: 0,
        renewal_interval: 0,
    };
    let sealed = Sealed { version: Version::V6, iv: [0; 16], ciphertext: &[0; 16] };
    let ok = HResult::OK;
    let asks = |ndr| rows(|out| RequestStub { message: &[0], trailing: &[0] }.emit(ndr, out));
    let grants = |ndr| rows(|out| ResponseStub { message: Some(&[0]), hresult: ok }.emit(ndr, out));
    let refuses = |ndr| rows(|out| ResponseStub { message: None, hresult: ok }.emit(ndr, out));
    [
        ("request", rows(|out| Maced { base: &request, mac: [0; MAC] }.emit(out))),
        ("answer", rows(|out| Maced { base: &response, mac: [0; MAC] }.emit(out))),
        ("sealed", rows(|out| sealed.emit(out))),
        ("asks32", asks(Ndr::Ndr32)),
        ("asks64", asks(Ndr::Ndr64)),
        ("grants32", grants(Ndr::Ndr32)),
        ("grants64", grants(Ndr::Ndr64)),
        ("refuses32", refuses(Ndr::Ndr32)),
        ("refuses64", refuses(Ndr::Ndr64)),
    ]
}

/// The fields an encoder writes, in order.
fn rows(emit: impl FnOnce(&mut Writer<'_>)) -> Vec<Row> {
    let spans = spans(Order::Little, emit);
    let deeper = spans.iter().skip(1).map(|span| span.depth).chain([0]);
    let leaves = spans.iter().zip(deeper).filter(|(span, next)| *next <= span.depth);
    let mut behind = false;
    leaves
        .map(|(span, _)| {
            let (kind, length) = shape(span.name, span.bytes.len());
            // A pad before the message has a length of its own, one behind it aligns.
            let length = if span.name == "pad" && behind { Length::Align } else { length };
            behind |= span.name == "message";
            Row { name: span.name, kind, length }
        })
        .collect()
}

/// How the field of this name and length is shown, and how its length is found.
fn shape(name: &str, length: usize) -> (Kind, Length) {
    let fixed = Length::Fixed(length);
    match name {
        "application_id" | "activation_id" | "kms_counted_id" | "cmid" | "previous_cmid" => {
            (Kind::Guid, fixed)
        }
        "client_time" => (Kind::Time, fixed),
        "machine_name" => (Kind::Text, fixed),
        "extended_pid" => (Kind::Text, Length::Of("pid_size")),
        "message" => (Kind::Bytes, Length::Of("size")),
        "ciphertext" | "trailing" => (Kind::Bytes, Length::Rest),
        _ if matches!(length, 2 | 4 | 8) && name != "pad" => (Kind::Number, fixed),
        _ => (Kind::Bytes, fixed),
    }
}

fn write_tables(layouts: &[(&str, Vec<Row>)], out: &mut String) -> core::fmt::Result {
    let [v4, v5, v6] = [Form::V4, Form::V5, Form::V6].map(Form::request_length);
    let interface = SyntaxId::KMS.uuid;
    let [little, big] =
        [Hex(&interface.to_bytes_le()).to_string(), Hex(interface.as_bytes()).to_string()];
    writeln!(out, "-- {interface}, little-endian and big-endian.")?;
    writeln!(out, "local INTERFACE = {{ [\"{little}\"] = true, [\"{big}\"] = true }}")?;
    writeln!(out, "local REQUEST_LENGTH = {{ [4] = {v4}, [5] = {v5}, [6] = {v6} }}")?;
    writeln!(out, "local LAYOUTS = {{")?;
    for (name, rows) in layouts {
        writeln!(out, "  {name} = {{")?;
        for Row { name, kind, length } in rows {
            let kind = match kind {
                Kind::Number => "number",
                Kind::Guid => "guid",
                Kind::Time => "time",
                Kind::Text => "text",
                Kind::Bytes => "bytes",
            };
            let length = match length {
                Length::Fixed(length) => length.to_string(),
                Length::Of(name) => format!("\"{name}\""),
                Length::Rest => "\"rest\"".to_owned(),
                Length::Align => "\"align\"".to_owned(),
            };
            writeln!(out, "    {{ \"{name}\", \"{kind}\", {length} }},")?;
        }
        writeln!(out, "  }},")?;
    }
    writeln!(out, "}}")?;
    writeln!(out, "local VALUES = {{")?;
    writeln!(out, "  vm_info = {{ [0] = \"bare metal\", [1] = \"virtual machine\" }},")?;
    let statuses = (0..=6).map(|number| (number, LicenseStatus(number).name()));
    let statuses: Vec<_> =
        statuses.map(|(number, name)| format!("[{number}] = \"{name}\"")).collect();
    writeln!(out, "  license_status = {{ {} }},", statuses.join(", "))?;
    writeln!(out, "  HRESULT = {{")?;
    for entry in catalogue::entries() {
        if let Some(symbol) = entry.symbol {
            writeln!(out, "    [0x{:08X}] = \"{symbol}\",", entry.code.0)?;
        }
    }
    writeln!(out, "  }},")?;
    writeln!(out, "}}")
}
