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
        self.closed = False
        self._alone: int | None = None  # the thread that has it to itself

    @contextmanager
    def using(self) -> Iterator[None]:
        """Hold the connection, with the driver's errors as ours.

        Raises ``Cancelled`` once it was closed, and while another thread has it to itself.
        """
        with self.lock, translated():
            if self.closed or self._alone not in (None, threading.get_ident()):
                raise Cancelled
            yield

    def stop_work(self, connection: driver.Connection) -> None:
        """As ``EncryptedDatabase.stop_work``."""
        self._alone = threading.get_ident()
        if not self.closed:
            connection.interrupt()

    def go_on(self) -> None:
        """Let every thread use the connection again."""
        self._alone = None
