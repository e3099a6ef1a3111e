"""What every part of the open sealed page works with. Nothing of it outlives the page."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date, datetime

from PySide6.QtCore import QObject, Signal

from sep_desktop.clock import Clock
from sep_desktop.domain.changes import Changes
from sep_desktop.domain.wording import saved_at
from sep_desktop.notices import Notice, Tone
from sep_desktop.services.appraisals import records
from sep_desktop.services.appraisals.stores import OpenStores, SealedStore
from sep_desktop.ui.context.autosave import Autosave
from sep_desktop.ui.context.form_keeper import FormKeeper
from sep_desktop.ui.context.operations import Failed, Result, Runner
from sep_desktop.ui.context.session import Session, in_words
from sep_desktop.ui.context.undoing import Undoing
from sep_desktop.ui.context.unsaved import UnsavedTexts


@dataclass(frozen=True)
class EditState:
    """How often anything was touched, and what was not saved yet."""

    touches: int
    unsaved: frozenset[Hashable]


class SealedContext(QObject):
    """Runs operations over both open stores. What goes wrong is told inside the page, never outside it.

    ``changed`` says that the sealed store holds something else than before; what changed in the store of
    visits is told to the session.
    """

    changed = Signal()
    noticed = Signal(object)

    def __init__(self, session: Session, stores: OpenStores) -> None:
        super().__init__()
        self.session, self.closed = session, False
        self.undoing: Undoing[OpenStores] = Undoing(self.now)
        self.runner: Runner[OpenStores] = Runner(
            session.operations, stores, self._publish, self.fail, self.undoing.offer
        )
        self.undoing.runner = self.runner
        self.undoing.offered.connect(self.noticed)
        self._touches = 0
        self._touched: dict[Hashable, int] = {}
        self.unsaved: UnsavedTexts[OpenStores] = UnsavedTexts()
        self._reveal(stores)
        clock = session.surroundings.clock
        self.runner.keeper = FormKeeper(stores, _sealed, clock, lambda: session.address, self.unsaved)
        save = _save_with(clock)
        self.autosave = Autosave(self, self.runner, session.timers, session.composition, save, self.unsaved)
        self.autosave.saved.connect(self._saved)
        self.autosave.failed.connect(self._not_saved)

    def _reveal(self, stores: OpenStores) -> None:
        """What could not be saved before it was closed is saved now, or is unsaved again."""
        concealed, concealment = self.session.concealed, stores.sealed.concealment
        self.session.open_stores.append(stores.sealed)
        concealed.sealed = self.unsaved.reveal(concealed.sealed, concealment)
        self.unsaved.save_waiting(stores)

    def now(self) -> datetime:
        """The moment, aware, in the user's own zone."""
        return self.session.now()

    def today(self) -> date:
        """The day of the user's own zone."""
        return self.session.today()

    def run(
        self,
        owner: QObject,
        work: Callable[[OpenStores], Result],
        done: Callable[[Result], None] | None = None,
        *,
        failed: Failed | None = None,
        slow: bool = False,
    ) -> None:
        """As ``Runner.run``, over both stores; does nothing once they are being closed."""
        if not self.closed:
            self.runner.run(owner, work, done, failed=failed, slow=slow)

    def _publish(self, changes: Changes) -> None:
        self.undoing.changed(changes)
        if Changes.SEALED in changes:
            self.changed.emit()
        if outside := changes & ~Changes.SEALED:
            self.session.changed.emit(outside)

    def say(self, text: str, hint: str = "", tone: Tone = Tone.INFORM) -> None:
        """Tell something at the top of the open page."""
        self.noticed.emit(Notice(tone, text, hint))

    def hear_store(self) -> None:
        """Say at the top of the open page what the sealed store has to tell, from whatever thread."""
        call = self.session.operations.call
        self.runner.opened.sealed.notices.listen(lambda notice: call(lambda: self.noticed.emit(notice)))

    def fail(self, error: BaseException) -> None:
        """Say at the top of the open page what went wrong."""
        self.noticed.emit(in_words(error))

    def touch(self, cycle: int, key: str, text: Callable[[], str]) -> None:
        """A field of a record changed; ``text`` gives its words when the time comes to save them."""
        self._touches += 1
        self._touched[(cycle, key)] = self._touches
        self.autosave.touch((cycle, key), text)

    def put(self, cycle: int, key: str, text: str) -> bool:
        """Write a field at once, after everything that is not saved yet. Whether everything is safe."""
        self.touch(cycle, key, lambda: text)
        return self.autosave.flush()

    def edit_state(self) -> EditState:
        """Now, to know later what was typed since."""
        return EditState(self._touches, self.autosave.dirty)

    def is_newer(self, cycle: int, key: str, asked: EditState) -> bool:
        """Whether the words on the screen may be newer than an answer that was asked for at a moment."""
        place = (cycle, key)
        return (
            self.autosave.is_dirty(place)
            or place in asked.unsaved
            or self._touched.get(place, 0) > asked.touches
        )

    def save_all(self) -> None:
        """Save everything that was typed, in open dialogs too; what cannot be saved waits."""
        self.session.composition.commit()
        self.unsaved.save_last(self.runner.opened)

    def close(self) -> OpenStores:
        """The stores; nothing of the page reaches them any more. The caller closes the sealed one.

        Everything typed is saved; what cannot be is concealed until it is opened again.
        """
        stores = self.runner.opened
        self.closed = True
        self.save_all()
        self.session.concealed.sealed += self.unsaved.conceal(stores.sealed.concealment)
        self.session.open_stores.remove(stores.sealed)
        self.autosave.stop()
        self.runner.close()
        return stores

    def _saved(self, at: datetime) -> None:
        self.session.status.emit(saved_at(at))

    def _not_saved(self, problem: BaseException) -> None:
        self.session.status.emit("NOT SAVED")
        self.fail(problem)


def _sealed(stores: OpenStores) -> SealedStore:
    return stores.sealed


def _save_with(clock: Clock) -> Callable[[OpenStores, Hashable, str], datetime]:
    """How the words under a place, a cycle and a key, are written."""

    def save(stores: OpenStores, place: Hashable, text: str) -> datetime:
        assert isinstance(place, tuple)
        cycle, key = place
        return records.save_part(sealed=stores.sealed, cycle=cycle, key=key, text=text, now=clock.now())

    return save
