"""Work off the window's thread: one queue for the store, one for everything slow outside it.

``work`` never touches a widget; ``done`` and ``failed`` run on the window's thread (after Anki's ``taskman``).
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Signal

Work = Callable[[], Any]
Done = Callable[[Any], None]
Failed = Callable[[BaseException], None]


class Operations(QObject):
    """Runs work in order. With ``at_once`` everything happens in the caller: for tests and the last save."""

    _ready = Signal(object)

    def __init__(self, parent: QObject | None = None, at_once: bool = False) -> None:
        super().__init__(parent)
        self._at_once, self._stopped, self._under_way = at_once, False, 0
        self._store = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._outside = ThreadPoolExecutor(2, thread_name_prefix="outside")
        self._ready.connect(lambda closure: closure())

    def run(self, work: Work, done: Done, failed: Failed, outside: bool = False) -> None:
        """Do ``work`` elsewhere, then ``done`` with its value or ``failed`` with what it raised."""
        if self._at_once:
            _tell(_tried(work), done, failed)
            return
        if self._stopped:
            return  # the store is closed; whoever asks now is a page on its way out
        queue = self._outside if outside else self._store
        self._under_way += outside
        queue.submit(work).add_done_callback(lambda future: self._back(future, done, failed, outside))

    @property
    def quiet(self) -> bool:
        """Whether nothing slow is under way: a report being handed over, a paper being set."""
        return not self._under_way

    def _back(self, future: "Future[Any]", done: Done, failed: Failed, outside: bool) -> None:
        def deliver() -> None:
            self._under_way -= outside
            if not self._stopped:  # what was asked of a store that is closed by now is nobody's answer
                _tell(future, done, failed)

        try:
            self._ready.emit(deliver)
        except RuntimeError:
            return  # the window is gone: nobody is left to tell

    def now(self, work: Work) -> Any:
        """Do ``work`` after everything queued for the store, and wait for it: the save on the way out."""
        return work() if self._at_once else self._store.submit(work).result()

    def stop(self) -> None:
        """Finish what the store was given; let nothing new begin."""
        self._stopped = True
        self._outside.shutdown(wait=True, cancel_futures=True)
        self._store.shutdown(wait=True)


def _tried(work: Work) -> "Future[Any]":
    future: Future[Any] = Future()
    try:
        future.set_result(work())
    except Exception as error:  # noqa: BLE001 -- carried to ``failed``, which tells the families apart
        future.set_exception(error)
    return future


def _tell(future: "Future[Any]", done: Done, failed: Failed) -> None:
    if future.cancelled():
        return
    error = future.exception()
    if error is None:
        done(future.result())
    else:
        failed(error)
