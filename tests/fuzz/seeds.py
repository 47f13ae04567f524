#!/usr/bin/env python3
"""seeds.py: writes the inputs of the fuzz targets skim, text, tree, csv and map into corpus/.

Those of record and action come from test_record --seeds and test_action --seeds."""
import gzip
import hashlib
import pathlib
import re
import struct

corpus = pathlib.Path(__file__).parent / "corpus"

skim = {
    "scalars": "9ac0c2c3007fcc80cd0100ce00010000cfffffffffffffffffe0",
    "negatives": "95ffd080d18000d280000000d38000000000000000",
    "texts": "94a0a3e1bb87d90161da000161",
    "bytes": "93c400c50001ffc6000000020001",
    "request": "94000ba96361736" + "52e73686f779181a66e756d626572a9" + b"P1/2026/1".hex(),
    "maps": "82a16181a16280a163de0001a16490",
    "deep": "91" * 15 + "c0",
    "too_deep": "91" * 17 + "c0",
    "array_bomb": "ddffffffff",
    "map_bomb": "df80000000",
    "text_bomb": "dbffffffff",
    "floats": "93ca7fc00000cb8000000000000000c3",
    "extensions": "93d6ff5a4af6a5c70312aabbccc9000000010010",
    "never_used": "92c0c1",
    "bad_utf8": "92a2c0afa3eda080",
}

text = {
    "vietnamese": "Tổ dân phố 7 phản ánh đường ngập, Ủy ban ĐÃ trả lời.",
    "decomposed": "To\u0302\u0309 da\u0302n pho\u0302\u0301 d\u0323\u0302",
    "lines": "dòng một\r\ndòng hai\tcột\n",
    "returns": "a\r\r\nb\r",
    "spaces": "\u00a0 a\u2003b \u3000 ",
    "direction": "a\u202eb\u200bc\ufeff\u00ad",
    "control": "\x00\x1b[31m\x7f\u0085\u009b",
    "code": "@P1.2026/12-a_b",
    "wide": "漢字 ｆｕｌｌ 한글 각",
    "clusters": "👩\u200d👩\u200d👧 🇻🇳 e\u0301\u0327\u0323",
    "marks": "a" + "\u0301\u0323" * 40,
    "order": "q\u0301\u0323",
    "songs": "\u0958\u2126\u212b\ufb01\u1e9b\u0323\U0001d15e",
    "lookalikes": "Ð ð Đ đ Ɖ İ ı ſ",
}
text_bytes = {
    "overlong": b"a\xc0\xafb\xe0\x80\x80\xf0\x80\x80\x80",
    "surrogates": b"\xed\xa0\x80\xed\xbf\xbf\xf4\x90\x80\x80",
    "cut": "ệ".encode()[:2],
}


def leaf(data):
    return hashlib.sha256(b"\0" + data).digest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


a, b, c = (leaf(x) for x in (b"a", b"b", b"c"))
ab = node(a, b)
abc = node(ab, c)
tree = {
    "frontier_empty": b"\0" + struct.pack(">Q", 0),
    "frontier_3": b"\0" + struct.pack(">Q", 3) + ab + c,
    "frontier_full": b"\0" + struct.pack(">Q", 2**64 - 1) + bytes(64 * 32),
    "inclusion_2_of_3": b"\1" + struct.pack(">QQ", 1, 3) + b + abc + a + c,
    "inclusion_1_of_1": b"\1" + struct.pack(">QQ", 0, 1) + a + a,
    "inclusion_huge": b"\1" + struct.pack(">QQ", 2**63, 2**64 - 1) + a + b + bytes(64 * 32),
    "consistency_2_3": b"\2" + struct.pack(">QQ", 2, 3) + ab + abc + c,
    "consistency_1_3": b"\2" + struct.pack(">QQ", 1, 3) + a + abc + b + c,
    "consistency_same": b"\2" + struct.pack(">QQ", 3, 3) + abc + abc,
    "leaves": b"\3" + bytes(range(120)),
    "leaves_last_of_7": b"\3" + bytes(6) + b"\6",
}

LONG = b"x" * 32  # a row may have 16 of them
csv = {
    "plain": b"\0a,b\n1,2\n",
    "quotes": b"\1\xef\xbb\xbfa,b\r\n\r\n\"x,\"\"y\"\"\",\"two\nlines\"\r\n,\r\nend",
    "semicolons": b"\2a;b\r\n1;2,5\r\n",
    "header_in_quotes": b'\3"a;b",c\n1,2\n"d,e";f\n',
    "quote_open": b'\4a\n"b\nc,d\ne',
    "quote_inside": b'\5a\nb"c\n"d"e\nf\n',
    "returns": b"\6a\rb\r\r\nc\r",
    "blank": b'\7\n\r\n""\n \n,\n\n',
    "cells_64": b"\0" + b"," * 63 + b"\n" + b"," * 64 + b"\nz\n",
    "row_too_long": b"\0a,b\n" + LONG * 17 + b",1\nc,d\n",
    "row_of_the_limit": b"\0" + LONG * 16 + b"\nc,d\n",
    "break_at_the_limit": b"\0" + LONG * 15 + b"x" * 31 + b"\r\nc,d\n",
    "break_past_the_limit": b"\0" + LONG * 16 + b"\r\nc,d\n" + LONG * 16 + b"x\r\ne\n",
    "quote_too_long": b'\0a,b\n"' + LONG * 17 + b'\n",1\nc,d\n',
    "row_past_the_buffer": b"\0a,b\n" + LONG * 34 + b",1\nc,d\n",
    "row_past_a_part": b"\0a,b\n" + LONG * 8 + b",1\n" + LONG * 26 + b",1\nc,d\n",
    "buffer_end": b"\0a,b\n" + (LONG * 12 + b",1\n") * 3,
    "gzip": b"\0" + gzip.compress(b"a,b\n1,2\n", mtime=0),
    "gzip_cut": b"\0" + gzip.compress(b"a,b\n1,2\n", mtime=0)[:-9],
    "gzip_two": b"\0" + gzip.compress(b"a,b\n", mtime=0) + gzip.compress(b"1,2\n", mtime=0) + b"x",
}

data = pathlib.Path(__file__).parents[2] / "data"


def bare(name):
    """A file of YAML without its comments: small."""
    return re.sub(rb"(?m)^\s*#.*\n| +#.*$", b"", (data / name).read_bytes())


council = b"File #,Attachments,Prime Sponsor,Intro Date,Status,Status Date,Title\n"
maps = {
    "small": b"\1source: a\ncolumns:\n- {field: key, column: K}\n- {field: received, column: D}\n"
    b"- {field: words, column: W}\n- {field: words, column: V}\n- {field: kind, value: KN}\n"
    b"- {field: topic, column: T, optional: yes}\n- {field: custodian, column: C, optional: yes}\n"
    b"values:\n- {field: words, cell: X, value: y}\n- {field: words, cell: '*'}\n"
    b"\0k,D,w,v,C\n1,2025-01-02,x,a b,7\n2,today,q,,\n3,31/02/2025,,,\n4\n\"5\n",
    "nyc": b"\0" + bare("maps/nyc-council.map") + b"\0" + council,
    "so_tcd": b"\0" + bare("maps/so-tcd-03.map") + b"\0",
    "twice": b"\1source: a\ncolumns:\n- {field: key, column: K}\n- {field: key, value: K}\n",
    "units": b"\0source: a\ncolumns:\n- {field: key, value: K}\n- {field: unit, column: U}\n"
    b"- {field: received, value: 2025-01-01}\nunits:\n- {kind: agency, level: commune, from: 2000-01-01}\n"
    b"\0u\n00\n",
    "anchors": b"\0source: &a x\ncolumns: *a\n",
    "policy": b"\2" + bare("policy/vn-commune.yaml"),
    "conf": b"\3socket: /run/x\nsocket_mode: 0600\nconnections_max: 7\nlog_level: debug\n",
    "conf_empty": b"\3# nothing\n",
    "conf_bad": b"\3frame_ms: many\n",
}

inputs = {
    "skim": {name: bytes.fromhex(data) for name, data in skim.items()},
    "text": {name: data.encode() for name, data in text.items()} | text_bytes,
    "tree": tree,
    "csv": csv,
    "map": maps,
}
for target, files in inputs.items():
    (corpus / target).mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (corpus / target / name).write_bytes(data)
