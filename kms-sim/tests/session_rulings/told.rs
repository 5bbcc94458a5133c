//! What the host says of what is wrong: where, in which words, and with which answer.

use kms_proto::error::{DecodeError, Reason};
use kms_proto::rpc::bind_nak::RejectReason;
use kms_proto::rpc::header::PacketType;
use kms_proto::rpc::reassembly::Refusal;
use kms_proto::rpc::stub::Ndr;
use kms_proto::wire::Order;
use kms_sim::session::config::SessionConfig;
use kms_sim::session::step::Remark;
use kms_sim::session::trouble::Trouble;
use kms_sim::session::{Answer, Step};

use crate::lab::{Lab, bind, bound, element, request, stub};

#[test]
fn a_list_of_contexts_is_wrong_where_it_begins() {
    for (elements, field) in
        [(&[][..], "n_context_elem"), (&[element(0, &[])][..], "n_transfer_syn")]
    {
        let mut lab = Lab::new(SessionConfig::default());
        lab.send(&bind(elements).to_bytes());
        let [Step::Close(Trouble::Malformed(error))] = lab.steps.as_slice() else {
            panic!("{:?}", lab.steps);
        };
        // Behind the header's 16 bytes, both PDU limits and the association group.
        assert_eq!((error.field, error.offset), (field, 24));
    }
}

#[test]
fn every_trouble_has_its_words_its_end_and_its_answer_to_a_bind() {
    let error = DecodeError { field: "frag_length", reason: Reason::Value(3), offset: 8 };
    let (open, shut) = (false, true);
    let unspecified = Some(RejectReason::NOT_SPECIFIED);
    for (trouble, closes, reason, words) in [
        (
            Trouble::Version { major: 4, minor: 1 },
            shut,
            Some(RejectReason::PROTOCOL_VERSION_NOT_SUPPORTED),
            "protocol version 4.1 is not served, 5.0 is".to_owned(),
        ),
        (Trouble::FrameLength(error), shut, None, error.to_string()),
        (Trouble::Malformed(error), shut, unspecified, error.to_string()),
        (
            Trouble::PacketType(PacketType(77)),
            shut,
            unspecified,
            format!("{} is no PDU a client sends", PacketType(77)),
        ),
        (
            Trouble::NotBound(PacketType::REQUEST),
            shut,
            unspecified,
            format!("{} came before a bind", PacketType::REQUEST),
        ),
        (Trouble::BoundAlready, shut, unspecified, "the association is bound already".to_owned()),
        (
            Trouble::Authentication,
            shut,
            Some(RejectReason::AUTHENTICATION_TYPE_NOT_RECOGNIZED),
            "authentication is not served".to_owned(),
        ),
        (
            Trouble::Contexts(99),
            shut,
            Some(RejectReason::LOCAL_LIMIT_EXCEEDED),
            "99 context elements are over the limit".to_owned(),
        ),
        (
            Trouble::Fragment(Refusal::Calls),
            shut,
            unspecified,
            "more calls are open than the limit".to_owned(),
        ),
        (Trouble::Context(9), open, unspecified, "no presentation context has the id 9".to_owned()),
        (Trouble::Opnum(9), open, unspecified, "the interface has no operation 9".to_owned()),
        (Trouble::Stub(error), open, unspecified, format!("bad stub: {error}")),
    ] {
        assert_eq!(trouble.closes(), closes, "{trouble:?}");
        assert_eq!(trouble.reject_reason(), reason, "{trouble:?}");
        assert_eq!(trouble.to_string(), words, "{trouble:?}");
    }
}

#[test]
fn what_is_refused_or_ignored_of_a_call_is_remarked() {
    let trouble = Trouble::Opnum(9);
    for answer in [Answer::Fault(trouble), Answer::Silent(trouble)] {
        assert_eq!(Step::<usize>::Sent(answer).remark(), Some(Remark::Refused(trouble)));
    }
    assert_eq!(Step::<usize>::Sent(Answer::Kept).remark(), None);
    let mut lab = bound();
    for (trailing, remark) in [(&b""[..], None), (&b"four"[..], Some(Remark::Ignored(4)))] {
        let stub = stub(b"abcd", Ndr::Ndr32, trailing, Order::Little);
        lab.send(&request(3, 0, &stub).to_bytes());
        let [step] = lab.steps.as_slice() else { panic!("{:?}", lab.steps) };
        assert_eq!(step.remark(), remark);
    }
}
