//! What only a pedantic host refuses.

use bytes::BytesMut;
use kms_proto::rpc::header::DataRep;
use kms_proto::rpc::stub::Ndr;
use kms_proto::rpc::syntax::SyntaxId;
use kms_proto::rpc::verification;
use kms_proto::rpc::verification::{Command, Header2, Says};
use kms_proto::wire::Order;
use kms_proto::write::Writer;
use kms_sim::session::config::Syntaxes;
use kms_sim::session::trouble::Trouble;
use kms_sim::session::{Answer, Step};

use crate::lab::{Lab, N32, alter, bind, bound, call, element, fresh, pedantic, request, stub};

#[test]
fn a_pedantic_host_takes_only_a_verification_trailer_after_the_parameters() {
    let mut lab = Lab::bound(pedantic());
    let header = |call_id| Header2 {
        packet_type: 0,
        data_rep: DataRep::LITTLE,
        call_id,
        context_id: 0,
        opnum: 0,
    };
    let trailer = |call_id, rules| {
        let says = [
            Says::Bitmask1(1),
            Says::Context { interface: SyntaxId::KMS, transfer: N32 },
            Says::Header2(header(call_id)),
            Says::Other(9, b"four"),
        ];
        let commands = says.map(|says| Command { rules, says });
        let mut bytes = BytesMut::new();
        verification::emit(&commands, 11, &mut Writer::new(&mut bytes, Order::Little));
        bytes
    };
    let mut send = |call_id, trailing: &[u8]| {
        let stub = stub(b"abc", Ndr::Ndr32, trailing, Order::Little);
        lab.send(&request(call_id, 0, &stub).to_bytes())
    };
    assert_eq!(send(3, b""), "response 3 context 0 cba");
    assert_eq!(send(4, &trailer(4, 0)), "response 4 context 0 cba");
    assert_eq!(send(5, &trailer(4, 0)), "fault 5 context 0 0x000006f7");
    assert_eq!(send(6, &trailer(6, verification::MUST_PROCESS)), "fault 6 context 0 0x000006f7");
    assert_eq!(send(7, b"trailing"), "fault 7 context 0 0x000006f7");
    assert_eq!(send(8, &trailer(8, 0)[..20]), "fault 8 context 0 0x000006f7");
    let more = [&trailer(9, 0)[..], &[0; 4]].concat();
    assert_eq!(send(9, &more), "fault 9 context 0 0x000006f7");
}

#[test]
fn a_pedantic_host_refuses_reserved_and_pad_bytes_that_are_not_zero() {
    let mut reserved = bind(&[element(0, &[N32])]).to_bytes();
    reserved[27] = 1;
    assert_eq!(fresh().send(&reserved), "bind_ack 2 ");
    assert_eq!(Lab::new(pedantic()).send(&reserved), "bind_nak 2 reason 0; closed");

    // Both reserved bytes of the data representation, though they are alike.
    let mut reserved = bind(&[element(0, &[N32])]).to_bytes();
    (reserved[6], reserved[7]) = (1, 1);
    assert_eq!(Lab::new(pedantic()).send(&reserved), "bind_nak 2 reason 0; closed");

    let mut reserved = alter(&[element(3, &[N32])]).to_bytes();
    reserved[31] = 1;
    let answer = Lab::bound(pedantic()).send(&reserved);
    assert_eq!(answer, "fault 2 context 0 0x1c01000b; closed");

    let mut wide = stub(b"abc", Ndr::Ndr64, b"", Order::Little);
    wide[7] = 1;
    let padded = request(3, 1, &wide).to_bytes();
    assert_eq!(bound().send(&padded), "response 3 context 1 cba");
    assert_eq!(Lab::bound(pedantic()).send(&padded), "fault 3 context 1 0x000006f7");

    let mut reserved = call(3, "abc");
    reserved[7] = 1;
    assert_eq!(bound().send(&reserved), "response 3 context 0 cba");
    let answer = Lab::bound(pedantic()).send(&reserved);
    assert_eq!(answer, "fault 3 context 0 0x1c01000b; closed");
}

#[test]
fn what_is_wrong_with_a_trailer_is_told_where_it_stands_in_the_stub() {
    let mut lab = Lab::bound(pedantic());
    let with = |trailing: &[u8]| stub(b"abc", Ndr::Ndr32, trailing, Order::Little);
    lab.send(&request(3, 0, &with(b"trailing")).to_bytes());
    let [Step::Sent(Answer::Fault(Trouble::Stub(error)))] = lab.steps.as_slice() else {
        panic!("{:?}", lab.steps);
    };
    assert!(error.offset >= with(b"").len(), "{error:?}");
}

#[test]
fn syntaxes_are_written_as_they_are_read() {
    for (text, syntaxes) in
        [("both", Syntaxes::Both), ("32", Syntaxes::Ndr32), ("64", Syntaxes::Ndr64)]
    {
        assert_eq!(text.parse(), Ok(syntaxes));
        assert_eq!(syntaxes.to_string(), text);
    }
    assert!("16".parse::<Syntaxes>().is_err());
}
