"""A raw SMTP server on loopback that misbehaves at a chosen step, as no library's server will."""

import io
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import trustme

HANG = "hang"
"""Says nothing for as long as the server runs."""
DROP = "drop"
RESET = "reset"
LATE = "late"


Deed = Callable[["_Conversation"], None]


def exactly(data: bytes, *, then_drop: bool = False) -> Deed:
    """Sends these bytes and no line end; ``then_drop`` hangs up after them."""

    def say(conversation: "_Conversation") -> None:
        conversation.sock.sendall(data)
        if then_drop:
            raise _Gone

    return say


def endless(data: bytes, seconds: float) -> Deed:
    """Sends these bytes again and again, so many seconds apart."""

    def say(conversation: "_Conversation") -> None:
        while not conversation.stopped.wait(seconds):
            conversation.sock.sendall(data)
        raise _Gone

    return say


def reads_slowly(size: int, seconds: float) -> Deed:
    """Before the body: takes ``size`` bytes of it at a time, so many seconds apart, and then goes on."""

    def take(conversation: "_Conversation") -> None:
        taken = b""
        while not taken.endswith(b"\r\n.\r\n") and not conversation.stopped.wait(seconds):
            data = conversation.file.read1(size)
            if not data:
                raise _Gone
            taken += data
        conversation.file = io.BufferedReader(io.BytesIO(taken))

    return take


class Waiting:
    """Says that the step was reached, and then nothing for as long as the server runs."""

    def __init__(self) -> None:
        self.reached = threading.Event()

    def __call__(self, conversation: "_Conversation") -> None:
        self.reached.set()
        conversation.stopped.wait(30)
        raise _Gone


@dataclass
class Script:
    """What to answer where. A step's value is a reply line, ``drop``, ``reset`` or ``hang``, or what to do.

    Steps: tls (before the handshake), banner, ehlo, starttls, auth, password and login (where AUTH LOGIN
    asks), mail, rcpt1…rcpt3, data, body (``drop`` after a few bytes), dot, dot-stored (as dot, but the message is kept),
    after (once accepted), rset, quit.
    """

    steps: dict[str, str | Deed] = field(default_factory=dict)
    tls: str = "starttls"
    offer_starttls: bool = True
    offer_auth: bool = False
    mechanisms: str = "PLAIN LOGIN CRAM-MD5"
    offers: tuple[str, ...] = ("SIZE 20000000",)
    receive_buffer: int = 0


class ScriptedServer:
    """One thread a connection. ``messages`` holds (recipients, bytes) of what it took."""

    def __init__(
        self, script: Script, host: str = "localhost", authority: trustme.CA | None = None, **cert: object
    ) -> None:
        self.script = script
        self.authority = authority or trustme.CA()
        self.messages: list[tuple[list[str], bytes]] = []
        self.seen: list[str] = []
        self.auths = 0
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.authority.issue_cert(host, **cert).configure_cert(self._context)  # type: ignore[arg-type]
        self._socket = socket.create_server(("127.0.0.1", 0))
        if script.receive_buffer:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, script.receive_buffer)
        self.port = self._socket.getsockname()[1]
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def __enter__(self) -> "ScriptedServer":
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in [self._accepting, *self._threads]:
            thread.join(2)

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError, ssl.SSLError, _Gone, ValueError):
            conversation = _Conversation(self, connection, self._context, self._stopped)
            try:
                conversation.run()
            finally:
                connection = conversation.sock
        with suppress(OSError):
            connection.close()


class _Gone(Exception):
    pass


class _Conversation:
    def __init__(
        self,
        server: ScriptedServer,
        connection: socket.socket,
        context: ssl.SSLContext,
        stopped: threading.Event,
    ) -> None:
        self.server, self.sock, self.context, self.stopped = server, connection, context, stopped
        self.script = server.script
        self.file = self.sock.makefile("rb")
        self.recipients: list[str] = []
        self.rcpts = 0

    def say(self, step: str, usual: str) -> str:
        """Answer as the script says; what was said."""
        answer = self.script.steps.get(step, usual)
        if callable(answer):
            answer(self)
            return ""
        if answer == HANG:
            self.stopped.wait(30)
            raise _Gone
        if answer == RESET:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise _Gone
        if answer == DROP:
            raise _Gone
        if answer.startswith(LATE):
            self.stopped.wait(float(answer.removeprefix(LATE)))
            answer = usual
        self.sock.sendall(answer.encode() + b"\r\n")
        return answer

    def _wrap(self) -> None:
        if "tls" in self.script.steps:
            self.say("tls", "")
        self.sock = self.context.wrap_socket(self.sock, server_side=True)
        self.file = self.sock.makefile("rb")

    def run(self) -> None:
        if self.script.tls == "tls":
            self._wrap()
        self.say("banner", "220 test ready")
        commands: dict[str, Callable[[str], bool]] = {
            "EHLO": self._ehlo, "STARTTLS": self._starttls, "AUTH": self._auth, "MAIL": self._mail, "RCPT": self._rcpt, "DATA": self._data,
            "RSET": self._reset, "QUIT": self._quit,
        }  # fmt: skip
        while line := self.file.readline():
            verb = line.split()[0].upper().decode() if line.strip() else ""
            self.server.seen.append(line.decode("latin1").strip())
            if not commands.get(verb, self._unknown)(line.decode("latin1").strip()):
                return

    def _ehlo(self, _: str) -> bool:
        offers = ["test", *self.script.offers]
        if (
            self.script.offer_starttls
            and self.script.tls == "starttls"
            and not isinstance(self.sock, ssl.SSLSocket)
        ):
            offers.append("STARTTLS")
        if self.script.offer_auth:
            offers.append(f"AUTH {self.script.mechanisms}")
        usual = "\r\n".join([*(f"250-{each}" for each in offers[:-1]), f"250 {offers[-1]}"])
        self.say("ehlo", usual)
        return True

    def _starttls(self, _: str) -> bool:
        self.say("starttls", "220 go")
        self._wrap()
        return True

    def _auth(self, line: str) -> bool:
        self.server.auths += 1
        if line.upper().split() == ["AUTH", "LOGIN"]:
            for step, prompt in (("auth", "334 VXNlcm5hbWU6"), ("password", "334 UGFzc3dvcmQ6")):
                if not self.say(step, prompt).startswith("334"):
                    return True
                self.server.seen.append(self.file.readline().decode("latin1").strip())
            self.say("login", "235 welcome")
            return True
        self.say("auth", "235 welcome")
        return True

    def _mail(self, _: str) -> bool:
        self.recipients, self.rcpts = [], 0
        self.say("mail", "250 ok")
        return True

    def _rcpt(self, line: str) -> bool:
        self.rcpts += 1
        if self.say(f"rcpt{self.rcpts}", "250 ok").startswith("25"):
            self.recipients.append(line.split(":", 1)[1].strip("<> "))
        return True

    def _data(self, _: str) -> bool:
        if not self.say("data", "354 go on").startswith("354"):
            return True
        if self.script.steps.get("body") in (DROP, RESET):
            self.file.read(64)
        if "body" in self.script.steps:
            self.say("body", "")
        lines = []
        while (line := self.file.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        if line == b"":
            return False
        message = (list(self.recipients), b"".join(lines))
        if "dot-stored" in self.script.steps:
            self.server.messages.append(message)
            self.say("dot-stored", "")
            return True
        if self.say("dot", "250 2.0.0 stored").startswith("250"):
            self.server.messages.append(message)
            if "after" in self.script.steps:
                self.say("after", "")
        return True

    def _reset(self, _: str) -> bool:
        self.say("rset", "250 ok")
        return True

    def _quit(self, _: str) -> bool:
        self.say("quit", "221 bye")
        return False

    def _unknown(self, _: str) -> bool:
        self.sock.sendall(b"500 what\r\n")
        return True
