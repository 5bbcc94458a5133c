"""tshark captures on loopback while our client, our host and foreign frames talk, and dissects."""

import collections
import contextlib
import pathlib
import struct
import subprocess
import tempfile
import unittest

import lab

# What is asked of a frame; the PDUs of one segment have a value each.
FIELDS = (
    "dcerpc.pkt_type", "dcerpc.cn_frag_len", "dcerpc.cn_bind_to_uuid", "dcerpc.cn_ack_result",
    "dcerpc.cn_ack_trans_id", "dcerpc.cn_reject_reason", "dcerpc.cn_status",
    "_ws.expert.message",
)


class Capture:
    """`tshark -i lo` on one port, from the moment it captures until all that was sent is in."""

    def __init__(self, port):
        self.port = port

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="kmslab-peers-")
        self.file = pathlib.Path(self.folder.name) / "live.pcapng"
        self.process = subprocess.Popen(
            ["tshark", "-i", "lo", "-f", f"tcp port {self.port}", "-w", self.file, "-q", "-l"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )
        said = []
        for line in self.process.stderr:
            said.append(line)
            # Said once the interface is open and the filter set; the file is there from then on.
            if "Capture started" in line:
                break
        else:
            self.process.wait()
            raise AssertionError(
                "tshark cannot capture on lo; it takes root or the right to run dumpcap:\n"
                + "".join(said)
            )
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate(timeout=lab.PATIENCE)
        if self.folder:
            self.folder.cleanup()

    def read(self, *options):
        """What tshark says of the file, as DCE/RPC on our port."""
        done = subprocess.run(
            ["tshark", "-r", self.file, "-d", f"tcp.port=={self.port},dcerpc", *options],
            capture_output=True, text=True, timeout=lab.PATIENCE,
        )
        return done.stdout

    def finish(self, connections):
        """Stops it, once as many connections are seen to end as there were."""
        lab.wait_for(lambda: ended(self.file.read_bytes()) >= connections,
                     f"{connections} connections to end in the capture")
        self.process.terminate()
        self.process.wait(lab.PATIENCE)

    def complaints(self):
        """Frames that are malformed or carry an error."""
        bad = "_ws.malformed || _ws.expert.severity==error"
        return self.read("-Y", bad, "-T", "fields", "-e", "frame.number", "-e",
                         "_ws.expert.message")

    def frames(self):
        """The frames with DCE/RPC in them: what each holds of every field in FIELDS."""
        options = [word for field in FIELDS for word in ("-e", field)]
        text = self.read("-Y", "dcerpc", "-T", "fields", "-E", "separator=|",
                         "-E", "aggregator=;", *options)
        return [
            {field: [value for value in cell.split(";") if value]
             for field, cell in zip(FIELDS, line.split("|"), strict=True)}
            for line in text.splitlines()
        ]


def ended(data):
    """How many connections end in a pcapng file that is still written to: FIN or RST, by ports."""
    ends, at = set(), 0
    while at + 12 <= len(data):
        kind, length = struct.unpack_from("<II", data, at)
        if at + length > len(data):
            break
        if kind == 6:
            # An enhanced packet block: 28 bytes, then Ethernet and IPv4 without options.
            tcp = at + 28 + 14 + 20
            if data[tcp + 13] & 0b101:
                ends.add(frozenset(struct.unpack_from(">HH", data, tcp)))
        at += length
    return len(ends)


class Conversation:
    """What a capture holds, read once."""

    def __init__(self, capture):
        self.frames = capture.frames()

    def values(self, field, kind=None):
        """All values of a field, in frames with PDUs of one kind or of any."""
        return [
            value for frame in self.frames
            if kind is None or str(kind) in frame["dcerpc.pkt_type"]
            for value in frame[field]
        ]

    def pdus(self):
        """How many PDUs of each kind there are."""
        return collections.Counter(map(int, self.values("dcerpc.pkt_type")))

    def notes(self):
        """What tshark remarks on, below an error."""
        return collections.Counter(self.values("_ws.expert.message"))


class Live(unittest.TestCase):
    """One capture each; nothing in it may be malformed or an error."""

    def clean(self, capture):
        """The conversation, which has to be without a complaint; remarks are only shown."""
        self.assertEqual(capture.complaints(), "")
        conversation = Conversation(capture)
        for note, count in conversation.notes().items():
            print(f"\n  tshark remarks {count} times: {note}", end="")
        return conversation

    def test_every_activation(self):
        with lab.Host() as host, Capture(host.port) as capture:
            for major in lab.VERSIONS:
                for ndr in ("32", "64", "both"):
                    lab.activate(host.port, "--protocol", str(major), "--ndr", ndr)
            host.stop()
            capture.finish(9)
            seen = self.clean(capture)
            counts = seen.pdus()
            # Offering both, our client adds NDR32 by an alter_context, as Windows does.
            self.assertEqual(counts, {
                lab.BIND: 9, lab.BIND_ACK: 9, lab.ALTER_CONTEXT: 3, lab.ALTER_CONTEXT_RESP: 3,
                lab.REQUEST: 9, lab.RESPONSE: 9,
            })
            interfaces = set(seen.values("dcerpc.cn_bind_to_uuid"))
            self.assertEqual(interfaces, {str(lab.KMS)})
            syntaxes = set(seen.values("dcerpc.cn_ack_trans_id"))
            self.assertLessEqual({str(lab.NDR32[0]), str(lab.NDR64[0])}, syntaxes)

    def test_refusals(self):
        with lab.Host() as host, Capture(host.port) as capture:
            for major in lab.VERSIONS:
                for ndr in ("32", "64"):
                    lab.activate(host.port, "--protocol", str(major), "--ndr", ndr,
                                 "--clock=-1d", "--expect", "0xC004F06C")
            host.stop()
            capture.finish(6)
            seen = self.clean(capture)
            self.assertEqual(seen.pdus(), {
                lab.BIND: 6, lab.BIND_ACK: 6, lab.REQUEST: 6, lab.RESPONSE: 6,
            })
            lengths = seen.values("dcerpc.cn_frag_len", lab.RESPONSE)
            self.assertEqual(sorted(lengths), ["36"] * 3 + ["44"] * 3)

    def test_impacket_calls_our_host(self):
        import seal
        import test_impacket as peer

        with lab.Host() as host, Capture(host.port) as capture:
            for ndr, syntax in peer.SYNTAX.items():
                dce = peer.connect(host.port)
                dce.bind(peer.KMS, transfer_syntax=syntax)
                dce.set_max_fragment_size(100)
                for major in lab.VERSIONS:
                    message = seal.request(major)
                    dce.call(0, lab.stub(ndr, message))
                    reply, _ = lab.results(ndr, dce.recv())
                    seal.verify(message, reply)
                dce.disconnect()
            host.stop()
            capture.finish(2)
            seen = self.clean(capture)
            self.assertEqual(seen.pdus(), {
                lab.BIND: 2, lab.BIND_ACK: 2, lab.REQUEST: 2 * 3 * 3, lab.RESPONSE: 2 * 3,
            })

    def test_our_client_calls_a_foreign_host(self):
        import seal
        import test_scapy as peer

        def grant(_, message):
            return seal.answer(message)[0], 0

        with contextlib.ExitStack() as stack:
            port = peer.serve(grant, True, stack.callback, self.fail)
            capture = stack.enter_context(Capture(port))
            for major in lab.VERSIONS:
                for ndr in ("64", "both"):
                    lab.activate(port, "--protocol", str(major), "--ndr", ndr)
            capture.finish(6)
            seen = self.clean(capture)
            self.assertEqual(seen.pdus(), {
                lab.BIND: 6, lab.BIND_ACK: 6, lab.ALTER_CONTEXT: 3, lab.ALTER_CONTEXT_RESP: 3,
                lab.REQUEST: 6, lab.RESPONSE: 6,
            })

    def test_faults_fragments_and_refused_binds(self):
        import test_scapy as frames

        stub = lab.stub32(b"?" * 260)
        with lab.Host() as host, Capture(host.port) as capture:
            with lab.Wire(host.port) as wire:
                wire.ask(frames.windows_bind())
                wire.ask(frames.alter(frames.context(0, lab.NDR32)))
                wire.ask(*frames.fragments(stub, 64, call_id=3))
                wire.ask(frames.request(stub, call_id=4, opnum=1))
                wire.ask(frames.request(stub, call_id=5, context_id=9))
                wire.ask(frames.request(stub[:-1], call_id=6))
                wire.ask(frames.request(stub, call_id=7, rpc_vers_minor=9))
                self.assertTrue(wire.is_closed())
            with lab.Wire(host.port) as wire:
                wire.ask(frames.bind(frames.context(0, lab.NDR32), endian=0))
                wire.ask(frames.request(lab.stub32(b"?" * 260, ">"), endian=0))
            with lab.Wire(host.port) as wire:
                wire.ask(frames.bind())
                self.assertTrue(wire.is_closed())
            host.stop()
            capture.finish(3)
            seen = self.clean(capture)
            self.assertEqual(seen.pdus(), {
                lab.BIND: 3, lab.BIND_ACK: 2, lab.BIND_NAK: 1, lab.ALTER_CONTEXT: 1,
                lab.ALTER_CONTEXT_RESP: 1, lab.RESPONSE: 2, lab.FAULT: 4,
                # Five fragments and four whole; version 5.9 is no DCE/RPC to tshark either.
                lab.REQUEST: 5 + 4,
            })
            self.assertEqual(
                [int(status, 16) for status in seen.values("dcerpc.cn_status")],
                [lab.OP_RANGE, lab.CONTEXT, lab.BAD_STUB, lab.PROTOCOL],
            )
            self.assertEqual(seen.values("dcerpc.cn_reject_reason"), ["0"])
            self.assertEqual(seen.values("dcerpc.cn_ack_result", lab.BIND_ACK),
                             ["2", "0", "3", "0"])

    def test_tshark_does_complain_of_what_is_malformed(self):
        import test_scapy as frames

        cut = bytearray(bytes(frames.windows_bind()))
        cut[24] = 9
        with lab.Host() as host, Capture(host.port) as capture:
            with lab.Wire(host.port) as wire:
                wire.ask(cut)
                self.assertTrue(wire.is_closed())
            host.stop()
            capture.finish(1)
            self.assertNotEqual(capture.complaints(), "")


if __name__ == "__main__":
    lab.main()
