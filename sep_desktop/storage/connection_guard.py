"""Who may use a connection: one thread at a time, nobody once it is closed or while work is to end."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlcipher3 import dbapi2 as driver

from sep_desktop.errors import Cancelled
from sep_desktop.storage.driver_errors import translated


class ConnectionGuard:
    """``lock`` is held by whoever uses the connection, as often as they ask for it."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.closed = self._stopped = False

    @contextmanager
    def using(self) -> Iterator[None]:
        """Hold the connection, with the driver's errors as ours.

        Raises ``Cancelled`` once it was closed, or while all work is to end.
        """
        with self.lock, translated():
            if self.closed or self._stopped:
                raise Cancelled
            yield

    def stop_work(self, connection: driver.Connection) -> None:
        """As ``EncryptedDatabase.stop_work``."""
        self._stopped = True
        if not self.closed:
            connection.interrupt()

    def go_on(self) -> None:
        """Let the connection be used again."""
        self._stopped = False
