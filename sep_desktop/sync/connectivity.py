"""Whether there is a line out. The network being up does not mean that the server can be reached."""

import threading
from typing import Protocol

from sep_desktop.sync.sockets import Deadline, connect, host_name

_PROBE = 3.0
"""Seconds for looking the name up and connecting together."""


class Connectivity(Protocol):
    """A way to find out."""

    def is_up(self) -> bool:
        """Whether a connection could be made now."""


class NoConnectivity:
    """Stands in where no server is set up."""

    def is_up(self) -> bool:
        """Never."""
        return False


class ServerProbe:
    """Up when the mail server accepts a connection within three seconds. Says nothing to it."""

    def __init__(self, host: str, port: int, seconds: float = _PROBE) -> None:
        self._host, self._port, self._seconds = host, port, seconds

    def is_up(self) -> bool:
        """Whether it does so now; never for what can be no server's name."""
        try:
            connect(host_name(self._host), self._port, Deadline(self._seconds, threading.Event())).close()
        except (OSError, ValueError):
            return False
        return True
