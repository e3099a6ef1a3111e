"""Commands and replies over one stream, one after the other (RFC 5321)."""

import re
import threading
import time
from collections.abc import Iterator

from sep_desktop.sync.smtp.account import Patience
from sep_desktop.sync.smtp.replies import Meaning, Reply, Step, meaning
from sep_desktop.sync.smtp.stream import Stream
from sep_desktop.sync.sockets import Deadline

_RECORD = 16_384
"""Bytes of a message that are handed to the network at a time: one record of TLS."""

_LEADING_DOT = re.compile(rb"(?m)^\.")


class Conversation:
    """What has been agreed with one server, and the means to go on. Waits raise as those of ``Stream``."""

    def __init__(self, stream: Stream, patience: Patience, stop: threading.Event) -> None:
        self.stream, self._patience, self._stop = stream, patience, stop
        self._extensions: dict[str, str] = {}

    def deadline(self, seconds: float) -> Deadline:
        """``seconds`` from now, or when the transport is abandoned."""
        return Deadline(seconds, self._stop)

    def reply(self, deadline: Deadline) -> Reply:
        """The next reply, whole. Raises ``Malformed``."""
        return Reply.read(self._lines(deadline))

    def _lines(self, deadline: Deadline) -> Iterator[bytes]:
        while True:
            yield self.stream.line(deadline)

    def command(self, line: str, deadline: Deadline | None = None) -> Reply:
        """Say ``line`` and hear the answer, both together before ``deadline``.

        Raises ``Malformed`` also when the server has answered before it was asked, ``ValueError`` for a line
        that would be two commands.
        """
        if "\r" in line or "\n" in line:
            raise ValueError("a command has one line")
        self.stream.expect_silence()
        deadline = deadline or self.deadline(self._patience.command)
        self.stream.send(f"{line}\r\n".encode(), deadline)
        return self.reply(deadline)

    def body(self, raw: bytes) -> None:
        """Send a message up to the final dot, which is not sent (RFC 5321 §4.5.2).

        It may take as long as ``Patience`` allows for what has left so far.
        """
        begun, patience = time.monotonic(), self._patience
        escaped = _LEADING_DOT.sub(b"..", raw)
        for start in range(0, len(escaped), _RECORD):
            end = start + _RECORD
            left = patience.floor + end / patience.rate - (time.monotonic() - begun)
            self.stream.send(escaped[start:end], self.deadline(min(left, patience.command)))
        if not raw.endswith(b"\r\n"):
            self.stream.send(b"\r\n", self.deadline(patience.command))

    def ehlo(self, deadline: Deadline | None = None) -> Reply:
        """Ask what the server offers. It is told nothing about this computer.

        RFC 5321 §4.1.4 has an address in place of a name; the loopback's is true of every computer, and needs
        no look-up. What was offered before is forgotten (RFC 3207 §4.2).
        """
        self._extensions = {}
        reply = self.command(f"EHLO {'[IPv6:::1]' if self.stream.is_v6 else '[127.0.0.1]'}", deadline)
        if meaning(Step.EHLO, reply) is Meaning.DONE:
            for line in reply.lines[1:]:
                keyword, _, parameters = line.replace("=", " ").partition(" ")  # "AUTH=LOGIN" is an old form
                known = self._extensions.get(keyword.upper(), "")
                self._extensions[keyword.upper()] = f"{known} {parameters.upper()}".strip()
        return reply

    def offers(self, keyword: str) -> bool:
        """Whether the server announced an extension."""
        return keyword in self._extensions

    def parameters(self, keyword: str) -> list[str]:
        """The parameters of an extension, in capitals; none where it was not announced."""
        return self._extensions.get(keyword, "").split()
