"""tshark captures on loopback while our client, our host and foreign frames talk, and dissects."""

import collections
import pathlib
import subprocess
import tempfile
import unittest

import lab

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
        ends = "tcp.flags.fin==1 || tcp.flags.reset==1"

        def seen():
            streams = self.read("-Y", ends, "-T", "fields", "-e", "tcp.stream").split()
            return len(set(streams)) >= connections

        lab.wait_for(seen, f"{connections} connections to end in the capture")
        self.process.terminate()
        self.process.wait(lab.PATIENCE)

    def complaints(self):
        """Frames that are malformed or carry an error."""
        bad = "_ws.malformed || _ws.expert.severity==error"
        return self.read("-Y", bad, "-T", "fields", "-e", "frame.number", "-e",
                         "_ws.expert.message")

    def notes(self):
        """What it remarks on, below an error."""
        remarks = self.read("-Y", "dcerpc && _ws.expert", "-T", "fields", "-e",
                            "_ws.expert.message")
        return collections.Counter(remarks.splitlines())

    def pdus(self):
        """How many PDUs of each kind it saw."""
        kinds = self.read("-Y", "dcerpc", "-T", "fields", "-e", "dcerpc.pkt_type")
        return collections.Counter(int(kind) for kind in kinds.replace(",", " ").split())

    def values(self, field, show="dcerpc"):
        text = self.read("-Y", show, "-T", "fields", "-e", field)
        return text.replace(",", " ").split()


class Live(unittest.TestCase):
    """One capture each; nothing in it may be malformed or an error."""

    def clean(self, capture):
        self.assertEqual(capture.complaints(), "")
        notes = capture.notes()
        for note, count in notes.items():
            print(f"  tshark notes {count} times: {note}")

    def test_every_activation(self):
        with lab.Host() as host, Capture(host.port) as capture:
            for major in lab.VERSIONS:
                for ndr in ("32", "64", "both"):
                    lab.activate(host.port, "--protocol", str(major), "--ndr", ndr)
            host.stop()
            capture.finish(9)
            self.clean(capture)
            counts = capture.pdus()
            # Offering both, our client adds NDR32 by an alter_context, as Windows does.
            self.assertEqual(counts, {
                lab.BIND: 9, lab.BIND_ACK: 9, lab.ALTER_CONTEXT: 3, lab.ALTER_CONTEXT_RESP: 3,
                lab.REQUEST: 9, lab.RESPONSE: 9,
            })
            interfaces = set(capture.values("dcerpc.cn_bind_to_uuid"))
            self.assertEqual(interfaces, {str(lab.KMS)})
            syntaxes = set(capture.values("dcerpc.cn_ack_trans_id"))
            self.assertLessEqual({str(lab.NDR32[0]), str(lab.NDR64[0])}, syntaxes)

    def test_refusals(self):
        with lab.Host() as host, Capture(host.port) as capture:
            for major in lab.VERSIONS:
                for ndr in ("32", "64"):
                    lab.activate(host.port, "--protocol", str(major), "--ndr", ndr,
                                 "--clock=-1d", "--expect", "0xC004F06C")
            host.stop()
            capture.finish(6)
            self.clean(capture)
            self.assertEqual(capture.pdus(), {
                lab.BIND: 6, lab.BIND_ACK: 6, lab.REQUEST: 6, lab.RESPONSE: 6,
            })
            lengths = capture.values("dcerpc.cn_frag_len", "dcerpc.pkt_type==2")
            self.assertEqual(sorted(lengths), ["36"] * 3 + ["44"] * 3)

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
            self.clean(capture)
            self.assertEqual(capture.pdus(), {
                lab.BIND: 3, lab.BIND_ACK: 2, lab.BIND_NAK: 1, lab.ALTER_CONTEXT: 1,
                lab.ALTER_CONTEXT_RESP: 1, lab.RESPONSE: 2, lab.FAULT: 4,
                # Five fragments and four whole; version 5.9 is no DCE/RPC to tshark either.
                lab.REQUEST: 5 + 4,
            })
            self.assertEqual(
                [int(status, 16) for status in capture.values("dcerpc.cn_status")],
                [lab.OP_RANGE, lab.CONTEXT, lab.BAD_STUB, lab.PROTOCOL],
            )
            self.assertEqual(capture.values("dcerpc.cn_reject_reason"), ["0"])
            self.assertEqual(capture.values("dcerpc.cn_ack_result", "dcerpc.pkt_type==12"),
                             ["2", "0", "3", "0"])


if __name__ == "__main__":
    lab.main()
