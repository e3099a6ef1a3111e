"""The ways back from a lost or damaged store, in one shape for window and command line, and for either store.

Each is prepared, shown, and then carried out or given up; nothing of the store that is there changes before.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from sep_desktop.domain.wording import day_and_time
from sep_desktop.paths import Locations
from sep_desktop.services import copies_in_reach, restore, retention, salvage
from sep_desktop.services.restore import Offer, Restoring, Secret
from sep_desktop.services.salvage import Salvaging
from sep_desktop.storage.backups.listing import Backup
from sep_desktop.storage.encrypted_store import AnyStore
from sep_desktop.storage.guesses import Guesses
from sep_desktop.storage.purpose import StorePurpose
from sep_desktop.storage.restoring.making_ready import HandOn, MadeReady
from sep_desktop.storage.store import Store

__all__ = ["AnyStore", "Backup", "Offer", "Secret", "of_visits"]

Prepared = TypeVar("Prepared")


@dataclass(frozen=True)
class Shown:
    """What somebody decides by: sentences, and under headings what happened since, the newest first."""

    sentences: list[str]
    since_then: list[tuple[str, list[str]]]


class WayBackPlan(Protocol[Prepared]):
    """One way back. ``title`` is what it is called, ``deed`` what the button says that decides."""

    title: str
    deed: str

    @property
    def guesses(self) -> Guesses:
        """The wrong guesses at the secrets of the store."""

    def prepare(self, secret: Secret, now: datetime) -> Prepared:
        """Make the store ready. Raises ``TooSoon``, ``WrongSecret``, ``UserError`` or a ``StoreProblem``."""

    def show(self, prepared: Prepared) -> Shown:
        """What it would bring and take."""

    def carry_out(self, prepared: Prepared, now: datetime) -> str:
        """Put it in its place; what was done, in sentences. Raises ``EnvironmentProblem``."""

    def give_up(self, prepared: Prepared) -> None:
        """Leave everything as it was."""


@dataclass
class RestorePlan(Generic[AnyStore]):
    """Restoring a backup."""

    ways: "StoreWaysBack[AnyStore]"
    backup: Backup
    title: str = "Restore a backup"
    deed: str = "Restore this backup"
    guesses: Guesses = field(init=False)

    def __post_init__(self) -> None:
        self.guesses = Guesses(self.ways.locations)

    def prepare(self, secret: Secret, now: datetime) -> Restoring[AnyStore]:
        """As ``WayBackPlan.prepare``."""
        with self.guesses.counted(now):
            return restore.prepare(
                kind=self.ways.kind, locations=self.ways.locations, backup=self.backup, secret=secret
            )

    def show(self, prepared: Restoring[AnyStore]) -> Shown:
        """As ``WayBackPlan.show``."""
        return Shown(prepared.preview.sentences, prepared.preview.since_then)

    def carry_out(self, prepared: Restoring[AnyStore], now: datetime) -> str:
        """As ``WayBackPlan.carry_out``; with the store of visits performance management comes, if it can."""
        renew = _renewal(self.ways, prepared.ready, prepared.is_renewed, self.backup.path.parent)
        restored = restore.carry_out(restoring=prepared, now=now, hand_on=self.ways.hand_on)
        sentences = [f"The backup of {day_and_time(restored.backup.made)} was restored."]
        if restored.kept:
            sentences.append(f"What was there is kept as {restored.kept.name}.")
        if self.ways.kind.purpose is StorePurpose.VISITS:
            sentences.append(restore.bring_sealed(locations=self.ways.locations, backup=self.backup))
        return " ".join(filter(None, [*sentences, renew()]))

    def give_up(self, prepared: Restoring[AnyStore]) -> None:
        """As ``WayBackPlan.give_up``."""
        restore.give_up(restoring=prepared)


@dataclass
class SalvagePlan(Generic[AnyStore]):
    """Saving what can be read of a damaged store."""

    ways: "StoreWaysBack[AnyStore]"
    title: str = "Save what can be read"
    deed: str = "Go on with what was saved"
    guesses: Guesses = field(init=False)

    def __post_init__(self) -> None:
        self.guesses = Guesses(self.ways.locations)

    def prepare(self, secret: Secret, now: datetime) -> Salvaging[AnyStore]:
        """As ``WayBackPlan.prepare``."""
        with self.guesses.counted(now):
            return salvage.prepare(kind=self.ways.kind, locations=self.ways.locations, secret=secret)

    def show(self, prepared: Salvaging[AnyStore]) -> Shown:
        """As ``WayBackPlan.show``."""
        return Shown(prepared.preview.sentences, [])

    def carry_out(self, prepared: Salvaging[AnyStore], now: datetime) -> str:
        """As ``WayBackPlan.carry_out``."""
        renew = _renewal(self.ways, prepared.left.ready, prepared.is_renewed)
        kept = salvage.carry_out(salvaging=prepared, now=now, hand_on=self.ways.hand_on)
        sentences = ["What could be read was saved.", f"The damaged files are in {kept}." if kept else ""]
        return " ".join(filter(None, [*sentences, renew()]))

    def give_up(self, prepared: Salvaging[AnyStore]) -> None:
        """As ``WayBackPlan.give_up``."""
        salvage.give_up(salvaging=prepared)


@dataclass(frozen=True)
class StoreWaysBack(Generic[AnyStore]):
    """The ways back to one store. ``hand_on`` is as in ``restore.carry_out``.

    ``visits`` gives the store of visits, which knows the second places, beside one that is open.
    """

    kind: type[AnyStore]
    locations: Locations
    visits: Callable[[AnyStore], Store]
    hand_on: HandOn[AnyStore] | None = None

    def find(self, place: Path) -> Offer:
        """As ``restore.find``."""
        return restore.find(place=place, purpose=self.kind.purpose)

    def restoring(self, backup: Backup) -> RestorePlan[AnyStore]:
        """Restoring one backup."""
        return RestorePlan(self, backup)

    def salvaging(self) -> SalvagePlan[AnyStore]:
        """Saving what can be read."""
        return SalvagePlan(self)


def _renewal(
    ways: StoreWaysBack[AnyStore], ready: MadeReady[AnyStore], is_renewed: bool, beside: Path | None = None
) -> Callable[[], str]:
    """What gives every backup in reach the new passphrase, once the store is in its place; in sentences."""
    if not is_renewed:
        return str
    visits = ways.visits(ready.present or ready.staged)
    return copies_in_reach.renewal(store=visits, keyed=ready.staged, home=ways.locations, beside=beside)


def of_visits(locations: Locations) -> StoreWaysBack[Store]:
    """Those to the store of visits. What was destroyed at the end of its years is removed again."""

    def forget(staged: Store, present: Store | None) -> None:
        known = present.destroyed.all() if present else staged.backups.destroyed_in(locations.backups)
        retention.forget_destroyed(store=staged, destroyed=known)

    return StoreWaysBack(Store, locations, lambda store: store, forget)
