#!/usr/bin/env python3
"""dissononce_peer.py: client.py over an encrypted line through dissononce: enrols over XK, records a
meeting over XKpsk3, sends it again on another line, reads it back.

    dissononce_peer.py HOST:PORT INVITATION UNIT DAY
"""
import socket
import sys

from dissononce.dh.x25519.public import PublicKey
from dissononce.dh.x25519.x25519 import X25519DH
from dissononce.extras.meta.protocol.factory import NoiseProtocolFactory

from client import Key, Line, Refused, enrol, meeting, read_invitation

PATTERNS = {1: "XKpsk3", 2: "XK"}
DATA_MAX = 1023 * 64 - 2


class Framed:
    """A socket's place: a stream inside frames of Noise."""

    def __init__(self, address, pattern, keys, server, psk=None):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=30)
        self.file = self.socket.makefile("rb")
        preamble = b"HOIAM\x01" + bytes([pattern, 0])
        protocol = NoiseProtocolFactory().get_noise_protocol(
            f"Noise_{PATTERNS[pattern]}_25519_ChaChaPoly_SHA256")
        state = protocol.create_handshakestate()
        state.initialize(protocol.pattern, True, preamble, s=keys, rs=PublicKey(server),
                         psks=psk and (psk,))
        first, payload, third = bytearray(), bytearray(), bytearray()
        state.write_message(b"", first)
        self.socket.sendall(preamble + len(first).to_bytes(2, "big") + first)
        assert self.file.read(8) == preamble
        state.read_message(self.message(), payload)
        self.out, self.into = state.write_message(b"", third)
        assert len(third) == 64 and not payload
        self.socket.sendall(len(third).to_bytes(2, "big") + third)
        self.hash = state.symmetricstate.get_handshake_hash()

    def message(self):
        n = int.from_bytes(self.file.read(2), "big")
        return self.file.read(n)

    def sendall(self, data):
        for at in range(0, len(data), DATA_MAX):
            part = data[at:at + DATA_MAX]
            payload = len(part).to_bytes(2, "big") + part
            message = self.out.encrypt_with_ad(b"", payload + bytes(-len(payload) % 64))
            self.socket.sendall(len(message).to_bytes(2, "big") + message)

    def recv(self, _):
        message = self.message()
        if not message:
            return b""
        payload = self.into.decrypt_with_ad(b"", message)
        n = int.from_bytes(payload[:2], "big")
        assert len(payload) % 64 == 0 and not any(payload[2 + n:])
        return payload[2:2 + n]

    def close(self):
        self.file.close()
        self.socket.close()


class Encrypted(Line):
    def __init__(self, address, pattern, keys, server, psk=None):
        self.setup = pattern, keys, server, psk
        super().__init__(address)
        self.binding = self.socket.hash

    def connect(self, address):
        return Framed(address, *self.setup)


def main(address, path, unit, day):
    invitation = read_invitation(path)
    server, psk = (bytes.fromhex(invitation[name]) for name in ("channel", "psk"))
    device = X25519DH().generate_keypair()
    key = Key()

    line = Encrypted(address, 2, device, server)
    assert line.hello()["channel"] == server
    officer = enrol(line, invitation, key, device.public.data)
    line.close()
    print("XK: enrolled", key.id.hex())

    line = Encrypted(address, 1, device, server, psk)
    line.hello()
    assert line.login(key) == officer
    fields = line.signed(key, "meeting.record", meeting(unit, day))
    answer = line.call_map("meeting.record", fields)
    line.close()
    line = Encrypted(address, 1, device, server, psk)
    line.hello()
    try:
        line.binding = bytes(32)  # the login of another line
        line.login(key)
        raise AssertionError("a login that is not of this line")
    except Refused as refused:
        assert refused.args[0] == 61
    line.binding = line.socket.hash
    line.hello()
    line.login(key)
    assert line.call_map("meeting.record", fields) == answer
    number = answer["events"][0]["meeting"]
    rows = list(line.pages("opinion.list", meeting=number))
    assert [row["words"] for row in rows] == [o[""]["words"] for o in meeting(unit, day)["opinions"]]
    line.close()
    print("XKpsk3: officer", officer, "recorded", number, "sent twice,", len(rows), "opinions")


if __name__ == "__main__":
    main(*sys.argv[1:])
