"""A foreign client and a host that is as legal as a plain one, and odd: what it must survive.

A test case of each program inherits `Mischief` and says how the program connects and calls.
"""

import itertools
import pathlib
import tempfile

import lab

# What `--mischief legal` does: each once in any eight exchanges, in the seed's order.
KINDS = {
    "segments", "fragments", "coalesced", "count", "intervals", "numbers", "closes", "late",
}
SYNTAXES = (lab.NDR32, lab.NDR64)

# More that is legal, by stage and table. The first answers of a connection are bent too.
MORE = {
    "dribble": ("tcp.data", '{ kind = "dribble", gap = "50us" }'),
    "slice": ("tcp.data", '{ kind = "slice", bytes = "5B", gap = "100us" }'),
    "fragment-of-8": ("rpc.response", '{ kind = "fragment", bytes = "8B" }'),
    "no-features": ("rpc.bind", '{ kind = "negotiate-reject" }'),
    "no-address": ("rpc.bind", '{ kind = "short-secondary-address" }'),
    "max-frag": ("rpc.bind", '{ kind = "max-frag", n = 1432 }'),
    "version-5-1": ("rpc.bind", '{ kind = "version", value = "5.1" }'),
    "big-endian": ("rpc.bind", '{ kind = "big-endian-drep" }'),
    "group": ("rpc.bind", '{ kind = "assoc-group", n = 4711 }'),
    "short-pid": ("kms.response", '{ kind = "host-id", text = "lab" }'),
    "pause": ("proc", '{ kind = "pause", for = "20ms" }'),
}


class Mischief:
    """Every legal mischief, in every version and syntax, at every strictness."""

    # The kinds of `MORE` that this program cannot take; docs/conformance.md says why.
    excused = ()

    def connect(self, port, ndr):
        """A bound connection: `call(message)` gives the answer, or raises; `close()` ends it."""
        raise NotImplementedError

    def verify(self, message, reply):
        """Checks all a client must; any count and any intervals will do."""
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
            self.verify(message, reply)
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

    def test_more_that_is_legal_is_survived(self):
        for name, (stage, table) in MORE.items():
            if name in self.excused:
                continue
            with self.subTest(kind=name), tempfile.TemporaryDirectory() as folder:
                file = pathlib.Path(folder) / "faults.toml"
                file.write_text(f'[[fault]]\nid = "{name}"\nstage = "{stage}"\ndo = {table}\n')
                with lab.Host("--faults", file) as host:
                    for ndr, major in itertools.product(SYNTAXES, lab.VERSIONS):
                        connection = self.connect(host.port, ndr)
                        self.grants(connection, major)
                        self.grants(connection, major)
                        connection.close()
                    self.assertGreaterEqual(host.hits()[name], 6)
