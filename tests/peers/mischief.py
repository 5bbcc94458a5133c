"""A foreign client and a host that is as legal as a plain one, and odd: what it must survive.

A test case of each program inherits `Mischief` and says how the program connects and calls.
"""

import contextlib
import itertools
import json
import pathlib
import tempfile

import lab

# Made from the host's catalogue, and held to it, by `cargo test -p kms-lab --test faults`: a kind
# that becomes legal is tried here without being named here.
LEGAL = json.loads((pathlib.Path(__file__).parent / "legal.json").read_text())

# What `--mischief legal` does: each once in any eight exchanges, in the seed's order.
KINDS = set(LEGAL["cycle"])
SYNTAXES = (lab.NDR32, lab.NDR64)


class Mischief:
    """Every legal mischief, in every version and syntax, at every strictness."""

    # The kinds this program cannot take, by stage and name, and why; docs/conformance.md names
    # them. An excuse that is not needed fails, but for those that the moment decides.
    excused = {}
    by_luck = set()

    def connect(self, port, ndr):
        """A bound connection: `call(message)` gives the answer, or raises; `close()` ends it."""
        raise NotImplementedError

    def verify(self, message, reply):
        """Checks all a client must; any count and any intervals will do. Gives the fields."""
        raise NotImplementedError

    def request(self, major):
        """A sealed request of a machine that never asked."""
        raise NotImplementedError

    def grants(self, connection, major):
        message = self.request(major)
        self.verify(message, connection.call(message))

    def eight(self, port, ndr, major):
        """Eight calls over one connection; over another once the host has closed it."""
        connection, again = self.connect(port, ndr), 0
        for _ in KINDS:
            message = self.request(major)
            try:
                reply = connection.call(message)
            except Exception:
                # The host said goodbye after an answer: what is sent after that gets none.
                connection.close()
                if again:
                    raise
                connection, again = self.connect(port, ndr), 1
                message = self.request(major)
                reply = connection.call(message)
            intervals = self.verify(message, reply)["intervals"]
            # What slmgr takes.
            self.assertTrue(all(15 <= minutes <= 43_200 for minutes in intervals), intervals)
        connection.close()
        return again

    def test_every_legal_kind_is_survived_at_every_strictness(self):
        for seed, strictness in enumerate(("lenient", "strict", "pedantic"), 1):
            options = ("--mischief", "legal", "--seed", str(seed), "--strictness", strictness)
            with self.subTest(strictness=strictness), lab.Host(*options) as host:
                cases = list(itertools.product(SYNTAXES, lab.VERSIONS))
                again = [self.eight(host.port, ndr, major) for ndr, major in cases]
                exchanges = iter(host.exchanges())
                for (ndr, major), broken in zip(cases, again):
                    shown = [next(exchanges) for _ in KINDS]
                    self.assertEqual({each["result"] for each in shown}, {"0x0"})
                    self.assertEqual({each["version"] for each in shown}, {f"{major}.0"})
                    ids = [each["faults"] for each in shown]
                    self.assertEqual({len(each) for each in ids}, {1}, ids)
                    names = [each[0].removeprefix("legal:") for each in ids]
                    self.assertEqual(set(names), KINDS, (ndr, major))
                    self.assertEqual(broken, int(names[-1] != "closes"), names)
                self.assertEqual(next(exchanges, None), None)

    def test_every_legal_form_is_survived(self):
        known = {f"{form['stage']} {form['kind']}" for form in LEGAL["forms"]}
        self.assertLessEqual(self.excused.keys(), known, "excuses for what is not legal")
        for form in LEGAL["forms"]:
            with self.subTest(**form):
                name = f"{form['stage']} {form['kind']}"
                if name in self.by_luck:
                    with contextlib.suppress(Exception):
                        self.survive(form)
                elif name in self.excused:
                    with self.assertRaises(Exception, msg="needs no excuse"):
                        self.survive(form)
                else:
                    self.survive(form)

    def survive(self, form):
        """Two grants over each of six connections, all of them under one fault."""
        with self.odd(form) as host:
            for ndr, major in itertools.product(SYNTAXES, lab.VERSIONS):
                connection = self.connect(host.port, ndr)
                self.grants(connection, major)
                self.grants(connection, major)
                connection.close()
            self.assertGreaterEqual(host.hits()["odd"], 6)

    @contextlib.contextmanager
    def odd(self, form):
        """A host with one fault, from its first connection on."""
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "faults.toml"
            stage, do = form["stage"], form["do"]
            file.write_text(f'[[fault]]\nid = "odd"\nstage = "{stage}"\ndo = {do}\n')
            with lab.Host("--faults", file) as host:
                yield host
