"""That support with a headteacher's performance management was given.

The date and the hours, and nothing else (7.4).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sep_desktop.domain.wording import day, listed, plural


@dataclass(frozen=True)
class Support:
    """One occasion. All that the LA's report and the time log may show of performance management."""

    id: int
    urn: str
    day: date
    hours: float


def in_words(given: Sequence[Support]) -> str:
    """``Given on Tue 4 Nov 2026 (3 hours) and …``; empty when none was."""
    return (
        f"Given on {listed([f'{day(each.day)} ({hours(each.hours)})' for each in given])}." if given else ""
    )


def hours(number: float) -> str:
    """``1 hour``, ``2.5 hours``."""
    return plural(int(number), "hour") if number == int(number) else f"{number:g} hours"
