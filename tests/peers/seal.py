#!/usr/bin/env python3
"""The lab's seal in Python: requests that a host grants, answers that a client accepts, and all
that a client has to check in one.

The primitives are those of fixtures/seal_vectors.py, which shares no code with the project's. As a
program it reads commands on stdin and answers each with a line, for a Python without the packages:

    request VERSION             -> the message, in hexadecimal digits
    verify MESSAGE ANSWER       -> the answer's fields as JSON, or {"error": ...}
    read MESSAGE ANSWER         -> the same, of a host that need not be a plain one
"""

import hashlib
import json
import os
import pathlib
import struct
import sys
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "fixtures"))

import seal_vectors as seal  # noqa: E402

REALM = "kms-lab"
PID = "00000-00000-000-000000-00-1033-00000.0000-0000000"


def now():
    """The time as a FILETIME."""
    return time.time_ns() // 100 + 116_444_736_000_000_000


def base(major, client_time=None, name="foreign-1.lab.example", n_policy=25, cmid=None):
    """A request base; the time is now unless one is given."""
    # A name is any 16-bit units, surrogates without their half among them.
    name = name.encode("utf-16-le", "surrogatepass")
    fields = seal.version(major) + struct.pack("<III", 0, 2, 43_200)
    fields += b"".join(seal.guid(seal.REQUEST[field]) for field in
                       ("application_id", "activation_id", "kms_counted_id"))
    fields += (cmid or uuid.uuid4()).bytes_le
    fields += struct.pack("<IQ", n_policy, now() if client_time is None else client_time)
    fields += bytes(16) + name + bytes(128 - len(name))
    assert len(fields) == 236
    return fields


def request(major, realm=REALM, **fields):
    """A sealed request."""
    plain = base(major, **fields)
    if major == 4:
        return plain + seal.mac_v4(realm, plain)
    iv = os.urandom(16)
    return seal.version(major) + iv + seal.encrypt(realm, major, iv, plain)


def decrypt(major, iv, data, realm=REALM):
    """CBC from single blocks, and the padding off."""
    assert data and len(data) % 16 == 0, "a ragged last block"
    blocks = [data[i : i + 16] for i in range(0, len(data), 16)]
    plain = b"".join(
        seal.xor(seal.raw_decrypt(realm, major, block), before)
        for block, before in zip(blocks, [iv, *blocks])
    )
    count = plain[-1]
    assert 1 <= count <= 16 and plain.endswith(bytes([count]) * count), "padding"
    return plain[:-count]


def opened(message, realm=REALM):
    """A request's version and base, whoever sealed it."""
    minor, major = struct.unpack_from("<HH", message)
    assert minor == 0 and major in (4, 5, 6), "version"
    if major == 4:
        assert seal.mac_v4(realm, message[:236]) == message[236:], "mac"
        return major, message[:236]
    plain = decrypt(major, message[4:20], message[20:], realm)
    assert len(plain) == 236 and plain[:4] == message[:4], "inner version"
    return major, plain


def answer(message, realm=REALM, count=50, pid=PID):
    """The answer of a host that grants every request: (message, machine name, client time)."""
    major, plain = opened(message, realm)
    client_time = struct.unpack_from("<Q", plain, 84)[0]
    pid = pid.encode("utf-16-le") + b"\0\0"
    reply = plain[:4] + struct.pack("<I", len(pid)) + pid + plain[64:80] + plain[84:92]
    reply += struct.pack("<III", count, 120, 10_080)
    name = plain[108:236].decode("utf-16-le", "surrogatepass").split("\0")[0]
    if major == 4:
        return reply + seal.mac_v4(realm, reply), name, client_time
    iv, draw = message[4:20], os.urandom(16)
    opened_iv = seal.raw_decrypt(realm, major, iv)
    reply += seal.xor(draw, opened_iv) + hashlib.sha256(draw).digest()
    if major == 6:
        iv = os.urandom(16)
        reply += b"foreign!" + opened_iv
        data = seal.raw_decrypt(realm, major, iv) + reply
        reply += hmac_v6(realm, client_time // seal.SLOT, data)
    return message[:4] + iv + seal.encrypt(realm, major, iv, reply), name, client_time


def hmac_v6(realm, slot, data):
    key = seal.key(realm, b"v6 mac" + struct.pack("<Q", slot))
    mac = seal.hmac.HMAC(key, seal.hashes.SHA256())
    mac.update(data)
    return mac.finalize()[16:]


def verify(message, reply, realm=REALM, plain=True):
    """Checks all that a client must; gives the answer's fields, or raises with a check's name.

    A plain host tells the intervals it documents; any other may tell any, as the wire does.
    """
    major, asked = opened(message, realm)
    assert reply[:4] == message[:4], "version"
    if major == 4:
        body = reply
    else:
        iv = reply[4:20]
        assert (iv == message[4:20]) == (major == 5), "iv_rule"
        body = decrypt(major, iv, reply[20:], realm)
    assert body[:4] == message[:4], "inner_version"
    size = struct.unpack_from("<I", body, 4)[0]
    assert size % 2 == 0 and 2 <= size <= 128, "pid"
    pid = body[8 : 8 + size].decode("utf-16-le")
    assert pid.index("\0") == len(pid) - 1, "pid"
    end = 44 + size
    tail = body[end:]
    assert len(tail) == {4: 16, 5: 48, 6: 88}[major], "size"
    if major == 4:
        assert seal.mac_v4(realm, body[:end]) == tail, "mac"
    else:
        opened_iv = seal.raw_decrypt(realm, major, message[4:20])
        draw = seal.xor(tail[:16], opened_iv)
        assert hashlib.sha256(draw).digest() == tail[16:48], "hash"
    cmid, client_time, count, activation, renewal = struct.unpack_from("<16sQIII", body, 8 + size)
    if major == 6:
        assert tail[56:72] == opened_iv, "xored_ivs"
        data = seal.raw_decrypt(realm, major, iv) + body[:-16]
        assert hmac_v6(realm, client_time // seal.SLOT, data) == tail[72:], "hmac"
    assert cmid == asked[64:80], "cmid"
    assert client_time == struct.unpack_from("<Q", asked, 84)[0], "client_time"
    intervals = (activation, renewal)
    assert not plain or intervals == (120, 10_080), "intervals"
    return {"version": major, "pid": pid[:-1], "count": count, "intervals": intervals}


def main():
    for line in sys.stdin:
        verb, *words = line.split()
        if verb == "request":
            print(request(int(words[0])).hex(), flush=True)
            continue
        try:
            fields = verify(*map(bytes.fromhex, words), plain=verb == "verify")
        except AssertionError as error:
            fields = {"error": str(error)}
        print(json.dumps(fields), flush=True)


if __name__ == "__main__":
    main()
