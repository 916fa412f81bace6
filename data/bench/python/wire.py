"""Frames between a candidate and its judge: a size and a text of values.py, over one socket. Both sides read with the
same closed reader; nothing that is read ever runs."""

import struct

import values

MAX_FRAME = values.MAX_BYTES + 1024
CHUNK = 1 << 20


def framed(text):
    data = text.encode("ascii")
    return struct.pack("<I", len(data)) + data


def frames(data):
    """The texts of frames that stand one behind the other."""
    out, at = [], 0
    while at < len(data):
        size, = struct.unpack_from("<I", data, at)
        out.append(data[at + 4:at + 4 + size])
        at += 4 + size
    return out


class Channel:
    def __init__(self, sock):
        self.sock = sock
        self.buffer = bytearray()

    def send(self, *texts):
        self.sock.sendall(b"".join(map(framed, texts)))

    def receive(self):
        """The next frame; None when the other side is gone."""
        head = self._exactly(4)
        if head is None:
            return None
        size, = struct.unpack("<I", head)
        if size > MAX_FRAME:
            raise ValueError("a frame of %d bytes" % size)
        return self._exactly(size)

    def _exactly(self, size):
        while len(self.buffer) < size:
            try:
                part = self.sock.recv(CHUNK)
            except ConnectionError:
                return None
            if not part:
                return None
            self.buffer += part
        out = bytes(self.buffer[:size])
        del self.buffer[:size]
        return out
