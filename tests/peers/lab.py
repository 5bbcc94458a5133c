"""What the tests against foreign programs share: a host, a client, a socket, and the numbers.

Only Python's own library is used here, because Samba's bindings live in Debian's Python and the
rest in target/peers.
"""

import contextlib
import json
import os
import pathlib
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
KMSLAB = os.environ.get("KMSLAB", str(ROOT / "target/release/kmslab"))
VENV = os.environ.get("PEERS_PYTHON", str(ROOT / "target/peers/bin/python"))

# How long anything may take before a test gives it up; nothing waits this long when all is well.
PATIENCE = 30

KMS = uuid.UUID("51c82175-844e-4750-b0d8-ec255555bc06")
NDR32 = (uuid.UUID("8a885d04-1ceb-11c9-9fe8-08002b104860"), 2)
NDR64 = (uuid.UUID("71710533-beba-4937-8319-b5dbef9ccc36"), 1)
NIL = (uuid.UUID(int=0), 0)

REQUEST, RESPONSE, FAULT = 0, 2, 3
BIND, BIND_ACK, BIND_NAK, ALTER_CONTEXT, ALTER_CONTEXT_RESP = 11, 12, 13, 14, 15
CO_CANCEL, ORPHANED = 18, 19

FIRST, LAST, WHOLE = 0x01, 0x02, 0x03
CONC_MPX, DID_NOT_EXECUTE, MAYBE, OBJECT_UUID = 0x10, 0x20, 0x40, 0x80

OP_RANGE = 0x1C010002
PROTOCOL = 0x1C01000B
TOO_BUSY = 0x1C010014
CONTEXT = 0x1C00001C
BAD_STUB = 0x000006F7

INVALID_DATA = 0x8007000D
TIMESTAMP = 0xC004F06C

VERSIONS = (4, 5, 6)


def features(bits):
    """The pseudo-syntax that asks for these features (MS-RPCE 2.2.2.14)."""
    prefix = bytes.fromhex("2c1cb76c12984045")
    return (uuid.UUID(bytes_le=prefix + struct.pack("<HHI", bits, 0, 0)), 1)


class Host(contextlib.AbstractContextManager):
    """`kmslab serve` on a loopback port the system picks, from ready to stopped."""

    def __init__(self, *options, alone=False):
        # `alone`: the options say where to listen.
        where = () if alone else ("--listen", "127.0.0.1:0")
        self.options = (*where, *options)

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="kmslab-peers-")
        self.journal_path = pathlib.Path(self.folder.name) / "journal.ndjson"
        command = [KMSLAB, "serve", "--journal", self.journal_path]
        self.process = subprocess.Popen(
            [*command, *self.options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        line = self.process.stdout.readline() if ready else ""
        if not line:
            self.process.kill()
            _, errors = self.process.communicate()
            raise AssertionError(f"kmslab serve is not ready: {errors or 'it said nothing'}")
        self.ready = json.loads(line)
        self.address = self.ready["rpc"][0]["addr"]
        self.port = int(self.address.rsplit(":", 1)[1])
        return self

    def __exit__(self, *_):
        self.stop()
        self.folder.cleanup()

    def stop(self):
        """Stops it; it must say so by its exit status, and nothing on stderr."""
        if self.process.returncode is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            _, errors = self.process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise AssertionError("kmslab serve does not stop") from None
        assert self.process.returncode == 0 and errors == "", (self.process.returncode, errors)

    def journal(self):
        """The journal's lines, complete once the host is stopped."""
        self.stop()
        return [json.loads(line) for line in self.journal_path.read_text().splitlines()]

    def hits(self):
        """How often each fault bent something."""
        return self.journal()[-1]["fault_hits"]

    def exchanges(self):
        """What the host judged, in order."""
        return [line for line in self.journal() if line["ev"] == "exchange"]


def activate(port, *options, code=0):
    """Runs `kmslab activate` and gives its JSON."""
    done = subprocess.run(
        [KMSLAB, "activate", f"127.0.0.1:{port}", "--json", *options],
        capture_output=True, text=True, timeout=PATIENCE,
    )
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    return json.loads(done.stdout)


class Wire(contextlib.AbstractContextManager):
    """A bare connection that knows no more of DCE/RPC than where a PDU ends."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __exit__(self, *_):
        self.socket.close()

    def send(self, *pdus):
        """Sends bytes in one write."""
        self.socket.sendall(b"".join(bytes(pdu) for pdu in pdus))

    def drip(self, data):
        """Sends bytes one segment each."""
        for byte in data:
            self.socket.sendall(bytes([byte]))

    def recv(self):
        """The next PDU."""
        header = self._exactly(16)
        length = struct.unpack_from("<H", header, 8)[0]
        return header + self._exactly(length - 16)

    def ask(self, *pdus):
        """Sends bytes and gives the next PDU."""
        self.send(*pdus)
        return self.recv()

    def _exactly(self, count):
        data = b""
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            if not more:
                raise AssertionError(f"the host hung up after {len(data)} of {count} bytes")
            data += more
        return data

    def is_closed(self):
        """Whether the host hangs up, without another byte."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True


def stub32(message, order="<", size=None, max_count=None, rest=b""):
    """The operation's parameters in NDR32."""
    size = len(message) if size is None else size
    max_count = size if max_count is None else max_count
    return struct.pack(f"{order}II", size, max_count) + message + rest


def stub64(message, order="<", size=None, max_count=None, rest=b""):
    """The operation's parameters in NDR64."""
    size = len(message) if size is None else size
    max_count = size if max_count is None else max_count
    return struct.pack(f"{order}I4xQ", size, max_count) + message + rest


def stub(ndr, message):
    return stub64(message) if ndr == NDR64 else stub32(message)


def results(ndr, data):
    """The operation's results, of a length that leaves nothing over: message or None, HRESULT."""
    form, head = ("<I4xQ", 16) if ndr == NDR64 else ("<II", 8)
    size, referent = struct.unpack_from(form, data)
    if referent == 0:
        assert size == 0 and len(data) == head + 4, data.hex()
        return None, struct.unpack_from("<I", data, head)[0]
    form, count = ("<Q", 8) if ndr == NDR64 else ("<I", 4)
    assert struct.unpack_from(form, data, head)[0] == size, data.hex()
    start = head + count
    message = data[start : start + size]
    end = start + size + -size % 4
    assert data[start + size : end] == bytes(end - start - size), data.hex()
    assert len(message) == size and len(data) == end + 4, data.hex()
    return message, struct.unpack_from("<I", data, end)[0]


def answer_stub(ndr, message):
    """The results of a success, as a host writes them."""
    size = len(message)
    if ndr == NDR64:
        head = struct.pack("<I4xQQ", size, 0x00020000, size)
    else:
        head = struct.pack("<III", size, 0x00020000, size)
    return head + message + bytes(-size % 4) + bytes(4)


def refusal_stub(ndr, code):
    """The results of a refusal."""
    return bytes(16 if ndr == NDR64 else 8) + struct.pack("<I", code)


def wait_for(condition, what):
    """Waits until `condition()` is true."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"gave up waiting for {what}")
        time.sleep(0.005)


class TestCase(unittest.TestCase):
    """A test whose host is shared by the class; `options` are its arguments."""

    options = ()
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.host = cls.enterClassContext(Host(*cls.options))


def main():
    """Runs the file's tests; nothing may be skipped."""
    program = unittest.main(module="__main__", exit=False, verbosity=2)
    result = program.result
    bad = [*result.failures, *result.errors, *result.skipped, *result.expectedFailures]
    tests = {getattr(test, "test_case", test) for test, _ in bad} | {*result.unexpectedSuccesses}
    failed, passed = len(tests), max(0, result.testsRun - len(tests))
    name = pathlib.Path(sys.argv[0]).stem.removeprefix("test_")
    print(f"{name}: {passed} passed, {failed} failed")
    sys.exit(0 if passed > 0 and failed == 0 else 1)
