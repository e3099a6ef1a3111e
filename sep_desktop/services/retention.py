"""For how long papers of visits are kept: what is past its years, and removing it.

Nothing goes by itself: a clock that is years ahead would erase everything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.changes import Changed, Changes
from sep_desktop.domain.epoch import Cause
from sep_desktop.domain.policy import Retention
from sep_desktop.domain.visit import KIND_NAMES
from sep_desktop.domain.wording import day, listed, plural
from sep_desktop.errors import UserError
from sep_desktop.services import copies_in_reach, policies
from sep_desktop.storage.store import Store
from sep_desktop.storage.visit_papers import WrittenVisit, erasure_of


@dataclass(frozen=True)
class PastPapers:
    """What is past its years by the policy of its school's authority: a line for each visit.

    ``messages`` is how many that were sent may go byte for byte, of visits whose papers stay. ``copies`` says
    in sentences which backups still hold what was removed, or were removed with it.
    """

    lines: tuple[str, ...] = field(repr=False)
    messages: int
    copies: str = ""

    @property
    def in_lines(self) -> tuple[str, ...]:
        """What goes, in a line for each visit and one for the messages."""
        sent = f"The e-mails as sent ({self.messages}): that they were sent, and to whom, stays."
        return (*self.lines, *([sent] if self.messages else []))

    @property
    def subject(self) -> str:
        """What goes, in a few words: the papers of the visits, or the messages where there are no visits."""
        if not self.lines:
            return f"the e-mails as sent ({self.messages})"
        return f"the papers of {plural(len(self.lines), 'visit')}"


def past_papers(*, store: Store, today: date) -> PastPapers:
    """As it stands on a day."""
    visits, messages = _past(store, today)
    return PastPapers(tuple(visits.values()), len(messages))


def remove_past_papers(*, store: Store, today: date, now: datetime) -> Changed[PastPapers]:
    """Remove what is past its years, and say what went.

    Raises ``UserError`` while a report on one of the visits waits to be sent or decided about, and then
    removes nothing.
    """
    visits, messages = _past(store, today)
    for visit in visits:
        if store.visit_papers.is_under_way(visit.id):
            raise UserError(
                f"A report on {visit.school}, {day(visit.day)}, waits to be sent, or for your decision.",
                "Send it, or say in the Outbox that it is not to be sent.",
            )
    with store.atomic():
        for message in messages:
            store.visit_papers.drop_bytes(message)
        if visits:
            store.epochs.begin(Cause.SETTLED, now)  # with them goes when the last of it was sent
        for visit, line in visits.items():
            store.visit_papers.remove(visit, now)
            store.journal.add(now, "papers removed", line, urn=visit.urn, subject=f"visit {visit.id}")
    store.database.checkpoint()
    copies = (
        copies_in_reach.erase(store=store, keyed=store, erasure=erasure_of(store.destroyed.all()))
        if visits
        else ""
    )
    return Changed(
        PastPapers(tuple(visits.values()), len(messages), copies),
        Changes.VISITS | Changes.REPORTS | Changes.OUTBOX,
    )


def forget_destroyed(*, store: Store, destroyed: Mapping[str, datetime]) -> int:
    """Remove again what was destroyed before, of how many visits, where a backup brought it back.

    ``destroyed`` is ``Store.destroyed.all()`` as it was before.
    """
    with store.atomic():
        return store.visit_papers.forget({**store.destroyed.all(), **destroyed})


def _past(store: Store, today: date) -> tuple[Mapping[WrittenVisit, str], list[int]]:
    """The visits past their years, each with its line, and the messages whose bytes are."""
    year = AcademicYear.of(today)
    written, sent = store.visit_papers.before(year), store.visit_papers.sent_before(year)
    if not written and not sent:
        return {}, []  # as in the first years of every store: Today asks each time
    urns = [*{*(visit.urn for visit in written), *(urn for urn, _ in sent.values())}]
    decided = policies.of_schools(store=store, urns=urns, on=today)
    kept = {urn: each.retention for urn, each in decided.items()}
    visits = {
        visit: _line(visit, kept[visit.urn])
        for visit in written
        if _is_past(visit.year, kept[visit.urn].reports, today)
    }
    messages = [number for number, (urn, of) in sent.items() if _is_past(of, kept[urn].messages, today)]
    return visits, messages


def _is_past(year: AcademicYear, years: int, today: date) -> bool:
    return years > 0 and year.kept_until(years) <= today


def _line(visit: WrittenVisit, retention: Retention) -> str:
    papers = [plural(visit.notes, "note")] * bool(visit.notes)
    papers += [plural(visit.versions, "completed version")] * bool(visit.versions)
    what = f" with {listed(papers)}" if papers else ""
    until = day(visit.year.kept_until(retention.reports))
    return f"{visit.school}, {KIND_NAMES[visit.kind].lower()} of {day(visit.day)}{what}: kept until {until}."
