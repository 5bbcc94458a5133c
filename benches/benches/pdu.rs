//! Parse and emit of each PDU, of the stubs, and of the message's fields.

use std::hint::black_box;

use benches::messages;
use benches::pdus::{self, SYNTAXES};
use bytes::BytesMut;
use criterion::{Criterion, criterion_group, criterion_main};
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::request::Request;
use kms_proto::kms::version::Version;
use kms_proto::rpc::frame;
use kms_proto::rpc::pdu::Pdu;
use kms_proto::rpc::stub::request::RequestStub;
use kms_proto::rpc::stub::response::ResponseStub;
use kms_proto::wire::{Order, Wire};
use kms_proto::write::Writer;

/// Emits into a buffer that is reused, as a session's is.
fn emitting(mut emit: impl FnMut(&mut BytesMut)) -> impl FnMut() -> usize {
    let mut out = BytesMut::with_capacity(512);
    move || {
        out.clear();
        emit(&mut out);
        black_box(&out).len()
    }
}

fn pdu(c: &mut Criterion) {
    for (name, pdu) in pdus::all() {
        let bytes = pdu.to_bytes();
        c.bench_function(&format!("parse/{name}"), |b| b.iter(|| Pdu::parse(black_box(&bytes))));
        let mut emit = emitting(|out| black_box(&pdu).append(out));
        c.bench_function(&format!("emit/{name}"), |b| b.iter(&mut emit));
    }
    let (_, bytes) = pdus::named("request");
    c.bench_function("frame", |b| b.iter(|| frame::first(black_box(&bytes), 5840)));
}

fn stub(c: &mut Criterion) {
    for (name, ndr) in SYNTAXES {
        let asked = pdus::request_stub(ndr);
        c.bench_function(&format!("parse/request_stub_{name}"), |b| {
            b.iter(|| RequestStub::from_bytes(black_box(&asked), ndr, Order::Little));
        });
        let answered = pdus::response_stub(ndr);
        c.bench_function(&format!("parse/response_stub_{name}"), |b| {
            b.iter(|| ResponseStub::from_bytes(black_box(&answered), ndr, Order::Little));
        });
        let message = messages::sealed(Version::V6, 0);
        let stub = RequestStub { message: &message, trailing: &[] };
        let mut emit = emitting(|out| black_box(&stub).emit(ndr, &mut writer(out)));
        c.bench_function(&format!("emit/request_stub_{name}"), |b| b.iter(&mut emit));
        let message = messages::answer(Version::V6);
        let stub = ResponseStub { message: Some(&message), hresult: HResult::OK };
        let mut emit = emitting(|out| black_box(&stub).emit(ndr, &mut writer(out)));
        c.bench_function(&format!("emit/response_stub_{name}"), |b| b.iter(&mut emit));
    }
}

fn message(c: &mut Criterion) {
    let request = messages::request(Version::V6, 0);
    let bytes = request.to_bytes(Order::Little);
    c.bench_function("parse/message", |b| {
        b.iter(|| Request::from_bytes(black_box(&bytes), Order::Little));
    });
    let mut emit = emitting(|out| black_box(&request).emit(&mut writer(out)));
    c.bench_function("emit/message", |b| b.iter(&mut emit));
}

fn writer(out: &mut BytesMut) -> Writer<'_> {
    Writer::new(out, Order::Little)
}

criterion_group!(benches, pdu, stub, message);
criterion_main!(benches);
