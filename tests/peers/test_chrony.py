"""chrony's daemon as client of our time server, and our client against chrony's server.

Each chronyd runs with `-Q` or `-x`: it never touches this computer's clock. All stays on loopback,
on ports of its own; it takes root, as chronyd does.
"""

import contextlib
import json
import pathlib
import re
import socket
import subprocess
import tempfile
import time
import unittest

import lab

# How far two processes on one computer may be apart: they share a clock, but not a processor.
NEAR = 0.25


def free_port():
    """A UDP port nobody uses now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        return udp.getsockname()[1]


def measure(port, *options, address="127.0.0.1", patience=15):
    """What `chronyd -Q` says this computer's clock is off by, or None where it believes nobody."""
    with tempfile.TemporaryDirectory(prefix="kmslab-peers-") as folder:
        source = " ".join(["server", address, "port", str(port), "iburst maxsamples 1", *options])
        done = subprocess.run(
            ["chronyd", "-Q", "-t", str(patience), "-f", "/dev/null", source, "cmdport 0",
             f"pidfile {folder}/chronyd.pid", "maxdistance 16"],
            capture_output=True, text=True, timeout=lab.PATIENCE,
        )
    said = done.stdout + done.stderr
    found = re.search(r"System clock wrong by (-?[0-9.]+) seconds", said)
    assert found or done.returncode != 0, said
    return float(found.group(1)) if found else None


class Chronyd(contextlib.AbstractContextManager):
    """A chronyd that serves the time of this computer, with a stratum of its own or none."""

    def __init__(self, *lines, address="127.0.0.1"):
        self.lines, self.address, self.port = lines, address, free_port()

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="kmslab-peers-")
        file = pathlib.Path(self.folder.name) / "chrony.conf"
        file.write_text("\n".join([
            f"port {self.port}", f"bindaddress {self.address}", "cmdport 0", "allow all",
            f"pidfile {self.folder.name}/chronyd.pid", *self.lines, "",
        ]))
        self.process = subprocess.Popen(
            ["chronyd", "-x", "-d", "-f", file], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True,
        )
        deadline = time.monotonic() + lab.PATIENCE
        while not ask(self.port, address=self.address, code=None)["answered"]:
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.process.kill()
                raise AssertionError(f"chronyd does not answer: {self.process.communicate()[0]}")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate(timeout=lab.PATIENCE)
        self.folder.cleanup()


def ask(port, *options, address="127.0.0.1", code=0):
    """Runs `kmslab sntp` once and gives its JSON."""
    where = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    done = subprocess.run(
        [lab.KMSLAB, "sntp", where, "--json", *options],
        capture_output=True, text=True, timeout=lab.PATIENCE,
    )
    assert code is None or done.returncode == code, (done.returncode, done.stdout, done.stderr)
    return json.loads(done.stdout)


def ntp_port(host):
    return int(host.ready["ntp"]["addr"].rsplit(":", 1)[1])


class ChronyAsksUs(unittest.TestCase):
    def test_it_finds_every_error_of_our_servers_clock(self):
        for spec, off in [
            ("0", 0), ("+3h", 10_800), ("-7m", -420), ("-2d", -172_800), ("+10w", 6_048_000),
            ("-1000w", -604_800_000),
        ]:
            options = ("--ntp", "127.0.0.1:0", "--ntp-clock", spec)
            with self.subTest(clock=spec), lab.Host(*options) as host:
                found = measure(ntp_port(host))
                self.assertIsNotNone(found)
                self.assertAlmostEqual(found, off, delta=NEAR)

    def test_the_hosts_own_clock_is_another(self):
        with lab.Host("--clock", "+5h", "--ntp", "127.0.0.1:0") as host:
            self.assertAlmostEqual(measure(ntp_port(host)), 0, delta=NEAR)

    def test_every_version_it_speaks_is_answered(self):
        with lab.Host("--ntp", "127.0.0.1:0", "--ntp-clock", "+1h") as host:
            for version in (1, 2, 3, 4):
                with self.subTest(version=version):
                    found = measure(ntp_port(host), f"version {version}")
                    self.assertAlmostEqual(found, 3600, delta=NEAR)

    def test_over_ipv6(self):
        with lab.Host("--ntp", "[::1]:0", "--ntp-clock", "+1h") as host:
            found = measure(ntp_port(host), address="::1")
            self.assertAlmostEqual(found, 3600, delta=NEAR)

    def test_a_server_that_knows_no_time_is_not_believed(self):
        with lab.Host("--ntp", "127.0.0.1:0", "--ntp-stratum", "16") as host:
            self.assertIsNone(measure(ntp_port(host), patience=6))

    def test_a_server_of_a_lower_stratum_is(self):
        with lab.Host("--ntp", "127.0.0.1:0", "--ntp-stratum", "14") as host:
            self.assertAlmostEqual(measure(ntp_port(host)), 0, delta=NEAR)


class WeAskChrony(unittest.TestCase):
    def test_our_error_is_found_whatever_it_is(self):
        with Chronyd("local stratum 8") as server:
            for spec, off in [
                ("0", 0), ("+5h", -18_000), ("-1d", 86_400), ("+300w", -181_440_000),
                ("-1000w", 604_800_000),
            ]:
                with self.subTest(clock=spec):
                    found = ask(server.port, "--clock", spec)
                    self.assertIsNone(found["trouble"])
                    self.assertAlmostEqual(found["offset_ns"] / 1e9, off, delta=NEAR)
                    self.assertLess(abs(found["delay_ns"]) / 1e9, NEAR)
                    self.assertEqual((found["leap"], found["stratum"]), (0, 8))

    def test_over_ipv6(self):
        with Chronyd("local stratum 3", address="::1") as server:
            found = ask(server.port, address="::1")
            self.assertEqual(found["stratum"], 3)
            self.assertAlmostEqual(found["offset_ns"] / 1e9, 0, delta=NEAR)

    def test_a_server_that_knows_no_time_is_not_believed(self):
        with Chronyd() as server:
            found = ask(server.port, code=4)
            self.assertTrue(found["answered"])
            self.assertEqual(found["trouble"], "the server says that it does not know the time")
            self.assertEqual((found["leap"], found["offset_ns"]), (3, None))

    def test_nobody_there(self):
        found = ask(free_port(), "--timeout", "500ms", code=4)
        self.assertFalse(found["answered"])

    def test_chrony_between_us(self):
        """Ours serves a wrong time, chrony takes it over, and ours asks chrony."""
        with lab.Host("--ntp", "127.0.0.1:0", "--ntp-clock", "+90s", "--ntp-stratum", "2") as host:
            source = f"server 127.0.0.1 port {ntp_port(host)} iburst minpoll -2 maxpoll -2"
            with Chronyd(source, "maxdistance 16") as server:
                deadline = time.monotonic() + lab.PATIENCE
                found = ask(server.port, code=None)
                while found["trouble"] is not None and time.monotonic() < deadline:
                    time.sleep(0.25)
                    found = ask(server.port, code=None)
                # It may not touch the clock (-x), so it serves this computer's time, one further
                # than ours, and says how far off it thinks that is by its dispersion.
                self.assertEqual((found["trouble"], found["stratum"]), (None, 3))


if __name__ == "__main__":
    lab.main()
