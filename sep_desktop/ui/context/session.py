"""What every page is given: clock, timers, the one way to run an operation, and where changes are told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from PySide6.QtCore import QObject, Signal

from sep_desktop import mistakes
from sep_desktop.clock import Clock
from sep_desktop.domain.changes import Changes
from sep_desktop.errors import Cancelled, in_family
from sep_desktop.notices import Notice, NoticeSink, Tone
from sep_desktop.storage.encrypted_store import EncryptedStore
from sep_desktop.storage.key_slots import Cost
from sep_desktop.storage.os_keyring import Keyring
from sep_desktop.storage.store import Store
from sep_desktop.ui.context.composition import Composition
from sep_desktop.ui.context.form_keeper import FormKeeper
from sep_desktop.ui.context.hand_overs import HandOvers
from sep_desktop.ui.context.operations import Failed, Operations, Progress, Result, Runner, Task
from sep_desktop.ui.context.timers import Timers
from sep_desktop.ui.context.undoing import Undoing
from sep_desktop.ui.context.unsaved import ConcealedTexts, UnsavedTexts

__all__ = ["Session", "Store", "Surroundings", "in_words"]

_IN_PEACE, _A_TRY, _TRIES = 0.25, 0.02, 15
"""Seconds that work under way has to end by itself before a lock, and how often it is then broken off."""


@dataclass(frozen=True)
class Surroundings:
    """The outside world of one run: each can be stood in for.

    ``cost`` is what a guess at a passphrase costs.
    """

    clock: Clock
    timers: Timers
    keyring: Keyring
    cost: Cost | None = None


class Session(QObject):
    """One unlocked store and the window over it.

    ``changed`` carries ``Changes``; ``address_requested`` asks for a page; ``status`` is the foot line;
    ``restore_requested`` asks for the page that restores the backup at a path, or one to be chosen where it
    is empty; ``ending`` comes before the store is let go. ``concealed`` is what could not be saved before an
    earlier lock; ``address`` is the page that is open,
    ``private_hidden`` whether private notes are not to be seen.
    """

    changed = Signal(object)
    address_requested = Signal(str)
    status = Signal(str)
    lock_requested = Signal()
    restore_requested = Signal(str)
    screen_locked = Signal()
    theme_changed = Signal()
    ending = Signal()

    def __init__(
        self,
        store: Store,
        surroundings: Surroundings,
        operations: Operations,
        notices: NoticeSink,
        concealed: ConcealedTexts | None = None,
    ) -> None:
        super().__init__()
        self.surroundings, self.operations, self.notices = surroundings, operations, notices
        self.undoing: Undoing[Store] = Undoing(self.now)
        self.runner: Runner[Store] = Runner(operations, store, self._publish, self.fail, self.undoing.offer)
        self.undoing.runner = self.runner
        self.undoing.offered.connect(notices.show)
        self.composition = Composition(surroundings.timers)
        self.hand_overs = HandOvers(surroundings.timers)
        self.address, self.private_hidden = "", False
        self.open_stores: list[EncryptedStore] = [store]
        self.concealed = ConcealedTexts() if concealed is None else concealed
        self.unsaved: UnsavedTexts[Store] = UnsavedTexts()
        self._reveal(store)
        self.keeper = FormKeeper(store, _itself, surroundings.clock, lambda: self.address, self.unsaved)
        self.runner.keeper = self.keeper
        self.mail_passwords: dict[str, str] = {}
        self.backup_problem: Notice | None = None  # of a store that was opened in it and is closed by now

    def _reveal(self, store: Store) -> None:
        """What could not be saved before a lock is saved now, or is unsaved again."""
        self.concealed.visits = self.unsaved.reveal(self.concealed.visits, store.concealment)
        self.unsaved.save_waiting(store)

    def _publish(self, changes: Changes) -> None:
        self.undoing.changed(changes)
        self.changed.emit(changes)

    @property
    def timers(self) -> Timers:
        """Where pages take their timers from."""
        return self.surroundings.timers

    def now(self) -> datetime:
        """The moment, aware, in the user's own zone."""
        return self.surroundings.clock.now()

    def today(self) -> date:
        """The day of the user's own zone."""
        return self.surroundings.clock.today()

    def run(
        self,
        owner: QObject,
        work: Callable[[Store], Result],
        done: Callable[[Result], None] | None = None,
        *,
        failed: Failed | None = None,
        slow: bool = False,
    ) -> None:
        """As ``Runner.run``, over the store of visits; problems are told at the top of the page."""
        self.runner.run(owner, work, done, failed=failed, slow=slow)

    def run_with_progress(
        self,
        owner: QObject,
        work: Callable[[Store, Progress], Result],
        progress: Progress,
        done: Callable[[Result], None] | None = None,
        *,
        failed: Failed | None = None,
    ) -> Task:
        """As ``Runner.run_with_progress``."""
        return self.runner.run_with_progress(owner, work, progress, done, failed=failed)

    def say(self, text: str, hint: str = "", tone: Tone = Tone.INFORM) -> None:
        """Tell something at the top of the page."""
        self.notices.say(tone, text, hint)

    def hear_store(self) -> None:
        """Say at the top of the page what the store has to tell, from whatever thread it is used on."""
        call, show = self.operations.call, self.notices.show
        self.runner.opened.notices.listen(lambda notice: call(lambda: show(notice)))

    def fail(self, error: BaseException) -> None:
        """Say at the top of the page what went wrong."""
        self.notices.show(in_words(error))

    def go(self, address: str) -> None:
        """Open a page: ``today``, ``school/990001``, ``visit/12/report``."""
        self.address_requested.emit(address)

    def break_off_work(self) -> bool:
        """End what is under way, within a second, and let nothing new reach the stores that are open.

        What ends by itself in a moment may do so. Whether anything had to be broken off.
        """
        self.operations.cancel_tasks()
        for store in self.open_stores:
            store.backups.give_up()
        is_done = self.operations.finish(_IN_PEACE)
        for _ in range(_TRIES):
            for store in self.open_stores:
                store.database.stop_work()
            if self.operations.finish(_A_TRY, slow=False):
                break
        return not is_done

    def go_on(self) -> None:
        """Let the stores be used again, after ``break_off_work``."""
        for store in self.open_stores:
            store.database.go_on()

    def end(self) -> Store:
        """The store, to be closed by the caller; nothing of this session reaches it any more."""
        store = self.runner.opened
        self.ending.emit()
        self.undoing.withdraw()
        self.composition.stop()
        self.runner.close()
        self.mail_passwords.clear()
        return store


def _itself(store: Store) -> Store:
    return store


def in_words(error: BaseException) -> Notice:
    """One place turns an error into words: ours as written, anything else as a fault of the program."""
    if isinstance(error, Cancelled):
        return Notice(Tone.INFORM, error.message)
    if problem := in_family(error):
        return Notice(Tone.FAIL, problem.message, problem.hint)
    mistakes.write_down(error)
    return mistakes.notice(error)
