//! Instructions by valgrind: the same on a busy machine as on a quiet one.
//!
//! `benches/run` compares them with `benches/baseline.txt`. Valgrind hides the SHA instructions of
//! the processor, so hashes count by their software: compare with the baseline alone.
#![expect(
    missing_docs,
    unused_qualifications,
    reason = "what the macros of gungraun write has both"
)]

use std::hint::black_box;

use benches::cryptography::Alone;
use benches::messages::{self, IV, NOON};
use benches::pdus;
use benches::whole::Whole;
use bytes::BytesMut;
use gungraun::prelude::*;
use kms_proto::error::DecodeError;
use kms_proto::kms::check::{Answer, Asked, verify_answer};
use kms_proto::kms::request::Request;
use kms_proto::kms::response::Response;
use kms_proto::kms::seal::envelope::{Envelope, Salts};
use kms_proto::kms::seal::{Opened, Seal};
use kms_proto::kms::version::Version;
use kms_proto::rpc::pdu::Pdu;
use kms_proto::rpc::stub::Ndr;
use kms_proto::rpc::stub::request::RequestStub;
use kms_proto::rpc::stub::response::ResponseStub;
use kms_proto::wire::{Order, Wire};
use kms_proto::write::Writer;
use kms_sim::call::Call;
use kms_sim::exchange::Exchange;
use kms_sim::host::Host;

/// What a benchmark leaves behind, so that dropping it is not counted.
type Left<T, R> = (T, R);

fn room() -> BytesMut {
    BytesMut::with_capacity(1024)
}

// ------------------------------------------------------------------------------------- PDUs

fn bytes_of(name: &str) -> &'static [u8] {
    pdus::named(name).1.to_vec().leak()
}

fn pdu_of(name: &str) -> (Pdu<'static>, BytesMut) {
    (pdus::named(name).0, room())
}

#[library_benchmark(setup = bytes_of)]
#[bench::bind("bind")]
#[bench::bind_ack("bind_ack")]
#[bench::bind_nak("bind_nak")]
#[bench::alter_context("alter_context")]
#[bench::alter_context_resp("alter_context_resp")]
#[bench::request("request")]
#[bench::response("response")]
#[bench::fault("fault")]
#[bench::co_cancel("co_cancel")]
#[bench::orphaned("orphaned")]
fn parse(bytes: &'static [u8]) -> Result<Pdu<'static>, DecodeError> {
    black_box(Pdu::parse(black_box(bytes)))
}

#[library_benchmark(setup = pdu_of)]
#[bench::bind("bind")]
#[bench::bind_ack("bind_ack")]
#[bench::bind_nak("bind_nak")]
#[bench::alter_context("alter_context")]
#[bench::alter_context_resp("alter_context_resp")]
#[bench::request("request")]
#[bench::response("response")]
#[bench::fault("fault")]
#[bench::co_cancel("co_cancel")]
#[bench::orphaned("orphaned")]
fn emit((pdu, mut out): (Pdu<'static>, BytesMut)) -> Left<Pdu<'static>, BytesMut> {
    black_box(&pdu).append(&mut out);
    (pdu, out)
}

// ------------------------------------------------------------------------ stubs and messages

fn request_stub_of(ndr: Ndr) -> (&'static [u8], Ndr) {
    (pdus::request_stub(ndr).to_vec().leak(), ndr)
}

fn response_stub_of(ndr: Ndr) -> (&'static [u8], Ndr) {
    (pdus::response_stub(ndr).to_vec().leak(), ndr)
}

#[library_benchmark(setup = request_stub_of)]
#[bench::ndr32(Ndr::Ndr32)]
#[bench::ndr64(Ndr::Ndr64)]
fn parse_request_stub(
    (bytes, ndr): (&'static [u8], Ndr),
) -> Result<RequestStub<'static>, DecodeError> {
    black_box(RequestStub::from_bytes(black_box(bytes), ndr, Order::Little))
}

#[library_benchmark(setup = response_stub_of)]
#[bench::ndr32(Ndr::Ndr32)]
#[bench::ndr64(Ndr::Ndr64)]
fn parse_response_stub(
    (bytes, ndr): (&'static [u8], Ndr),
) -> Result<ResponseStub<'static>, DecodeError> {
    black_box(ResponseStub::from_bytes(black_box(bytes), ndr, Order::Little))
}

fn emitted_request_of(ndr: Ndr) -> (RequestStub<'static>, Ndr, BytesMut) {
    let message = messages::sealed(Version::V6, 0).to_vec().leak();
    (RequestStub { message, trailing: &[] }, ndr, room())
}

fn emitted_response_of(ndr: Ndr) -> (ResponseStub<'static>, Ndr, BytesMut) {
    let message = messages::answer(Version::V6).to_vec().leak();
    let hresult = kms_proto::kms::hresult::HResult::OK;
    (ResponseStub { message: Some(message), hresult }, ndr, room())
}

#[library_benchmark(setup = emitted_request_of)]
#[bench::ndr32(Ndr::Ndr32)]
#[bench::ndr64(Ndr::Ndr64)]
fn emit_request_stub((stub, ndr, mut out): (RequestStub<'static>, Ndr, BytesMut)) -> BytesMut {
    black_box(&stub).emit(ndr, &mut Writer::new(&mut out, Order::Little));
    out
}

#[library_benchmark(setup = emitted_response_of)]
#[bench::ndr32(Ndr::Ndr32)]
#[bench::ndr64(Ndr::Ndr64)]
fn emit_response_stub((stub, ndr, mut out): (ResponseStub<'static>, Ndr, BytesMut)) -> BytesMut {
    black_box(&stub).emit(ndr, &mut Writer::new(&mut out, Order::Little));
    out
}

fn fields() -> (Request, BytesMut) {
    (messages::request(Version::V6, 0), room())
}

fn fields_bytes() -> &'static [u8] {
    messages::request(Version::V6, 0).to_bytes(Order::Little).to_vec().leak()
}

#[library_benchmark(setup = fields_bytes)]
#[bench::request()]
fn parse_message(bytes: &'static [u8]) -> Result<Request, DecodeError> {
    black_box(Request::from_bytes(black_box(bytes), Order::Little))
}

#[library_benchmark(setup = fields)]
#[bench::request()]
fn emit_message((request, mut out): (Request, BytesMut)) -> BytesMut {
    black_box(&request).emit(&mut Writer::new(&mut out, Order::Little));
    out
}

// ------------------------------------------------------------------------------------- seal

fn to_seal(version: Version) -> (Seal, Request, BytesMut) {
    (messages::seal(), messages::request(version, 0), room())
}

fn to_open(version: Version) -> (Seal, BytesMut) {
    (messages::seal(), messages::sealed(version, 0))
}

fn to_answer(version: Version) -> (Seal, Response, Option<Envelope>, BytesMut) {
    let mut seal = messages::seal();
    let response = messages::response(version);
    let envelope = match seal.open_request(&mut messages::sealed(version, 0)) {
        Opened::Lab { envelope, .. } => Some(envelope),
        Opened::Foreign { .. } | Opened::Malformed(_) => None,
    };
    let mut out = room();
    if let Some(envelope) = &envelope {
        // The key of the slot is derived once.
        seal.seal_response(&response, envelope, SALTS, [0; 8], &mut out);
        out.clear();
    }
    (seal, response, envelope, out)
}

fn to_verify(version: Version) -> (Seal, Asked, BytesMut) {
    let mut seal = messages::seal();
    let asked = Asked { request: messages::request(version, 0), iv: IV };
    let answer = messages::answer(version);
    let _warm = verify_answer(&mut seal, &asked, &answer);
    (seal, asked, answer)
}

const SALTS: Salts = Salts { random: [1; 16], iv: [2; 16] };

#[library_benchmark(setup = to_seal)]
#[bench::v4(Version::V4)]
#[bench::v5(Version::V5)]
#[bench::v6(Version::V6)]
fn seal_request((seal, request, mut out): (Seal, Request, BytesMut)) -> Left<Seal, BytesMut> {
    seal.seal_request(black_box(&request), IV, &mut out);
    (seal, out)
}

#[library_benchmark(setup = to_open)]
#[bench::v4(Version::V4)]
#[bench::v5(Version::V5)]
#[bench::v6(Version::V6)]
fn open_request((seal, mut message): (Seal, BytesMut)) -> Left<(Seal, BytesMut), Opened> {
    let opened = black_box(seal.open_request(black_box(&mut message)));
    ((seal, message), opened)
}

#[library_benchmark(setup = to_answer)]
#[bench::v4(Version::V4)]
#[bench::v5(Version::V5)]
#[bench::v6(Version::V6)]
fn seal_answer(
    (mut seal, response, envelope, mut out): (Seal, Response, Option<Envelope>, BytesMut),
) -> Left<Seal, BytesMut> {
    if let Some(envelope) = &envelope {
        seal.seal_response(black_box(&response), envelope, SALTS, [0; 8], &mut out);
    }
    (seal, out)
}

#[library_benchmark(setup = to_verify)]
#[bench::v4(Version::V4)]
#[bench::v5(Version::V5)]
#[bench::v6(Version::V6)]
fn verify((mut seal, asked, answer): (Seal, Asked, BytesMut)) -> Left<(Seal, BytesMut), Answer> {
    let verified = black_box(verify_answer(&mut seal, &asked, black_box(&answer)));
    ((seal, answer), verified)
}

#[library_benchmark(setup = Alone::new)]
#[bench::v4(Version::V4)]
#[bench::v5(Version::V5)]
#[bench::v6(Version::V6)]
fn cryptography_alone(mut alone: Alone) -> Left<Alone, u8> {
    let byte = black_box(alone.request());
    (alone, byte)
}

// ------------------------------------------------------------------------------------- host

fn to_handle(version: Version) -> (Host, BytesMut, BytesMut) {
    (messages::settled_host(), messages::sealed(version, 0), room())
}

#[library_benchmark(setup = to_handle)]
#[bench::v4(Version::V4)]
#[bench::v5(Version::V5)]
#[bench::v6(Version::V6)]
fn handle(
    (mut host, mut message, mut reply): (Host, BytesMut, BytesMut),
) -> Left<(Host, BytesMut, BytesMut), Exchange> {
    let call = Call { connection: 1, message: 1, now: NOON };
    let exchange = black_box(host.handle(&mut message, &call, &mut reply));
    ((host, message, reply), exchange)
}

#[library_benchmark(setup = Whole::new)]
#[bench::v4(Version::V4, Ndr::Ndr32)]
#[bench::v5(Version::V5, Ndr::Ndr32)]
#[bench::v6(Version::V6, Ndr::Ndr32)]
#[bench::v6_ndr64(Version::V6, Ndr::Ndr64)]
fn whole(mut whole: Whole) -> Left<Whole, usize> {
    let length = black_box(whole.request().len());
    (whole, length)
}

library_benchmark_group!(
    name = pdu,
    benchmarks = [
        parse,
        emit,
        parse_request_stub,
        parse_response_stub,
        emit_request_stub,
        emit_response_stub,
        parse_message,
        emit_message
    ]
);
library_benchmark_group!(
    name = seal,
    benchmarks = [seal_request, open_request, seal_answer, verify, cryptography_alone]
);
library_benchmark_group!(name = host, benchmarks = [handle, whole]);
main!(library_benchmark_groups = [pdu, seal, host]);
