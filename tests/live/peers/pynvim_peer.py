#!/usr/bin/env python3
"""pynvim_peer.py: hello through the RPC session of python3-pynvim, whose first message is a
notification of its own, nvim_set_client_info.

    pynvim_peer.py SOCKET
"""
import sys

from pynvim.api.nvim import NvimError
from pynvim.msgpack_rpc import socket_session

session = socket_session(sys.argv[1])
session.error_wrapper = lambda e: NvimError(e)
hello = session.request("hello", {"proto": 1, "program": "pynvim, xin chào"})
assert len(hello["reg"]) == 16 and len(hello["challenge"]) == 32
print(f"hello: proto {hello['proto'][0]}.{hello['proto'][1]}, zone {hello['zone']}")
try:
    session.request("status", {})
    sys.exit("status before login was answered")
except NvimError as refused:
    code, name, detail = refused.args[0]
    assert code == 17 and detail["what"] == "login"
    print("status before login:", code, name)
session.close()
