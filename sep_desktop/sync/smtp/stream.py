"""The bytes to and from a mail server, in clear or under TLS, each wait with an end."""

import socket
import ssl
from contextlib import suppress

from sep_desktop.sync.sockets import READ, WRITE, Deadline, Stopped, aside, wait_for

LONGEST_LINE = 4_096
"""Bytes of one line of a reply. RFC 5321 §4.5.3.1.5 allows 512; servers that add links write more."""

_SEND_BUFFER = 32_768  # a small one keeps "handed to the kernel" near to "handed to the server"
_AT_A_TIME = 65_536


class Malformed(Exception):
    """What came is no reply of SMTP."""


class Closed(ConnectionError):
    """The server closed the connection."""


LOST = (OSError, Malformed, Stopped)
"""Everything after which a conversation cannot go on."""


class Stream:
    """One connection. Not for two threads at once.

    What is waited for raises ``OSError`` when the line breaks (``TimeoutError`` past the deadline, ``Closed``
    where the server hung up) and ``Stopped``. What has come already is read before a stop is noticed.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._tls: ssl.SSLObject | None = None
        self._from_server, self._to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._unread, self._ended = bytearray(), False
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        # the dot goes by itself, and must not wait for an ACK (40 ms each)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    @property
    def is_v6(self) -> bool:
        """Whether the connection goes over IPv6."""
        return self._socket.family == socket.AF_INET6

    def secure(self, context: ssl.SSLContext, host: str, deadline: Deadline) -> None:
        """Speak TLS from here on, with the certificate of ``host`` verified.

        Raises ``Malformed`` when the server has said more than it should have in clear: that could be
        somebody else's, and would be taken for private (RFC 3207 §4.2). Raises ``ssl.SSLError``.
        """
        self.expect_silence()
        tls = context.wrap_bio(self._from_server, self._to_server, server_hostname=host)
        try:
            self._shake_hands(tls, deadline)
        except ssl.SSLError:
            with suppress(OSError):
                self._socket.send(self._to_server.read())  # why, for the server's log
            raise
        self._flush(deadline)
        self._tls = tls
        self._decrypt(tls)

    def expect_silence(self) -> None:
        """Raises ``Malformed`` when the server has said something that is not read yet."""
        if self._unread:
            raise Malformed

    def has_spoken(self) -> bool:
        """Whether the server has said something by now that is not read yet. Does not wait."""
        with suppress(BlockingIOError):
            while not self._unread:
                self._receive()
        return bool(self._unread)

    def line(self, deadline: Deadline) -> bytes:
        """The next line without its end. Raises ``Malformed`` for one that is too long, or ends without CR.

        A line that breaks off is ``Closed``, however complete it looks (RFC 5321 §2.3.8).
        """
        while (end := self._unread.find(b"\n")) < 0 and len(self._unread) <= LONGEST_LINE:
            try:
                self._receive()
            except BlockingIOError:
                wait_for(self._socket, READ, deadline)
        line = bytes(self._unread[: end + 1])
        if not line.endswith(b"\r\n") or len(line) > LONGEST_LINE:
            raise Malformed
        del self._unread[: len(line)]
        return line[:-2]

    def send(self, data: bytes, deadline: Deadline) -> None:
        """Hand ``data`` to the network."""
        left = memoryview(data)
        while self._tls and left:
            left = left[self._tls.write(left) :]
        self._flush(deadline, bytes(left))

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _receive(self) -> None:
        """Read what has come. Raises ``BlockingIOError`` when nothing has, ``Closed`` when nothing will."""
        if self._ended:
            raise Closed
        data = self._socket.recv(_AT_A_TIME)
        self._ended = not data
        if self._tls:
            self._from_server.write(data)
            self._decrypt(self._tls)
        else:
            self._unread += data

    def _decrypt(self, tls: ssl.SSLObject) -> None:
        with suppress(ssl.SSLWantReadError):
            while not self._ended:
                data = tls.read(_AT_A_TIME)
                self._ended = not data
                self._unread += data

    def _flush(self, deadline: Deadline, plain: bytes = b"") -> None:
        left = memoryview(self._to_server.read() + plain)
        while left:
            deadline.pulse()
            try:
                left = left[self._socket.send(left) :]
            except BlockingIOError:
                wait_for(self._socket, WRITE, deadline)

    def _shake_hands(self, tls: ssl.SSLObject, deadline: Deadline) -> None:
        while True:
            try:
                # aside: on Windows and macOS the system verifies, and may ask the network
                aside(tls.do_handshake, deadline)
                return
            except ssl.SSLWantReadError:
                self._flush(deadline)
                wait_for(self._socket, READ, deadline)
                data = self._socket.recv(_AT_A_TIME)
                if not data:
                    raise Closed from None
                self._from_server.write(data)
