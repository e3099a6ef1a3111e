"""What an authority decides, as editions: one version of one kind of policy, with the days of its validity.

The newest that is valid on a day is in force. What was written under an older one keeps it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from sep_desktop.domain.visit import VisitKind
from sep_desktop.domain.wording import day

PROGRAM = ""
"""The authority of what comes with the program: it serves every authority that has decided nothing itself."""

ALWAYS = date.min
"""The first day of what a store began with."""


class PolicyKind(StrEnum):
    """What an authority may decide. The value is the name of its file, before the version."""

    ENTITLEMENT = "entitlement"
    TERMS = "terms"
    REPORTING = "reporting"
    DISTRIBUTION = "distribution"
    READERS = "readers"
    JUDGEMENTS = "judgements"
    CATEGORIES = "categories"
    SUPPORT = "support"
    APPRAISAL_SCALE = "appraisal-scale"
    APPRAISAL = "appraisal"
    AGENDA_ANNUAL = "agenda-annual"
    AGENDA_ADDITIONAL = "agenda-additional"
    AGENDA_TERMLY = "agenda-termly"
    REPORT_ANNUAL = "report-annual"
    REPORT_ADDITIONAL = "report-additional"
    REPORT_TERMLY = "report-termly"
    RETENTION = "retention"


POLICY_NAMES = {
    PolicyKind.ENTITLEMENT: "Visits and days that are due",
    PolicyKind.TERMS: "Term dates",
    PolicyKind.REPORTING: "Days for the report",
    PolicyKind.DISTRIBUTION: "Who receives a report",
    PolicyKind.READERS: "Who reads performance management",
    PolicyKind.JUDGEMENTS: "Ofsted's judgements",
    PolicyKind.CATEGORIES: "Categories of schools",
    PolicyKind.SUPPORT: "Sources of support",
    PolicyKind.APPRAISAL_SCALE: "Scale of performance management",
    PolicyKind.APPRAISAL: "Record of performance management",
    PolicyKind.AGENDA_ANNUAL: "Agenda of an annual visit",
    PolicyKind.AGENDA_ADDITIONAL: "Agenda of an additional visit",
    PolicyKind.AGENDA_TERMLY: "Agenda of a termly visit",
    PolicyKind.REPORT_ANNUAL: "Report on an annual visit",
    PolicyKind.REPORT_ADDITIONAL: "Report on an additional visit",
    PolicyKind.REPORT_TERMLY: "Report on a termly visit",
    PolicyKind.RETENTION: "How long papers are kept",
}


@dataclass(frozen=True)
class Edition:
    """One version of one kind of policy, by one authority (its three digits, or ``PROGRAM``).

    ``text`` is the file as it came (TOML 1.0). ``last`` is empty while no end is known. ``uid`` is its
    identity on every computer (RFC 9562), ``id`` its number in this store.
    """

    kind: PolicyKind
    authority: str
    version: int
    first: date
    last: date | None
    source: str
    text: str = field(repr=False)
    uid: str = ""
    id: int = 0

    def is_valid_on(self, on: date) -> bool:
        """Whether ``on`` is one of its days."""
        return self.first <= on and (self.last is None or on <= self.last)

    @property
    def days(self) -> str:
        """Its days in words."""
        since = "from the beginning" if self.first == ALWAYS else f"from {day(self.first)}"
        return f"{since} to {day(self.last)}" if self.last else since

    @property
    def whose(self) -> str:
        """Who decided it, in words."""
        return f"authority {self.authority}" if self.authority else "the program"

    @property
    def name(self) -> str:
        """What it is, in a line."""
        return f"{POLICY_NAMES[self.kind]}, version {self.version} of {self.whose}"


def agenda_of(kind: VisitKind) -> PolicyKind:
    """The kind of policy that is the agenda of a kind of visit."""
    return PolicyKind(f"agenda-{kind}")


def report_of(kind: VisitKind) -> PolicyKind:
    """The kind of policy that is the report on a kind of visit."""
    return PolicyKind(f"report-{kind}")


def in_force(editions: Iterable[Edition], kind: PolicyKind, authority: str, on: date) -> Edition | None:
    """The newest edition valid on a day: the authority's own, else the program's."""
    valid = [
        each
        for each in editions
        if each.kind is kind and each.authority in (authority, PROGRAM) and each.is_valid_on(on)
    ]
    return max(valid, key=lambda each: (each.authority != PROGRAM, each.version), default=None)


def to_come(
    editions: Sequence[Edition], kind: PolicyKind, authority: str, today: date
) -> tuple[Edition, ...]:
    """Those that will be in force after today: not the program's where the authority has its own."""
    ahead = (each for each in editions if each.first > today)
    return tuple(each for each in ahead if in_force(editions, kind, authority, each.first) == each)


def objection(new: Edition, known: Sequence[Edition]) -> tuple[str, str]:
    """The key and the sentence of what stands against ``new`` beside the authority's others of its kind.

    Both are empty where nothing does. ``known`` are those that were not taken back.
    """
    if new.last and new.last < new.first:
        return "last", f"It would end before it begins on {day(new.first)}. Put the days right."
    own = [each for each in known if (each.kind, each.authority) == (new.kind, new.authority)]
    newest = max(own, key=lambda each: each.version, default=None)
    if newest is None:
        return "", ""
    same = next((each for each in own if each.text == new.text), None)
    if same:
        return "version", f"This very file is taken in already, {same.days}. There is nothing to do."
    if new.version <= newest.version:
        return "version", f"Version {newest.version} is here already. Give this one {newest.version + 1}."
    return _beside(new, newest)


def _beside(new: Edition, newest: Edition) -> tuple[str, str]:
    """Whether the days of ``new`` overlap those of the one before, or leave days between them to nobody."""
    version = newest.version
    if new.first < newest.first:
        return "first", f"Version {version} begins on {day(newest.first)}. Begin on that day, or later."
    if newest.last and new.first <= newest.last:
        return "first", (
            f"The days overlap: version {version} is valid to {day(newest.last)}. Begin on "
            f"{day(newest.last + timedelta(days=1))}, or take version {version} back first."
        )
    if newest.last and new.first > newest.last + timedelta(days=1):
        return "first", (
            f"There is a gap: version {version} ends on {day(newest.last)}. Begin on "
            f"{day(newest.last + timedelta(days=1))}."
        )
    return "", ""
