"""scapy builds what our host has to take, dissects what it answers, and serves our client."""

import socket
import threading
import unittest
import uuid

from scapy.config import conf
from scapy.layers.dcerpc import (
    CommonAuthVerifier,
    DCERPC_Transport,
    DceRpc5,
    DceRpc5AbstractSyntax,
    DceRpc5AlterContext,
    DceRpc5AlterContextResp,
    DceRpc5Auth3,
    DceRpc5Bind,
    DceRpc5BindAck,
    DceRpc5BindNak,
    DceRpc5Context,
    DceRpc5Fault,
    DceRpc5Request,
    DceRpc5Response,
    DceRpc5TransferSyntax,
    DceRpcOp,
    DceRpcSecVT,
    DceRpcSecVTCommand,
    DceRpcSecVTPcontext,
    NDRConfStrLenField,
    NDRFullPointerField,
    NDRIntField,
    NDRPacket,
    find_dcerpc_interface,
    register_dcerpc_interface,
)
from scapy.layers.msrpce.rpcclient import DCERPC_Client
from scapy.layers.msrpce.rpcserver import DCERPC_Fault, DCERPC_Server
from scapy.packet import Padding, Raw, raw

import lab
import mischief
import seal

# The bodies are compared as bytes; the session's own state would only hide them.
conf.dcerpc_session_enable = False


class Activate_Request(NDRPacket):
    """The operation's parameters as their IDL would say, marshalled by scapy."""

    fields_desc = [
        NDRIntField("size", None, size_of="message"),
        NDRConfStrLenField("message", b"", size_is=lambda pkt: pkt.size),
    ]


class Activate_Response(NDRPacket):
    """The operation's results."""

    fields_desc = [
        NDRIntField("size", None, size_of="message"),
        NDRFullPointerField(NDRConfStrLenField("message", b"", size_is=lambda pkt: pkt.size)),
        NDRIntField("status", 0),
    ]


register_dcerpc_interface(
    "kms", uuid=lab.KMS, version="1.0",
    opnums={0: DceRpcOp(Activate_Request, Activate_Response)},
)


def context(number, *syntaxes, interface=lab.KMS, version=1):
    """A presentation context element."""
    return DceRpc5Context(
        cont_id=number,
        abstract_syntax=DceRpc5AbstractSyntax(if_uuid=interface, if_version=version),
        transfer_syntaxes=[
            DceRpc5TransferSyntax(if_uuid=syntax, if_version=version)
            for syntax, version in syntaxes
        ],
    )


def pdu(body, call_id=2, flags=lab.WHOLE, endian=1, **header):
    """A PDU around a body; endian 1 is little, 0 is big."""
    return DceRpc5(call_id=call_id, pfc_flags=flags, endian=endian, encoding=0, float=0,
                   **header) / body


def bind(*contexts, frag=5840, kind=DceRpc5Bind, **header):
    body = kind(max_xmit_frag=frag, max_recv_frag=frag, context_elem=list(contexts),
                reserved=b"\0\0\0")
    return pdu(body, **header)


def windows_bind(**header):
    """A bind as Windows offers it: NDR32, NDR64, both features."""
    return bind(context(0, lab.NDR32), context(1, lab.NDR64), context(2, lab.features(3)),
                **header)


def alter(*contexts, **header):
    return bind(*contexts, kind=DceRpc5AlterContext, **header)


def request(stub, call_id=2, context_id=0, opnum=0, flags=lab.WHOLE, **header):
    body = DceRpc5Request(alloc_hint=len(stub), cont_id=context_id, opnum=opnum)
    if flags & lab.OBJECT_UUID:
        body.object = header.pop("object")
    return pdu(body / Raw(stub), call_id=call_id, flags=flags, **header)


def fragments(stub, size, **fields):
    """A request in pieces of `size` bytes of stub."""
    pieces = [stub[start : start + size] for start in range(0, len(stub), size)]
    for index, piece in enumerate(pieces):
        flags = (lab.FIRST if index == 0 else 0) | (lab.LAST if index == len(pieces) - 1 else 0)
        yield request(piece, flags=flags, **fields)


def marshalled(message, ndr64=False, order="little"):
    """The operation's parameters, by scapy's NDR."""
    asked = Activate_Request(size=len(message), message=message, ndr64=ndr64, ndrendian=order)
    return raw(asked)


class TestCase(lab.TestCase):
    """Sends what scapy builds; every answer is one that scapy reads and builds again."""

    def open(self, *first):
        """A connection, and the answers to what is sent at once."""
        wire = lab.Wire(self.host.port)
        self.addCleanup(wire.socket.close)
        for sent in first:
            self.ask(wire, sent)
        return wire

    def bound(self, ndr=lab.NDR32, **header):
        return self.open(bind(context(0, ndr), **header))

    def ask(self, wire, *pdus):
        """Sends PDUs in one write and gives the next answer."""
        wire.send(*pdus)
        return self.next(wire)

    def next(self, wire):
        """The next answer: whole, in our host's own order, and the same when scapy builds it."""
        data = wire.recv()
        answer = DceRpc5(data)
        self.assertNotIn(Padding, answer)
        self.assertEqual((answer.rpc_vers, answer.rpc_vers_minor), (5, 0))
        self.assertEqual(data[4:8], b"\x10\0\0\0")
        self.assertEqual(answer.auth_len, 0)
        again = DceRpc5(data)
        if DceRpc5BindNak not in again:
            # scapy cannot build a bind_nak without its length.
            again.frag_len = None
        again.auth_len = None
        for layer in (again, *again.iterpayloads()):
            layer.clear_cache()
        self.assertEqual(raw(again).hex(), data.hex())
        return answer

    def outcomes(self, answer):
        """What became of each element: result, reason, syntax."""
        return [
            (each.result, each.reason,
             (each.transfer_syntax.if_uuid, each.transfer_syntax.if_version))
            for each in answer.results
        ]

    def granted(self, answer, message, call_id=2, context_id=0, ndr=lab.NDR32):
        """Checks a response that grants `message`."""
        self.assertIn(DceRpc5Response, answer)
        self.assertEqual((answer.call_id, answer.cont_id), (call_id, context_id))
        self.assertEqual((int(answer.pfc_flags), answer.cancel_count), (lab.WHOLE, 0))
        stub = raw(answer[DceRpc5Response].payload)
        self.assertEqual(answer.alloc_hint, len(stub))
        reply, code = lab.results(ndr, stub)
        self.assertEqual(code, 0)
        return seal.verify(message, reply)

    def faulted(self, answer, status, call_id=2, context_id=0):
        """Checks a fault of a call that did not run."""
        self.assertIn(DceRpc5Fault, answer)
        self.assertEqual(answer.status, status, hex(answer.status))
        self.assertEqual((answer.call_id, answer.cont_id), (call_id, context_id))
        self.assertEqual(int(answer.pfc_flags), lab.WHOLE | lab.DID_NOT_EXECUTE)
        self.assertEqual((answer.frag_len, answer.cancel_count), (32, 0))
        self.assertEqual((int(answer.reserved), answer.reserved2), (0, 0))

    def rejected(self, answer, reason, call_id=2):
        """Checks a bind_nak, which names the one version served."""
        self.assertIn(DceRpc5BindNak, answer)
        self.assertEqual((answer.call_id, answer.provider_reject_reason), (call_id, reason))
        self.assertEqual([(each.major, each.minor) for each in answer.protocols], [(5, 0)])

    def activates(self, wire, major=6, ndr=lab.NDR32, **fields):
        """One call that has to be granted."""
        message = seal.request(major)
        answer = self.ask(wire, request(lab.stub(ndr, message), **fields))
        return self.granted(answer, message, fields.get("call_id", 2), fields.get("context_id", 0),
                            ndr)


class Binds(TestCase):
    """Contexts, syntaxes, features."""

    def test_a_connection_as_windows_runs_it(self):
        wire = self.open()
        offer = windows_bind()
        self.assertEqual(len(raw(offer)), 160)
        ack = self.ask(wire, offer)
        self.assertIn(DceRpc5BindAck, ack)
        self.assertEqual(ack.call_id, 2)
        self.assertEqual((ack.max_xmit_frag, ack.max_recv_frag), (5840, 5840))
        self.assertNotEqual(ack.assoc_group_id, 0)
        self.assertEqual(ack.sec_addr.port_spec, f"{self.host.port}\0".encode())
        self.assertEqual(self.outcomes(ack), [
            (2, 2, lab.NIL), (0, 0, lab.NDR64), (3, 3, lab.NIL),
        ])
        self.assertEqual(len(str(self.host.port)), 5)
        self.assertEqual(ack.frag_len, 108)
        added = alter(context(0, lab.NDR32))
        self.assertEqual(len(raw(added)), 72)
        altered = self.ask(wire, added)
        self.assertIn(DceRpc5AlterContextResp, altered)
        self.assertEqual(altered.sec_addr.length, 0)
        self.assertEqual(altered.assoc_group_id, ack.assoc_group_id)
        self.assertEqual(self.outcomes(altered), [(0, 0, lab.NDR32)])
        self.assertEqual(altered.frag_len, 56)
        message = seal.request(6)
        asked = request(lab.stub32(message))
        self.assertEqual(len(raw(asked)), 292)
        answer = self.ask(wire, asked)
        self.granted(answer, message)
        self.assertEqual(answer.frag_len, 300)
        asked = request(lab.stub64(message), call_id=3, context_id=1)
        self.assertEqual(len(raw(asked)), 300)
        answer = self.ask(wire, asked)
        self.granted(answer, message, 3, 1, lab.NDR64)
        self.assertEqual(answer.frag_len, 312)

    def test_every_element_has_its_own_outcome(self):
        other = uuid.UUID("12345678-1234-abcd-ef00-0123456789ab")
        ack = self.ask(self.open(), bind(
            context(0, lab.NDR32, interface=other),
            context(1, lab.NDR32, version=2),
            context(2, lab.NDR32, version=0x00010001),
            context(3, (other, 1)),
            context(4, (other, 1), lab.NDR32),
            context(5, (lab.NDR32[0], 3)),
        ))
        self.assertEqual(self.outcomes(ack), [
            (2, 1, lab.NIL), (2, 1, lab.NIL), (2, 1, lab.NIL), (2, 2, lab.NIL),
            (0, 0, lab.NDR32), (2, 2, lab.NIL),
        ])

    def test_one_element_may_offer_both_syntaxes_and_gets_ndr64(self):
        wire = self.open()
        ack = self.ask(wire, bind(context(0, lab.NDR32, lab.NDR64)))
        self.assertEqual(self.outcomes(ack), [(0, 0, lab.NDR64)])
        self.activates(wire, ndr=lab.NDR64)

    def test_features_are_answered_with_what_is_known_of_them(self):
        for asked in (0, 1, 2, 3, 4, 0xFFFF):
            for kind in (DceRpc5Bind, DceRpc5AlterContext):
                with self.subTest(asked=asked, kind=kind.__name__):
                    first = () if kind is DceRpc5Bind else (bind(context(0, lab.NDR32)),)
                    ack = self.ask(self.open(*first),
                                   bind(context(1, lab.features(asked)), kind=kind))
                    self.assertEqual(self.outcomes(ack), [(3, asked & 3, lab.NIL)])

    def test_sizes_are_the_smaller_of_both_sides_and_never_under_1432(self):
        for asked, agreed in ((0, 1432), (1431, 1432), (1432, 1432), (4280, 4280), (0xFFFF, 5840)):
            with self.subTest(asked=asked):
                ack = self.ask(self.open(), bind(context(0, lab.NDR32), frag=asked))
                self.assertEqual((ack.max_xmit_frag, ack.max_recv_frag), (agreed, agreed))

    def test_groups_differ_and_a_named_one_is_joined(self):
        groups = [self.ask(self.open(), windows_bind()).assoc_group_id for _ in range(4)]
        self.assertEqual(len(set(groups)), 4)
        joining = windows_bind()
        joining.assoc_group_id = groups[0]
        self.assertEqual(self.ask(self.open(), joining).assoc_group_id, groups[0])

    def test_concurrent_multiplexing_is_agreed_to_when_asked_for(self):
        for flags in (lab.WHOLE, lab.WHOLE | lab.CONC_MPX):
            ack = self.ask(self.open(), windows_bind(flags=flags))
            self.assertEqual(int(ack.pfc_flags), flags)

    def test_an_accepted_context_offered_again_keeps_its_syntax(self):
        wire = self.bound()
        self.assertEqual(self.outcomes(self.ask(wire, alter(context(0, lab.NDR32)))),
                         [(0, 0, lab.NDR32)])
        self.assertEqual(self.outcomes(self.ask(wire, alter(context(0, lab.NDR64)))),
                         [(2, 0, lab.NIL)])
        self.activates(wire)

    def test_a_big_endian_bind_is_answered_little_endian(self):
        ack = self.ask(self.open(), windows_bind(endian=0))
        self.assertEqual(self.outcomes(ack), [
            (2, 2, lab.NIL), (0, 0, lab.NDR64), (3, 3, lab.NIL),
        ])

    def test_binds_that_are_refused_get_a_nak_and_the_end(self):
        empty = bytearray(raw(bind(context(0, lab.NDR32))))
        empty[24] = 9
        verifier = CommonAuthVerifier(auth_type=10, auth_level=5, auth_context_id=1,
                                      auth_value=Raw(b"NTLMSSP\0" + bytes(24)))
        cases = {
            "version 4.0": (4, windows_bind(rpc_vers=4)),
            "version 5.2": (4, windows_bind(rpc_vers_minor=2)),
            "authentication": (8, windows_bind(auth_verifier=verifier)),
            "33 contexts": (2, bind(*(context(n, lab.NDR32) for n in range(33)))),
            "no contexts": (0, bind()),
            "an element without syntaxes": (0, bind(context(0, lab.NDR32), context(1))),
            "features twice": (0, bind(context(0, lab.features(1)), context(1, lab.features(2)))),
            "more elements than bytes": (0, bytes(empty)),
        }
        for name, (reason, offer) in cases.items():
            with self.subTest(name):
                wire = self.open()
                self.rejected(self.ask(wire, offer), reason)
                self.assertTrue(wire.is_closed())

    def test_version_5_1_is_answered_5_0(self):
        wire = self.open()
        self.assertIn(DceRpc5BindAck, self.ask(wire, windows_bind(rpc_vers_minor=1)))
        self.activates(wire, ndr=lab.NDR64, context_id=1, rpc_vers_minor=1)

    def test_a_second_bind_gets_a_nak_and_the_end(self):
        wire = self.bound()
        self.rejected(self.ask(wire, bind(context(1, lab.NDR32), call_id=3)), 0, 3)
        self.assertTrue(wire.is_closed())

    def test_contexts_over_the_limit_are_refused_one_by_one_in_an_alter_context(self):
        wire = self.open(bind(*(context(n, lab.NDR32) for n in range(31))))
        added = self.ask(wire, alter(*(context(n, lab.NDR32) for n in (31, 32, 30))))
        self.assertEqual(self.outcomes(added), [
            (0, 0, lab.NDR32), (2, 3, lab.NIL), (0, 0, lab.NDR32),
        ])
        self.activates(wire, context_id=31)


class Calls(TestCase):
    """Requests, whole and in pieces, and their answers."""

    def test_scapys_ndr_and_ours_agree(self):
        for major in lab.VERSIONS:
            for ndr, order in ((lab.NDR32, "little"), (lab.NDR32, "big"), (lab.NDR64, "little")):
                with self.subTest(major=major, ndr=ndr, order=order):
                    message = seal.request(major)
                    stub = marshalled(message, ndr == lab.NDR64, order)
                    if order == "little":
                        self.assertEqual(stub.hex(), lab.stub(ndr, message).hex())
                    wire = self.bound(ndr)
                    answer = self.ask(wire, request(stub, endian=int(order == "little")))
                    self.granted(answer, message, ndr=ndr)
                    got = Activate_Response(raw(answer[DceRpc5Response].payload),
                                            ndr64=ndr == lab.NDR64, ndrendian="little")
                    self.assertEqual(got.status, 0)
                    seal.verify(message, got.valueof("message"))

    def test_a_big_endian_client_is_served(self):
        wire = self.bound(endian=0)
        for major in lab.VERSIONS:
            message = seal.request(major)
            answer = self.ask(wire, request(lab.stub32(message, ">"), endian=0))
            self.granted(answer, message)
        added = self.ask(wire, alter(context(1, lab.NDR64), endian=0))
        self.assertEqual(self.outcomes(added), [(0, 0, lab.NDR64)])
        answer = self.ask(wire, request(lab.stub64(message, ">"), context_id=1, endian=0))
        self.faulted(answer, lab.BAD_STUB, context_id=1)

    def test_every_byte_may_come_in_its_own_segment(self):
        wire = self.open()
        wire.drip(raw(windows_bind()))
        self.assertIn(DceRpc5BindAck, self.next(wire))
        message = seal.request(6)
        wire.drip(raw(request(lab.stub64(message), context_id=1)))
        self.granted(self.next(wire), message, context_id=1, ndr=lab.NDR64)

    def test_all_may_come_in_one_segment_and_is_answered_in_order(self):
        messages = [seal.request(major) for major in lab.VERSIONS * 4]
        wire = self.open()
        wire.send(bind(context(0, lab.NDR32)), *(
            request(lab.stub32(message), call_id=number) for number, message in enumerate(messages)
        ))
        self.assertIn(DceRpc5BindAck, self.next(wire))
        for number, message in enumerate(messages):
            self.granted(self.next(wire), message, number)

    def test_requests_in_fragments_are_put_together(self):
        for ndr in (lab.NDR32, lab.NDR64):
            wire = self.bound(ndr)
            message = seal.request(6)
            stub = lab.stub(ndr, message)
            for size in (1, 3, 8, 16, 100, len(stub) - 1):
                with self.subTest(ndr=ndr, size=size):
                    answer = self.ask(wire, *fragments(stub, size, call_id=size))
                    self.granted(answer, message, size, ndr=ndr)

    def test_fragments_of_several_calls_may_come_interleaved(self):
        wire = self.bound(flags=lab.WHOLE | lab.CONC_MPX)
        messages = {call_id: seal.request(major) for call_id, major in zip((9, 4, 6), lab.VERSIONS)}
        pieces = [list(fragments(lab.stub32(message), 100, call_id=call_id))
                  for call_id, message in messages.items()]
        wire.send(*(piece for row in zip(*pieces) for piece in row))
        for call_id, message in messages.items():
            self.granted(self.next(wire), message, call_id)

    def test_big_endian_fragments_are_put_together(self):
        wire = self.bound(endian=0)
        message = seal.request(6)
        answer = self.ask(wire, *fragments(lab.stub32(message, ">"), 64, endian=0))
        self.granted(answer, message)

    def test_objects_are_read_past(self):
        wire = self.bound()
        for endian in (1, 0):
            message = seal.request(6)
            answer = self.ask(wire, request(
                lab.stub32(message, "<" if endian else ">"), flags=lab.WHOLE | lab.OBJECT_UUID,
                endian=endian, object=uuid.uuid4(),
            ))
            self.granted(answer, message)

    def test_a_maybe_call_is_not_answered(self):
        wire = self.bound()
        message = seal.request(6)
        wire.send(
            request(lab.stub32(seal.request(6)), flags=lab.WHOLE | lab.MAYBE),
            request(b"", opnum=1, flags=lab.WHOLE | lab.MAYBE),
            request(lab.stub32(message), call_id=3),
        )
        self.granted(self.next(wire), message, 3)

    def test_a_call_given_up_is_forgotten(self):
        for kind in (lab.CO_CANCEL, lab.ORPHANED):
            with self.subTest(kind=kind):
                wire = self.bound()
                message = seal.request(6)
                stub = lab.stub32(message)
                first, *_ = fragments(stub, 100, call_id=5)
                wire.send(first, DceRpc5(ptype=kind, call_id=5), *fragments(stub, 100, call_id=5))
                self.granted(self.next(wire), message, 5)

    def test_cancelling_what_nobody_knows_means_nothing(self):
        wire = self.bound()
        wire.send(DceRpc5(ptype=lab.CO_CANCEL, call_id=77), DceRpc5(ptype=lab.ORPHANED, call_id=78))
        self.activates(wire)

    def test_a_verification_trailer_is_ignored(self):
        wire = self.bound()
        message = seal.request(6)
        self.granted(self.ask(wire, request(lab.stub32(message) + trailer())), message)
        self.granted(self.ask(wire, request(lab.stub32(message, rest=b"left over"))), message)

    def test_two_answers_to_one_request_differ(self):
        message = seal.request(6)
        wire = self.bound()
        stubs = set()
        for _ in range(3):
            answer = self.ask(wire, request(lab.stub32(message)))
            self.granted(answer, message)
            stubs.add(raw(answer[DceRpc5Response].payload))
        self.assertEqual(len(stubs), 3)

    def test_a_refusal_is_a_response_with_a_null_pointer(self):
        for ndr, size in ((lab.NDR32, 36), (lab.NDR64, 44)):
            wire = self.bound(ndr)
            for major in lab.VERSIONS:
                message = seal.request(major, realm="another")
                answer = self.ask(wire, request(lab.stub(ndr, message)))
                self.assertIn(DceRpc5Response, answer)
                self.assertEqual(answer.frag_len, size)
                stub = raw(answer[DceRpc5Response].payload)
                self.assertEqual(lab.results(ndr, stub), (None, lab.INVALID_DATA))
                got = Activate_Response(stub, ndr64=ndr == lab.NDR64, ndrendian="little")
                self.assertEqual((got.size, got.message, got.status), (0, None, lab.INVALID_DATA))


class Faults(TestCase):
    """What is wrong with a call, and what is wrong with the protocol."""

    def test_faults_that_leave_the_connection_open(self):
        message = seal.request(6)
        good = lab.stub32(message)
        cases = {
            "operation 1": (lab.OP_RANGE, request(good, opnum=1)),
            "operation 65535": (lab.OP_RANGE, request(b"", opnum=0xFFFF)),
            "no stub": (lab.BAD_STUB, request(b"")),
            "a byte short": (lab.BAD_STUB, request(good[:-1])),
            "max_count": (lab.BAD_STUB, request(lab.stub32(message, max_count=261))),
            "size": (lab.BAD_STUB, request(lab.stub32(message, size=0xFFFFFFFF))),
            "big-endian integers": (lab.BAD_STUB, request(lab.stub32(message, ">"))),
        }
        wire = self.bound()
        for number, (name, (status, asked)) in enumerate(cases.items()):
            with self.subTest(name):
                asked.call_id = 100 + number
                self.faulted(self.ask(wire, asked), status, 100 + number)
                self.activates(wire)

    def test_an_unknown_context_faults_and_so_does_a_refused_one(self):
        wire = self.open(windows_bind())
        stub = lab.stub32(seal.request(6))
        for context_id in (0, 2, 7, 0xFFFF):
            answer = self.ask(wire, request(stub, context_id=context_id))
            self.faulted(answer, lab.CONTEXT, context_id=context_id)
        self.activates(wire, ndr=lab.NDR64, context_id=1)

    def test_a_broken_protocol_gets_a_fault_and_the_end(self):
        stub = lab.stub32(seal.request(6))
        verifier = CommonAuthVerifier(auth_type=10, auth_level=5, auth_context_id=1,
                                      auth_value=Raw(bytes(16)))
        first, middle, *_ = fragments(stub, 64)
        other = request(stub[64:], flags=lab.LAST, context_id=1)
        cases = {
            "a continuation without its first": [middle],
            "first again": [first, first],
            "fragments that disagree": [first, other],
            "authentication in a request": [request(stub, auth_verifier=verifier)],
            "authentication in an alter_context": [alter(context(1, lab.NDR32),
                                                         auth_verifier=verifier)],
            "an alter_context without elements": [alter()],
            "an element without syntaxes": [alter(context(2))],
            "version 5.2": [request(stub, rpc_vers_minor=2)],
            "a response": [pdu(DceRpc5Response() / Raw(stub))],
            "auth3": [pdu(DceRpc5Auth3(pad=b"\0\0\0\0"))],
            "an unknown type": [DceRpc5(ptype=21, call_id=2, pfc_flags=3)],
            "frag_length 15": [DceRpc5(ptype=0, call_id=2, frag_len=15)],
            "frag_length 0": [DceRpc5(ptype=0, call_id=2, frag_len=0)],
            "over what was agreed": [request(stub + bytes(5840 - 24 - len(stub) + 1))],
        }
        for name, sent in cases.items():
            with self.subTest(name):
                wire = self.open(bind(context(0, lab.NDR32), context(1, lab.NDR32)))
                wire.send(*sent)
                answer = self.next(wire)
                self.faulted(answer, lab.PROTOCOL, context_id=answer.cont_id)
                self.assertTrue(wire.is_closed())

    def test_what_comes_before_a_bind_gets_a_fault_and_the_end(self):
        stub = lab.stub32(seal.request(6))
        for sent in (request(stub, call_id=7), alter(context(0, lab.NDR32), call_id=7)):
            wire = self.open()
            self.faulted(self.ask(wire, sent), lab.PROTOCOL, 7)
            self.assertTrue(wire.is_closed())

    def test_what_is_over_a_limit_gets_too_busy_and_the_end(self):
        part = bytes(5800)
        first = request(part, flags=lab.FIRST)
        more = request(part, flags=0)
        cases = {
            "64 KiB": [first, *[more] * 11],
            "64 calls": [request(b"x", flags=lab.FIRST, call_id=n) for n in range(65)],
            "256 KiB": [each for n in range(5) for each in (
                request(part, flags=lab.FIRST, call_id=n),
                *[request(part, flags=0, call_id=n)] * 9,
            )],
        }
        for name, sent in cases.items():
            with self.subTest(name):
                wire = self.bound()
                wire.send(*sent)
                answer = self.next(wire)
                self.faulted(answer, lab.TOO_BUSY, answer.call_id)
                self.assertTrue(wire.is_closed())

    def test_noise_ends_the_connection_and_nothing_else(self):
        for noise in (b"GET / HTTP/1.1\r\nHost: kms\r\n\r\n", bytes(64), b"\xff" * 64):
            wire = self.open()
            wire.send(noise)
            while not wire.is_closed():
                pass
        self.activates(self.bound())


class Pedantic(TestCase):
    """What a pedantic host refuses beyond."""

    options = ("--strictness", "pedantic")

    def test_well_formed_calls_are_served(self):
        wire = self.open(windows_bind())
        self.activates(wire, ndr=lab.NDR64, context_id=1)

    def test_only_a_verification_trailer_may_follow_the_parameters(self):
        message = seal.request(6)
        wire = self.bound()
        self.granted(self.ask(wire, request(lab.stub32(message) + trailer())), message)
        for rest in (b"left over", trailer(interface=uuid.uuid4()), trailer()[:-1]):
            self.faulted(self.ask(wire, request(lab.stub32(message) + rest)), lab.BAD_STUB)
        self.activates(wire)


class Connection:
    """A bound connection of scapy's own client."""

    def __init__(self, port, ndr):
        self.wide = ndr == lab.NDR64
        self.client = DCERPC_Client(DCERPC_Transport.NCACN_IP_TCP, ndr64=self.wide, verb=False)
        self.client.connect("127.0.0.1", port=port, timeout=lab.PATIENCE)
        assert self.client.bind(find_dcerpc_interface("kms"))

    def call(self, message):
        answer = self.client.sr1_req(
            Activate_Request(size=len(message), message=message, ndr64=self.wide),
            timeout=lab.PATIENCE,
        )
        assert answer.status == 0, hex(answer.status)
        return answer.valueof("message")

    def close(self):
        self.client.close()


class Mischief(mischief.Mischief, unittest.TestCase):
    """scapy's client calls a host that is odd."""

    excused = {"rpc.bind big-endian-drep": "reads every answer in its own order"}

    def connect(self, port, ndr):
        return Connection(port, ndr)

    def request(self, major):
        return seal.request(major)

    def verify(self, message, reply):
        return seal.verify(message, reply, plain=False)


class OneSyntax(unittest.TestCase):
    """A host that is limited to one syntax."""

    def test_results_by_element(self):
        for option, results in (("32", [(0, 0), (2, 2)]), ("64", [(2, 2), (0, 0)])):
            with lab.Host("--ndr", option) as host, lab.Wire(host.port) as wire:
                ack = DceRpc5(wire.ask(windows_bind()))
                self.assertEqual([(each.result, each.reason) for each in ack.results],
                                 [*results, (3, 3)])


def trailer(interface=lab.KMS):
    """A verification trailer by scapy (MS-RPCE 2.2.2.13), aligned after a V6 stub."""
    built = DceRpcSecVT(commands=[
        DceRpcSecVTCommand(SEC_VT_COMMAND_END=1)
        / DceRpcSecVTPcontext(
            InterfaceId=interface, Version=1, TransferSyntax=lab.NDR32[0],
            TransferVersion=lab.NDR32[1],
        ),
    ])
    return raw(built)


class KmsHost(DCERPC_Server):
    """A KMS host on scapy's server; what it does with a message is a function's business."""

    def __init__(self, activated, **options):
        super().__init__(DCERPC_Transport.NCACN_IP_TCP, verb=False, **options)
        self.activated = activated
        self.wide = {}

    def recv(self, data):
        # scapy keeps one transfer syntax a session; here every context has its own.
        asked = DceRpc5(data)
        if DceRpc5Request in asked:
            self.ndr64 = self.session.ndr64 = self.wide[asked.cont_id]
        else:
            for each in asked.context_elem:
                self.wide[each.cont_id] = each.transfer_syntaxes[0].if_uuid == lab.NDR64[0]
        super().recv(data)

    @DCERPC_Server.answer(Activate_Request)
    def activate(self, asked):
        reply, code = self.activated(self.ndr64, asked[Activate_Request].valueof("message"))
        return Activate_Response(message=reply, status=code, ndr64=self.ndr64)


def serve(activated, ndr64, cleanup, trouble):
    """Starts a KMS host on scapy's server; gives its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    cleanup(listener.close)
    port = listener.getsockname()[1]

    def run():
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            with peer:
                try:
                    KmsHost(activated, ndr64=ndr64, port=port).loop(peer)
                except Exception as error:
                    trouble(error)

    threading.Thread(target=run, daemon=True).start()
    return port


class Server(unittest.TestCase):
    """`kmslab activate` against a KMS host on scapy's server, which speaks NDR64 too."""

    def serve(self, activated, ndr64):
        """Starts one; gives its port and the messages it will have seen."""
        seen = []

        def noted(by_ndr64, message):
            seen.append((by_ndr64, message))
            return activated(message)

        return serve(noted, ndr64, self.addCleanup, self.troubles.append), seen

    def setUp(self):
        self.troubles = []

    def tearDown(self):
        self.assertEqual(self.troubles, [])

    def grant(self, message):
        try:
            return seal.answer(message)[0], 0
        except AssertionError:
            return None, lab.INVALID_DATA

    def test_our_client_activates_in_every_version_by_both_syntaxes(self):
        for ndr64, offer in ((False, "32"), (False, "both"), (True, "64"), (True, "both")):
            port, seen = self.serve(self.grant, ndr64)
            for major in lab.VERSIONS:
                with self.subTest(ndr64=ndr64, offer=offer, major=major):
                    report = lab.activate(port, "--ndr", offer, "--protocol", str(major))
                    self.assertEqual(report["outcome"]["count"], 50)
                    self.assertEqual(seal.opened(seen[-1][1])[0], major)
                    if offer == "64":
                        self.assertTrue(seen[-1][0])

    def test_our_client_names_a_refusal(self):
        for ndr64, offer in ((False, "32"), (True, "64")):
            port, _ = self.serve(lambda _: (None, lab.TIMESTAMP), ndr64)
            report = lab.activate(port, "--ndr", offer, "--expect", "0xC004F06C")
            self.assertEqual(report["result"], "0xC004F06C")

    def test_our_client_names_a_fault(self):
        def fault(_):
            raise DCERPC_Fault(lab.TOO_BUSY)

        port, _ = self.serve(fault, True)
        report = lab.activate(port, "--ndr", "64", code=4)
        self.assertIn("1c010014", str(report["outcome"]).lower())

    def test_another_realm_is_refused_by_the_other_side(self):
        port, _ = self.serve(self.grant, True)
        for major in lab.VERSIONS:
            with self.subTest(major=major):
                lab.activate(port, "--ndr", "64", "--protocol", str(major), "--realm", "another",
                             "--expect", "0x8007000D")


if __name__ == "__main__":
    lab.main()
