"""Bringing a store back from a backup: what it would bring, what it would take, and carrying it out.

Nothing of the store that is there changes before the last step; what was there is kept.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Generic

from sep_desktop.clock import SystemClock
from sep_desktop.domain.backups import is_ahead
from sep_desktop.domain.fork import Fork, fork
from sep_desktop.domain.wording import day, day_and_time, listed, plural
from sep_desktop.errors import EnvironmentProblem, SepError, UserError
from sep_desktop.paths import Locations
from sep_desktop.places import hazard_of
from sep_desktop.storage import contents
from sep_desktop.storage.backups import search, verification
from sep_desktop.storage.backups.listing import Backup
from sep_desktop.storage.backups.manifest import DamagedBackup
from sep_desktop.storage.contents import HistoryLine
from sep_desktop.storage.encrypted_store import AnyStore, EncryptedStore
from sep_desktop.storage.key_slots import Cost
from sep_desktop.storage.purpose import StorePurpose
from sep_desktop.storage.restoring.keys import key_file_of, purpose_of, way_in
from sep_desktop.storage.restoring.making_ready import HandOn, MadeReady, make_ready, put_as_it_lies
from sep_desktop.storage.store_creation import exists

_MOST_LINES = 12
"""Of a journal, in a preview: the newest; the rest is counted."""

_HOLDS = {StorePurpose.VISITS: "visits and reports", StorePurpose.SEALED: "performance management"}


@dataclass(frozen=True)
class Offer:
    """The newest backup that is whole, as far as that can be seen without its keys, and all the others.

    Each of ``others`` with why it is not used; empty for one that is merely older.
    """

    best: Backup
    others: tuple[tuple[Backup, str], ...]


@dataclass(frozen=True)
class Preview:
    """What restoring would bring and take. ``counts`` and the like are in words: ``3 visits``.

    ``trouble`` says why the store that is there cannot be compared; ``is_new`` where there is none. ``since``
    is when the keys were written that will open it; empty where those of the present store stay.
    """

    backup: Backup
    counts: tuple[str, ...]
    only_here: tuple[str, ...]
    only_there: tuple[str, ...]
    journals: Fork[HistoryLine]
    trouble: str
    is_new: bool
    since: str

    @property
    def sentences(self) -> list[str]:
        """For somebody who has to decide."""
        moment = day_and_time(self.backup.made)
        sentences = [f"The backup of {moment} holds {listed(self.counts) or 'nothing yet'}."]
        if self.trouble:
            sentences.append(f"The store that is here cannot be compared with it. {self.trouble}")
        elif not self.is_new:
            sentences += self._compared()
        if self.since:
            since = day(datetime.fromisoformat(self.since).astimezone().date())
            sentences.append(f"It opens with the passphrase and the recovery code of {since}.")
        if not self.is_new:
            sentences.append("What is here now is kept.")
        return [*sentences, "Whatever may have been sent since then waits for your decision."]

    def _compared(self) -> list[str]:
        journals = self.journals
        if not (self.only_here or self.only_there or journals.here or journals.there):
            return ["It holds the same as the store that is here."]
        here = f"Here and not in the backup: {listed(self.only_here)}." if self.only_here else ""
        there = f"In the backup and not here: {listed(self.only_there)}." if self.only_there else ""
        parted = "Both have gone on since they parted." if journals.both_went_on else ""
        return [each for each in (here, there, parted) if each]

    @property
    def since_then(self) -> list[tuple[str, list[str]]]:
        """What either side's journal says since the two parted: a heading, and lines, the newest first."""
        sides = (
            ("Written here since that backup", self.journals.here),
            ("Written in the backup since", self.journals.there),
        )
        return [(heading, _lines(lines)) for heading, lines in sides if lines]


def _lines(lines: tuple[HistoryLine, ...]) -> list[str]:
    left_out = len(lines) - _MOST_LINES
    shown = [f"{day_and_time(each.at)}: {each.text}" for each in reversed(lines[-_MOST_LINES:])]
    more = f"And {left_out:,} earlier {'one' if left_out == 1 else 'ones'}."
    return [*shown, more] if left_out > 0 else shown


@dataclass(frozen=True)
class Restoring(Generic[AnyStore]):
    """A restore that is prepared and not decided. ``is_renewed`` says that it gets a new passphrase."""

    preview: Preview
    ready: MadeReady[AnyStore]
    is_renewed: bool


@dataclass(frozen=True)
class Restored:
    """What was done. ``kept`` is where what was there before lies now; none where nothing was there."""

    backup: Backup
    kept: Path | None


def find(*, place: Path, purpose: StorePurpose = StorePurpose.VISITS, now: datetime | None = None) -> Offer:
    """What there is to restore at a place: a backup, a file in it, a folder of them, a stick, a store's copy.

    What is dated after ``now``, by the computer's clock where none is given, is the last to be taken. Raises
    ``UserError`` where there is none, ``EnvironmentProblem`` where the place cannot be read and
    ``DamagedBackup``, with the reasons, where none is whole.
    """
    now = now or SystemClock().now()
    candidates = [each for each in search.backups_at(place) if purpose_of(each) is purpose]
    candidates.sort(key=lambda each: is_ahead(each.made, now))  # a wrong clock does not make it the newest
    if not candidates:
        raise UserError(
            f"There is no backup of {_HOLDS[purpose]} in {place}.",
            "Choose another folder, or the whole stick.",
        )
    troubles: list[str] = []
    for number, backup in enumerate(candidates):
        if not (trouble := _trouble(backup)):
            older = [(each, each.trouble) for each in candidates[number + 1 :]]
            return Offer(backup, (*zip(candidates[:number], troubles, strict=True), *older))
        troubles.append(trouble)
    named = (f"{each.path.name}: {trouble}" for each, trouble in zip(candidates, troubles, strict=True))
    raise DamagedBackup("None of the backups there is whole.", " ".join(named))


def _trouble(backup: Backup) -> str:
    """Why it is not whole; of one without a manifest nothing can be said without its keys."""
    if backup.manifest is None:
        return backup.trouble
    try:
        verification.verify(backup)
    except DamagedBackup as problem:
        return problem.reason or problem.message
    except SepError as problem:
        return problem.message
    return ""


@dataclass(frozen=True)
class Secret:
    """What opens a store: its passphrase, or with ``by_code`` its recovery code.

    With a code, ``new`` is the passphrase from now on; where it is empty the one there was stays. ``cost`` is
    that of a guess at it.
    """

    text: str = field(repr=False)
    by_code: bool = False
    new: str = field(default="", repr=False)
    cost: Cost | None = None

    def renew(self, store: EncryptedStore) -> bool:
        """Make the new passphrase that of ``store``, if there is one. Raises ``UserError`` if it is weak."""
        if is_renewed := bool(self.by_code and self.new):
            store.set_passphrase_by_code(self.text, self.new, self.cost)
        return is_renewed


def prepare(
    *, kind: type[AnyStore], locations: Locations, backup: Backup, secret: Secret
) -> Restoring[AnyStore]:
    """Make the store of a backup ready beside the present one, migrated and checked, and compare the two.

    ``secret`` is the store's own, or of when the backup was made. Raises ``WrongSecret``, ``UserError``
    (another store or purpose, a newer program, a synced folder), ``DamagedBackup``, or a ``StoreProblem``
    such as ``StoreInUse``; then nothing has changed.
    """
    if backup.trouble:
        raise DamagedBackup(f"The backup {backup.path} cannot be used. {backup.trouble}", "Use another one.")
    if purpose_of(backup) is not kind.purpose:
        raise UserError(
            f"{backup.path} holds {_HOLDS[purpose_of(backup)]}.",
            f"Choose a backup of {_HOLDS[kind.purpose]}. Nothing was changed.",
        )
    if hazard := hazard_of(locations.root):
        text = f"A store cannot be kept in {locations.root}: {hazard.reason}."
        raise UserError(text, "Choose a folder on this computer's own disk.")
    ready = make_ready(kind, locations, backup, secret.text, way_in(secret.by_code))
    try:
        is_renewed = secret.renew(ready.staged)
        return Restoring(_preview(backup, ready), ready, is_renewed)
    except BaseException:
        ready.give_up()
        raise


def _preview(backup: Backup, ready: MadeReady[AnyStore]) -> Preview:
    staged, present = ready.staged, ready.present
    there = _counted(staged)
    here = _counted(present) if present else there
    nouns = list(staged.contents.nouns)
    journals = fork(_history(present or staged), _history(staged))
    return Preview(
        backup=backup,
        counts=_in_words(nouns, [len(each) for each in there]),
        only_here=_in_words(nouns, [len(a - b) for a, b in zip(here, there, strict=True)]),
        only_there=_in_words(nouns, [len(b - a) for a, b in zip(here, there, strict=True)]),
        journals=journals,
        trouble=ready.trouble,
        is_new=present is None and not ready.trouble,
        since=ready.since,
    )


def _counted(store: EncryptedStore) -> list[frozenset[str]]:
    return [contents.identities(store.database, query) for query in store.contents.nouns.values()]


def _history(store: EncryptedStore) -> list[HistoryLine]:
    return contents.history(store.database, store.contents.history)


def _in_words(nouns: list[tuple[str, str]], numbers: list[int]) -> tuple[str, ...]:
    return tuple(plural(number, *noun) for noun, number in zip(nouns, numbers, strict=True) if number)


def give_up(*, restoring: Restoring[AnyStore]) -> None:
    """Leave everything as it was."""
    restoring.ready.give_up()


def carry_out(
    *, restoring: Restoring[AnyStore], now: datetime, hand_on: HandOn[AnyStore] | None = None
) -> Restored:
    """Put the store that was made ready in the place of the present one, of which a backup is made first.

    Raises as ``MadeReady.put_in_place``.
    """
    backup = restoring.preview.backup
    sentence = f"Restored from the backup of {day_and_time(backup.made)}."
    return Restored(backup, restoring.ready.put_in_place(now, sentence, hand_on))


def bring_sealed(*, locations: Locations, backup: Backup) -> str:
    """Beside a restored store of visits: the newest whole backup of performance management, as it lies.

    Its own passphrase opens it, and what waits in it is held when it is first opened. In a sentence what was
    done, or why it could not be; empty where there is none, or such a store is there already.
    """
    if exists(locations.sealed):
        return ""
    try:
        return _brought_sealed(locations, backup)
    except EnvironmentProblem as problem:
        return f"Performance management could not be brought with it. {problem}"
    except OSError as error:
        return f"Performance management could not be brought with it ({type(error).__name__})."


def _brought_sealed(locations: Locations, backup: Backup) -> str:
    newest: list[Backup] = []
    for place in search.sealed_beside(backup):
        with suppress(UserError, DamagedBackup):
            newest.append(find(place=place, purpose=StorePurpose.SEALED).best)
    if len({key_file.store_id for each in newest if (key_file := key_file_of(each))}) > 1:
        return "There is performance management of several people: restore yours on its own page."
    if not newest:
        return ""
    sealed = max(newest, key=lambda each: each.made)
    put_as_it_lies(locations.sealed, sealed)
    moment = day_and_time(sealed.made)
    return f"Performance management came with it, of {moment}; its own passphrase opens it."
