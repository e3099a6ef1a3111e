"""What a user does, run away from the window's thread: the one way for pages, dialogs and the sealed page
alike.

An operation gets the store and never a widget. Its result, its failure and its progress come back on the
window's thread, and what it changed is published once (after Anki's ``operations`` and ``taskman``).
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Generic, Never, TypeVar, cast
from weakref import WeakSet

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal

from sep_desktop.domain.changes import Changes, Undo, changes_in, undo_in
from sep_desktop.errors import Cancelled
from sep_desktop.ui.kit.dialog import Keeper

Opened = TypeVar("Opened")
"""What is open: the store of visits, or that and the sealed one."""

Result = TypeVar("Result")
Failed = Callable[[BaseException], None]
Progress = Callable[[int, int], None]
"""Told how much of how many is done; raises ``Cancelled`` in an operation that was asked to stop."""


class Operations(QObject):
    """The threads: one queue for the store, one for what is slow outside it.

    With ``in_caller`` everything happens in the caller: for tests.
    """

    _ready = Signal(object)

    def __init__(self, parent: QObject | None = None, in_caller: bool = False) -> None:
        super().__init__(parent)
        self.in_caller = in_caller
        self._stopped = False
        self.tasks: WeakSet[Task] = WeakSet()
        self._futures: WeakSet[Future[object]] = WeakSet()
        self._slow: WeakSet[Future[object]] = WeakSet()
        self._store = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._outside = ThreadPoolExecutor(2, thread_name_prefix="outside")
        self._ready.connect(self._deliver)

    def submit(
        self, work: Callable[[], Result], answer: Callable[["Future[Result]"], None], slow: bool
    ) -> None:
        """Do ``work`` elsewhere and give its future to ``answer`` on the window's thread."""
        if self.in_caller:
            answer(_attempted(work))
        elif not self._stopped:  # the store is closed; whoever asks now is a page on its way out
            future = (self._outside if slow else self._store).submit(work)
            self._futures.add(cast("Future[object]", future))
            if slow:
                self._slow.add(cast("Future[object]", future))
            future.add_done_callback(lambda future: self.call(lambda: answer(future)))

    def call(self, closure: Callable[[], None]) -> None:
        """Run ``closure`` on the window's thread, soon; nowhere when the window is gone."""
        try:
            self._ready.emit(closure)
        except RuntimeError:
            return

    def _deliver(self, closure: Callable[[], None]) -> None:
        if not self._stopped:  # what was asked of a store that is closed by now is nobody's answer
            closure()

    def wait_for(self, work: Callable[[], Result]) -> Result:
        """Do ``work`` after everything queued for the store, and wait for it: the save on the way out."""
        return work() if self.in_caller else self._store.submit(work).result()

    def finish(self, seconds: float, slow: bool = True) -> bool:
        """Wait for what is under way, and hand its answers on. Whether all of it was done in time.

        Without ``slow`` only for what the store was given.
        """
        if self.in_caller:
            return True
        concerned = self._slow if slow else ()
        under_way = wait([self._store.submit(_nothing), *concerned], seconds).not_done
        QCoreApplication.sendPostedEvents(self, QEvent.Type.MetaCall.value)
        return not under_way

    def cancel_tasks(self) -> None:
        """Ask everything that shows its progress to stop."""
        for task in list(self.tasks):
            task.cancel()

    def stop(self) -> None:
        """Finish what the store was given; let nothing new begin."""
        self._stopped = True
        self._outside.shutdown(wait=True, cancel_futures=True)
        self._store.shutdown(wait=True)

    def abandon(self) -> None:
        """Let nothing new begin, and wait for nothing: the stores are closed, and what still runs fails."""
        self._stopped = True
        for queue in (self._outside, self._store):
            queue.shutdown(wait=False, cancel_futures=True)

    @property
    def is_over(self) -> bool:
        """Whether nothing is under way any more."""
        return all(future.done() for future in self._futures)


class Task:
    """An operation that is under way and can be stopped."""

    def __init__(self) -> None:
        self._stop = threading.Event()

    def cancel(self) -> None:
        """Ask it to stop; it ends with ``Cancelled`` at its next report of progress."""
        self._stop.set()

    def check(self) -> None:
        """Raises ``Cancelled`` once it was asked to stop."""
        if self._stop.is_set():
            raise Cancelled


class Runner(QObject, Generic[Opened]):
    """Runs operations over what is open.

    ``publish`` is told what one changed, ``offer`` how it is taken back; ``keeper`` keeps the words of
    dialogs over what is open. ``idle`` says that nothing slow is
    under way any more.
    """

    idle = Signal()

    def __init__(
        self,
        operations: Operations,
        opened: Opened,
        publish: Callable[[Changes], None],
        fail: Failed,
        offer: Callable[[Undo[Never]], None] | None = None,
    ) -> None:
        super().__init__()
        self._operations = operations
        self._opened: Opened | None = opened
        self._publish, self.fail, self._offer = publish, fail, offer
        self._slow_under_way = 0
        self.keeper: Keeper | None = None

    @property
    def busy(self) -> bool:
        """Whether something slow is under way: a message being handed over, a paper being set."""
        return self._slow_under_way > 0

    @property
    def opened(self) -> Opened:
        """What is open. Raises ``RuntimeError`` once it was closed."""
        if self._opened is None:
            raise RuntimeError("the store was closed")
        return self._opened

    def run(
        self,
        owner: QObject,
        work: Callable[[Opened], Result],
        done: Callable[[Result], None] | None = None,
        *,
        failed: Failed | None = None,
        slow: bool = False,
    ) -> None:
        """Do ``work``; then ``done`` with its result, and what it changed is published.

        Nobody is told when ``owner`` has gone meanwhile, or what was open has been closed. ``failed`` takes
        the place of the usual message. ``slow`` work does not keep the store's own queue waiting.
        """
        self._start(owner, work, done, failed, slow)

    def run_beside(
        self,
        owner: QObject,
        work: Callable[[Opened], Result],
        done: Callable[[Result], None] | None = None,
        *,
        failed: Failed | None = None,
    ) -> None:
        """As slow work that nobody waits for: who locks or closes does so at once, and has to end it."""
        self._start(owner, work, done, failed, slow=True, awaited=False)

    def run_with_progress(
        self,
        owner: QObject,
        work: Callable[[Opened, Progress], Result],
        progress: Progress,
        done: Callable[[Result], None] | None = None,
        *,
        failed: Failed | None = None,
    ) -> Task:
        """As ``run``; ``progress`` is told on the window's thread, and the task can be cancelled."""
        task = Task()
        self._operations.tasks.add(task)

        def report(steps_done: int, total: int) -> None:
            task.check()
            self._operations.call(lambda: progress(steps_done, total) if shiboken6.isValid(owner) else None)

        self._start(owner, lambda opened: work(opened, report), done, failed, slow=False)
        return task

    def _start(
        self,
        owner: QObject,
        work: Callable[[Opened], Result],
        done: Callable[[Result], None] | None,
        failed: Failed | None,
        slow: bool,
        awaited: bool = True,
    ) -> None:
        opened = self._opened
        if opened is None:
            return  # closed: whoever asks now is a page on its way out
        counted = slow and awaited
        self._slow_under_way += counted

        def answer(future: "Future[Result]") -> None:
            self._slow_under_way -= counted
            try:
                if self._opened is not None and not future.cancelled():
                    self._answer(future, owner, done, failed)
            finally:
                if counted and not self._slow_under_way and shiboken6.isValid(self):
                    self.idle.emit()

        self._operations.submit(lambda: work(opened), answer, slow)

    def _answer(
        self,
        future: "Future[Result]",
        owner: QObject,
        done: Callable[[Result], None] | None,
        failed: Failed | None,
    ) -> None:
        there, error = shiboken6.isValid(owner), future.exception()
        if error is None:
            result = future.result()
            if done and there:
                done(result)
            if changes := changes_in(result):
                self._publish(changes)
            if self._offer and (undo := undo_in(result)):
                self._offer(undo)
        elif failed and there:
            failed(error)
        else:
            self.fail(error)

    def wait_for(self, work: Callable[[Opened], Result]) -> Result:
        """Do ``work`` after everything queued, and wait for it: the save on the way out.

        Raises what it raises.
        """
        opened = self.opened
        return self._operations.wait_for(lambda: work(opened))

    def close(self) -> None:
        """What was open is about to be closed: answers that are still to come are nobody's."""
        self._opened = self.keeper = None


def _nothing() -> None:
    """Done when everything before it in the queue is."""


def _attempted(work: Callable[[], Result]) -> "Future[Result]":
    future: Future[Result] = Future()
    try:
        future.set_result(work())
    except Exception as error:  # noqa: BLE001 -- carried to ``failed``, which tells the families apart
        future.set_exception(error)
    return future
