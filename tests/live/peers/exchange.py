#!/usr/bin/env python3
"""exchange.py: writes the worked exchange of hoiam-protocol(7) from a real run with a fixed key,
request number and salts, between the page's lines "exchange begin" and "exchange end".

    exchange.py SOCKET INVITATION UNIT DAY PAGE
"""
import sys

import msgpack

from client import Key, Line, Words, enrol, pae, read_invitation

SEED = bytes(range(32))
RID = bytes.fromhex("019936f08c0070008000000000000001")
BYTES_A_LINE = 32
BEGIN = '.\\" exchange begin\n'
END = '.\\" exchange end\n'


def salts():
    """32 equal bytes each: 01, 02, 03 ... Those of a real client are random."""
    n = 0
    while True:
        n += 1
        yield bytes([n]) * 32


def shown(value):
    """A value in a notation that follows JSON, bytes as h'...'."""
    if value is None:
        return "nil"
    if isinstance(value, bytes):
        return f"h'{value.hex()}'" if len(value) <= 16 else f"h'{value[:6].hex()}...' ({len(value)} bytes)"
    if isinstance(value, str):
        return '"' + value.replace("\n", "\\n") + '"'
    if isinstance(value, list):
        return "[" + ", ".join(shown(v) for v in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {shown(v)}" for k, v in value.items()) + "}"
    return str(value)


def fold(text, width=76):
    """Lines of at most this width, broken at spaces, the further ones moved in."""
    lines, line = [], ""
    for word in text.split(" "):
        if line.strip() and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = "  " + word
        else:
            line = f"{line} {word}" if line else word
    return lines + [line]


def literal(lines):
    return [".Bd -literal"] + [s.replace("\\", "\\e") for s in lines] + [".Ed"]


def block(name, caption, data, notes=(), after_head=False):
    """A caption, the bytes, and what they mean."""
    width = 2 * BYTES_A_LINE
    text = data.hex()
    lines = [text[i:i + width] for i in range(0, len(text), width)]
    out = ([] if after_head else [".Pp"]) + [caption, f'.\\" exchange: {name}'] + literal(lines)
    for note in notes:
        out += literal(fold(note))
    return out


def meeting(unit, day):
    return {
        "meeting": [{"unit": unit, "kind": "dialogue_regular", "day": day}],
        "opinions": [
            {"kind": "KIEN_NGHI", "topic": "land",
             "": Words(words="Hồ sơ nộp từ tháng 5.", speaker="Bùi Hữu Thoại")},
            {"": Words(words="Rác sau chợ ùn lại.")},
        ],
        "count": 2,
        "closed": 1,
    }


def run(path, invitation, unit, day):
    key = Key(SEED)
    line = Line(path)
    line.hello()
    enrol(line, read_invitation(invitation), key)
    line.close()
    source = salts()
    line = Line(path, salt=lambda: next(source), rid=lambda: RID)
    line.hello()
    line.login(key)
    line.call("whoami")
    fields = line.signed(key, "meeting.record", meeting(unit, day))
    line.call_map("meeting.record", fields)
    line.close()
    return key, line, fields


def page(key, line, fields):
    told = {method: [msgpack.unpackb(b) for b in both] for method, *both in line.bytes}
    sent = {method: both for method, *both in line.bytes}
    login = b"hoiam/l1" + line.greeting["reg"] + line.greeting["challenge"]
    out = ["The key is made of a seed that everybody knows, and the salts are not random:",
           "never do that elsewhere."]
    out += block("seed", "Seed of the Ed25519 key (RFC 8032, section 5.1.5):", SEED)
    out += block("public", "Its public key:", key.public)
    out += block("key", "Its id:", key.id)
    out.append(".Ss Hello")
    out += block("hello request", "The client:", sent["hello"][0], [shown(told["hello"][0])], True)
    out += block("hello answer", "The daemon:", sent["hello"][1], [shown(told["hello"][1])])
    out.append(".Ss Login")
    out += block("login message", "What is signed:", login, (), True)
    out += block("login request", "The client:", sent["login"][0], [shown(told["login"][0])])
    out += block("login answer", "The daemon:", sent["login"][1], [shown(told["login"][1])])
    out.append(".Ss A reading command")
    out += block("reading request", "The client:", sent["whoami"][0], [shown(told["whoami"][0])],
                 True)
    out += block("reading answer", "The daemon:", sent["whoami"][1], [shown(told["whoami"][1])])
    out.append(".Ss A changing command")
    out.append("A meeting with two opinions, whose words are detached; the meeting itself has none.")
    for n, (salt, words) in enumerate(fields["words"], 1):
        out += block(f"salt {n}", f"Group {n}, its salt:", salt)
        out += block(f"words {n}", f"Group {n}, its words:", words, [shown(msgpack.unpackb(words))])
    out += block("head", "The head, with the commitments to both groups:", fields["head"],
                 [shown(msgpack.unpackb(fields["head"]))])
    out += block("encoding", "What is signed:", pae(fields["head"]))
    out += block("change request", "The client:", sent["meeting.record"][0],
                 [shown(told["meeting.record"][0])])
    out += block("change answer", "The daemon:", sent["meeting.record"][1],
                 [shown(told["meeting.record"][1])])
    return "\n".join(out) + "\n"


def main(path, invitation, unit, day, file):
    with open(file, encoding="utf-8") as f:
        before, rest = f.read().split(BEGIN)
    after = rest.split(END)[1]
    text = page(*run(path, invitation, unit, day))
    with open(file, "w", encoding="utf-8") as f:
        f.write(before + BEGIN + text + END + after)
    print("the exchange:", text.count("\n"), "lines")


if __name__ == "__main__":
    main(*sys.argv[1:])
