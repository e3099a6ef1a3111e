"""Saving what can be read of a damaged store: what is missing, and what was changed since the backup."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Generic

from sep_desktop.domain.wording import day_and_time, listed, plural
from sep_desktop.errors import SepError
from sep_desktop.paths import Locations
from sep_desktop.services.restore import Secret
from sep_desktop.storage import contents
from sep_desktop.storage.backups.listing import Backup
from sep_desktop.storage.encrypted_store import AnyStore, EncryptedStore
from sep_desktop.storage.restoring.keys import way_in
from sep_desktop.storage.restoring.making_ready import HandOn
from sep_desktop.storage.salvage.copying import TableSalvaged
from sep_desktop.storage.salvage.making_ready import MadeOfWhatIsLeft, make_of_what_is_left


@dataclass(frozen=True)
class SalvagePreview:
    """What can be saved, what cannot, in words: ``3 visits``.

    Of what ``perhaps`` names nobody knows how much there was. ``from_backup`` is what was lost and is taken
    as it was on the day of ``backup``; ``since_backup`` what was read and is not in it, where they compare.
    """

    trouble: str
    counts: tuple[str, ...]
    missing: tuple[str, ...]
    perhaps: tuple[str, ...]
    from_backup: tuple[str, ...]
    since_backup: tuple[str, ...] | None
    backup: Backup | None

    @property
    def sentences(self) -> list[str]:
        """For somebody who has to decide."""
        parts = (
            self.trouble,
            f"Saved: {listed(self.counts) or 'nothing'}.{self._newer}",
            self._taken,
            f"Missing: {listed(self.missing)}." if self.missing else "Nothing is known to be missing.",
            f"Perhaps missing, which nobody can know: {listed(self.perhaps)}." if self.perhaps else "",
            "The damaged files are set aside and kept.",
            "Whatever may have been sent since then waits for your decision.",
        )
        return [each for each in parts if each]

    @property
    def _newer(self) -> str:
        if not self.backup or not self.since_backup:
            return ""
        moment = day_and_time(self.backup.made)
        return f" Of it, changed since the backup of {moment}: {listed(self.since_backup)}."

    @property
    def _taken(self) -> str:
        if not self.backup:
            return "There is no whole backup beside it."
        taken = f"Taken from the backup of {day_and_time(self.backup.made)}: {listed(self.from_backup)}."
        return taken if self.from_backup else ""


@dataclass(frozen=True)
class Salvaging(Generic[AnyStore]):
    """A salvage that is prepared and not decided. ``is_renewed`` says that it gets a new passphrase."""

    preview: SalvagePreview
    left: MadeOfWhatIsLeft[AnyStore]
    is_renewed: bool


def prepare(*, kind: type[AnyStore], locations: Locations, secret: Secret) -> Salvaging[AnyStore]:
    """Read what can be read into a new store beside the damaged one, which stays as it is.

    Raises as ``make_of_what_is_left``.
    """
    left = make_of_what_is_left(kind, locations, secret.text, way_in(secret.by_code))
    try:
        is_renewed = secret.renew(left.ready.staged)
        return Salvaging(_preview(left), left, is_renewed)
    except BaseException:
        left.ready.give_up()
        raise


def _preview(left: MadeOfWhatIsLeft[AnyStore]) -> SalvagePreview:
    staged, tables = left.ready.staged, left.tables
    counts = {
        noun: len(contents.identities(staged.database, query))
        for noun, query in staged.contents.nouns.items()
    }
    since: dict[tuple[str, str], int] | None = None
    with suppress(SepError):
        since = left.changed_since_backup()
    return SalvagePreview(
        trouble=left.ready.trouble,
        counts=tuple(plural(count, *noun) for noun, count in counts.items() if count),
        missing=_in_words(staged, tables, lambda table: table.lost + table.left_out),
        perhaps=tuple(_several(staged, table) for table in tables if table.may_lack_more),
        from_backup=_in_words(staged, tables, lambda table: table.from_backup),
        since_backup=None
        if since is None
        else tuple(plural(count, *noun) for noun, count in since.items() if count),
        backup=left.backup,
    )


def _in_words(
    store: EncryptedStore, tables: Sequence[TableSalvaged], count: Callable[[TableSalvaged], int]
) -> tuple[str, ...]:
    named = [(store.contents.rows_in_words.get(table.name), count(table)) for table in tables]
    words = [plural(number, *noun) for noun, number in named if noun and number]
    others = sum(number for noun, number in named if not noun)
    return (*words, *([plural(others, "other entry", "other entries")] if others else []))


def _several(store: EncryptedStore, table: TableSalvaged) -> str:
    return store.contents.rows_in_words.get(table.name, ("", "other entries"))[1]


def give_up(*, salvaging: Salvaging[AnyStore]) -> None:
    """Leave everything as it was."""
    salvaging.left.ready.give_up()


def carry_out(
    *, salvaging: Salvaging[AnyStore], now: datetime, hand_on: HandOn[AnyStore] | None = None
) -> Path | None:
    """Put what was saved in the place of the damaged store; where that lies now.

    Raises as ``MadeReady.put_in_place``.
    """
    missing = listed(salvaging.preview.missing) or "nothing is known to be"
    return salvaging.left.ready.put_in_place(now, f"Salvaged; missing: {missing}.", hand_on)
