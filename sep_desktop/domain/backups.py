"""Why backups are made, which of them are kept, and when somebody is reminded to take one elsewhere."""

from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum


class Why(StrEnum):
    """What made the program, or somebody, take a backup; it is part of its name."""

    BY_HAND = "by-hand"
    CLOSE = "close"
    WORKING = "while-working"
    BEFORE_UPDATE = "before-update"
    BEFORE_IMPORT = "before-import"
    BEFORE_RESTORE = "before-restore"


_IN_WORDS = {
    Why.BY_HAND: "made by you",
    Why.CLOSE: "when the program closed",
    Why.WORKING: "while you worked",
    Why.BEFORE_UPDATE: "before the program was brought up to date",
    Why.BEFORE_IMPORT: "before an import",
    Why.BEFORE_RESTORE: "before another backup was put back",
}


def in_words(why: str) -> str:
    """Why a backup was made, as people read it; as it stands for one that this version does not know."""
    return _IN_WORDS[Why(why)] if why in list(Why) else why.replace("-", " ")


HALF_HOUR = timedelta(minutes=30)
"""While work changes, a backup is made as often as this."""

_ALL = timedelta(hours=2)
_HOURS, _DAYS, _WEEKS, _MONTHS = (
    timedelta(hours=24),
    timedelta(days=14),
    timedelta(weeks=8),
    timedelta(days=366),
)
_ON_PURPOSE = timedelta(days=30)
"""What was made by hand, or before something that cannot be undone, is not thinned for as long."""

REMIND_AFTER = timedelta(days=14)
"""Somebody is reminded when the newest backup is as old as this."""

_JUMP = timedelta(days=45)
"""No work for longer than this looks like a clock that was put on."""

_SETTLED = timedelta(days=14)
"""Work for as long after a jump shows that the clock is right."""

_MOST_AT_ONCE = 3
_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Dated:
    """A backup as thinning sees it: its name, the moment it is of (aware), and why it was made."""

    name: str
    moment: datetime
    why: str

    @property
    def is_on_purpose(self) -> bool:
        """Whether it was made by hand, or before something that cannot be undone."""
        return self.why == Why.BY_HAND or self.why.startswith("before-")


def kept(backups: Iterable[Dated], now: datetime) -> set[str]:
    """The names of those that stay: all of two hours, then one an hour, a day, a week, a month, for a year.

    Of each hour, day, week and month the newest stays, and the newest of all in any case. What is dated in
    the future stays: the clock was put back, and nobody knows how old it is.
    """
    newest_first = sorted(backups, key=lambda each: _utc(each.moment), reverse=True)
    ahead = [each for each in newest_first if _age(each, now) < timedelta(0)]
    past = newest_first[len(ahead) :]
    recent = [each for each in past if _age(each, now) <= _ALL]
    purposeful = [each for each in past if each.is_on_purpose and _age(each, now) <= _ON_PURPOSE]
    by_period = [
        each
        for span, period in _PERIODS
        for each in _first_of_each([each for each in past if _age(each, now) <= span], period, now)
    ]
    return {each.name for each in (*ahead, *past[:1], *recent, *purposeful, *by_period)}


def removable(backups: Collection[Dated], now: datetime) -> list[str]:
    """The names of those that need not stay and may go now, the oldest first and no more than a handful.

    A clock that jumped ahead makes everything old at once: what lies before a jump stays until there has been
    work for two weeks after it.
    """
    stay = kept(backups, now) | {each.name for each in _before_a_jump(backups, now)}
    oldest_first = sorted(backups, key=lambda each: _utc(each.moment))
    return [each.name for each in oldest_first if each.name not in stay][:_MOST_AT_ONCE]


def _before_a_jump(backups: Iterable[Dated], now: datetime) -> list[Dated]:
    past = [each for each in backups if _age(each, now) >= timedelta(0)]
    past.sort(key=lambda each: _utc(each.moment), reverse=True)
    later = timedelta(0)
    for number, each in enumerate(past):
        if _age(each, now) - later > _JUMP:
            return past[number:] if later < _SETTLED else []
        later = _age(each, now)
    return []


def is_ahead(moment: datetime, now: datetime) -> bool:
    """Whether something is dated in the future: the clock was wrong, and nobody knows when it was."""
    return _utc(moment) - _utc(now) > _A_DAY


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _age(backup: Dated, now: datetime) -> timedelta:
    """By the clock of the world: an hour that was put on or back is neither gained nor lost."""
    return _utc(now) - _utc(backup.moment)


def _first_of_each(
    backups: Iterable[Dated], period: Callable[[datetime], Hashable], now: datetime
) -> list[Dated]:
    first: dict[Hashable, Dated] = {}
    for each in backups:
        first.setdefault(period(each.moment.astimezone(now.tzinfo)), each)
    return list(first.values())


def _hour(moment: datetime) -> Hashable:
    return _utc(moment).replace(minute=0, second=0, microsecond=0)


def _day(moment: datetime) -> Hashable:
    return moment.date()


def _week(moment: datetime) -> Hashable:
    return moment.isocalendar()[:2]


def _month(moment: datetime) -> Hashable:
    return moment.year, moment.month


_PERIODS = ((_HOURS, _hour), (_DAYS, _day), (_WEEKS, _week), (_MONTHS, _month))


def is_reminder_due(
    now: datetime, newest_elsewhere: datetime | None, begun: datetime | None, has_report: bool
) -> bool:
    """Whether to say that there is no recent backup in a second place.

    ``newest_elsewhere`` is when one was last written there, ``begun`` when the store was. Not before there is
    something to lose: a first completed report, or two weeks' work.
    """
    if not has_report and (begun is None or now - begun < REMIND_AFTER):
        return False
    return newest_elsewhere is None or now - newest_elsewhere >= REMIND_AFTER
