"""A mail server whose steps can do something before they answer, and a line beside which somebody listens."""

import socket
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import trustme

from tests.faults.counting import Piece, piece
from tests.support.smtp_server import Script, ScriptedServer

Deed = Callable[[], object]


class Steps(dict[str, str]):
    """The steps of a script; a deed runs when the conversation comes to its step, before the answer.

    ``once`` has answers that are given one time.
    """

    def __init__(self, answers: Mapping[str, str] = {}, deeds: Mapping[str, Deed] = {}) -> None:
        super().__init__(answers)
        self.deeds, self.once = dict(deeds), dict[str, str]()
        self.problems: list[BaseException] = []

    def get(self, step: str, default: Any = None) -> Any:  # type: ignore[override]
        """The answer to a step, after its deed."""
        self._do(step)
        return self.once.pop(step, None) or super().get(step, default)

    def __getitem__(self, step: str) -> str:
        self._do(step)
        return super().__getitem__(step)

    def _do(self, step: str) -> None:
        if deed := self.deeds.pop(step, None):
            try:
                deed()
            except BaseException as problem:  # noqa: BLE001 -- it is told in the round's own thread
                self.problems.append(problem)

    def clear(self) -> None:
        """Answer as usual from now on."""
        super().clear()
        self.deeds.clear()
        self.once.clear()


class MailServer(ScriptedServer):
    """As ``ScriptedServer``, behind a line on which every byte of the client is kept as it went."""

    def __init__(
        self,
        answers: Mapping[str, str] = {},
        deeds: Mapping[str, Deed] = {},
        *,
        authority: trustme.CA | None = None,
        host: str = "localhost",
        cert: Mapping[str, object] = {},
        **script: Any,
    ) -> None:
        self.steps = Steps(answers, deeds)
        super().__init__(Script(self.steps, **script), host, authority or AUTHORITY, **dict(cert))
        self.line = Line(self.port)

    def __exit__(self, *_: object) -> None:
        self.line.close()
        super().__exit__()

    @property
    def pieces(self) -> list[Piece]:
        """Everything that the server keeps, as somebody would read it there."""
        return [piece(recipients, raw) for recipients, raw in self.messages]

    def heard(self, *secrets: str) -> int:
        """How many of the secrets went over the line in clear, as they are or as AUTH writes them."""
        wire = bytes(self.line.heard)
        return sum(as_sent(secret, wire) for secret in secrets if secret)


def as_sent(secret: str, wire: bytes) -> bool:
    """Whether a secret stands on the wire, as it is or as AUTH writes it."""
    plain = secret.encode()
    return any(form in wire for form in (plain, b64encode(plain), b64encode(b"\0ada\0" + plain)))


AUTHORITY = trustme.CA()
"""One for every server of a process: making one takes longer than a round."""


def authority_file(folder: Path) -> str:
    """Where its certificate lies, for an account."""
    path = folder / "authority.pem"
    if not path.exists():
        AUTHORITY.cert_pem.write_to_path(str(path))
    return str(path)


_CHUNK = 16_384


class Line:
    """A line to a port of this computer. ``heard`` holds what a listener between would have of the client.

    ``pause`` is how many seconds it needs for each sixteen kilobytes from the client.
    """

    def __init__(self, port: int, pause: float = 0.0) -> None:
        self._far, self._pause, self.heard, self.connections = port, pause, bytearray(), 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            far = socket.create_connection(("127.0.0.1", self._far))
            self._open += [near, far]
            for source, target, ear, pause in ((near, far, self.heard, self._pause), (far, near, None, 0.0)):
                thread = threading.Thread(target=_carry, args=(source, target, ear, pause), daemon=True)
                self._threads.append(thread)
                thread.start()

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up, and wait until nothing of it runs any more."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(2)
        for each in self._open:
            each.close()


def _carry(source: socket.socket, target: socket.socket, ear: bytearray | None, pause: float) -> None:
    """Until either end hangs up; then the other end hears of it."""
    with suppress(OSError):
        while data := source.recv(_CHUNK):
            if pause and len(data) == _CHUNK:
                threading.Event().wait(pause)
            if ear is not None:
                ear += data
            target.sendall(data)
    for each in (source, target):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


@contextmanager
def raw_server(talk: Callable[[socket.socket], object]) -> Iterator[int]:
    """A port where ``talk`` has each connection to itself, for what no mail server would say."""
    listening = socket.create_server(("127.0.0.1", 0))
    threads: list[threading.Thread] = []
    connections: list[socket.socket] = []

    def serve(connection: socket.socket) -> None:
        with suppress(OSError), connection:
            talk(connection)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                connections.append(connection)
                threads.append(threading.Thread(target=serve, args=(connection,), daemon=True))
                threads[-1].start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield listening.getsockname()[1]
    finally:
        for each in (listening, *connections):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        for thread in (accepting, *threads):
            thread.join(2)
