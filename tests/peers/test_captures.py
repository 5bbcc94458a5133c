"""Our captures before tshark, foreign captures before `kmslab dissect`, and our Lua dissector.

Headers and checksums of what we write are checked, every stream is followed, and nothing in it may
be remarked on but what a fault did. Every field of version 4 is shown by the Lua dissector with the
value that `kmslab dissect` gives it.
"""

import contextlib
import json
import pathlib
import re
import subprocess
import tempfile
import unittest

import logging

logging.getLogger("scapy.runtime").setLevel(logging.ERROR)

from scapy.layers.inet import IP, TCP
from scapy.layers.l2 import Dot1Q, Ether
from scapy.utils import PcapReader, PcapWriter, wrpcap

import lab
import test_tshark as live

CHECKED = ("-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE")
SCENARIOS = lab.ROOT / "scenarios"


def kmslab(*arguments, codes=(0,)):
    """Runs kmslab; its output."""
    done = subprocess.run([lab.KMSLAB, *map(str, arguments)], capture_output=True, text=True,
                          timeout=lab.PATIENCE)
    assert done.returncode in codes, (arguments, done.returncode, done.stdout, done.stderr)
    return done.stdout


def dissected(file, *options, codes=(0,)):
    """What kmslab says of a capture: its records."""
    told = kmslab("dissect", "--json", *options, file, codes=codes)
    return [json.loads(line) for line in told.splitlines()]


def calls(file, codes=(0,)):
    """The calls in a capture, without what depends on when and where it was made."""
    kept = ("version", "machine", "client_time", "result", "request", "answer", "count")
    return [
        {key: record[key] for key in kept}
        for record in dissected(file, "--calls", codes=codes) if record["ev"] == "call"
    ]


class TestCase(unittest.TestCase):
    """A test with a folder, and our Lua dissector in it."""

    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="kmslab-peers-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.lua = self.folder / "kms.lua"
        self.lua.write_text(kmslab("dissector", "lua"))

    def tshark(self, file, *options, port=None):
        """What tshark says with our dissector loaded."""
        decode = () if port is None else ("-d", f"tcp.port=={port},dcerpc")
        done = subprocess.run(
            ["tshark", "-n", "-X", f"lua_script:{self.lua}", *CHECKED, "-r", file, *decode, *options],
            capture_output=True, text=True, timeout=lab.PATIENCE,
        )
        assert done.returncode == 0, done.stderr
        assert "Lua" not in done.stderr, done.stderr
        return done.stdout

    def frames(self, file, *fields, port=None, query=None):
        """What each frame holds of some fields: by name a list of values."""
        options = [word for field in fields for word in ("-e", field)]
        chosen = () if query is None else ("-Y", query)
        text = self.tshark(file, *chosen, "-T", "fields", "-E", "separator=\x1f",
                           "-E", "aggregator=\x1e", *options, port=port)
        # Not by splitlines, for which the separators end lines too.
        return [
            {field: cell.split("\x1e") if cell else []
             for field, cell in zip(fields, line.split("\x1f"), strict=True)}
            for line in text.split("\n") if line
        ]

    def sound(self, file, *fields, port=None, checked=True):
        """Nothing in a capture is malformed, wrong, or remarked on beyond a connection's end."""
        seen = self.frames(file, "frame.number", "tcp.checksum.status", "ip.checksum.status",
                           "tcp.analysis.flags", "_ws.malformed", "_ws.lua.error",
                           "_ws.expert.severity", "_ws.expert.message", *fields, port=port)
        self.assertTrue(seen)
        for frame in seen:
            for field in ("tcp.analysis.flags", "_ws.malformed", "_ws.lua.error"):
                self.assertEqual(frame[field], [], frame)
            # Warnings are 0x600000, errors 0x800000. A reset is a warning to tshark, and what a port
            # that nobody listens on answers with.
            remarks = zip(frame["_ws.expert.severity"], frame["_ws.expert.message"], strict=True)
            severities = [int(severity) for severity, message in remarks
                          if message != "Connection reset (RST)"]
            self.assertLess(max(severities, default=0), 0x600000, frame)
            if checked:
                self.assertEqual(frame["tcp.checksum.status"], ["1"], frame)
                # IPv6 has no checksum of its own.
                self.assertIn(frame["ip.checksum.status"], (["1"], []), frame)
        return seen


class Written(TestCase):
    """What we write, before tshark."""

    def test_the_story_over_sockets(self):
        for protocol in lab.VERSIONS:
            with self.subTest(protocol):
                file = self.folder / f"story-{protocol}.pcapng"
                kmslab("reproduce", "--protocol", protocol, "--pcap", file)
                seen = self.sound(file, "kms.HRESULT")
                seen = [frame["kms.HRESULT"] for frame in seen if frame["kms.HRESULT"]]
                self.assertEqual(seen, [["0xc004f06c"]] * 2 + [["0x00000000"]])
                told = subprocess.run(["capinfos", "-M", file], capture_output=True, text=True,
                                      timeout=lab.PATIENCE).stdout
                for line in ("nanoseconds (9)", "Strict time order:   True", "kmslab",
                             "Raw IP"):
                    self.assertIn(line, told)

    def test_every_scenario_in_virtual_time(self):
        file = self.folder / "run.pcapng"
        count = 0
        for scenario in sorted(SCENARIOS.glob("*.toml")):
            kmslab("run", scenario, "--pcap", file)
            for capture in sorted(self.folder.glob("run*.pcapng")):
                with self.subTest(f"{scenario.name}: {capture.name}"):
                    seen = self.sound(capture, "dcerpc.pkt_type", port=1688)
                    requests = sum(frame["dcerpc.pkt_type"].count("0") for frame in seen)
                    # A PDU that a fault cuts off cannot be read.
                    torn = 'kind = "truncate"' in scenario.read_text()
                    self.assertEqual(requests, len(calls(capture, codes=(4,) if torn else (0,))))
                    count += requests
                capture.unlink()
        self.assertGreater(count, 100)

    def test_the_same_seed_writes_the_same_bytes(self):
        one, other = self.folder / "1.pcapng", self.folder / "2.pcapng"
        for file in (one, other):
            kmslab("run", SCENARIOS / "refused-then-recovers.toml", "--pcap", file)
        self.assertEqual(one.read_bytes(), other.read_bytes())

    def test_every_fault_of_bytes_and_connections(self):
        rows = re.findall(r"^\| `([\w-]+)` \| `(\{.*?\})` \|", (
            (lab.ROOT / "docs/faults.md").read_text().split("## `tcp.accept`")[1]
            .split("## `rpc.bind`")[0]
        ), re.MULTILINE)
        self.assertGreater(len(rows), 10)
        stage = {"refuse", "no-accept", "accept-close", "accept-rst", "slow-accept",
                 "max-connections"}
        for name, example in rows:
            with self.subTest(name):
                scenario = self.folder / "fault.toml"
                scenario.write_text(f"""
schema = 1
limit = {{ sim = "3h" }}
[[host]]
id = "kms"
[[machine]]
id = "one"
[[link]]
latency = "5ms"
[[step]]
at = "1m"
run = ["one"]
times = 3
every = "50m"
[[fault]]
id = "it"
stage = "{"tcp.accept" if name in stage else "tcp.data"}"
do = {example}
""")
                file = self.folder / "fault.pcapng"
                kmslab("run", scenario, "--pcap", file, codes=(0, 4, 7))
                seen = self.frames(file, "tcp.analysis.flags", "tcp.checksum.status",
                                   "ip.checksum.status", "tcp.flags.reset")
                for frame in seen:
                    self.assertEqual(frame["tcp.analysis.flags"], [], frame)
                    self.assertEqual(frame["tcp.checksum.status"], ["1"], frame)
                    self.assertEqual(frame["ip.checksum.status"], ["1"], frame)
                resets = any(frame["tcp.flags.reset"] == ["1"] for frame in seen)
                self.assertEqual(resets, name in ("refuse", "accept-rst", "rst"))

    def test_a_host_on_both_families_under_legal_mischief(self):
        file = self.folder / "serve.pcapng"
        options = ("--listen", "127.0.0.1:0", "--listen", "[::1]:0", "--mischief", "legal",
                   "--pcap", file)
        with lab.Host(*options, alone=True) as host:
            addresses = [entry["addr"] for entry in host.ready["rpc"]]
            for address in addresses:
                for major in lab.VERSIONS:
                    for ndr in ("32", "64", "both"):
                        kmslab("activate", address, "--protocol", major, "--ndr", ndr)
            host.stop()
        self.assertEqual(len(calls(file)), 18)
        seen = []
        for address in addresses:
            frames = self.sound(file, "kms.HRESULT", "tcp.srcport",
                                port=address.rsplit(":", 1)[1])
            seen += [frame for frame in frames if frame["kms.HRESULT"]
                     and address.endswith(":" + frame["tcp.srcport"][0])]
        self.assertEqual([frame["kms.HRESULT"] for frame in seen], [["0x00000000"]] * 18)


def packets(*pdus, port=1688):
    """One connection, mid-stream, each PDU a segment: a client's, then the host's, in turn."""
    ports, sequence = (50000, port), [1, 1]
    for place, data in enumerate(pdus):
        side = place % 2
        yield IP(src=f"192.0.2.{1 + side}", dst=f"192.0.2.{2 - side}") / TCP(
            sport=ports[side], dport=ports[1 - side], flags="PA", seq=sequence[side],
            ack=sequence[1 - side], window=64000) / data
        sequence[side] += len(data)


def vectors():
    """The known answers of the seal: name, request and response."""
    for path in sorted((lab.ROOT / "fixtures/vectors").glob("*.txt")):
        told = dict(line.split(" = ", 1) for line in path.read_text().splitlines() if " = " in line)
        yield path.stem, bytes.fromhex(told["request"]), bytes.fromhex(told["response"])


class Lua(TestCase):
    """Our dissector in tshark."""

    def shown(self, records, file, port=None):
        """Each field of messages and stubs in a capture has one value, for kmslab and for tshark."""
        names = ("number", "guid", "time", "text", "bytes")
        fields = {}
        for match in re.finditer(r'\{ "(\w+)", "(\w+)", ("?\w+"?) \}', self.lua.read_text()):
            name, kind, length = match.groups()
            self.assertIn(kind, names)
            fields[name, length if kind == "number" else "*"] = kind
        wanted = []
        for record in records:
            if record["ev"] != "pdu" or record["type"] not in ("request", "response"):
                continue
            stub = [line for line in record["lines"] if line["hex"]]
            start = next(i for i, line in enumerate(stub) if line["name"] == "size")
            for line in stub[start:]:
                name, data = line["name"], bytes.fromhex(line["hex"])
                wide = (name, "8") in fields and len(data) == 8
                kind = fields.get((name, str(len(data))), fields.get((name, "*")))
                self.assertIsNotNone(kind, f"the dissector does not know {name}")
                key = "kms." + name + ("64" if wide else "") + (".filetime" if kind == "time" else "")
                number = int.from_bytes(data, "little")
                expected = {
                    "guid": lambda: line["meaning"].split()[0],
                    "text": lambda: json.loads(line["meaning"]),
                    "bytes": data.hex,
                    "time": lambda: str(number),
                    "number": lambda: f"0x{number:08x}" if name == "HRESULT" else str(number),
                }[kind]()
                wanted.append((str(record["packet"]), key, expected))
        keys = sorted({key for _, key, _ in wanted})
        frames = self.frames(file, "frame.number", *keys, port=port, query="kms")
        shown = {frame["frame.number"][0]: frame for frame in frames}
        for packet, key, expected in wanted:
            # tshark writes a text without letters as if the field were not there.
            self.assertIn(expected, shown[packet][key] or [""], f"{key} of #{packet}")
        return len(wanted)

    def exchange(self, request, response, wide):
        """A capture of one call, after which nothing is to be complained of."""
        import test_scapy as frames

        stub, ndr = (lab.stub64, lab.NDR64) if wide else (lab.stub32, lab.NDR32)
        ask = bytes(frames.request(stub(request)))
        results = lab.answer_stub(ndr, response)
        answer = bytearray(ask[:16]) + len(results).to_bytes(4, "little") + bytes(4)
        answer[2] = lab.RESPONSE
        answer[8:10] = (24 + len(results)).to_bytes(2, "little")
        file = self.folder / "exchange.pcap"
        wrpcap(str(file), list(packets(ask, bytes(answer) + results)), linktype=101)
        self.sound(file, port=1688)
        return file

    def test_every_field_of_version_4_with_its_value(self):
        for ndr in ("32", "64"):
            with self.subTest(ndr):
                file = self.folder / f"v4-{ndr}.pcapng"
                with lab.Host("--pcap", file) as host:
                    lab.activate(host.port, "--protocol", "4", "--ndr", ndr)
                    lab.activate(host.port, "--protocol", "4", "--ndr", ndr, "--clock=+5h",
                                 "--expect", "0xC004F06C")
                    host.stop()
                # Requests of 16 and 17 fields, an answer of 14 or more, a refusal of 3 or 4.
                self.assertGreaterEqual(self.shown(dissected(file), file, host.port), 2 * 16 + 14 + 3)

    def test_the_outside_of_versions_5_and_6(self):
        for major in (5, 6):
            with self.subTest(major):
                file = self.folder / f"v{major}.pcapng"
                with lab.Host("--pcap", file) as host:
                    lab.activate(host.port, "--protocol", str(major))
                    host.stop()
                records = dissected(file, "--sealed")
                self.assertGreaterEqual(self.shown(records, file, host.port), 6 + 8)

    def test_every_known_answer_is_shown_without_a_complaint(self):
        for name, request, response in vectors():
            for wide in (False, True):
                with self.subTest(name, wide=wide):
                    file = self.exchange(request, response, wide)
                    records = dissected(file, "--sealed")
                    self.assertGreater(self.shown(records, file, 1688), 10)

    def test_version_4_at_the_edges_of_its_fields(self):
        import seal

        names = ("", "x" * 64, "\U0001f5a5" * 32, "\udc00" * 64, "a\ud800b", "büro·試験", "a\0left over")
        times = (0, 1, 116_444_735_999_999_999, 2**63 - 1, 2**63, 2**64 - 1)
        pids = ("", "0", "0" * 63)
        for name, time, pid, wide in [
            *((name, None, seal.PID, False) for name in names),
            *((seal.PID, time, seal.PID, False) for time in times),
            *((seal.PID, None, pid, wide) for pid in pids for wide in (False, True)),
        ]:
            with self.subTest(name=ascii(name), time=time, pid=pid, wide=wide):
                request = seal.request(4, name=name, client_time=time)
                file = self.exchange(request, seal.answer(request, pid=pid)[0], wide)
                self.assertGreaterEqual(self.shown(dissected(file), file, 1688), 16 + 14)

    def test_fragments_are_shown_once_they_are_together(self):
        import test_scapy as frames
        import seal

        file = self.folder / "fragments.pcapng"
        with lab.Host("--pcap", file) as host:
            with lab.Wire(host.port) as wire:
                wire.ask(frames.bind(frames.context(0, lab.NDR32)))
                parts = list(frames.fragments(lab.stub32(seal.request(4)), 100))
                for part in parts[:-1]:
                    wire.send(part)
                wire.ask(parts[-1])
            host.stop()
        self.sound(file, port=host.port)
        seen = self.frames(file, "kms.machine_name", port=host.port, query="kms.machine_name")
        self.assertEqual(seen, [{"kms.machine_name": ["foreign-1.lab.example"]}])

    def test_what_is_wrong_is_said(self):
        import test_scapy as frames
        import seal

        good = lab.stub32(seal.request(4))
        for name, stub in (
            ("size", lab.stub32(seal.request(4), max_count=251)),
            ("cut", good[:200]),
            ("version", lab.stub32(b"\0\0\7\0" + bytes(248))),
            ("length", lab.stub32(seal.request(4)[:-4])),
        ):
            with self.subTest(name):
                file = self.folder / "wrong.pcap"
                wrpcap(str(file), list(packets(bytes(frames.request(stub)))), linktype=101)
                seen = self.frames(file, "_ws.expert.message", port=1688, query="kms.wrong_form")
                self.assertEqual(len(seen), 1)
                said = seen[0]["_ws.expert.message"]
                self.assertTrue(any("wrong form" in text for text in said), said)
                told = dissected(file, codes=(4,))
                self.assertGreaterEqual(told[-1]["wrong_form"], 1)


class Foreign(TestCase):
    """What others captured or wrote, before `kmslab dissect` and `kmslab replay`."""

    def test_a_live_capture_of_ethernet_in_every_container(self):
        ours = self.folder / "ours.pcapng"
        with lab.Host("--pcap", ours) as host, live.Capture(host.port) as capture:
            for major in lab.VERSIONS:
                lab.activate(host.port, "--protocol", str(major))
                lab.activate(host.port, "--protocol", str(major), "--clock=-9h",
                             "--expect", "0xC004F06C")
            host.stop()
            capture.finish(6)
            expected = calls(ours)
            self.assertEqual(len(expected), 6)
            self.assertEqual(calls(capture.file), expected)
            for form in ("pcap", "nsecpcap"):
                with self.subTest(form):
                    file = self.folder / f"live.{form}"
                    subprocess.run(["editcap", "-F", form, capture.file, file], check=True,
                                   timeout=lab.PATIENCE)
                    self.assertEqual(calls(file), expected)
            again = self.folder / "again.pcap"
            again.write_bytes((self.folder / "live.pcap").read_bytes())
        with lab.Host() as host:
            said = kmslab("replay", again, f"127.0.0.1:{host.port}")
            self.assertIn("0 with another or none", said)

    def test_links_vlans_orders_and_lost_segments(self):
        file = self.folder / "story.pcapng"
        kmslab("reproduce", "--pcap", file)
        expected = calls(file)
        raw = self.folder / "raw.pcap"
        subprocess.run(["editcap", "-F", "pcap", file, raw], check=True, timeout=lab.PATIENCE)
        with PcapReader(str(raw)) as reader:
            bare = list(reader)
        forms = {
            "vlan": ([Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02") / Dot1Q(vlan=5) / p
                      for p in bare], {}),
            "qinq": ([Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02", type=0x88A8)
                      / Dot1Q(vlan=9) / Dot1Q(vlan=5) / p for p in bare], {}),
            "big-endian": (bare, {"linktype": 101, "endianness": ">"}),
            "reversed pairs": (
                [p for pair in zip(bare[1::2], bare[::2]) for p in pair] + bare[len(bare) // 2 * 2:],
                {"linktype": 101}),
            "twice": ([p for p in bare for _ in (0, 1)], {"linktype": 101}),
        }
        for name, (changed, options) in forms.items():
            with self.subTest(name):
                out = self.folder / "changed.pcap"
                for packet, first in zip(changed, bare):
                    packet.time = first.time
                with contextlib.closing(PcapWriter(str(out), **options)) as writer:
                    writer.write(changed)
                keep = ("version", "machine", "result")
                self.assertEqual(
                    [[call[key] for key in keep] for call in calls(out)],
                    [[call[key] for key in keep] for call in expected])
        # A segment that nobody captured: named, and what follows is read.
        lost = [p for p in bare if len(p[TCP].payload) != 292]
        out = self.folder / "lost.pcap"
        wrpcap(str(out), lost, linktype=101)
        told = dissected(out, codes=(4,))
        self.assertEqual(told[-1]["missing"], 3 * 292)
        said = [r["request"]["is"] for r in told if r["ev"] == "call"]
        self.assertEqual(said, ["absent"] * 3)

    def test_another_realm_is_told_from_a_wrong_form(self):
        file = self.folder / "story.pcapng"
        kmslab("reproduce", "--protocol", "6", "--pcap", file)
        of = {
            realm: {call["request"]["is"]
                    for call in dissected(file, "--calls", "--realm", realm)
                    if call["ev"] == "call"}
            for realm in ("kms-lab", "another")
        }
        self.assertEqual(of, {"kms-lab": {"sealed"}, "another": {"foreign"}})


if __name__ == "__main__":
    lab.main()
