#!/usr/bin/env python3
"""withhold.py: stands before a daemon's socket until a request for VERB comes by; of that one it keeps
back a part, makes the file FLAG, and says no more on that line.

    withhold.py LISTEN TO VERB request|answer FLAG

request: the last byte of the request is kept back, so that the daemon has all but that.
answer: the request gets through, and the whole answer is kept back: it was done, nobody was told.
"""
import os
import socket
import sys
import threading

LISTEN, TO, VERB, KEEP, FLAG = sys.argv[1:]


def read(line):
    try:
        return line.recv(65536)
    except ConnectionError:
        return b""


def up(client, daemon, found):
    seen = b""
    while data := read(client):
        seen += data
        if VERB.encode() in seen:
            found.set()
            if KEEP == "request":
                daemon.sendall(data[:-1])
                open(FLAG, "w", encoding="ascii").close()
                break
        daemon.sendall(data)
    while read(client):  # until it is gone
        pass
    client.close()
    daemon.shutdown(socket.SHUT_RDWR)


def down(client, daemon, found):
    while data := read(daemon):
        if found.is_set():
            if KEEP == "answer":
                open(FLAG, "w", encoding="ascii").close()
        else:
            client.sendall(data)


def serve(client):
    daemon = socket.socket(socket.AF_UNIX)
    daemon.connect(TO)
    found = threading.Event()
    threading.Thread(target=down, args=(client, daemon, found), daemon=True).start()
    up(client, daemon, found)


def main():
    listener = socket.socket(socket.AF_UNIX)
    made = LISTEN + ".new"
    listener.bind(made)
    listener.listen()
    os.rename(made, LISTEN)
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client,), daemon=True).start()


main()
