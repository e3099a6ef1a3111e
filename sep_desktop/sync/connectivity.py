"""Whether there is a line out. The network being up does not mean that the server can be reached."""

import socket
from typing import Protocol


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

    def __init__(self, host: str, port: int) -> None:
        self._where = (host, port)

    def is_up(self) -> bool:
        """Whether it does so now."""
        try:
            with socket.create_connection(self._where, timeout=3):
                return True
        except OSError:
            return False
