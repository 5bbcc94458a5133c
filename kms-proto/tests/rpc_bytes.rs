//! PDUs byte by byte, both ways, and the sizes a connection of Windows-like clients shows.

#![expect(clippy::unwrap_used, reason = "a test's helper fails the test, loudly")]

use bytes::BytesMut;
use kms_proto::error::Reason;
use kms_proto::guid::Uuid;
use kms_proto::kms::hresult::HResult;
use kms_proto::rpc::auth::Auth;
use kms_proto::rpc::bind::{Bind, ContextElement, WINDOWS_FRAG};
use kms_proto::rpc::bind_ack::{BindAck, ContextResult};
use kms_proto::rpc::bind_nak::{BindNak, ProtocolVersion, RejectReason};
use kms_proto::rpc::fault::Fault;
use kms_proto::rpc::header::{DataRep, Flags, PacketType};
use kms_proto::rpc::list::List8;
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::request::Request;
use kms_proto::rpc::response::Response;
use kms_proto::rpc::status::FaultStatus;
use kms_proto::rpc::stub::Ndr;
use kms_proto::rpc::stub::request::RequestStub;
use kms_proto::rpc::stub::response::ResponseStub;
use kms_proto::rpc::syntax::SyntaxId;
use kms_proto::text::from_hex;
use kms_proto::wire::Order;
use kms_proto::write::Writer;

/// Bytes written one field a line, what follows `//` being the field.
fn annotated(text: &str) -> Vec<u8> {
    let fields: String = text.lines().map(|line| line.split("//").next().unwrap_or("")).collect();
    from_hex(&fields).unwrap()
}

/// The value is written as these bytes and read from them.
#[track_caller]
fn both_ways(pdu: &Pdu<'_>, bytes: &[u8]) {
    assert_eq!(pdu.to_bytes(), bytes, "written");
    assert_eq!(Pdu::parse(bytes).as_ref(), Ok(pdu), "read");
}

fn bind(contexts: List8<ContextElement>) -> Bind {
    Bind { max_xmit_frag: WINDOWS_FRAG, max_recv_frag: WINDOWS_FRAG, assoc_group_id: 0, contexts }
}

fn windows_bind() -> Bind {
    bind(
        [
            ContextElement::kms(0, SyntaxId::NDR32),
            ContextElement::kms(1, SyntaxId::NDR64),
            ContextElement::kms(2, SyntaxId::btfn(3)),
        ]
        .into(),
    )
}

#[test]
fn a_bind_of_three_contexts_is_160_bytes() {
    let bytes = annotated(
        "05                               // rpc_vers
         00                               // rpc_vers_minor
         0b                               // PTYPE = bind
         03                               // pfc_flags = FIRST|LAST
         10 00 00 00                      // packed_drep = little-endian, ASCII, IEEE
         a0 00                            // frag_length = 160
         00 00                            // auth_length
         02 00 00 00                      // call_id
         d0 16                            // max_xmit_frag = 5840
         d0 16                            // max_recv_frag = 5840
         00 00 00 00                      // assoc_group_id = a new one
         03                               // n_context_elem
         00 00 00                         // reserved
         00 00                            // p_cont_id
         01 00                            // n_transfer_syn, reserved
         7521c851 4e84 5047 b0d8ec255555bc06   // abstract_syntax: if_uuid
         01 00 00 00                           // if_version = 1.0
         045d888a eb1c c911 9fe808002b104860   // transfer_syntax: NDR32
         02 00 00 00                           // 2.0
         01 00                            // p_cont_id
         01 00                            // n_transfer_syn, reserved
         7521c851 4e84 5047 b0d8ec255555bc06   // abstract_syntax
         01 00 00 00                           // 1.0
         33057171 babe 3749 8319b5dbef9ccc36   // transfer_syntax: NDR64
         01 00 00 00                           // 1.0
         02 00                            // p_cont_id
         01 00                            // n_transfer_syn, reserved
         7521c851 4e84 5047 b0d8ec255555bc06   // abstract_syntax
         01 00 00 00                           // 1.0
         2c1cb76c 1298 4045 0300000000000000   // transfer_syntax: features 3
         01 00 00 00                           // 1.0",
    );
    assert_eq!(bytes.len(), 160);
    both_ways(&Pdu::new(2, Body::Bind(windows_bind())), &bytes);
}

#[test]
fn a_big_endian_bind_has_its_version_as_one_integer() {
    let bytes = annotated(
        "05 00 0b 13                      // version 5.0, bind, FIRST|LAST|CONC_MPX
         00 00 00 00                      // packed_drep = big-endian
         00 48  00 00  00 00 00 01        // frag_length = 72, auth_length, call_id
         16 d0  16 d0                     // max_xmit_frag, max_recv_frag
         00 00 00 07                      // assoc_group_id
         01  00 00 00                     // n_context_elem, reserved
         00 05  01 00                     // p_cont_id, n_transfer_syn, reserved
         51c82175 844e 4750 b0d8ec255555bc06   // abstract_syntax
         00 00 00 01                           // if_version = 1.0
         8a885d04 1ceb 11c9 9fe808002b104860   // transfer_syntax: NDR32
         00 00 00 02                           // 2.0",
    );
    let bind = Bind { assoc_group_id: 7, ..bind([ContextElement::kms(5, SyntaxId::NDR32)].into()) };
    let mut pdu = Pdu::new(1, Body::Bind(bind));
    pdu.data_rep = DataRep::BIG;
    pdu.flags = Flags::WHOLE.with(Flags::CONC_MPX);
    both_ways(&pdu, &bytes);
}

#[test]
fn a_bind_ack_of_three_results_is_108_bytes() {
    let bytes = annotated(
        "05 00 0c 03  10 00 00 00         // bind_ack, FIRST|LAST
         6c 00  00 00  02 00 00 00        // frag_length = 108, auth_length, call_id
         d0 16  d0 16                     // max_xmit_frag, max_recv_frag
         78 56 34 12                      // assoc_group_id
         06 00                            // sec_addr: length with its NUL
         34 39 33 32 31 00                // 49321
                                          // pad: none, 32 is a multiple of 4
         03  00 00 00                     // n_results, reserved
         02 00  02 00                     // result, reason: transfer syntaxes not supported
         00000000 0000 0000 0000000000000000  00 00 00 00
         00 00  00 00                     // accepted
         33057171 babe 3749 8319b5dbef9ccc36  01 00 00 00
         03 00  03 00                     // negotiate_ack, features 3
         00000000 0000 0000 0000000000000000  00 00 00 00",
    );
    assert_eq!(bytes.len(), 108);
    let ack = BindAck {
        max_xmit_frag: 5840,
        max_recv_frag: 5840,
        assoc_group_id: 0x1234_5678,
        sec_addr: b"49321\0",
        results: [
            ContextResult::refused(ContextResult::TRANSFER_SYNTAXES_NOT_SUPPORTED),
            ContextResult::accepted(SyntaxId::NDR64),
            ContextResult::features(3),
        ]
        .into(),
    };
    both_ways(&Pdu::new(2, Body::BindAck(ack)), &bytes);
}

#[test]
fn an_alter_context_resp_has_no_address_but_its_pad() {
    let bytes = annotated(
        "05 00 0f 03  10 00 00 00         // alter_context_resp, FIRST|LAST
         38 00  00 00  02 00 00 00        // frag_length = 56, auth_length, call_id
         d0 16  d0 16                     // max_xmit_frag, max_recv_frag
         78 56 34 12                      // assoc_group_id
         00 00                            // sec_addr: none
         00 00                            // pad to 4
         01  00 00 00                     // n_results, reserved
         00 00  00 00                     // accepted
         045d888a eb1c c911 9fe808002b104860  02 00 00 00",
    );
    assert_eq!(bytes.len(), 56);
    let ack = BindAck {
        max_xmit_frag: 5840,
        max_recv_frag: 5840,
        assoc_group_id: 0x1234_5678,
        sec_addr: b"",
        results: [ContextResult::accepted(SyntaxId::NDR32)].into(),
    };
    both_ways(&Pdu::new(2, Body::AlterContextResp(ack)), &bytes);
}

#[test]
fn a_bind_nak_names_its_reason_and_the_versions_served() {
    let bytes = annotated(
        "05 00 0d 03  10 00 00 00         // bind_nak, FIRST|LAST
         15 00  00 00  02 00 00 00        // frag_length = 21, auth_length, call_id
         04 00                            // provider_reject_reason
         01  05 00                        // n_protocols, major, minor",
    );
    let nak = BindNak {
        reason: RejectReason::PROTOCOL_VERSION_NOT_SUPPORTED,
        protocols: [ProtocolVersion { major: 5, minor: 0 }].into(),
        rest: b"",
    };
    both_ways(&Pdu::new(2, Body::BindNak(nak)), &bytes);
}

#[test]
fn a_request_with_an_object_in_both_orders() {
    let object = Some(Uuid::from_u128(0x0011_2233_4455_6677_8899_aabb_ccdd_eeff));
    let request = Request { alloc_hint: 12, context_id: 1, opnum: 0, object, stub: b"stub" };
    let mut pdu = Pdu::new(3, Body::Request(request));
    pdu.flags = Flags::WHOLE.with(Flags::OBJECT_UUID);
    both_ways(
        &pdu,
        &annotated(
            "05 00 00 83  10 00 00 00         // request, FIRST|LAST|OBJECT_UUID
             2c 00  00 00  03 00 00 00        // frag_length = 44, auth_length, call_id
             0c 00 00 00  01 00  00 00        // alloc_hint, p_cont_id, opnum
             33221100 5544 7766 8899aabbccddeeff   // object
             73 74 75 62                      // stub",
        ),
    );
    pdu.data_rep = DataRep::BIG;
    both_ways(
        &pdu,
        &annotated(
            "05 00 00 83  00 00 00 00         // request, FIRST|LAST|OBJECT_UUID
             00 2c  00 00  00 00 00 03        // frag_length = 44, auth_length, call_id
             00 00 00 0c  00 01  00 00        // alloc_hint, p_cont_id, opnum
             00112233 4455 6677 8899aabbccddeeff   // object
             73 74 75 62                      // stub",
        ),
    );
}

#[test]
fn a_response_in_both_orders() {
    let response = Response { alloc_hint: 4, context_id: 1, cancel_count: 2, stub: b"stub" };
    let mut pdu = Pdu::new(3, Body::Response(response));
    both_ways(
        &pdu,
        &annotated(
            "05 00 02 03  10 00 00 00  1c 00  00 00  03 00 00 00
             04 00 00 00  01 00  02  00       // alloc_hint, p_cont_id, cancel_count, reserved
             73 74 75 62                      // stub",
        ),
    );
    pdu.data_rep = DataRep::BIG;
    both_ways(
        &pdu,
        &annotated(
            "05 00 02 03  00 00 00 00  00 1c  00 00  00 00 00 03
             00 00 00 04  00 01  02  00       // alloc_hint, p_cont_id, cancel_count, reserved
             73 74 75 62                      // stub",
        ),
    );
}

#[test]
fn a_fault_is_32_bytes() {
    let bytes = annotated(
        "05 00 03 23  10 00 00 00         // fault, FIRST|LAST|DID_NOT_EXECUTE
         20 00  00 00  03 00 00 00        // frag_length = 32, auth_length, call_id
         00 00 00 00  01 00  00  00       // alloc_hint, p_cont_id, cancel_count, reserved
         1c 00 00 1c                      // status = nca_s_invalid_pres_context_id
         00 00 00 00                      // reserved",
    );
    assert_eq!(bytes.len(), 32);
    let mut pdu = Pdu::new(3, Body::Fault(Fault::new(1, FaultStatus::CONTEXT)));
    pdu.flags = Flags::WHOLE.with(Flags::DID_NOT_EXECUTE);
    both_ways(&pdu, &bytes);
}

#[test]
fn an_authentication_trailer_stands_at_the_end() {
    let bytes = annotated(
        "05 00 00 03  10 00 00 00         // request, FIRST|LAST
         28 00  04 00  03 00 00 00        // frag_length = 40, auth_length = 4, call_id
         00 00 00 00  00 00  00 00        // alloc_hint, p_cont_id, opnum
         73 74                            // stub
         00 00                            // auth_pad
         0a 06 02 00                      // auth_type, auth_level, auth_pad_length, reserved
         01 00 00 00                      // auth_context_id
         de ad be ef                      // auth_value",
    );
    let request = Request { alloc_hint: 0, context_id: 0, opnum: 0, object: None, stub: b"st" };
    let mut pdu = Pdu::new(3, Body::Request(request));
    let value = &[0xde, 0xad, 0xbe, 0xef];
    pdu.auth = Some(Auth { auth_type: 10, level: 6, pad_length: 2, context_id: 1, value });
    both_ways(&pdu, &bytes);
}

#[test]
fn reserved_and_pad_bytes_are_ignored_on_read() {
    let pdu = Pdu::new(2, Body::Bind(windows_bind()));
    let mut bytes = pdu.to_bytes();
    // After n_context_elem, and after the first element's n_transfer_syn.
    for reserved in [25, 26, 27, 31] {
        bytes[reserved] = 0xff;
    }
    assert_eq!(Pdu::parse(&bytes), Ok(pdu));
}

#[test]
fn errors_name_the_field_and_where_it_is() {
    let mut bind = Pdu::new(2, Body::Bind(windows_bind())).to_bytes();
    let error = |bytes: &[u8]| Pdu::parse(bytes).unwrap_err().to_string();
    bind[24] = 4;
    assert_eq!(error(&bind), "p_cont_id at offset 160: the bytes end early");
    bind[24] = 2;
    assert_eq!(error(&bind), "trailing at offset 116: 44 bytes are left over");
    bind[0] = 4;
    assert_eq!(error(&bind), "rpc_vers at offset 0: the value 0x4 is not legal here");
    bind[0] = 5;
    assert_eq!(error(&bind[..159]), "frag_length at offset 8: is 160, but must be 159");
    bind[10] = 160;
    assert_eq!(error(&bind), "auth_length at offset 10: the value 0xa0 is not legal here");
    assert_eq!(error(&bind[..3]), "pfc_flags at offset 3: the bytes end early");
}

/// A stub as bytes.
fn request_stub(message: &[u8], ndr: Ndr, order: Order) -> BytesMut {
    let mut bytes = BytesMut::new();
    RequestStub { message, trailing: b"" }.emit(ndr, &mut Writer::new(&mut bytes, order));
    bytes
}

fn response_stub(message: Option<&[u8]>, hresult: HResult, ndr: Ndr) -> BytesMut {
    let mut bytes = BytesMut::new();
    let mut out = Writer::new(&mut bytes, Order::Little);
    ResponseStub { message, hresult }.emit(ndr, &mut out);
    bytes
}

#[test]
fn stubs_byte_by_byte() {
    let ndr32 = annotated("03 00 00 00  03 00 00 00  61 62 63");
    assert_eq!(request_stub(b"abc", Ndr::Ndr32, Order::Little), ndr32);
    let big = annotated("00 00 00 03  00 00 00 03  61 62 63");
    assert_eq!(request_stub(b"abc", Ndr::Ndr32, Order::Big), big);
    let ndr64 = annotated("03 00 00 00  00 00 00 00  03 00 00 00 00 00 00 00  61 62 63");
    assert_eq!(request_stub(b"abc", Ndr::Ndr64, Order::Little), ndr64);

    let ndr32 = annotated(
        "03 00 00 00                      // size
         00 00 02 00                      // referent
         03 00 00 00                      // max_count
         61 62 63                         // message
         00                               // pad
         00 00 00 00                      // HRESULT",
    );
    assert_eq!(response_stub(Some(b"abc"), HResult::OK, Ndr::Ndr32), ndr32);
    let ndr64 = annotated(
        "03 00 00 00  00 00 00 00         // size, pad
         00 00 02 00 00 00 00 00          // referent
         03 00 00 00 00 00 00 00          // max_count
         61 62 63                         // message
         00                               // pad
         00 00 00 00                      // HRESULT",
    );
    assert_eq!(response_stub(Some(b"abc"), HResult::OK, Ndr::Ndr64), ndr64);
    let ndr32 = annotated("00 00 00 00  00 00 00 00  6c f0 04 c0");
    assert_eq!(response_stub(None, HResult::INVALID_TIMESTAMP, Ndr::Ndr32), ndr32);
    let ndr64 = annotated("00 00 00 00  00 00 00 00  00 00 00 00 00 00 00 00  6c f0 04 c0");
    assert_eq!(response_stub(None, HResult::INVALID_TIMESTAMP, Ndr::Ndr64), ndr64);
}

#[test]
fn stubs_that_do_not_agree_are_refused_by_name() {
    let refused = |text: &str, ndr, order| {
        RequestStub::from_bytes(&annotated(text), ndr, order).unwrap_err().to_string()
    };
    assert_eq!(
        refused("03 00 00 00  04 00 00 00  61 62 63 64", Ndr::Ndr32, Order::Little),
        "max_count at offset 4: is 4, but must be 3"
    );
    assert_eq!(
        refused("ff ff ff ff  ff ff ff ff  61", Ndr::Ndr32, Order::Little),
        "message at offset 8: the bytes end early"
    );
    assert_eq!(
        refused("03 00 00 00  00 00 00 00  03 00 00 00 01 00 00 00", Ndr::Ndr64, Order::Little),
        "max_count at offset 8: is 4294967299, but must be 3"
    );
    assert_eq!(
        refused("00 00 00 00", Ndr::Ndr64, Order::Big),
        "packed_drep at offset 0: NDR64 integers are little-endian"
    );

    let reason = |text: &str| {
        ResponseStub::from_bytes(&annotated(text), Ndr::Ndr32, Order::Little).unwrap_err().reason
    };
    let mismatch = Reason::Mismatch { found: 3, expected: 0 };
    assert_eq!(reason("03 00 00 00  00 00 00 00  00 00 00 00"), mismatch);
    assert_eq!(reason("00 00 00 00  00 00 00 00  05 00 07 80 00"), Reason::Trailing(1));
    assert_eq!(reason("00 00 00 00  00 00 00 00  05 00 07"), Reason::Truncated);
}

#[test]
fn any_referent_but_null_points_to_a_message() {
    let bytes = annotated("01 00 00 00  01 00 00 00  01 00 00 00  61  00 00 00  00 00 00 00");
    let stub = ResponseStub::from_bytes(&bytes, Ndr::Ndr32, Order::Little).unwrap();
    assert_eq!(stub, ResponseStub { message: Some(b"a"), hresult: HResult::OK });
    assert!(stub.is_coherent());
    assert!(!ResponseStub { hresult: HResult::INVALID_DATA, ..stub }.is_coherent());
}

fn size(body: Body<'_>) -> usize {
    Pdu::new(2, body).to_bytes().len()
}

#[test]
fn sizes_of_a_connection_as_windows_runs_it() {
    let ack = |results: List8<ContextResult>, sec_addr| BindAck {
        max_xmit_frag: 5840,
        max_recv_frag: 5840,
        assoc_group_id: 1,
        sec_addr,
        results,
    };
    let (refused, accepted) = (ContextResult::refused(2), ContextResult::accepted(SyntaxId::NDR64));
    let one = || [ContextElement::kms(0, SyntaxId::NDR32)].into();
    let two = [ContextElement::kms(0, SyntaxId::NDR32), ContextElement::kms(1, SyntaxId::btfn(3))];

    assert_eq!(size(Body::Bind(windows_bind())), 160);
    assert_eq!(size(Body::Bind(bind(two.into()))), 116);
    assert_eq!(size(Body::Bind(bind(one()))), 72);
    let three = [refused, accepted, ContextResult::features(3)];
    assert_eq!(size(Body::BindAck(ack(three.into(), b"49321\0"))), 108);
    assert_eq!(size(Body::BindAck(ack([accepted, refused].into(), b"49321\0"))), 84);
    assert_eq!(size(Body::AlterContext(bind(one()))), 72);
    assert_eq!(size(Body::AlterContextResp(ack([accepted].into(), b""))), 56);

    let request = |length: usize, ndr| {
        let stub = request_stub(&vec![0; length], ndr, Order::Little);
        let (alloc_hint, context_id, opnum, object) = (0, 0, 0, None);
        size(Body::Request(Request { alloc_hint, context_id, opnum, object, stub: &stub }))
    };
    assert_eq!((request(252, Ndr::Ndr32), request(260, Ndr::Ndr32)), (284, 292));
    assert_eq!(request(260, Ndr::Ndr64), 300);

    let response = |message: Option<&[u8]>, hresult, ndr| {
        let stub = response_stub(message, hresult, ndr);
        size(Body::Response(Response {
            alloc_hint: 0,
            context_id: 0,
            cancel_count: 0,
            stub: &stub,
        }))
    };
    // V6: version, IV, and 240 sealed bytes for a PIDSize of 92 to 107.
    let message = [0; 260];
    assert_eq!(response(Some(&message), HResult::OK, Ndr::Ndr32), 300);
    assert_eq!(response(Some(&message), HResult::OK, Ndr::Ndr64), 312);
    assert_eq!(response(None, HResult::INVALID_TIMESTAMP, Ndr::Ndr32), 36);
    assert_eq!(response(None, HResult::INVALID_TIMESTAMP, Ndr::Ndr64), 44);
    assert_eq!(size(Body::Fault(Fault::new(0, FaultStatus::PROTOCOL))), 32);
    assert_eq!(size(Body::Other(PacketType::SHUTDOWN, b"")), 16);
}
