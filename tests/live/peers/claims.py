#!/usr/bin/env python3
"""claims.py: what hoiam-protocol(7) says that no table says, held against a daemon: each function is
a claim of the page.

    claims.py SOCKET INVITATION UNIT DAY PAGE        the officer may do everything
"""
import datetime
import hashlib
import os
import re
import sys

import msgpack

from client import Key, Line, Refused, Words, enrol, meeting, new_rid, pae, read_invitation, sha256

PATH, INVITATION, UNIT, DAY, PAGE = sys.argv[1:]
KEY = Key()


def greeted():
    line = Line(PATH)
    line.hello()
    return line


def logged_in():
    line = greeted()
    line.login(KEY)
    return line


def refused(code, call, *args, **fields):
    """The detail, when the call is refused with this code and no other."""
    try:
        call(*args, **fields)
    except Refused as error:
        assert error.args[0] == code, error.args
        return error.args[2]
    raise AssertionError(f"not refused: {args} {fields}")


def closes(line, data):
    line.socket.sendall(data)
    return line.socket.recv(1) == b""


def nested(depth):
    """A hello of so many arrays and maps inside one another, none of them empty."""
    value = 1
    for _ in range(depth - 3):
        value = [value]
    return msgpack.packb([0, 1, "hello", [{"proto": value}]])


def before_login_only_hello_and_enrol():
    line = Line(PATH)
    refused(17, line.call, "status")
    refused(16, line.call, "no.such")
    line.hello()
    refused(17, line.call, "hello", proto=1)
    refused(17, line.call, "status")
    refused(21, Line(PATH).call, "hello", proto=2)


def a_login_that_fails_begins_again():
    line = greeted()
    first = line.greeting["challenge"]
    refused(61, line.login, Key())
    refused(17, line.login, KEY)
    assert line.hello()["challenge"] != first
    line.login(KEY)
    refused(17, line.login, KEY)


def params_may_be_empty_and_notifications_are_ignored():
    line = logged_in()
    line.socket.sendall(msgpack.packb([2, "anything", [1, 2]]))
    line.socket.sendall(msgpack.packb([0, 9, "status", []]))
    line.unpacker.feed(line.socket.recv(65536))
    assert next(line.unpacker)[:3] == [1, 9, None]


def any_integer_format_will_do():
    line = Line(PATH)
    line.socket.sendall(b"\x94\x00\xd3" + bytes(7) + b"\x05\xa5hello\x91\x81\xa5proto\xcf" + bytes(7) + b"\x01")
    line.unpacker.feed(line.socket.recv(65536))
    assert next(line.unpacker)[:3] == [1, 5, None]


def what_is_none_and_what_is_not():
    line = logged_in()
    line.call("case.list", unit="", limit=0, after=b"")
    refused(33, line.call, "case.list", unit=None)
    refused(41, line.call, "case.list", due="")
    refused(33, line.call, "case.list", unit=b"98101")
    assert refused(30, line.call, "case.list", colour="red")["field"] == "colour"
    line.call("meeting.list", **{"from": "01/09/2025"})


def fifteen_deep_and_no_more():
    line = Line(PATH)
    line.socket.sendall(nested(15))
    line.unpacker.feed(line.socket.recv(65536))
    assert next(line.unpacker)[2][0] == 33
    assert closes(Line(PATH), nested(16))


def a_message_before_hello_is_short():
    assert closes(Line(PATH), msgpack.packb([0, 1, "hello", [{"program": "a" * 1024}]]))


def words_must_fit():
    line = logged_in()
    fields = line.signed(KEY, "meeting.record", meeting(UNIT, DAY))
    refused(44, line.call_map, "meeting.record", {**fields, "words": fields["words"][:2]})
    refused(44, line.call_map, "meeting.record", {**fields, "words": fields["words"] * 2})
    refused(44, line.call_map, "meeting.record", {**fields, "words": fields["words"][::-1]})
    refused(60, line.call_map, "meeting.record", {**fields, "sig": KEY.sign(fields["head"])})


def a_request_number_is_done_once():
    rid = new_rid()
    line = logged_in()
    line.rid = lambda: rid
    refused(70, line.change, KEY, "meeting.record", meeting("no-such", DAY))
    answer = line.change(KEY, "meeting.record", meeting(UNIT, DAY))
    again = {"args": {"meeting": [{"unit": UNIT, "kind": "dialogue_regular", "day": DAY}]}}
    refused(63, line.change, KEY, "meeting.record", again["args"])
    assert [e["event"] for e in answer["events"]] == [
        "meeting_opened", "opinion_recorded", "opinion_recorded", "minutes_closed"]
    return answer


def day_number(iso):
    return datetime.date.fromisoformat(iso).toordinal()


def content_of(items, groups):
    """The hash over the items of a conclusion, from what was sent."""
    out = b"hoiam/c1\n"
    for number, (item, (salt, words)) in enumerate(zip(items, groups), 1):
        due = day_number(item["due"]) if "due" in item else 0
        out += "|".join([str(number), item["how"], item.get("unit", ""), str(due),
                         item.get("ground", ""), ""]).encode()
        out += b"".join(b"%d," % ordinal for ordinal in item["opinions"])
        out += sha256(b"hoiam/w1", salt, words) + b"\n"
    return sha256(out)


def a_conclusion_goes_through_the_gate():
    assert day_number("1970-01-01") == 719163
    line = logged_in()
    number = line.change(KEY, "meeting.record", meeting(UNIT, DAY))["events"][0]["meeting"]
    line.change(KEY, "conclusion.draft", {"meeting": number})
    items = [{"opinions": [2], "how": "direction", "unit": UNIT, "due": "2025-12-15",
              "": Words(words="Trả lời bằng văn bản.")}]
    fields = line.signed(KEY, "conclusion.put",
                         {"meeting": number, "version": 1, "first": 1, "items": items})
    line.call_map("conclusion.put", fields)
    step = {"meeting": number, "version": 1, "content": content_of(items, fields["words"])}
    gate = refused(90, line.change, KEY, "conclusion.check", step)
    assert gate["list"] == [1] and gate["total"] == 1
    items.append({"opinions": [1], "how": "answer", "": Words(words="Đã có kết quả.")})
    more = line.signed(KEY, "conclusion.put",
                       {"meeting": number, "version": 1, "first": 2, "items": items[1:]})
    line.call_map("conclusion.put", more)
    refused(97, line.change, KEY, "conclusion.check", step)
    step["content"] = content_of(items, fields["words"] + more["words"])
    for verb in ("conclusion.check", "conclusion.sign", "conclusion.issue"):
        line.change(KEY, verb, step)
    return number


def each_command_gives_the_tables_of_the_list():
    number = a_conclusion_goes_through_the_gate()
    line = logged_in()
    case = next(line.pages("opinion.list", meeting=number))["number"]
    window = {"from": DAY, "to": DAY}
    photo = os.urandom(500000)
    attached = line.change(KEY, "case.attach", {"number": case, "size": len(photo), "w": Words(
        name="photo.jpg", sha256=hashlib.sha256(photo).hexdigest())}, photo)
    entry = attached["seq"] + 1
    assert line.call("case.attachment", number=case, entry=entry)["tables"][0]["rows"] == [
        ["photo.jpg", len(photo), hashlib.sha256(photo).hexdigest()]]
    assert line.received == photo
    ask = {"officer.show": {"officer": 1}, "meeting.show": {"meeting": number},
           "opinion.list": {"meeting": number}, "conclusion.show": {"meeting": number},
           "case.show": {"number": case}, "case.explain": {"number": case},
           "case.attachment": {"number": case, "entry": entry},
           "officer.line": {"token": bytes(32)},
           "import.status": {"source": "x", "file": bytes(32)},
           "rate.show": {"rate": "inclusion", **window}, "rate.why": {"rate": "inclusion", **window},
           "report.backlog": {"at": [DAY]}}
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    listed = page.split(".Ss Which command gives which tables\n")[1].split(".Ss")[0]
    rows = re.findall(r"^\.It Li (\S+)\n(.*)", listed, re.M)
    assert len(rows) == 22
    for verb, names in rows:
        tables = line.call(verb, **ask.get(verb, {}))["tables"]
        told = [table["name"] for table in tables]
        assert told == re.findall(r"[a-z]+(?:_[a-z]+)+|^[a-z]+", names), (verb, told, names)
        for table in tables:
            if table["columns"] == ["what", "value"]:
                whats_are_listed(page, table)


def whats_are_listed(page, table):
    listed = page.split(f".It Sy {table['name']}\n")[1].split("\n")[0].rstrip(";").split(", ")
    assert {row[0] for row in table["rows"]} <= set(listed), table


def a_revoked_key_ends_its_session():
    line = logged_in()
    args = {"verb": "key.revoke", "rid": new_rid(), "reg": line.greeting["reg"], "args": {"key": KEY.id}}
    head = msgpack.packb(args)
    other = logged_in()
    line.call("key.revoke", head=head, sig=KEY.sign(pae(head)), key=KEY.id)
    assert other.socket.recv(1) == b"" and line.socket.recv(1) == b""


CLAIMS = (
    before_login_only_hello_and_enrol,
    a_login_that_fails_begins_again,
    params_may_be_empty_and_notifications_are_ignored,
    any_integer_format_will_do,
    what_is_none_and_what_is_not,
    fifteen_deep_and_no_more,
    a_message_before_hello_is_short,
    words_must_fit,
    a_request_number_is_done_once,
    a_conclusion_goes_through_the_gate,
    each_command_gives_the_tables_of_the_list,
    a_revoked_key_ends_its_session,
)


def main():
    line = greeted()
    enrol(line, read_invitation(INVITATION), KEY)
    for claim in CLAIMS:
        claim()
        print(claim.__name__.replace("_", " "))


main()
