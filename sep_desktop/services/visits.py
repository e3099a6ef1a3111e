"""Planning, preparing and holding visits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.agenda import AgendaItem, AgendaTemplate, Note, NoteKind, NoteRevision
from sep_desktop.domain.changes import Changed, Changes
from sep_desktop.domain.edition import agenda_of
from sep_desktop.domain.outbox import State
from sep_desktop.domain.people import Contact, Role
from sep_desktop.domain.report import VersionSummary
from sep_desktop.domain.report_message import carries_report
from sep_desktop.domain.school import School
from sep_desktop.domain.visit import Plan, Visit, clashes
from sep_desktop.domain.wording import clean, day, one_line
from sep_desktop.errors import UserError
from sep_desktop.services import policies, visit_undo
from sep_desktop.storage.store import Store


@dataclass(frozen=True)
class VisitView:
    """Everything the page of a visit shows beside the report itself."""

    visit: Visit
    school: School
    agenda: tuple[AgendaItem, ...]
    notes: tuple[Note, ...]
    information: tuple[str, ...]
    contacts: dict[Role, Contact]
    versions: tuple[VersionSummary, ...]
    sending: str = ""


@dataclass(frozen=True)
class Clash:
    """A visit at the same hours, named for a sentence."""

    school: str
    visit: Visit

    def __str__(self) -> str:
        return f"{self.school} is planned for the same time: {day(self.visit.day)}, {self.visit.hours}."


def find(*, store: Store, visit: int) -> Visit:
    """The visit with this number. Raises ``UserError`` for one that does not exist."""
    planned = store.visits.get(visit)
    if planned is None:
        raise UserError("There is no such visit.", "It may belong to another store.")
    return planned


def view(*, store: Store, visit: int, today: date) -> VisitView:
    """The visit with its school, agenda, notes and versions.

    Raises ``UserError`` for one that does not exist.
    """
    planned = find(store=store, visit=visit)
    report = store.reports.of_visit(visit)
    return VisitView(
        visit=planned,
        school=store.schools.get(planned.urn) or School(planned.urn, planned.urn),
        agenda=tuple(store.visits.agenda(visit)),
        notes=tuple(store.notes.of_visit(visit)),
        information=agenda_for(store=store, visit=planned, today=today).information,
        contacts={each.role: each for each in store.people.contacts(planned.urn)},
        versions=tuple(store.reports.versions(report.id)) if report else (),
        sending=_sending(store, planned.urn, report.id) if report else "",
    )


_ON_ITS_WAY = {
    State.UNKNOWN: "needs you",
    State.REFUSED: "needs you",
    State.QUEUED: "waiting",
    State.RETRY: "waiting",
    State.HANDING_OVER: "waiting",
    State.HELD: "waiting",
    State.HANDED_OUT: "written out",
    State.ACCEPTED: "accepted",
    State.CONFIRMED: "sent",
    State.CANCELLED: "not sent",
}
"""What a visit says of its report while a delivery is in a state; of several the first in this order."""


def _sending(store: Store, urn: str, report: int) -> str:
    """How the newest version stands on its way, in a word or two; empty while there is none."""
    newest = [
        message
        for message in store.outbox.messages(urn=urn)
        if carries_report(message, report) and not message.part.replaced
    ]
    states = {delivery.state for message in newest for delivery in message.deliveries}
    return next((words for state, words in _ON_ITS_WAY.items() if state in states), "")


def agenda_for(*, store: Store, visit: Visit, today: date) -> AgendaTemplate:
    """The agenda of the visit's kind: that of the day on which it was planned."""
    return policies.of_visit(store=store, visit=visit, on=today).agenda(visit.kind)


def clashing(*, store: Store, plan: Plan, moving: int = 0) -> list[Clash]:
    """Visits at the same hours of that day. The user is told, and may plan all the same."""
    overlapping = clashes(plan, store.visits.on(plan.day), moving)
    names = store.schools.names([visit.urn for visit in overlapping])
    return [Clash(names[visit.urn], visit) for visit in overlapping]


def remarks_on_time(*, store: Store, plan: Plan, today: date, moving: int = 0) -> list[str]:
    """What speaks against a planned time, as sentences: other visits, holidays, the past, the weekend."""
    remarks = [str(clash) for clash in clashing(store=store, plan=plan, moving=moving)]
    calendar = policies.of_school(store=store, urn=plan.urn, on=plan.day).calendar
    if calendar.in_holiday(plan.day):
        remarks.append("This day is in the school holidays.")
    elif name := calendar.bank_holiday(plan.day):
        remarks.append(f"This day is a bank holiday ({name}).")
    if plan.day < today:
        remarks.append("This day is past; the visit then counts for its own academic year.")
    if plan.day.weekday() > 4:
        remarks.append("This day is at the weekend.")
    return remarks


def plan_visit(*, store: Store, plan: Plan, now: datetime) -> Changed[int]:
    """Plan a visit with the agenda of its kind. Raises ``UserError`` for hours that end before they begin."""
    plan = _checked(plan)
    year = AcademicYear.of(plan.day)
    decided = policies.of_school(store=store, urn=plan.urn, on=now.date())
    template = decided.agenda(plan.kind)
    with store.atomic():
        number = store.visits.add(plan, year.start, (template.id, template.version), template.items, now)
        store.editions.keep(number, decided.editions[agenda_of(plan.kind)])
        store.journal.add(
            now,
            "visit planned",
            f"{plan.kind} on {plan.day.isoformat()}",
            urn=plan.urn,
            subject=f"visit {number}",
        )
    return Changed(number, Changes.VISITS | Changes.ENTITLEMENT)


def move_visit(*, store: Store, visit: int, plan: Plan, now: datetime) -> Changed[int]:
    """Change the date, hours, place or people. Raises ``UserError`` once the visit has been held."""
    old = find(store=store, visit=visit)
    if old.held_on:
        raise UserError(
            "This visit has been held; it cannot be moved.", "Correct the report if the date on it is wrong."
        )
    plan = _checked(plan)
    with store.atomic():
        store.visits.move(visit, plan, AcademicYear.of(plan.day).start, now)
        store.journal.add(
            now,
            "visit moved",
            f"from {old.day.isoformat()} to {plan.day.isoformat()}",
            urn=old.urn,
            subject=f"visit {visit}",
        )
    remarks = remarks_on_time(store=store, plan=plan, today=now.date(), moving=visit)
    undo = visit_undo.of_moving(old, find(store=store, visit=visit), remarks)
    return Changed(visit, Changes.VISITS | Changes.ENTITLEMENT, undo if plan != old.plan else None)


def _checked(plan: Plan) -> Plan:
    if plan.end <= plan.start:
        raise UserError(
            f"The visit would end at {plan.end:%H:%M}, before it begins at {plan.start:%H:%M}.",
            "Put the hours right.",
        )
    return replace(plan, place=one_line(plan.place), attending=one_line(plan.attending))


def cancel_visit(*, store: Store, visit: int, because: str, now: datetime) -> Changed[None]:
    """Cancel with a reason; its entitlement is due again. Raises ``UserError`` without one, or once held."""
    because = clean(because).strip()
    old = find(store=store, visit=visit)
    if not because:
        raise UserError("Say why the visit is cancelled.")
    if old.held_on:
        raise UserError("This visit has been held; it cannot be cancelled.")
    with store.atomic():
        store.visits.cancel(visit, because, now)
        store.journal.add(now, "visit cancelled", because, urn=old.urn, subject=f"visit {visit}")
    undo = visit_undo.of_cancelling(find(store=store, visit=visit))
    return Changed(None, Changes.VISITS | Changes.ENTITLEMENT, undo)


def change_agenda(*, store: Store, visit: int, items: Sequence[AgendaItem], now: datetime) -> Changed[None]:
    """Put the items in the given order; a changed agenda is no longer agreed.

    Raises ``UserError`` for an agenda without items.
    """
    if not items:
        raise UserError("An agenda needs at least one item.")
    old, before = find(store=store, visit=visit), store.visits.agenda(visit)
    after = [replace(item, title=one_line(item.title) or "Item") for item in items]
    with store.atomic():
        store.visits.put_agenda(visit, after, now)
        store.visits.agree_agenda(visit, None, now)
    return Changed(None, Changes.VISITS, visit_undo.of_agenda(old, before, after, old.agreed_on))


def rename_item(*, store: Store, visit: int, key: str, title: str, now: datetime) -> datetime:
    """Write the title of an agenda item durably; when it was saved. A changed agenda is no longer agreed."""

    def work() -> None:
        store.visits.rename_item(visit, key, one_line(title) or "Item", now)
        if find(store=store, visit=visit).agreed_on:
            store.visits.agree_agenda(visit, None, now)

    store.saving(work)
    return now


def agree_agenda(*, store: Store, visit: int, now: datetime) -> Changes:
    """The school has agreed the agenda as it stands (clause 7.3)."""
    urn = find(store=store, visit=visit).urn
    with store.atomic():
        store.visits.agree_agenda(visit, now.date(), now)
        store.journal.add(now, "agenda agreed", "", urn=urn, subject=f"visit {visit}")
    return Changes.VISITS


def take_note(*, store: Store, visit: int, item: str, kind: NoteKind, text: str, now: datetime) -> int:
    """Write a note down, durably; its number."""
    return store.saving(lambda: store.notes.add(visit, item, kind, clean(text), now))


def change_note(*, store: Store, note: int, kind: NoteKind, text: str, now: datetime) -> None:
    """Write a note again. Without words it is shown no more, and may be written again."""
    words = clean(text) if text.strip() else ""
    store.saving(lambda: store.notes.save(note, kind, words, now))


def put_back_note(*, store: Store, note: int, text: str, now: datetime) -> Changes:
    """Write the words of an emptied note again. Raises ``UserError`` where it has other words by now."""
    present = store.notes.get(note)
    if present is None or present.text:
        raise UserError("This note has other words by now.", "Its history has those from before.")
    store.saving(lambda: store.notes.save(note, present.kind, text, now))
    return Changes.VISITS


def emptied_notes(*, store: Store, visit: int) -> list[Note]:
    """The notes of a visit that have no words any more, with the last that they had, newest first."""
    return store.notes.emptied(visit)


def note_revisions(*, store: Store, note: int) -> list[NoteRevision]:
    """How a note was, newest first; what stands now is the first."""
    return store.notes.history(note)


def go_back_to_note(*, store: Store, note: int, revision: NoteRevision, now: datetime) -> Changes:
    """Make a note what it was; what stood before stays in its history."""
    with store.atomic():
        store.notes.begin(note, revision.kind, revision.text, now)
    return Changes.VISITS


def hold_visit(*, store: Store, visit: int, on: date, now: datetime) -> Changed[None]:
    """The visit took place.

    Raises ``UserError`` for a day that has not come or a visit that was cancelled.
    """
    planned = find(store=store, visit=visit)
    if on > now.date():
        raise UserError(f"{day(on)} has not come yet.", "Mark the visit as held on the day, or move it.")
    if planned.is_cancelled:
        raise UserError("This visit was cancelled.", "Plan it anew.")
    with store.atomic():
        store.visits.hold(visit, on, now)
        store.journal.add(now, "visit held", on.isoformat(), urn=planned.urn, subject=f"visit {visit}")
    undo = visit_undo.of_holding(find(store=store, visit=visit))
    return Changed(None, Changes.VISITS | Changes.ENTITLEMENT, None if planned.held_on else undo)
