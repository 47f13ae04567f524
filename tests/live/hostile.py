#!/usr/bin/env python3
"""hostile.py: list B of the hostile inputs (MessagePack and RPC) by its numbers 28 to 48: bytes that
no client should send, each on a connection of its own, before and after hello; after each the daemon
must still greet a fresh client. What needs more than bytes names the test that does it, which must
be there. Every number has a row. Waits end with the answer, or after half a minute.

    hostile.py SOCKET SOURCE_ROOT SHARED
"""
import json
import pathlib
import re
import socket
import struct
import sys

PATH, ROOT, SHARED = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
PATIENCE = 30


def text(s):
    b = s.encode() if isinstance(s, str) else s
    return (bytes([0xa0 | len(b)]) if len(b) < 32 else b"\xda" + struct.pack(">H", len(b))) + b


def request(msgid, method, params=b"\x91\x80"):
    return b"\x94\x00" + msgid + text(method) + params


HELLO = request(b"\x01", "hello", b"\x91\x81" + text("proto") + b"\x01")
PROBE_ID = b"\x7f"
PROBE = request(PROBE_ID, "hello", b"\x91\x81" + text("proto") + b"\x01")


def connect():
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(PATIENCE)
    s.connect(PATH)
    return s


def answer(s):
    """The first bytes that come, b'' when the line was closed, None when neither happens."""
    try:
        return s.recv(65536)
    except ConnectionError:
        return b""
    except socket.timeout:
        return None


def greets():
    with connect() as s:
        s.sendall(HELLO)
        return b"challenge" in (answer(s) or b"")


def send(data, hello=False, probe=False):
    """closed, an error's name, answered; silence when the first answer is that to a request behind
    it (probe)."""
    with connect() as s:
        if hello:
            s.sendall(HELLO)
            answer(s)
        try:
            s.sendall(data + (PROBE if probe else b""))
        except OSError:
            return "closed"
        got = answer(s)
    if not got:
        return "closed" if got == b"" else "NO ANSWER"
    if probe and got.startswith(b"\x94\x01" + PROBE_ID):
        return "silence"
    at = got.find(b"E_")
    end = at
    while at >= 0 and end < len(got) and (chr(got[end]).isalpha() or got[end:end + 1] == b"_"):
        end += 1
    return got[at:end].decode() if at >= 0 else "answered"


ONE = b"\x01"
MAP = b"\x91\x81"
CASES = [
    (28, "array32 bomb", b"\xdd\xff\xff\xff\xff", {"closed"}),
    (28, "map32 bomb", b"\xdf\x0f\xff\xff\xff", {"closed"}),
    (28, "str32 bomb", b"\xdb\xff\xff\xff\xff", {"closed"}),
    (28, "bin32 bomb", b"\xc6\xff\xff\xff\xff", {"closed"}),
    (28, "ext32 bomb", b"\xc9\xff\xff\xff\xff", {"closed"}),
    (29, "31 nested array16", b"\xdc\xff\xff" * 31, {"closed"}),
    (30, "depth 17", b"\x91" * 17 + b"\xc0", {"closed"}),
    (30, "depth 33", b"\x91" * 33 + b"\xc0", {"closed"}),
    (30, "depth 100,000", b"\x91" * 100000 + b"\xc0", {"closed"}),
    (31, "byte c1", b"\xc1", {"closed"}),
    (31, "extension", b"\x94\x00\x01" + text("hello") + b"\x91\xd4\x01\x00", {"closed"}),
    (31, "timestamp", b"\x94\x00\x01" + text("hello") + b"\x91\xd6\xff\x00\x00\x00\x00", {"closed"}),
    (32, "top level: map", b"\x80", {"closed"}),
    (32, "array of 0", b"\x90", {"closed"}),
    (32, "array of 3, type 0", b"\x93\x00\x01" + text("hello"), {"closed"}),
    (32, "array of 5", b"\x95\x00\x01" + text("hello") + b"\x91\x80\xc0", {"closed"}),
    (32, "type 3", b"\x94\x03\x01" + text("hello") + b"\x91\x80", {"closed"}),
    (32, "type -1", b"\x94\xff\x01" + text("hello") + b"\x91\x80", {"closed"}),
    (32, "type 2^64-1", b"\x94\xcf" + b"\xff" * 8 + b"\x01" + text("x") + b"\x91\x80", {"closed"}),
    (32, "type a text", b"\x94" + text("0") + b"\x01" + text("hello") + b"\x91\x80", {"closed"}),
    (33, "msgid negative", request(b"\xff", "hello"), {"closed"}),
    (33, "msgid 2^32", request(b"\xcf\x00\x00\x00\x01\x00\x00\x00\x00", "hello"), {"closed"}),
    (33, "msgid a float", request(b"\xca\x00\x00\x00\x00", "hello"), {"closed"}),
    (34, "method empty", request(ONE, ""), {"E_VERB", "E_ORDER"}),
    (34, "method of 64 KiB", request(ONE, b"a" * 65535), {"closed"}),
    (34, "method not UTF-8", request(ONE, b"\xff\xfe"), {"closed"}),
    (34, "method with NUL", request(ONE, b"he\0lo"), {"E_VERB", "E_ORDER"}),
    (34, "method $/cancel as request", request(ONE, "$/cancel"), {"E_VERB", "E_ORDER"}),
    (35, "params nil", request(ONE, "hello", b"\xc0"), {"E_FRAME"}),
    (35, "params a map", request(ONE, "hello", b"\x80"), {"E_FRAME"}),
    (35, "params of 2", request(ONE, "hello", b"\x92\x80\x80"), {"E_FRAME"}),
    (35, "params: a number", request(ONE, "hello", b"\x91\x01"), {"E_FRAME"}),
    (35, "unknown key", request(ONE, "hello", MAP + text("zz") + ONE), {"E_KEY_UNKNOWN"}),
    (35, "missing key", request(ONE, "hello", b"\x91\x80"), {"E_MISSING"}),
    (35, "doubled key", request(ONE, "hello", b"\x91\x82" + (text("proto") + ONE) * 2), {"E_KEY_TWICE"}),
    (35, "key a number", request(ONE, "hello", MAP + ONE + ONE), {"E_TYPE"}),
    (36, "text for a number", request(ONE, "hello", MAP + text("proto") + text("1")), {"E_TYPE"}),
    (36, "bin for a number", request(ONE, "hello", MAP + text("proto") + b"\xc4\x01\x01"), {"E_TYPE"}),
    (37, "not shortest integer", request(ONE, "hello", MAP + text("proto") + b"\xcf" + b"\0" * 7 + ONE), {"answered"}),
    (37, "2^63", request(ONE, "hello", MAP + text("proto") + b"\xcf\x80" + b"\0" * 7), {"E_RANGE"}),
    (37, "-2^63", request(ONE, "hello", MAP + text("proto") + b"\xd3\x80" + b"\0" * 7), {"E_TYPE"}),
    (37, "NaN", request(ONE, "hello", MAP + text("proto") + b"\xca\x7f\xc0\x00\x00"), {"closed"}),
    (38, "overlong UTF-8", request(ONE, "hello", MAP + text("program") + text(b"\xc0\x80")), {"closed"}),
    (38, "surrogate", request(ONE, "hello", MAP + text("program") + text(b"\xed\xa0\x80")), {"closed"}),
    (38, "above U+10FFFF", request(ONE, "hello", MAP + text("program") + text(b"\xf4\x90\x80\x80")), {"closed"}),
    (38, "bidi override", request(ONE, "hello", MAP + text("program") + text("a\u202eb")), {"E_INVISIBLE"}),
    (38, "NFD", request(ONE, "hello", MAP + text("program") + text("o\u0302")), {"E_NOT_NFC"}),
    (39, "a response", b"\x94\x01\x01\xc0\xc0", {"closed"}),
    (39, "notifications, 500", (b"\x93\x02" + text("x") + b"\x90") * 500, {"silence"}),
    (44, "cancelling before hello", b"\x93\x02" + text("$/cancel") + b"\x91\x01", {"silence"}),
    (44, "cancelling nothing", b"\x93\x02" + text("$/cancel") + b"\x90", {"silence"}),
    (44, "cancelling, params nil", b"\x93\x02" + text("$/cancel") + b"\xc0", {"silence"}),
    (41, "1 KiB before hello", request(ONE, "hello", MAP + text("program") + b"\xda\x04\x00" + b"a" * 1024), {"closed"}),
    (47, "a command before hello", request(ONE, "status"), {"E_ORDER"}),
    (47, "unknown protocol", request(ONE, "hello", MAP + text("proto") + b"\x09"), {"E_PROTOCOL"}),
]
AFTER_HELLO = [
    (47, "second hello", request(b"\x02", "hello", MAP + text("proto") + ONE), {"E_ORDER"}),
    (47, "a command before login", request(b"\x02", "case.list"), {"E_ORDER"}),
    (47, "login with nothing", request(b"\x02", "login"), {"E_MISSING"}),
    (47, "login with a strange key", request(b"\x02", "login", b"\x91\x82" + text("key") + b"\xc4\x08" + b"k" * 8 + text("sig") + b"\xc4\x40" + b"s" * 64), {"E_KEY"}),
    (41, "message past the limit", b"\x94\x00\x02" + text("enrol") + b"\x91\x81" + text("head") + b"\xc6\x00\x04\x00\x01", {"closed"}),
    (18, "HTTP", b"GET / HTTP/1.1\r\n\r\n", {"closed"}),
]


def segments():
    """40: one byte at a time, then a thousand messages at once."""
    with connect() as s:
        for byte in HELLO:
            s.sendall(bytes([byte]))
        first = b"challenge" in (answer(s) or b"")
    with connect() as s:
        s.sendall(HELLO)
        answer(s)
        s.sendall(b"".join(request(b"\xcd" + struct.pack(">H", i), "status") for i in range(1000)))
        got = b""
        while got.count(b"E_ORDER") < 1000:
            more = answer(s)
            if not more:
                break
            got += more
    return first, got.count(b"E_ORDER")


UNIT, LIVE = "tests/unit/test_", "tests/live/live_"
THERE = [
    (33, "a number that is open, again", LIVE + "requests.c", "a_number_that_is_open_is_not_taken_twice"),
    (33, "a number after its answer", LIVE + "requests.c", "a_number_is_free_after_its_answer"),
    (35, "the wrong type in each field", UNIT + "record.c", "a_value_of_another_type_is_refused_and_named"),
    (36, "texts and bytes", UNIT + "pack.c", "texts_and_bytes_are_not_confused"),
    (37, "whole numbers in every width", UNIT + "pack.c", "whole_numbers_have_their_ends"),
    (38, "10,000 marks, zero width, unassigned", UNIT + "record.c", "naughty_strings_come_back_or_are_refused"),
    (39, "the 17th request", LIVE + "limits.c", "requests_open_max_is_kept"),
    (40, "two messages in any two segments", LIVE + "requests.c", "a_message_comes_byte_by_byte"),
    (41, "a message of the limit, and one byte more", LIVE + "limits.c", "message_bytes_is_kept"),
    (42, "who never reads is not read from", LIVE + "limits.c", "output_stop_bytes_is_kept"),
    (42, "who never reads is dropped", LIVE + "limits.c", "output_drop_bytes_is_kept"),
    (42, "who never reads for long is closed", LIVE + "limits.c", "stall_ms_is_kept"),
    (43, "a place that was forged", UNIT + "cursor.c", "a_forged_place_is_refused"),
    (43, "a place that was cut", UNIT + "cursor.c", "a_cut_place_is_refused"),
    (43, "a place that is old", UNIT + "cursor.c", "a_place_is_good_for_ten_minutes"),
    (43, "another's place", UNIT + "cursor.c", "a_place_is_good_for_one_officer"),
    (43, "a place of another filter", UNIT + "cursor.c", "a_place_is_good_for_one_filter"),
    (43, "a place after a restart", LIVE + "requests.c", "a_place_does_not_outlive_the_daemon"),
    (44, "cancelling what waits", LIVE + "requests.c", "what_is_not_decided_is_cancelled"),
    (44, "cancelling another's, or what is done", LIVE + "requests.c", "a_stranger_cancels_nothing"),
    (44, "cancelling against the answer", LIVE + "requests.c", "a_cancelling_races_with_the_answer"),
    (45, "$/ack beyond the window", LIVE + "bodies.c", "the_window_is_kept"),
    (45, "a part out of its turn, another hash", LIVE + "bodies.c", "what_is_not_as_announced_leaves_nothing"),
    (45, "a file left half way", LIVE + "bodies.c", "a_cut_line_doubles_nothing"),
    (46, "the same number, the same or another head", LIVE + "actions.c", "a_request_number_is_done_once"),
    (46, "the same number twice at once", LIVE + "stop.c", "one_request_sent_twice_at_once_is_done_once"),
    (46, "the same number after a restart", LIVE + "stop.c", "a_request_number_is_remembered_over_a_restart"),
    (46, "an answer that was lost, at every byte", LIVE + "cut.c", "a_line_may_break_at_every_byte"),
    (47, "every command before hello", LIVE + "keys.c", "nothing_goes_before_hello"),
    (48, "the suite of kawanet", UNIT + "pack.c", "every_encoding_is_skimmed_to_its_end"),
    (48, "every prefix of it", UNIT + "pack.c", "every_strict_prefix_is_truncated"),
]


def is_there(file, test):
    return re.search(rf"^static void {test}\(void \*\*state\)", (ROOT / file).read_text(), re.M)


def foreign():
    """48: every encoding of the suite and every prefix, each on a line of its own, then the end of it:
    nothing but the end comes back. None where the suite is not at hand."""
    path = SHARED / "vectors/msgpack/msgpack-test-suite.json"
    if not path.exists():
        return None
    inputs = set()
    for rows in json.loads(path.read_text()).values():
        for row in rows:
            for encoding in row["msgpack"]:
                data = bytes.fromhex(encoding.replace("-", ""))
                inputs.update(data[:n] for n in range(1, len(data) + 1))
    for data in sorted(inputs):
        with connect() as s:
            s.sendall(data)
            s.shutdown(socket.SHUT_WR)
            if answer(s) != b"":
                return f"{data.hex()}: not closed"
    return f"{len(inputs)} inputs, each closed"


failed = 0
seen = set()


def row(number, good, outcome, name):
    global failed
    failed += not good
    seen.add(number)
    print(f"B {number}: {name}: {outcome}{'' if good else ' BAD'}")


for hello, rows in ((False, CASES), (True, AFTER_HELLO)):
    for number, name, data, wanted in rows:
        outcome = send(data, hello, wanted == {"silence"})
        row(number, outcome in wanted and greets(), outcome, name)
first, count = segments()
row(40, first and count == 1000 and greets(), f"{count} answers", "bytes one by one, a thousand messages at once")
outcome = foreign()
if outcome is None:
    print("B 48: skipped here: no suite at hand")
else:
    row(48, outcome.endswith("closed") and "not" not in outcome and greets(), outcome, "the suite and every prefix of it")
for number, name, file, test in THERE:
    row(number, is_there(file, test), test, name)
missing = [n for n in range(28, 49) if n not in seen]
tried = len(CASES) + len(AFTER_HELLO) + 1 + (outcome is not None)
print(f"list B: numbers 28 to 48; {tried} rows tried here, {len(THERE)} by tests named;"
      f" {failed} failed; without a row: {missing or 'none'}")
sys.exit(1 if failed or missing else 0)
