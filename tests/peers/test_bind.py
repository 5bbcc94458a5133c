"""BIND's dig and nsupdate ask and change our zone; our host and machine publish, look up and
register with BIND's named. Either side's clock is wrong once, and the other says BADTIME."""

import contextlib
import json
import pathlib
import re
import socket
import subprocess
import tempfile

import lab

SECRET = "c2VjcmV0IG9mIHRoZSBsYWIncyBrZXksIDMyIGJ5dGU="
OTHER = "YW5vdGhlciBzZWNyZXQsIHdoaWNoIGlzIG5vdCB0aGF0IG9uZQ=="
KEY = f"lab.key:hmac-sha256:{SECRET}"
HOSTS = "_vlmcs._tcp.lab.example"


def dig(port, *words):
    """What dig says, with the whole header."""
    command = ["dig", "@127.0.0.1", "-p", str(port), "+time=5", "+tries=1", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=lab.PATIENCE)
    return done.stdout


def short(port, *words):
    """The data alone, in order."""
    return sorted(dig(port, "+short", *words).split("\n"))[1:]


def status(port, *words):
    found = re.search(r"status: (\w+),", dig(port, *words))
    assert found, "dig got no answer"
    return found.group(1)


def nsupdate(port, *lines, key=None):
    """Sends an update; gives what nsupdate has to say, nothing when it was done."""
    script = "\n".join(["server 127.0.0.1 %d" % port, "zone lab.example", *lines, "send", ""])
    command = ["nsupdate", "-t", "5", "-r", "0", *(["-y", key] if key else [])]
    done = subprocess.run(
        command, input=script, capture_output=True, text=True, timeout=lab.PATIENCE
    )
    return (done.stdout + done.stderr).strip()


def free_port():
    """A port free over both transports."""
    while True:
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            port = tcp.getsockname()[1]
            with contextlib.suppress(OSError):
                udp.bind(("127.0.0.1", port))
                return port


def machine(port, *options, code=0):
    """A machine that looks its host up; gives its JSON."""
    command = [lab.KMSLAB, "activate", "--json", "--dns", f"127.0.0.1:{port}", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=lab.PATIENCE)
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    return json.loads(done.stdout)


class Named(contextlib.AbstractContextManager):
    """BIND's server on a loopback port, with the zone lab.example and two keys, of which it lets one
    change the zone."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="kmslab-named-")
        folder = pathlib.Path(self.folder.name)
        self.port = free_port()
        (folder / "lab.zone").write_text(
            "$TTL 60\n@ SOA ns hostmaster 1 900 600 86400 60\n@ NS ns\nns A 127.0.0.1\n"
            "host A 127.0.0.1\nnodata._tcp TXT x\n_vlmcs._tcp.nodata TXT \"no host here\"\n"
        )
        (folder / "named.conf").write_text(f"""
            options {{
              directory "{folder}"; pid-file none; session-keyfile none;
              managed-keys-directory "{folder}";
              listen-on port {self.port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};
              recursion no; dnssec-validation no; notify no; max-udp-size 512;
              minimal-responses yes;
            }};
            controls {{ }};
            key "lab.key" {{ algorithm hmac-sha256; secret "{SECRET}"; }};
            key "powerless.key" {{ algorithm hmac-sha256; secret "{SECRET}"; }};
            zone "lab.example" {{
              type primary; file "lab.zone"; allow-update {{ key "lab.key"; }};
            }};
        """)
        self.log = open(folder / "named.log", "w+")
        self.process = subprocess.Popen(
            ["named", "-g", "-c", folder / "named.conf"], stdout=self.log, stderr=self.log
        )
        lab.wait_for(self.is_up, "named")
        return self

    def is_up(self):
        assert self.process.poll() is None, pathlib.Path(self.log.name).read_text()
        return "status: NOERROR" in dig(self.port, "+time=1", "lab.example", "SOA")

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.log.close()
        self.folder.cleanup()


class TheirClients(lab.TestCase):
    """dig and nsupdate against our zone."""

    options = ("--dns", "127.0.0.1:0", "--tsig", KEY)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.port = int(cls.host.ready["dns"]["addr"].rsplit(":", 1)[1])

    def test_the_hosts_record_and_its_address(self):
        for transport in ("+notcp", "+tcp"):
            answer = dig(self.port, transport, HOSTS, "SRV")
            self.assertRegex(answer, rf"IN\s+SRV\s+0 0 {self.host.port} host\.lab\.example\.")
            self.assertRegex(answer, r"host\.lab\.example\.\s+3600\s+IN\s+A\s+127\.0\.0\.1")
            self.assertRegex(answer, r"flags: qr aa rd;")
            self.assertNotIn("WARNING: Message", answer)
            self.assertNotIn("malformed", answer)

    def test_what_is_not_there(self):
        self.assertEqual(status(self.port, "no.lab.example", "A"), "NXDOMAIN")
        self.assertEqual(status(self.port, "_tcp.lab.example", "SRV"), "NOERROR")
        self.assertEqual(status(self.port, "other.example", "A"), "REFUSED")
        self.assertIn("Transfer failed", dig(self.port, "lab.example", "AXFR"))
        self.assertIn("SOA", dig(self.port, "no.lab.example", "A"))
        self.assertEqual(status(self.port, "+edns=1", "+noednsneg", "lab.example", "SOA"), "BADVERS")

    def test_an_update_is_seen_and_taken_back(self):
        add = "update add pc1.lab.example 60 A 198.18.7.1"
        self.assertEqual(nsupdate(self.port, add, key=f"hmac-sha256:lab.key:{SECRET}"), "")
        self.assertEqual(short(self.port, "pc1.lab.example", "A"), ["198.18.7.1"])
        again = nsupdate(self.port, "prereq nxdomain pc1.lab.example", add,
                         key=f"hmac-sha256:lab.key:{SECRET}")
        self.assertIn("YXDOMAIN", again)
        gone = nsupdate(self.port, "prereq yxrrset pc1.lab.example A 198.18.7.1",
                        "update delete pc1.lab.example A", key=f"hmac-sha256:lab.key:{SECRET}")
        self.assertEqual(gone, "")
        self.assertEqual(status(self.port, "pc1.lab.example", "A"), "NXDOMAIN")

    def test_only_signed_updates_are_taken_and_only_with_the_right_key(self):
        add = "update add pc2.lab.example 60 A 198.18.7.2"
        for key, told in [
            (None, "REFUSED"),
            (f"hmac-sha256:lab.key:{OTHER}", "BADSIG"),
            (f"hmac-sha512:lab.key:{SECRET}", "BADKEY"),
        ]:
            self.assertIn(told, nsupdate(self.port, add, key=key))
        self.assertEqual(status(self.port, "pc2.lab.example", "A"), "NXDOMAIN")

    def test_signed_questions_have_signed_answers(self):
        good = dig(self.port, "-y", f"hmac-sha256:lab.key:{SECRET}", "lab.example", "SOA")
        self.assertIn("TSIG PSEUDOSECTION", good)
        self.assertIn("NOERROR", good)
        self.assertNotIn("WARNING", good.replace("WARNING: recursion", ""))
        bad = dig(self.port, "-y", f"hmac-sha256:lab.key:{OTHER}", "lab.example", "SOA")
        self.assertIn("BADSIG", bad)

    def test_what_does_not_fit_is_asked_for_over_tcp(self):
        many = [f"update add many.lab.example 60 TXT {'x' * 50}{n}" for n in range(40)]
        self.assertEqual(nsupdate(self.port, *many, key=f"hmac-sha256:lab.key:{SECRET}"), "")
        cut = dig(self.port, "+ignore", "+noedns", "many.lab.example", "TXT")
        self.assertRegex(cut, r"flags: qr aa tc rd;")
        self.assertEqual(len(short(self.port, "many.lab.example", "TXT")), 40)

    def test_a_server_whose_clock_is_wrong_says_badtime(self):
        options = ("--dns", "127.0.0.1:0", "--tsig", KEY)
        for clock, told in [("+10m", "BADTIME"), ("-6m", "BADTIME"), ("+4m", "")]:
            with lab.Host(*options, f"--dns-clock={clock}") as host:
                port = int(host.ready["dns"]["addr"].rsplit(":", 1)[1])
                said = nsupdate(port, "update add pc3.lab.example 60 A 198.18.7.3",
                                key=f"hmac-sha256:lab.key:{SECRET}")
                self.assertEqual(told in said, True, said)
                self.assertEqual(said == "", told == "", said)


class OurClients(lab.TestCase):
    """Our host and machine against named."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.named = cls.enterClassContext(Named())
        cls.port = cls.named.port

    def publish(self, *options):
        """What a host's publishing comes to."""
        to = ("--dns-update", f"127.0.0.1:{self.port}", *options)
        with lab.Host(*to) as host:
            lab.wait_for(lambda: '"publish"' in host.journal_path.read_text(), "the publication")
            return [line["result"] for line in host.journal() if line["ev"] == "publish"]

    def test_a_host_publishes_and_a_machine_finds_it(self):
        options = ("--dns-update", f"127.0.0.1:{self.port}", "--tsig", KEY)
        with lab.Host(*options, "--dns-domain", "lab.example, 10, 20") as host:
            lab.wait_for(lambda: '"publish"' in host.journal_path.read_text(), "the publication")
            self.assertIn(f"10 20 {host.port} host.lab.example.", short(self.port, HOSTS, "SRV"))
            done = machine(self.port)
            self.assertEqual(done["host"], f"host.lab.example:{host.port}")
            wrong = machine(self.port, "--clock=+5h", code=4)
            self.assertEqual(wrong["result"], "0xC004F06C")
        said = nsupdate(self.port, f"update delete {HOSTS} SRV", key=f"hmac-sha256:lab.key:{SECRET}")
        self.assertEqual(said, "")

    def test_what_named_does_not_take_has_windows_code(self):
        for options, code in [
            (("--tsig", f"lab.key:{OTHER}"), "0x80072338"),
            (("--tsig", f"powerless.key:{SECRET}"), "0x80072338"),
            (("--tsig", f"unknown.key:{SECRET}"), "0x80072339"),
            (("--tsig", KEY, "--clock=+10m"), "0x8007233A"),
            (("--tsig", KEY, "--clock=-10m"), "0x8007233A"),
            (("--tsig", "none"), "0x8007232D"),
            (("--tsig", KEY, "--dns-domain", "other.example"), "0x80072331"),
        ]:
            self.assertEqual(self.publish(*options), [code], options)

    def test_a_machine_registers_once_its_clock_is_right(self):
        options = ("--name", "PC7", "--tsig", KEY, "--register", "198.18.7.7")
        for clock in ("+1h", "-6m"):
            wrong = machine(self.port, *options, f"--clock={clock}", code=4)["dns"]["registration"]
            self.assertEqual(wrong["result"], "0x8007233A")
            self.assertIsNotNone(wrong["server_time"], "named's own time comes with it")
            self.assertEqual(status(self.port, "pc7.lab.example", "A"), "NXDOMAIN")
        right = machine(self.port, *options, "--clock=+4m", code=4)["dns"]["registration"]
        self.assertEqual((right["result"], right["failure"]), ("0x0", None))
        self.assertEqual(short(self.port, "pc7.lab.example", "A"), ["198.18.7.7"])
        moved = machine(self.port, "--name", "PC7", "--tsig", KEY, "--register", "198.18.7.8",
                        "--register", "2001:db8::8", code=4)["dns"]["registration"]
        self.assertEqual(moved["result"], "0x0")
        self.assertEqual(short(self.port, "pc7.lab.example", "A"), ["198.18.7.8"])
        self.assertEqual(short(self.port, "pc7.lab.example", "AAAA"), ["2001:db8::8"])

    def test_what_named_does_not_know_has_windows_code(self):
        for domain, code in [
            ("empty.lab.example", "0x8007232B"),
            ("nodata.lab.example", "0x8007251D"),
            ("other.example", "0x8007232D"),
        ]:
            done = machine(self.port, "--dns-domain", domain, code=4)
            self.assertEqual((done["result"], done["shown"]), (code, code), domain)
            self.assertIsNone(done["host"])

    def test_a_long_answer_comes_over_tcp(self):
        many = [f"update add _vlmcs._tcp.many.lab.example 60 SRV 0 0 {n} h{n}.lab.example"
                for n in range(1, 41)]
        self.assertEqual(nsupdate(self.port, *many, key=f"hmac-sha256:lab.key:{SECRET}"), "")
        done = machine(self.port, "--dns-domain", "many.lab.example", "--timeout", "2s", code=4)
        self.assertEqual(len(done["dns"]["hosts"]), 40)


if __name__ == "__main__":
    lab.main()
