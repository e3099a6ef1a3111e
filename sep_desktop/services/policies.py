"""What an authority has decided: as in force on a day, and as it was when something was written under it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from sep_desktop import paths
from sep_desktop.domain.academic_year import Calendar
from sep_desktop.domain.agenda import AgendaTemplate
from sep_desktop.domain.category import Category, SupportSource
from sep_desktop.domain.circumstances import Scales, Vocabulary
from sep_desktop.domain.edition import PROGRAM, Edition, PolicyKind, agenda_of, in_force, report_of, to_come
from sep_desktop.domain.people import Role
from sep_desktop.domain.policy import EntitlementPolicy, Reporting, Retention
from sep_desktop.domain.report import ReportTemplate
from sep_desktop.domain.visit import Visit, VisitKind
from sep_desktop.imports.policies.reading import shipped, value_of
from sep_desktop.services.bank_holidays import bank_holiday
from sep_desktop.storage.store import Store


@dataclass(frozen=True)
class Policies:
    """The edition of each kind that counts for one piece of work; each is read when it is first asked for.

    ``to_come`` are those that will decide otherwise what is due.

    Raises ``FileProblems`` where an edition is no policy of its kind.
    """

    authority: str
    editions: Mapping[PolicyKind, Edition]
    to_come: tuple[Edition, ...] = ()

    def _value(self, kind: PolicyKind) -> Any:
        return value_of(self.editions[kind])

    @cached_property
    def entitlement(self) -> EntitlementPolicy:
        """Which visits and days are due."""
        value: EntitlementPolicy = self._value(PolicyKind.ENTITLEMENT)
        return value

    @cached_property
    def calendar(self) -> Calendar:
        """Terms, holidays and bank holidays."""
        value: Calendar = self._value(PolicyKind.TERMS)
        return replace(value, bank_holiday=bank_holiday)

    @cached_property
    def reporting(self) -> Reporting:
        """By when a report is to be completed."""
        value: Reporting = self._value(PolicyKind.REPORTING)
        return value

    @cached_property
    def retention(self) -> Retention:
        """For how long papers are kept."""
        value: Retention = self._value(PolicyKind.RETENTION)
        return value

    @cached_property
    def distribution(self) -> tuple[Role, ...]:
        """Who receives a report."""
        value: tuple[Role, ...] = self._value(PolicyKind.DISTRIBUTION)
        return value

    @cached_property
    def scales(self) -> Scales:
        """The words that facts about a school may take."""
        vocabularies: tuple[Vocabulary, ...] = self._value(PolicyKind.JUDGEMENTS)
        return Scales(vocabularies, tuple(str(each.number) for each in self.categories))

    @cached_property
    def categories(self) -> tuple[Category, ...]:
        """The categories of schools."""
        value: tuple[Category, ...] = self._value(PolicyKind.CATEGORIES)
        return value

    @cached_property
    def support_sources(self) -> tuple[SupportSource, ...]:
        """Where support may be commissioned."""
        value: tuple[SupportSource, ...] = self._value(PolicyKind.SUPPORT)
        return value

    def agenda(self, kind: VisitKind) -> AgendaTemplate:
        """The agenda of a kind of visit."""
        value: AgendaTemplate = self._value(agenda_of(kind))
        return value

    def report(self, kind: VisitKind) -> ReportTemplate:
        """The sections of the report on a kind of visit."""
        value: ReportTemplate = self._value(report_of(kind))
        return value


def written_with(kind: VisitKind) -> tuple[PolicyKind, ...]:
    """What a report on a kind of visit keeps from the day on which it is begun."""
    return report_of(kind), PolicyKind.CATEGORIES, PolicyKind.SUPPORT


def own_authority(*, store: Store) -> str:
    """The authority for whom the SEP works, as the settings say."""
    return store.settings.text("me.la_code")


def of_authority(*, store: Store, authority: str, on: date) -> Policies:
    """What is in force for an authority on a day."""
    return _in_force(store.editions.standing(), authority, on)


def of_school(*, store: Store, urn: str, on: date) -> Policies:
    """What is in force for a school on a day; where it is not known here, for the SEP's authority."""
    return of_schools(store=store, urns=[urn], on=on)[urn]


def of_schools(*, store: Store, urns: Sequence[str], on: date) -> dict[str, Policies]:
    """As ``of_school``, for several: two queries, and each authority's policies once."""
    return among(store=store, editions=store.editions.standing(), urns=urns, on=on)


def among(*, store: Store, editions: Iterable[Edition], urns: Sequence[str], on: date) -> dict[str, Policies]:
    """As ``of_schools``, if these were the editions there are."""
    authorities, own = store.schools.authorities(urns), own_authority(store=store)
    policies = {code: _in_force(editions, code, on) for code in {own, *authorities.values()}}
    return {urn: policies[authorities.get(urn) or own] for urn in urns}


def of_visit(*, store: Store, visit: Visit, on: date) -> Policies:
    """As ``of_school``, with what the visit and its report were written under in its place."""
    policies = of_school(store=store, urn=visit.urn, on=on)
    return replace(policies, editions={**policies.editions, **store.editions.of_visit(visit.id)})


def _in_force(editions: Iterable[Edition], authority: str, on: date) -> Policies:
    known = tuple(editions)
    newest = {kind: in_force(known, kind, authority, on) for kind in PolicyKind}
    ahead = [each for kind in _DUE for each in to_come(known, kind, authority, on)]
    return Policies(authority, {kind: each for kind, each in newest.items() if each}, tuple(ahead))


_DUE = (PolicyKind.ENTITLEMENT, PolicyKind.TERMS)
"""What decides which visits are due, and by when."""


def newer(*, store: Store) -> tuple[Edition, ...]:
    """What the program brings that is newer than what the store has of it: one of each kind at most.

    Asked for at every look at Today: where nothing is newer, no file is read.
    """
    standing, files = store.editions.standing(), paths.every_policy_file()
    return tuple(
        shipped(kind, version, files[kind][version].read_text(encoding="utf-8"))
        for kind in PolicyKind
        if (version := max(files[kind])) > _newest_here(standing, kind)
    )


def _newest_here(editions: Sequence[Edition], kind: PolicyKind) -> int:
    return max(
        (each.version for each in editions if (each.kind, each.authority) == (kind, PROGRAM)), default=0
    )
