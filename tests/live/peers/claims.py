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
import nacl.public

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


def a_count_that_is_given_is_the_number():
    line = logged_in()
    args = meeting(UNIT, DAY)
    for count, closed in ((3, 0), (1, 0), (3, 1), (0, 1)):
        detail = refused(95, line.change, KEY, "meeting.record", {**args, "count": count, "closed": closed})
        assert (detail["field"], detail["at"], detail["limit"]) == ("count", count, 2), detail
    answer = line.change(KEY, "meeting.record", {**args, "closed": 0})
    assert [e["event"] for e in answer["events"]] == [
        "meeting_opened", "opinion_recorded", "opinion_recorded"]
    number = answer["events"][0]["meeting"]
    detail = refused(95, line.change, KEY, "minutes.close", {"meeting": number})
    assert (detail["field"], detail["at"], detail["limit"]) == ("count", 0, 2), detail
    line.change(KEY, "minutes.close", {"meeting": number, "count": 2})


def places_in_lists_count_from_one():
    """In the request, wherever it lies in the register; of a check, in the conclusion."""
    line = logged_in()
    args = meeting(UNIT, DAY)
    for place, opinion in enumerate(args["opinions"], 1):
        opinions = [dict(o) for o in args["opinions"]]
        opinions[place - 1]["topic"] = "no-such"
        detail = refused(43, line.change, KEY, "meeting.record", {**args, "opinions": opinions})
        assert detail["field"] == f"opinions[{place}].topic", detail
    number = line.change(KEY, "meeting.record", args)["events"][0]["meeting"]
    line.change(KEY, "conclusion.draft", {"meeting": number})

    def put(first, *items):
        return line.change(KEY, "conclusion.put",
                           {"meeting": number, "version": 1, "first": first, "items": list(items)})

    said = {"": Words(words="Đã có kết quả.")}
    put(1, {"opinions": [1], "how": "answer", **said})
    for item, code, field in (
            ({"opinions": [2], "how": "direction", "unit": UNIT, **said}, 32, "due"),
            ({"opinions": [2], "how": "direction", "due": "2025-12-15", **said}, 32, "unit"),
            ({"opinions": [2], "how": "decline", **said}, 32, "ground"),
            ({"opinions": [2], "how": "answer"}, 32, "words"),
            ({"opinions": [2], "how": "answer", "unit": UNIT, **said}, 50, "unit"),
            ({"opinions": [2], "how": "answer", "due": "2025-12-15", **said}, 50, "due"),
            ({"opinions": [2], "how": "answer", "ground": "no_competence", **said}, 50, "ground")):
        assert refused(code, put, 2, item)["field"] == f"items[1].{field}"
    assert refused(72, put, 4)["what"] == "2 would come next"
    put(2, {"opinions": [9, 2], "how": "answer", **said})
    step = {"meeting": number, "version": 1, "content": bytes(32)}
    detail = refused(92, line.change, KEY, "conclusion.check", step)
    assert detail["field"] == "items[2]" and detail["list"] == [9], detail


def fields_that_hang_on_another():
    line = logged_in()
    args = meeting(UNIT, DAY)
    for fields, code, field in (
            ({"kind": "KIEN_NGHI", "topic": "land"}, 32, "words"),
            ({"kind": "TC", "": Words(words="Tố cáo.")}, 98, "words"),
            ({"kind": "TC", "paper": "tủ 3"}, 32, "custodian"),
            ({"kind": "TC", "custodian": 1}, 32, "paper"),
            ({"paper": "tủ 3", "": Words(words="Hỏi.")}, 50, "paper"),
            ({"custodian": 1, "": Words(words="Hỏi.")}, 50, "custodian")):
        detail = refused(code, line.change, KEY, "meeting.record",
                         {"meeting": args["meeting"], "opinions": [fields]})
        assert detail["field"] == f"opinions[1].{field}", detail


def what_closes_the_line_and_what_is_answered():
    def answered(data):
        line = logged_in()
        line.socket.sendall(data)
        line.unpacker.feed(line.socket.recv(65536))
        answer = next(line.unpacker)
        line.call("whoami")  # it goes on
        return answer[2][1]

    pack = msgpack.packb
    for params in ({}, None, 1, [1], [None], [[]], [{}, {}]):
        assert answered(pack([0, 7, "status", params])) == "E_FRAME", params
    assert answered(pack([0, 7, "case.list", [{"unit": True}]])) == "E_TYPE"
    assert answered(pack([0, 7, "case.list", [{"unit": None}]])) == "E_TYPE"
    assert answered(pack([0, 7, "case.list", [{"limit": "1"}]])) == "E_TYPE"
    assert answered(pack([0, 7, "case.list", [{"limit": 1001}]])) == "E_RANGE"
    assert answered(pack([0, 7, "case.list", [{1: "x"}]])) == "E_TYPE"
    assert answered(pack([0, 7, "no.such", [{}]])) == "E_VERB"
    for data in (
            b"\xc1", pack("hello"), pack(5), pack({}), pack([]), pack([0]), pack([0, 7, "status"]),
            pack([0, 7, "status", [{}], 1]), pack([1, 7, None, None]), pack([3, 7, "status", [{}]]),
            pack(["0", 7, "status", [{}]]), pack([2, "$/cancel"]), pack([2, "$/cancel", [1], 1]),
            pack([0, 7, "case.list", [{"limit": 1.0}]]),
            pack([0, 7, "case.list", [{"limit": msgpack.ExtType(1, b"x")}]]),
            b"\x94\x00\x07\xa6status\x91\x81\xa4unit\xa1\xff",
            pack([0, 2**32, "status", [{}]]), pack([0, -1, "status", [{}]]), pack([0, "7", "status", [{}]]),
            pack([0, True, "status", [{}]]), pack([0, 7, b"status", [{}]]), pack([0, 7, 5, [{}]]),
            pack([0, 7, "a" * 65, [{}]]), b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff"):
        assert closes(logged_in(), data), data


def a_session_is_told_what_it_needs():
    line = Line(PATH)
    assert refused(17, line.call, "whoami")["what"] == "hello"
    line.hello()
    assert refused(17, line.call, "whoami")["what"] == "login"
    line.login(KEY)
    assert refused(17, line.login, KEY)["what"] == "a new connection"
    assert refused(17, line.call, "hello", proto=1)["what"] == "a new connection"
    assert line.call("whoami")["tables"]


def lists_have_an_order_and_a_default():
    number = a_conclusion_goes_through_the_gate()
    line = logged_in()
    open_ = list(line.pages("case.list"))
    assert open_ == list(line.pages("case.list", state="pending", limit=1)) != []
    days = [row["due"] or "9" for row in open_]
    assert days == sorted(days)
    assert "RESOLVED" not in {row["state"] for row in open_}
    resolved = list(line.pages("case.list", state="RESOLVED"))
    assert {row["state"] for row in resolved} == {"RESOLVED"}
    assert resolved == list(line.pages("case.list", state="resolved"))
    numbers = [int(row["number"].split("/")[2]) for row in resolved]
    assert numbers == sorted(numbers)
    of_one = list(line.pages("case.list", meeting=number))
    assert [row["number"] for row in of_one] == [
        row["number"] for row in line.pages("opinion.list", meeting=number)]
    every = [row["meeting"] for row in line.pages("meeting.list")]
    assert every == sorted(every, key=lambda n: -int(n.split("/")[2]))
    args = {**meeting(UNIT, DAY), "count": 0, "closed": 0}
    line.change(KEY, "meeting.record", args)
    line.change(KEY, "meeting.open", {**args["meeting"][0]})
    other = [{"unit": UNIT, "kind": "regular_reception", "day": DAY}]
    line.change(KEY, "meeting.record", {**args, "meeting": other})
    waiting = {(row["state"], row["live"] > row["included"], row["kind"])
               for row in line.pages("meeting.list", state="unfinished")}
    assert waiting == {("OPEN", True, "dialogue_regular"), ("RECORDED", True, "dialogue_regular")}


RATES = (("inclusion", ""), ("submitted", ""), ("resolution", "cohort"), ("resolution", "period"), ("ontime", ""))


def what_a_client_can_check():
    a_conclusion_goes_through_the_gate()
    number = a_conclusion_goes_through_the_gate()
    line = logged_in()
    window = {"from": DAY, "to": line.call("rate.show", rate="ontime", **{"from": DAY, "to": DAY})[
        "tables"][1]["rows"][-4][1]}  # known_at: today
    for rate, style in RATES:
        ask = {"rate": rate, "style": style, **window}
        shown, facts = line.call("rate.show", **ask)["tables"]
        facts = dict(facts["rows"])
        assert (facts["unit"], facts["units counted"]) == ("(part)", UNIT), facts
        why = list(line.pages("rate.why", limit=1, **ask))
        first = dict(zip(shown["columns"], shown["rows"][0]))
        assert (first["group"], first["line"]) == ("(all)", rate)
        assert first["denominator"] == len(why), (rate, first, len(why))
        assert first["numerator"] == sum(row["counted"] for row in why)
        assert {line[1] for line in shown["rows"]} == lines_of(rate, style)
    facts, items = line.call("conclusion.show", meeting=number)["tables"]
    out = b"hoiam/c1\n"
    for row in items["rows"]:
        item = dict(zip(items["columns"], row))
        words = msgpack.packb({"words": item["words"]})
        w = sha256(b"hoiam/w1", bytes.fromhex(item["salt"]), words)
        assert w.hex() == item["w"]
        due = day_number(item["due"]) if item["due"] else 0
        out += "|".join([str(item["item"]), item["how"], item["unit"] or "", str(due), item["ground"] or "",
                         item["opinions"] + ","]).encode() + w + b"\n"
    assert sha256(out).hex() == dict(zip(facts["columns"], facts["rows"][0]))["content"]


def lines_of(rate, style):
    """The lines that the page defines; beside the page's source lies the table that it is made of."""
    with open(os.path.join(os.environ["HOIAM_SOURCE_ROOT"], "store/rate.def"), encoding="utf-8") as file:
        table = file.read()
    name = re.search(rf'^RATE\((\w+), "{rate}", "{style}"', table, re.M)[1]
    return set(re.findall(rf"^LINE\({name}, (\w+),", table, re.M))


def an_import_begins_at_one():
    line = logged_in()
    part = {"source": "old", "file": bytes(32), "first": 6, "next": 9}
    detail = refused(72, line.change, KEY, "import.cases", part)
    assert (detail["field"], detail["what"]) == ("first", "1 would come next"), detail


def a_route_to_a_unit_that_is_gone_is_the_policys_fault():
    line = logged_in()
    zone = datetime.timezone(datetime.timedelta(hours=7))
    today = datetime.datetime.fromtimestamp(line.greeting["time"] / 1e6, zone).date().isoformat()
    said = {"kind": "KN", "topic": "electricity", "": Words(words="Khiếu nại hóa đơn.")}
    args = {**meeting(UNIT, DAY), "opinions": [said], "count": 1}
    case = line.change(KEY, "meeting.record", args)["events"][1]["case_number"]
    line.change(KEY, "case.classify", {"number": case})
    line.change(KEY, "unit.end", {"code": "98-DL", "until": today})
    detail = refused(100, line.change, KEY, "case.route", {"number": case})
    assert (detail["field"], detail["what"]) == ("routes", "kn-electricity: 98-DL"), detail


def an_entry_is_followed_by_its_events():
    line = logged_in()
    fields = line.signed(KEY, "meeting.record", meeting(UNIT, DAY))
    answer = line.call_map("meeting.record", fields)
    rows = list(line.pages("journal.list", **{"from": answer["seq"]}))
    assert [row["seq"] for row in rows[:4]] == [answer["seq"] + i for i in range(1, 5)]
    assert [row["event"] for row in rows[:4]] == [e["event"] for e in answer["events"]]
    assert {row["entry"] for row in rows[:4]} == {answer["seq"]}
    told = [row["fields"].get("w") for row in rows[:3]]
    assert told == [sha256(b"hoiam/w1", salt, words) for salt, words in fields["words"]]
    assert not any("w" in event or "group" in event for event in answer["events"])


def enrolling_again(channel):
    """With an invitation of our own making: what a daemon says of such a key."""
    line = logged_in()
    secret = os.urandom(32)
    line.change(KEY, "officer.invite", {"role": "receptionist", "unit": UNIT,
                                        "token": sha256(b"hoiam/i1", secret), "": Words(name="Bo")})
    new, other = Key(), greeted()
    assert refused(73, line.call, "officer.line", token=sha256(b"hoiam/i1", secret))
    fields = {"secret": secret, "public": new.public}
    detail = refused(67, other.change, new, "enrol", {**fields, "channel": channel})
    assert detail["field"] == "channel", detail
    good = bytes(nacl.public.PrivateKey.generate().public_key)
    other.change(new, "enrol", {**fields, "channel": good})  # the invitation was not burned
    other.login(new)


def a_key_for_the_line_is_a_usable_point():
    for weak in WEAK:
        enrolling_again(bytes.fromhex(weak))


# The points of small order of Curve25519, and what else stands for them.
WEAK = (
    "00" * 32,
    "01" + "00" * 31,
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ec" + "ff" * 30 + "7f",
    "ed" + "ff" * 30 + "7f",
    "ee" + "ff" * 30 + "7f",
)


CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def a_paper_is_kept(line, number):
    text = "Biên bản, đọc lại lúc 11 giờ.\n".encode()
    digest = hashlib.sha256(text)
    bits = int.from_bytes(digest.digest()[:8], "big") >> 4
    code = "".join(CROCKFORD[bits >> 5 * i & 31] for i in range(11, -1, -1))
    fields = {"paper": "minutes", "of": number, "size": len(text),
              "w": Words(sha256=digest.hexdigest())}
    made = line.change(KEY, "paper.make", fields, text)
    shown = f"{code[:4]}-{code[4:8]}-{code[8:]}"
    assert made["events"][0]["check_code"] == shown
    assert refused(73, line.change, KEY, "paper.make", fields, text)
    line.call("paper.text", code=shown.lower())
    assert line.received == text
    return code


def who_comes(line):
    person = line.change(KEY, "person.add", {"unit": UNIT, "w": Words(
        name="Lò Thị Mẩy", reason="để quên")})["events"][0]["person"]
    visit = line.change(KEY, "visit.add", {"unit": UNIT, "day": DAY, "w": Words(
        person=person)})["events"][0]["visit"]
    crowd = line.change(KEY, "crowd.form", {
        "unit": UNIT, "day": DAY, "people": 3})["events"][0]["crowd"]
    shown = line.call("person.show", person=person)["tables"][1]["rows"]
    assert [row[2] for row in shown] == [visit]
    return {"person.find": {"name": "may"}, "person.show": {"person": person},
            "visit.show": {"visit": visit}, "crowd.show": {"crowd": crowd}}


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
    code = a_paper_is_kept(line, number)
    came = who_comes(line)
    secret = line.call("case.receipt", number=case)["tables"][0]["rows"][0][1]
    ask = {"paper.show": {"code": code}, "paper.text": {"code": code}, **came,
           "document.list": {"number": case}, "register.list": {"unit": UNIT, **window},
           "report.people": window, "case.receipt": {"number": case},
           "case.status": {"number": case, "secret": secret.lower()},
           "officer.show": {"officer": 1}, "meeting.show": {"meeting": number},
           "opinion.list": {"meeting": number}, "registration.list": {"meeting": number},
           "conclusion.show": {"meeting": number},
           "case.show": {"number": case}, "case.explain": {"number": case},
           "case.attachment": {"number": case, "entry": entry},
           "officer.line": {"token": bytes(32)}, "recovery.show": {"token": bytes(32)},
           "import.status": {"source": "x", "file": bytes(32)},
           "rate.show": {"rate": "inclusion", **window}, "rate.why": {"rate": "inclusion", **window},
           "report.backlog": {"at": [DAY]}}
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    listed = page.split(".Ss Which command gives which tables\n")[1].split(".Ss")[0]
    rows = re.findall(r"^\.It Li (\S+)\n(.*)", listed, re.M)
    assert len(rows) == 39
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
    a_count_that_is_given_is_the_number,
    places_in_lists_count_from_one,
    fields_that_hang_on_another,
    what_closes_the_line_and_what_is_answered,
    a_session_is_told_what_it_needs,
    lists_have_an_order_and_a_default,
    what_a_client_can_check,
    an_import_begins_at_one,
    a_route_to_a_unit_that_is_gone_is_the_policys_fault,
    an_entry_is_followed_by_its_events,
    a_key_for_the_line_is_a_usable_point,
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
