#!/usr/bin/env python3
"""client.py: a client of hoiamd written from hoiam-protocol(7) alone: enrols by an invitation, logs
in, records a meeting with two opinions, sends the same again, reads it back and reads a rate.

    client.py SOCKET INVITATION UNIT DAY
"""
import hashlib
import os
import socket
import sys
import time

import msgpack
import nacl.public
import nacl.signing

TYPE = b"application/vnd.hoiam.action+msgpack;v=1"


class Refused(Exception):
    """What the daemon answered: code, name, detail."""


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def pae(head):
    return b"DSSEv1 %d %s %d %s" % (len(TYPE), TYPE, len(head), head)


def new_rid():
    ms = time.time_ns() // 1000000
    b = bytearray(ms.to_bytes(6, "big") + os.urandom(10))
    b[6] = 0x70 | b[6] & 0x0f
    b[8] = 0x80 | b[8] & 0x3f
    return bytes(b)


def new_salt():
    return os.urandom(32)


class Words(dict):
    """The words of one map of the arguments; they leave it, and their commitment takes their place."""


def detach(value, groups, salt):
    """The arguments with "w" for words; groups gets [salt, words] in the order of the head."""
    if isinstance(value, list):
        return [detach(v, groups, salt) for v in value]
    if not isinstance(value, dict):
        return value
    out = {}
    for name, v in value.items():
        if isinstance(v, Words):
            group = [salt(), msgpack.packb(dict(v))]
            groups.append(group)
            out["w"] = sha256(b"hoiam/w1", *group)
        else:
            out[name] = detach(v, groups, salt)
    return out


class Key:
    def __init__(self, seed=None):
        self.secret = nacl.signing.SigningKey(seed or os.urandom(32))
        self.public = bytes(self.secret.verify_key)
        self.id = sha256(self.public)[:8]

    def sign(self, message):
        return self.secret.sign(message).signature


def unfold(result):
    """Tables get whole rows; of a change, the events become maps."""
    for table in result.get("tables", []) + result.get("events", []):
        same = table.pop("same", {})
        for row in table["rows"]:
            cells = iter(row[:])
            row[:] = [same[column] if column in same else next(cells) for column in table["columns"]]
    if "events" in result:
        result["events"] = [
            {"event": table["name"],
             **{column: cell for column, cell in zip(table["columns"], row) if cell is not None}}
            for table in result["events"] for row in table["rows"]]
    return result


class Line:
    """One connection."""

    binding = b""  # the hash of the handshake, of an encrypted line

    def __init__(self, path, salt=new_salt, rid=new_rid):
        self.socket = self.connect(path)
        self.unpacker = msgpack.Unpacker()
        self.msgid = 0
        self.salt, self.rid = salt, rid
        self.bytes = []  # [method, request, answer] of every call

    def connect(self, path):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(30)
        line.connect(path)
        return line

    def close(self):
        self.socket.close()

    def call(self, method, **fields):
        return self.call_map(method, fields)

    def notify(self, method, *params):
        self.socket.sendall(msgpack.packb([2, method, list(params)]))

    def notified(self, method, params, body):
        """A part of a body that came, or how many of ours the daemon has."""
        if method == "$/chunk":
            msgid, number, part = params
            assert msgid == self.msgid and number == self.parts
            self.received += part
            self.parts += 1
            self.notify("$/ack", msgid, self.parts)
        elif method == "$/ack":
            msgid, have = params
            while self.parts < have + 8 and self.parts * 49152 < len(body):
                part = body[self.parts * 49152:][:49152]
                self.notify("$/chunk", msgid, self.parts, part)
                self.parts += 1

    def call_map(self, method, fields, body=b""):
        self.msgid += 1
        request = msgpack.packb([0, self.msgid, method, [fields]])
        self.socket.sendall(request)
        answer, got, self.parts, self.received = None, b"", 0, b""
        while answer is None:
            more = self.socket.recv(65536)
            if not more:
                raise ConnectionError("the line was cut")
            got += more
            self.unpacker.feed(more)
            for message in self.unpacker:
                if message[0] == 2:
                    self.notified(message[1], message[2], body)
                else:
                    answer = message
        self.bytes.append([method, request, got])
        kind, msgid, error, result = answer
        assert kind == 1 and msgid == self.msgid
        if error is not None:
            raise Refused(*error)
        return unfold(result)

    def hello(self):
        self.greeting = self.call("hello", proto=1, program="client.py")
        assert self.greeting["proto"][0] == 1
        return self.greeting

    def login(self, key):
        message = b"hoiam/l1" + self.greeting["reg"] + self.greeting["challenge"]
        assert len(message) == 56
        return self.call("login", key=key.id, sig=key.sign(message + self.binding))["officer"]

    def signed(self, key, verb, args):
        """The fields of a changing command."""
        groups = []
        head = msgpack.packb({"verb": verb, "rid": self.rid(), "reg": self.greeting["reg"],
                              "args": detach(args, groups, self.salt)})
        return {"head": head, "sig": key.sign(pae(head)), "key": key.id, "words": groups}

    def change(self, key, verb, args, body=b""):
        return self.call_map(verb, self.signed(key, verb, args), body)

    def pages(self, method, **fields):
        """All rows of the first table of each page, as maps."""
        after = {}
        while True:
            result = self.call(method, **fields, **after)
            table = result["tables"][0]
            for row in table["rows"]:
                yield dict(zip(table["columns"], row))
            if result["next"] is None:
                return
            after = {"after": result["next"]}


def read_invitation(path):
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    assert lines[0] == "hoiam invitation 1"
    return dict(line.split(": ", 1) for line in lines[1:] if line)


def enrol(line, invitation, key, channel=None):
    """Returns the officer's number. The channel is the X25519 public key, a new one if none is given."""
    assert line.greeting["reg"].hex() == invitation["register"]
    assert line.greeting["house"].hex() == invitation["house"]
    channel = channel or bytes(nacl.public.PrivateKey.generate().public_key)
    answer = line.change(key, "enrol", {"secret": bytes.fromhex(invitation["secret"]),
                                        "public": key.public, "channel": channel})
    return next(e["officer"] for e in answer["events"] if e["event"] == "key_enrolled")


def meeting(unit, day):
    """The arguments of meeting.record."""
    return {
        "meeting": [{"unit": unit, "kind": "dialogue_regular", "day": day,
                     "": Words(venue="Nhà văn hóa thôn Đồng Bàng")}],
        "opinions": [
            {"kind": "KIEN_NGHI", "topic": "land",
             "": Words(words="Hồ sơ nộp từ tháng 5, đến nay chưa có kết quả.", speaker="Bùi Hữu Thoại")},
            {"": Words(words="Rác sau chợ ùn lại.\nXe một tuần mới vào một lần.")},
        ],
        "count": 2,
        "closed": 1,
    }


def main(path, invitation, unit, day):
    key = Key()
    line = Line(path)
    line.hello()
    officer = enrol(line, read_invitation(invitation), key)
    assert line.login(key) == officer
    print("login: officer", officer)

    fields = line.signed(key, "meeting.record", meeting(unit, day))
    answer = line.call_map("meeting.record", fields)
    assert [e["event"] for e in answer["events"]] == [
        "meeting_opened", "opinion_recorded", "opinion_recorded", "minutes_closed"]
    number = answer["events"][0]["meeting"]
    cases = [e["case_number"] for e in answer["events"][1:3]]
    print("meeting.record:", number, "cases", *cases)

    line.close()  # as if the answer had been lost
    line = Line(path)
    line.hello()
    line.login(key)
    assert line.call_map("meeting.record", fields) == answer
    print("the same bytes again: the same answer")

    rows = list(line.pages("opinion.list", meeting=number, limit=1))
    assert [row["number"] for row in rows] == cases
    assert [row["words"] for row in rows] == [o[""]["words"] for o in meeting(unit, day)["opinions"]]
    print("opinion.list:", *(f"{row['ordinal']} {row['state']}" for row in rows))

    rate = next(line.pages("rate.show", rate="inclusion", unit=unit, **{"from": day, "to": day}))
    print("rate.show:", rate["group"], rate["line"], rate["numerator"], "of", rate["denominator"])

    try:
        line.call("case.show", number=f"{unit}/1999/1")
        raise AssertionError("a case that is not there")
    except Refused as refused:
        print("case.show:", refused.args[0], refused.args[1])
        assert refused.args[0] == 70
    line.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
