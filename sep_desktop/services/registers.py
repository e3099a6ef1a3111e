"""Importing the national register: preview first, apply when it is accepted, cancel at any time."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sep_desktop.domain.backups import Why
from sep_desktop.domain.changes import Changes
from sep_desktop.domain.school import FieldChange, School, changes_between
from sep_desktop.domain.wording import plural
from sep_desktop.errors import UserError
from sep_desktop.imports.register import Progress, Register, read_register
from sep_desktop.storage.store import Store


@dataclass(frozen=True)
class RegisterPreview:
    """What an import would do. A school that the file lacks is not in here, and stays as it is."""

    register: Register
    la_code: str
    new: tuple[School, ...]
    changed: tuple[tuple[School, tuple[FieldChange, ...]], ...]
    closed: tuple[School, ...]
    same: int

    @property
    def summary(self) -> str:
        """How many schools are new, changed, closed and unchanged, in a sentence."""
        counts = (
            f"{len(self.new):,} new, {len(self.changed):,} changed, "
            f"{len(self.closed):,} newly closed, {self.same:,} unchanged"
        )
        remarks = plural(len(self.register.problems), "remark")
        return f"{plural(len(self.register.schools), 'school')} in the file: {counts}; {remarks}."


@dataclass(frozen=True)
class RegisterFile:
    """A register that was read, and the LA for which the owner of the store works."""

    register: Register
    la_code: str


def _unwatched(done: int, total: int) -> None:
    """Progress that nobody asked for."""


def read_file(*, store: Store, path: Path, progress: Progress = _unwatched) -> RegisterFile:
    """Read a register, to be compared LA by LA. Raises ``FileProblems``, ``Cancelled`` from ``progress``."""
    return RegisterFile(read_register(path, progress), store.settings.text("me.la_code"))


def preview_register(
    *, store: Store, path: Path, la_code: str, progress: Progress = _unwatched
) -> RegisterPreview:
    """Read ``path`` and compare its schools of one LA (or ``all``) with those known. Changes nothing."""
    return compare_register(store=store, register=read_register(path, progress), la_code=la_code)


def read_before_store(*, path: Path, la_code: str = "") -> Register:
    """Read a register for which there may be no store yet; of ``la_code``, where one is named.

    Raises ``FileProblems``, and ``UserError`` for an LA that is not in it.
    """
    register = read_register(path, _unwatched)
    return _of_authority(register, la_code) if la_code else register


def compare_register(*, store: Store, register: Register, la_code: str) -> RegisterPreview:
    """What importing one LA of a register already read would do.

    Raises ``UserError`` for an LA that is not in it.
    """
    mine = _of_authority(register, la_code)
    known_schools = store.schools.all()
    new = tuple(school for school in mine.schools if school.urn not in known_schools)
    pairs = [
        (school, changes_between(old, school))
        for school in mine.schools
        if (old := known_schools.get(school.urn))
    ]
    changed = tuple((school, differences) for school, differences in pairs if differences)
    closed = tuple(
        school for school, _ in changed if school.is_closed and not known_schools[school.urn].is_closed
    )
    return RegisterPreview(mine, la_code, new, changed, closed, len(pairs) - len(changed))


def _of_authority(register: Register, la_code: str) -> Register:
    mine = register.only(la_code)
    if not mine.schools:
        known = ", ".join(
            f"{code} {name} ({count})" for code, (name, count) in list(register.authorities().items())[:12]
        )
        raise UserError(f"{register.file} has no school of LA {la_code}.", f"It has {known}.")
    return mine


def apply_register(
    *, store: Store, preview: RegisterPreview, now: datetime, progress: Progress = _unwatched
) -> Changes:
    """Do what the preview showed, in one transaction: cancelled half-way, nothing of it is kept."""
    schools = preview.register.schools
    wanted = [*preview.new, *(school for school, _ in preview.changed)]

    def saved(done: int) -> None:
        progress(done, len(wanted))

    if store.schools.count():
        store.backups.make_if_owed(now, Why.BEFORE_IMPORT)
    with store.atomic():
        store.schools.save(wanted, preview.register.file, now, saved)
        store.schools.link(_predecessors(store, schools, preview.register.links))
        store.journal.add(now, "register imported", preview.summary, subject=preview.register.file)
    store.database.checkpoint()
    return Changes.SCHOOLS


def _predecessors(
    store: Store, schools: tuple[School, ...], links: tuple[tuple[str, str], ...]
) -> list[tuple[str, str]]:
    """Links of the file, and schools that took over the number of a closed one."""
    closed = store.schools.closed_numbers()
    inferred = [
        (school.urn, old)
        for school in schools
        if not school.is_closed and (old := closed.get(school.laestab)) and old != school.urn
    ]
    mine = {school.urn for school in schools}
    return [pair for pair in links if pair[0] in mine] + inferred
