"""What was recorded on a day: statements in words, each of which is known or says that it is not."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sep_desktop.domain.wording import day


@dataclass(frozen=True)
class Statement:
    """One thing that was recorded, in words; or that it cannot be told any more."""

    text: str = field(repr=False)
    is_known: bool = True


@dataclass(frozen=True)
class Chapter:
    """What was recorded about one subject."""

    title: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class PastRecord:
    """The record of a school, visit or report at the end of a day."""

    title: str
    on: date
    chapters: tuple[Chapter, ...]

    @property
    def about(self) -> str:
        """Which day it is of, and how what is not known is told."""
        unknown = " What cannot be told any more says “not known”." if self.is_incomplete else ""
        return f"As it was recorded at the end of {day(self.on)}.{unknown}"

    @property
    def is_incomplete(self) -> bool:
        """Whether something of it is not known."""
        return any(not each.is_known for chapter in self.chapters for each in chapter.statements)


def end_of(on: date) -> datetime:
    """The last instant of a day in the computer's zone."""
    return (datetime.combine(on + timedelta(days=1), time()) - timedelta(microseconds=1)).astimezone()


def not_known(text: str) -> Statement:
    """Something that cannot be told any more; ``text`` goes on after “Not known:”."""
    return Statement(f"Not known: {text}", is_known=False)


def in_lines(record: PastRecord) -> Iterator[str]:
    """The record as plain text, line by line: titles, and below them what was recorded."""
    yield record.title
    yield record.about
    for chapter in record.chapters:
        yield ""
        yield chapter.title
        for each in chapter.statements:
            first, *others = each.text.splitlines() or [""]
            yield f"  {first}"
            yield from (f"    {line}" for line in others)
