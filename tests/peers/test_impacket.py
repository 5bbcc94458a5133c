"""impacket's DCERPC_v5 client against our host, and its DCERPCServer against our client."""

import struct
import unittest

from impacket.dcerpc.v5 import rpcrt, transport
from impacket.dcerpc.v5.dtypes import ULONG
from impacket.dcerpc.v5.ndr import NDRCALL, NDRPOINTER, NDRUniConformantArray
from impacket.uuid import uuidtup_to_bin

import lab
import mischief
import seal

KMS = uuidtup_to_bin((str(lab.KMS), "1.0"))
SYNTAX = {
    lab.NDR32: ("8a885d04-1ceb-11c9-9fe8-08002b104860", "2.0"),
    lab.NDR64: ("71710533-beba-4937-8319-b5dbef9ccc36", "1.0"),
}


class Bytes(NDRUniConformantArray):
    """`[size_is(size)] byte`."""

    item = "c"


class BytesPointer(NDRPOINTER):
    """`[unique] byte *`."""

    referent = (("Data", Bytes),)


class Activate(NDRCALL):
    """The operation as its IDL would say, marshalled by impacket."""

    opnum = 0
    structure = (("size", ULONG), ("message", Bytes))


class ActivateResponse(NDRCALL):
    structure = (("size", ULONG), ("message", BytesPointer), ("ErrorCode", ULONG))


class DCERPCSessionError(rpcrt.DCERPCException):
    """What impacket raises for a result that is not zero, by this name."""


def connect(port):
    """A connected client that is not bound yet."""
    rpc = transport.DCERPCTransportFactory(f"ncacn_ip_tcp:127.0.0.1[{port}]")
    rpc.set_connect_timeout(lab.PATIENCE)
    dce = rpc.get_dce_rpc()
    dce.connect()
    return dce


def call(dce, message):
    """Calls by impacket's own NDR: what the host answered."""
    asked = Activate()
    asked["size"] = len(message)
    asked["message"] = [bytes([byte]) for byte in message]
    answer = dce.request(asked)
    message = b"".join(answer["message"])
    assert answer["size"] == len(message)
    return message


class Client(lab.TestCase):
    """impacket calls `kmslab serve`."""

    def bound(self, ndr=lab.NDR32, port=None):
        dce = connect(port or self.host.port)
        self.addCleanup(dce.disconnect)
        dce.bind(KMS, transfer_syntax=SYNTAX[ndr])
        return dce

    def activates(self, dce, major=6):
        message = seal.request(major)
        fields = seal.verify(message, call(dce, message))
        self.assertEqual(fields["version"], major)
        return fields

    def test_every_version_is_granted_by_ndr32_and_by_ndr64(self):
        for ndr in SYNTAX:
            for major in lab.VERSIONS:
                with self.subTest(ndr=SYNTAX[ndr], major=major):
                    self.activates(self.bound(ndr), major)

    def test_the_ack_names_port_group_sizes_and_syntax(self):
        dce = connect(self.host.port)
        self.addCleanup(dce.disconnect)
        answer = dce.bind(KMS)
        ack = rpcrt.MSRPCBindAck(answer.getData())
        self.assertEqual(ack["type"], rpcrt.MSRPC_BINDACK)
        self.assertEqual(ack["flags"], lab.WHOLE)
        self.assertEqual(ack["SecondaryAddr"], str(self.host.port))
        self.assertEqual((ack["max_tfrag"], ack["max_rfrag"]), (4280, 4280))
        self.assertNotEqual(ack["assoc_group"], 0)
        item = ack.getCtxItem(1)
        self.assertEqual((item["Result"], item["Reason"]), (0, 0))
        self.assertEqual(item["TransferSyntax"], uuidtup_to_bin(SYNTAX[lab.NDR32]))

    def test_many_calls_go_over_one_connection(self):
        dce = self.bound()
        pids = {self.activates(dce, major)["pid"] for major in lab.VERSIONS * 7}
        self.assertEqual(len(pids), 1)

    def test_contexts_for_unknown_interfaces_stand_beside_ours(self):
        dce = connect(self.host.port)
        self.addCleanup(dce.disconnect)
        dce.bind(KMS, bogus_binds=5)
        self.activates(dce)

    def test_alter_context_adds_a_context_and_both_go_on(self):
        for ndr in SYNTAX:
            with self.subTest(ndr=SYNTAX[ndr]):
                first = self.bound(ndr)
                second = first.alter_ctx(KMS)
                self.activates(second)
                self.activates(first)
                third = second.alter_ctx(KMS, bogus_binds=2)
                self.activates(third)

    def test_alter_context_for_an_unknown_interface_is_refused_and_the_connection_stays(self):
        dce = self.bound()
        unknown = uuidtup_to_bin(("12345678-1234-abcd-ef00-0123456789ab", "1.0"))
        with self.assertRaisesRegex(rpcrt.DCERPCException, "abstract_syntax_not_supported"):
            dce.alter_ctx(unknown)
        self.activates(dce)

    def test_requests_in_fragments_are_put_together(self):
        for size in (4, 8, 24, 100, 131, 200):
            for ndr in SYNTAX:
                with self.subTest(size=size, ndr=SYNTAX[ndr]):
                    dce = self.bound(ndr)
                    dce.set_max_fragment_size(size)
                    self.activates(dce, 6)
                    self.activates(dce, 4)

    def test_an_unknown_interface_is_refused(self):
        dce = connect(self.host.port)
        self.addCleanup(dce.disconnect)
        unknown = uuidtup_to_bin(("12345678-1234-abcd-ef00-0123456789ab", "1.0"))
        with self.assertRaisesRegex(rpcrt.DCERPCException, "abstract_syntax_not_supported"):
            dce.bind(unknown)

    def test_another_version_of_the_interface_is_refused(self):
        for version in ("2.0", "1.1", "0.0"):
            with self.subTest(version=version):
                dce = connect(self.host.port)
                self.addCleanup(dce.disconnect)
                other = uuidtup_to_bin((str(lab.KMS), version))
                with self.assertRaisesRegex(
                    rpcrt.DCERPCException, "abstract_syntax_not_supported"
                ):
                    dce.bind(other)

    def test_an_unknown_transfer_syntax_is_refused(self):
        dce = connect(self.host.port)
        self.addCleanup(dce.disconnect)
        with self.assertRaisesRegex(
            rpcrt.DCERPCException, "proposed_transfer_syntaxes_not_supported"
        ):
            dce.bind(KMS, transfer_syntax=("12345678-1234-abcd-ef00-0123456789ab", "1.0"))

    def test_another_operation_faults_and_the_connection_stays(self):
        dce = self.bound()
        for opnum in (1, 7, 0xFFFF):
            dce.call(opnum, b"")
            with self.assertRaisesRegex(rpcrt.DCERPCException, "nca_s_op_rng_error"):
                dce.recv()
        self.activates(dce)

    def test_an_unknown_context_faults_and_the_connection_stays(self):
        dce = self.bound()
        dce.set_ctx_id(9)
        dce.call(0, lab.stub32(seal.request(6)))
        with self.assertRaisesRegex(rpcrt.DCERPCException, "nca_s_invalid_pres_context_id"):
            dce.recv()
        dce.set_ctx_id(0)
        self.activates(dce)

    def test_a_bad_stub_faults_and_the_connection_stays(self):
        dce = self.bound()
        message = seal.request(6)
        for stub in (b"", lab.stub32(message)[:-1], lab.stub32(message, max_count=259),
                     lab.stub32(message, size=0x7FFFFFFF)):
            dce.call(0, stub)
            with self.assertRaisesRegex(rpcrt.DCERPCException, "rpc_x_bad_stub_data"):
                dce.recv()
        self.activates(dce)

    def test_an_object_is_read_past(self):
        dce = self.bound()
        message = seal.request(6)
        dce.call(0, lab.stub32(message), uuid=KMS[:16])
        reply, code = lab.results(lab.NDR32, dce.recv())
        self.assertEqual(code, 0)
        seal.verify(message, reply)

    def test_authentication_is_refused_cleanly(self):
        for kind in (rpcrt.RPC_C_AUTHN_WINNT, rpcrt.RPC_C_AUTHN_NETLOGON):
            for level in (rpcrt.RPC_C_AUTHN_LEVEL_CONNECT, rpcrt.RPC_C_AUTHN_LEVEL_PKT_PRIVACY):
                with self.subTest(kind=kind, level=level):
                    dce = connect(self.host.port)
                    self.addCleanup(dce.disconnect)
                    dce.set_credentials("somebody", "password", "LAB")
                    dce.set_auth_type(kind)
                    dce.set_auth_level(level)
                    # impacket reads the bind_nak's reason 8 as a status, and names it so.
                    with self.assertRaises(rpcrt.DCERPCException) as raised:
                        dce.bind(KMS)
                    self.assertEqual(raised.exception.get_error_code(), 8)
                    self.assertIn("Authentication type not recognized", str(raised.exception))

    def test_a_refusal_is_a_null_pointer_and_a_code(self):
        for ndr in SYNTAX:
            with self.subTest(ndr=SYNTAX[ndr]):
                dce = self.bound(ndr)
                with self.assertRaises(DCERPCSessionError) as raised:
                    call(dce, seal.request(6, realm="another"))
                self.assertEqual(raised.exception.error_code, lab.INVALID_DATA)
                self.activates(dce)


class Connection:
    """A bound connection of impacket's.

    Its own NDR fills the pads of NDR64 with other bytes than zeros, which a pedantic host refuses.
    """

    def __init__(self, port, ndr):
        self.ndr = ndr
        self.dce = connect(port)
        self.dce.bind(KMS, transfer_syntax=SYNTAX[ndr])

    def call(self, message):
        self.dce.call(0, lab.stub(self.ndr, message))
        reply, code = lab.results(self.ndr, self.dce.recv())
        assert code == 0, hex(code)
        return reply

    def close(self):
        self.dce.disconnect()


class Mischief(mischief.Mischief, unittest.TestCase):
    """impacket calls a host that is odd."""

    excused = {
        "rpc.bind negotiate-reject": "asks for no features, so that there is nothing to refuse",
        "tcp.data slice": "reads the acknowledgement of its bind once",
        "tcp.data dribble": "reads the acknowledgement of its bind once",
        "tcp.data stall": "reads the acknowledgement of its bind once",
        "rpc.bind slice": "reads the acknowledgement of its bind once",
        "rpc.bind dribble": "reads the acknowledgement of its bind once",
        "rpc.bind stall": "reads the acknowledgement of its bind once",
    }
    # Slices follow each other at once: where they arrive together, one read gets them all.
    by_luck = {"tcp.data slice", "rpc.bind slice"}

    def connect(self, port, ndr):
        return Connection(port, ndr)

    def request(self, major):
        return seal.request(major)

    def verify(self, message, reply):
        return seal.verify(message, reply, plain=False)


class WrongClock(lab.TestCase):
    """The window, over a foreign client's frames."""

    options = ("--window", "1h")

    def test_a_clock_outside_the_window_is_refused_with_the_code(self):
        minute = 600_000_000
        for ndr in SYNTAX:
            for major in lab.VERSIONS:
                for minutes, accepted in ((-61, False), (-59, True), (59, True), (61, False)):
                    with self.subTest(ndr=SYNTAX[ndr], major=major, minutes=minutes):
                        dce = connect(self.host.port)
                        self.addCleanup(dce.disconnect)
                        dce.bind(KMS, transfer_syntax=SYNTAX[ndr])
                        message = seal.request(major, client_time=seal.now() + minutes * minute)
                        if accepted:
                            seal.verify(message, call(dce, message))
                            continue
                        with self.assertRaises(DCERPCSessionError) as raised:
                            call(dce, message)
                        self.assertEqual(raised.exception.error_code, lab.TIMESTAMP)


class Journal(unittest.TestCase):
    """What the host writes down of a foreign client's calls."""

    def test_each_call_is_a_line_and_a_count(self):
        hour = 36_000_000_000
        with lab.Host("--window", "1h", "--count", "40") as host:
            dce = connect(host.port)
            dce.bind(KMS)
            granted = seal.verify(message := seal.request(6), call(dce, message))
            self.assertEqual(granted["count"], 40)
            for refused in (seal.request(5, client_time=seal.now() - 2 * hour),
                            seal.request(4, realm="another"), b"?" * 260):
                with self.assertRaises(DCERPCSessionError):
                    call(dce, refused)
            dce.disconnect()
            lines = host.exchanges()
        self.assertEqual([line["result"] for line in lines],
                         ["0x0", "0xC004F06C", "0x8007000D", "0x8007000D"])
        self.assertEqual([line["version"] for line in lines], ["6.0", "5.0", "4.0", "16191.16191"])
        self.assertEqual(lines[0]["client"], "foreign-1.lab.example")
        self.assertLess(abs(lines[0]["skew_ns"]), 60 * 10**9)
        self.assertLess(abs(lines[1]["skew_ns"] + 7200 * 10**9), 60 * 10**9)
        counters = lines[-1]["counters"]
        self.assertEqual((counters["total"], counters["failed"]), (3, 2))


class OneSyntax(unittest.TestCase):
    """A host that is limited to one syntax."""

    def test_the_other_syntax_is_refused(self):
        for option, taken, refused in (("32", lab.NDR32, lab.NDR64), ("64", lab.NDR64, lab.NDR32)):
            with self.subTest(option=option), lab.Host("--ndr", option) as host:
                dce = connect(host.port)
                dce.bind(KMS, transfer_syntax=SYNTAX[taken])
                message = seal.request(6)
                seal.verify(message, call(dce, message))
                dce.disconnect()
                dce = connect(host.port)
                with self.assertRaisesRegex(
                    rpcrt.DCERPCException, "proposed_transfer_syntaxes_not_supported"
                ):
                    dce.bind(KMS, transfer_syntax=SYNTAX[refused])
                dce.disconnect()


class Fragmenting(rpcrt.DCERPCServer):
    """impacket's server, fragmenting: its own fragments all carry the length of the whole."""

    size = None

    def send(self, data):
        stub = data["pduData"]
        if self.size is None or data["type"] != rpcrt.MSRPC_RESPONSE:
            return super().send(data)
        for start in range(0, len(stub), self.size):
            piece = rpcrt.MSRPCRespHeader()
            piece["flags"] = (lab.FIRST if start == 0 else 0) | (
                lab.LAST if start + self.size >= len(stub) else 0
            )
            piece["call_id"] = data["call_id"]
            piece["ctx_id"] = data["ctx_id"]
            piece["alloc_hint"] = len(stub) - start
            piece["pduData"] = stub[start : start + self.size]
            self._clientSock.send(piece.get_packet())


class Server(unittest.TestCase):
    """`kmslab activate` against a KMS host on impacket's server, which speaks NDR32."""

    def serve(self, answer=None, size=None, interface=(str(lab.KMS), "1.0")):
        """Starts one; gives its port and the messages it will have seen."""
        seen = []

        def activated(data):
            size, count = struct.unpack_from("<II", data)
            assert size == count and len(data) >= 8 + size
            seen.append(data[8 : 8 + size])
            return answer(seen[-1])

        server = Fragmenting()
        server.daemon = True
        server.size = size
        port = server.getListenPort()
        server.addCallbacks(interface, str(port), {0: activated} if answer else {})
        server.start()
        lab.wait_for(lambda: listens(port), "impacket's server to listen")
        return port, seen

    def grant(self, message):
        return lab.answer_stub(lab.NDR32, seal.answer(message)[0])

    def test_our_client_activates_in_every_version(self):
        port, seen = self.serve(self.grant)
        for major in lab.VERSIONS:
            for offer in ("32", "both"):
                with self.subTest(major=major, offer=offer):
                    report = lab.activate(port, "--protocol", str(major), "--ndr", offer,
                                          "--name", "member-77")
                    self.assertEqual(report["outcome"]["count"], 50)
                    got, name, time = seal.answer(seen[-1])[0][2], *seal.answer(seen[-1])[1:]
                    self.assertEqual((got, name), (major, "member-77"))
                    self.assertEqual(time, report["client_filetime"])

    def test_our_client_puts_answers_in_fragments_together(self):
        for size in (8, 40, 96, 136):
            with self.subTest(size=size):
                port, _ = self.serve(self.grant, size=size)
                lab.activate(port, "--ndr", "32")

    def test_our_client_names_a_refusal(self):
        port, _ = self.serve(lambda _: lab.refusal_stub(lab.NDR32, lab.TIMESTAMP))
        report = lab.activate(port, "--ndr", "32", "--expect", "0xC004F06C")
        self.assertEqual(report["result"], "0xC004F06C")
        self.assertEqual(report["shown"], "0xC004F074")

    def test_our_client_refuses_a_bent_seal(self):
        def bent(message):
            reply = bytearray(seal.answer(message)[0])
            reply[-1] ^= 1
            return lab.answer_stub(lab.NDR32, bytes(reply))

        port, _ = self.serve(bent)
        for major in lab.VERSIONS:
            with self.subTest(major=major):
                lab.activate(port, "--ndr", "32", "--protocol", str(major), code=4)

    def test_our_client_survives_a_fault_cut_short(self):
        # impacket's server leaves out the last four of a fault's 32 bytes (C706 12.6.4.7).
        port, _ = self.serve()
        report = lab.activate(port, "--ndr", "32", code=4)
        self.assertEqual(report["outcome"]["trouble"],
                         "the host answered with something that is no answer")

    def test_our_client_names_a_refused_interface(self):
        port, _ = self.serve(interface=("12345678-1234-abcd-ef00-0123456789ab", "1.0"))
        with self.assertLogs("impacket", "ERROR"):
            report = lab.activate(port, "--ndr", "32", code=4)
        self.assertEqual(report["outcome"]["trouble"], "the host does not serve the KMS interface")


def listens(port):
    """Whether a port is in state LISTEN, without connecting to it."""
    with open("/proc/net/tcp", encoding="ascii") as table:
        return any(f":{port:04X} 00000000:0000 0A" in line for line in table)


if __name__ == "__main__":
    lab.main()
