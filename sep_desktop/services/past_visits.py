"""How a visit stood at a moment. What was written over before it was kept, the journal tells in part."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sep_desktop.domain.past import Statement, not_known
from sep_desktop.domain.visit import KIND_NAMES, VisitKind
from sep_desktop.domain.wording import day
from sep_desktop.storage.former_rows import Former
from sep_desktop.storage.journal import Entry
from sep_desktop.storage.past import PastVisit

_MOVED_FROM = re.compile(r"from (\d{4}-\d{2}-\d{2}) to ")


def in_words(visit: PastVisit, lines: Sequence[Entry], moment: datetime) -> Iterator[Statement]:
    """What was planned and what had become of it. ``lines`` are those of the journal about the visit."""
    yield from _plan(visit, lines, moment)
    if removed := removal(lines):
        yield removed
    if visit.former.is_kept:
        yield from _state(visit)
    else:
        yield from _state_by_journal(visit, lines, moment)


def removal(lines: Sequence[Entry]) -> Statement | None:
    """What is said of a visit whose papers went at the end of their years; ``None`` while they are here."""
    removed = [line for line in lines if line.event == "papers removed"]
    if not removed:
        return None
    return not_known(f"what was written about it. It was past its years, and removed on {_on(removed[-1])}.")


def _on(line: Entry) -> str:
    return day(line.at.date())


def planned_day(visit: PastVisit, lines: Sequence[Entry], moment: datetime) -> date:
    """The day for which a visit was planned at a moment: every move says from which."""
    later = _moves_after(visit, lines, moment)
    moved_from = _MOVED_FROM.search(later[0].text) if later else None
    return date.fromisoformat(moved_from[1] if moved_from else visit.row["day"])


def _moves_after(visit: PastVisit, lines: Sequence[Entry], moment: datetime) -> list[Entry]:
    """The moves after a moment that wrote over what nobody kept."""
    return [] if visit.former.is_kept else _told(lines, "visit moved", moment, visit.former)[1]


def _plan(visit: PastVisit, lines: Sequence[Entry], moment: datetime) -> Iterator[Statement]:
    row = visit.row
    name = f"{KIND_NAMES[VisitKind(row['kind'])]} (visit {visit.number})"
    planned = f"{name}, planned for {day(planned_day(visit, lines, moment))}"
    if _moves_after(visit, lines, moment):
        yield Statement(f"{planned}.")
        yield not_known("its hours, its place and who was to attend. It was moved afterwards.")
        return
    where = "held remotely" if row["remote"] else row["place"]
    with_whom = f"with {row['attending']}" if row["attending"] else ""
    hours = f"{row['start']}–{row['end']}"
    yield Statement(f"{', '.join(filter(None, (planned, hours, where, with_whom)))}.")


def _state(visit: PastVisit) -> Iterator[Statement]:
    row = visit.row
    if row["agreed_on"]:
        yield _agreed(row["agreed_on"])
    if row["held_on"]:
        yield _held(row["held_on"])
    if row["cancelled_because"]:
        yield Statement(f"Cancelled: {row['cancelled_because']}")


def _state_by_journal(visit: PastVisit, lines: Sequence[Entry], moment: datetime) -> Iterator[Statement]:
    """The journal has a line when an agenda is agreed, and when a visit is held or cancelled."""
    row = visit.row
    agreed, since_agreed = _told(lines, "agenda agreed", moment, visit.former)
    if agreed and row["agreed_on"] and not since_agreed:
        yield _agreed(row["agreed_on"])
    elif agreed:
        yield not_known(f"whether the agenda stood as agreed on {_on(agreed[-1])}. It was changed once more.")
    held, _ = _told(lines, "visit held", moment, visit.former)
    if held:
        yield _held(held[-1].text)
    cancelled, _ = _told(lines, "visit cancelled", moment, visit.former)
    if cancelled:
        yield Statement(f"Cancelled: {cancelled[-1].text}")


def _told(
    lines: Sequence[Entry], event: str, moment: datetime, former: Former
) -> tuple[list[Entry], list[Entry]]:
    """The lines about an event until a moment, and those after it, until the first change that was kept."""
    about = [line for line in lines if line.event == event and (not former.until or line.at < former.until)]
    return [line for line in about if line.at <= moment], [line for line in about if line.at > moment]


def _agreed(on: str) -> Statement:
    return Statement(f"The agenda was agreed on {day(date.fromisoformat(on))}.")


def _held(on: str) -> Statement:
    return Statement(f"Held on {day(date.fromisoformat(on))}.")


def agenda_is_known(visit: PastVisit, agenda: Former, lines: Sequence[Entry], moment: datetime) -> bool:
    """Whether the nearest agenda is that of the moment.

    It is where changes were kept, and where it has stood as agreed since before: a change takes that back.
    """
    if agenda.is_kept:
        return True
    agreed, later = _told(lines, "agenda agreed", moment, visit.former)
    return bool(agreed and not later and visit.row["agreed_on"])
