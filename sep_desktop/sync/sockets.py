"""TCP connections whose every wait has an end: in time, and by a stop that another thread gives.

Nothing is closed or shut down under a thread that waits on it. A number that is closed may the next moment be
another file's, a socket that is still connecting cannot be shut down on every system, and a look-up of a name
cannot be woken at all. So each wait looks up every ``PULSE`` to see whether it has been stopped.
"""

import errno
import ipaddress
import os
import re
import selectors
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")

PULSE = 0.1
"""Seconds between two looks at whether a wait has been stopped."""

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
_UNDER_WAY = {errno.EINPROGRESS, errno.EWOULDBLOCK}


class Stopped(Exception):
    """Another thread has stopped what was waited for."""


class Deadline:
    """An end in time for everything that is waited for under it, all together.

    ``seconds`` from now; sooner as soon as ``stop`` is set.
    """

    def __init__(self, seconds: float, stop: threading.Event) -> None:
        self._at, self._stop = time.monotonic() + seconds, stop

    def pulse(self) -> float:
        """Seconds to wait before asking again, at most ``PULSE``.

        Raises ``Stopped``, or ``TimeoutError`` past the end.
        """
        if self._stop.is_set():
            raise Stopped
        left = self.left()
        if left <= 0:
            raise TimeoutError
        return min(left, PULSE)

    def left(self) -> float:
        """Seconds until the end; negative past it."""
        return self._at - time.monotonic()

    def within(self, seconds: float) -> "Deadline":
        """The sooner of ``seconds`` from now and this one."""
        return Deadline(min(seconds, self.left()), self._stop)


def aside(work: Callable[[], T], deadline: Deadline) -> T:
    """What ``work`` gives or raises. In a thread of its own, which is left behind at the deadline."""
    answer: Future[T] = Future()

    def run() -> None:
        try:
            answer.set_result(work())
        except Exception as error:  # noqa: BLE001 -- raised again where it is waited for
            answer.set_exception(error)

    deadline.pulse()  # past it, nothing is begun
    thread = threading.Thread(target=run, name="aside", daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(deadline.pulse())
    return answer.result()


def wait_for(sock: socket.socket, event: int, deadline: Deadline) -> None:
    """Until ``sock`` can be read from or written to. Raises as ``Deadline.pulse``."""
    with selectors.DefaultSelector() as selector:
        selector.register(sock, event)
        while not selector.select(deadline.pulse()):
            pass


def connect(host: str, port: int, deadline: Deadline) -> socket.socket:
    """A socket that does not block, connected to the first address of ``host`` that answers.

    ``host`` is a name as ``host_name`` gives it. Addresses that do not answer share the time. Raises
    ``OSError`` (``gaierror`` for an unknown name) and what ``Deadline.pulse`` raises.
    """
    places = aside(lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM), deadline)
    failure = OSError(errno.EADDRNOTAVAIL, "no address")
    for tried, (family, kind, protocol, _, address) in enumerate(places):
        share = deadline.within(deadline.left() / (len(places) - tried))
        try:
            return _connected(socket.socket(family, kind, protocol), address, share)
        except OSError as error:
            failure = error
    raise failure


def _connected(sock: socket.socket, address: object, deadline: Deadline) -> socket.socket:
    try:
        sock.setblocking(False)
        refused = sock.connect_ex(address)  # type: ignore[arg-type]  # as getaddrinfo gave it
        if refused in _UNDER_WAY:
            wait_for(sock, WRITE, deadline)
            refused = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if refused:
            raise OSError(refused, os.strerror(refused))
    except BaseException:
        sock.close()
        raise
    return sock


_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")


def host_name(text: str) -> str:
    """A host's name as it is looked up: ASCII (IDNA 2008, RFC 5891), or an address of IPv4 or IPv6.

    Raises ``ValueError`` for what can be no host's name.
    """
    name = text.strip().rstrip(".")
    try:
        return str(ipaddress.ip_address(name.removeprefix("[").removesuffix("]")))
    except ValueError:
        pass
    if not name.isascii():
        import idna  # here: it is for few, and costs the start

        name = idna.encode(name, uts46=True).decode("ascii")  # an IDNAError is a ValueError
    if len(name) > 253 or not all(map(_LABEL.fullmatch, name.split("."))):
        raise ValueError("no name of a host")
    return name
