"""Importing the LA's allocation: preview with old and new, apply when it is accepted."""

import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.allocation import AllocationRow, Directory
from sep_desktop.domain.backups import Why
from sep_desktop.domain.changes import Changes
from sep_desktop.domain.circumstances import Circumstance, Fact, in_force
from sep_desktop.domain.people import Contact
from sep_desktop.domain.school import same_name
from sep_desktop.domain.wording import day, listed, plural, sentence
from sep_desktop.errors import UserError
from sep_desktop.imports.allocation import read_allocation
from sep_desktop.services import people, policies
from sep_desktop.storage.store import Store


@dataclass(frozen=True)
class AllocationPreview:
    """The rows to apply, what each changes in words, and how many rows are other SEPs'."""

    file: str
    rows: tuple[AllocationRow, ...]
    effects: tuple[tuple[str, tuple[str, ...]], ...]
    others: int
    remarks: tuple[str, ...] = field(default=(), repr=False)

    @property
    def summary(self) -> str:
        """How many schools are allocated for which years, in a sentence."""
        left = f" {plural(self.others, 'row')} of other SEPs left alone." if self.others else ""
        years = listed(sorted({str(AcademicYear(row.year)) for row in self.rows}))
        return f"{plural(len(self.rows), 'school')} allocated for {years}.{left}"


def preview_allocation(*, store: Store, path: Path, today: date, sep: str = "") -> AllocationPreview:
    """Understand a workbook; the rows of ``sep``, of the store's owner, or all where neither is named.

    Raises ``FileProblems`` with everything wrong in it, ``UserError`` where no row is for that SEP.
    """
    directory = Directory.of(store.schools.all().values())
    own = policies.own_authority(store=store)
    scales = policies.of_authority(store=store, authority=own, on=today).scales
    sheet = read_allocation(path, directory, scales)
    rows = sheet.rows
    wanted = sep or store.settings.text("me.name")
    mine = tuple(row for row in rows if not wanted or same_name(row.sep) == same_name(wanted))
    if not mine:
        names = listed([f"{name} ({count})" for name, count in Counter(row.sep for row in rows).items()])
        raise UserError(
            f"{path.name} has no row for {wanted}.",
            f"It has rows for {names}. Choose one of them, or put your name right in Settings.",
        )
    effects = tuple((directory.by_urn[row.urn].name, tuple(_effects(store, row))) for row in mine)
    remarks = [f"The column “{head}” is not known here, and is left out." for head in sheet.unknown]
    if sheet.is_turned:
        remarks.append("Invisible marks that turn the direction of text were left out of its cells.")
    seps = list(dict.fromkeys(row.sep for row in mine))
    if len(seps) > 1:
        remarks.append(
            f"These are the schools of {listed(seps)}: your own name is not entered, so all are taken."
        )
    return AllocationPreview(path.name, mine, effects, len(rows) - len(mine), tuple(remarks))


def _effects(store: Store, row: AllocationRow) -> list[str]:
    before = store.allocations.allocated(row.year).get(row.urn)
    lines = (
        []
        if before == row.sep
        else [f"Allocated to {row.sep} for {AcademicYear(row.year)}" + (f" (was {before})" if before else "")]
    )
    people = {(each.role, each.urn): each for each in store.people.contacts(row.urn)}
    for contact in row.contacts:
        old = people.get((contact.role, contact.urn))
        if old is None or (old.name, old.email) != (contact.name, contact.email):
            was = f" (was {old.name} {old.email})" if old else ""
            lines.append(f"{contact.role.in_words}: {contact.name} {contact.email}{was}")
    history = store.circumstances.history([row.urn])[row.urn]
    return lines + [_fact_line(history, fact) for fact in row.circumstances if _is_new(history, fact)]


def _is_new(history: tuple[Circumstance, ...], fact: Circumstance) -> bool:
    """Whether ``fact`` says anything that the history does not say already."""
    old = in_force(history, fact.fact, fact.since)
    return old is None or old.value != fact.value


def _fact_line(history: tuple[Circumstance, ...], fact: Circumstance) -> str:
    old = in_force(history, fact.fact, fact.since)
    value = day(fact.since) if fact.fact is Fact.HEAD_SINCE else f"{fact.value} since {day(fact.since)}"
    return f"{sentence(fact.fact)}: {value}" + (f" (was {old.value})" if old else "")


def apply_allocation(*, store: Store, preview: AllocationPreview, now: datetime) -> Changes:
    """Do what the preview showed, in one transaction."""
    if store.allocations.years():
        store.backups.make_if_owed(now, Why.BEFORE_IMPORT)
    with store.atomic():
        for row in preview.rows:
            store.allocations.allocate(row.year, row.urn, row.sep, now)
            for contact in row.contacts:
                _put_contact(store, contact, now)
            history = store.circumstances.history([row.urn])[row.urn]
            for fact in (each for each in row.circumstances if _is_new(history, each)):
                store.circumstances.add(row.urn, fact, now)
        seps = {row.sep for row in preview.rows}
        if not store.settings.text("me.name") and len(seps) == 1:
            store.settings.put("me.name", seps.pop())
        store.journal.add(now, "allocation imported", preview.summary, subject=preview.file)
    return Changes.SCHOOLS | Changes.PEOPLE | Changes.ENTITLEMENT | Changes.SETTINGS | Changes.OUTBOX


def empty_workbook() -> bytes:
    """The workbook for a local authority to fill in, as an ``.xlsx`` file."""
    from sep_desktop.imports.template import write_template

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "allocation.xlsx"
        write_template(path)
        return path.read_bytes()


def _put_contact(store: Store, contact: Contact, now: datetime) -> None:
    """Take a person over; what a blank cell does not say stays as it was."""
    old = next(
        (
            each
            for each in store.people.contacts(contact.urn)
            if (each.role, each.urn) == (contact.role, contact.urn)
        ),
        None,
    )
    same = old is not None and same_name(old.name) == same_name(contact.name)
    email = contact.email or (old.email if old and same else "")
    since = contact.since or (old.since if old and same else None)
    people.put(store, Contact(contact.role, contact.name, email, contact.urn, since, now.date()), now)
