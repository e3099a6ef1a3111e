"""Invented sample data, put in by the same operations that a user has."""

import tempfile
import tomllib
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sep_desktop import paths
from sep_desktop.domain.academic_year import AcademicYear, Calendar, Term
from sep_desktop.domain.agenda import NoteKind
from sep_desktop.domain.report import (
    Action,
    CategoryProposal,
    SupportNeed,
    TimeSpent,
    store_rows,
    store_value,
)
from sep_desktop.domain.visit import Plan, VisitKind
from sep_desktop.services import allocations, policies, registers, reports, visits
from sep_desktop.storage.store import Store

SCHOOL = "990001"
PASSPHRASE = "sample data, nothing secret"  # noqa: S105 -- the sample holds nothing to protect
Say = Callable[[str], None]


def fill(*, store: Store, now: datetime, say: Say = lambda _: None) -> int:
    """Schools, allocation, and one visit held and written up; the number of that visit."""
    with store.atomic():
        store.settings.put("me.name", "Ada Penrose")
        store.settings.put("me.email", "ada.penrose@sep.example")
        store.settings.put("sample", True)
    register = registers.preview_register(
        store=store, path=paths.resources() / "demo" / "register.csv", la_code="880"
    )
    registers.apply_register(store=store, preview=register, now=now)
    say(f"Register: {register.summary}")
    with tempfile.TemporaryDirectory() as folder:
        path = _allocation_for(AcademicYear.of(now.date()), Path(folder))
        preview = allocations.preview_allocation(store=store, path=path, today=now.date())
    allocations.apply_allocation(store=store, preview=preview, now=now)
    say(f"Allocation: {preview.summary}")
    return _held_visit(store, now)


def _allocation_for(year: AcademicYear, folder: Path) -> Path:
    text = (paths.resources() / "demo" / "allocation.csv").read_text(encoding="utf-8")
    path = folder / "allocation.csv"
    path.write_text(text.replace("{year}", str(year)).replace("{start}", str(year.start)), encoding="utf-8")
    return path


def _held_visit(store: Store, now: datetime) -> int:
    """A visit of two days ago with notes and a whole report, ready to complete."""
    data = _report_data()
    held = _weekday(max(now.date() - timedelta(days=2), AcademicYear.of(now.date()).first_day), -1)
    plan = Plan(SCHOOL, VisitKind.ANNUAL, "annual", held, time(9), time(12, 30), "", False, data["attending"])
    number = visits.plan_visit(store=store, plan=plan, now=now).value
    visits.agree_agenda(store=store, visit=number, now=now)
    for note in data["notes"]:
        visits.take_note(
            store=store,
            visit=number,
            item=note["item"],
            kind=NoteKind(note["mark"]),
            text=note["text"],
            now=now,
        )
    visits.hold_visit(store=store, visit=number, on=held, now=now)
    report = reports.open_report(store=store, visit=number, now=now)
    spring = _calendar(store, now.date()).term(AcademicYear.of(now.date()), Term.SPRING).last
    for key, text in _sections(data, spring).items():
        reports.save_section(store=store, report=report.id, key=key, text=text, now=now)
    return number


def _calendar(store: Store, on: date) -> Calendar:
    authority = policies.own_authority(store=store)
    return policies.of_authority(store=store, authority=authority, on=on).calendar


def plan_ahead(*, store: Store, now: datetime) -> None:
    """A few visits to come, so that the first page has something to show."""
    term = _calendar(store, now.date()).term_of(now.date())
    ahead = (
        ("990006", VisitKind.TERMLY, f"termly-{term}", 3),
        ("990003", VisitKind.ANNUAL, "annual", 9),
    )
    for urn, kind, line, days in ahead:
        on = _weekday(now.date() + timedelta(days=days), 1)
        visits.plan_visit(store=store, plan=Plan(urn, kind, line, on, time(9, 15), time(12, 15)), now=now)


def _weekday(day: date, step: int) -> date:
    """``day``, or the nearest weekday before (-1) or after (1) it."""
    while day.weekday() > 4:
        day += timedelta(days=step)
    return day


def _report_data() -> dict[str, Any]:
    with (paths.resources() / "demo" / "report.toml").open("rb") as file:
        return tomllib.load(file)


def _sections(data: dict[str, Any], spring: date) -> dict[str, str]:
    """The words of the report; ``spring`` is the last day of that term."""
    by = spring.isoformat()
    actions = [Action(**{**each, "by": each["by"].replace("{spring}", by)}) for each in data["actions"]]
    return {
        **data["sections"],
        "actions": store_rows(actions),
        "support": store_rows([SupportNeed(**each) for each in data["support"]]),
        "category": store_value(
            CategoryProposal(
                data["category"]["category"], tuple(data["category"]["factors"]), data["category"]["comment"]
            )
        ),
        "time": store_value(TimeSpent(**data["time"])),
    }
