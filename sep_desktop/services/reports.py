"""Writing a report, seeing it as paper, completing it, correcting it."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sep_desktop.addresses import mail_domain
from sep_desktop.documents.characters import remarks_on
from sep_desktop.documents.markdown import blocks_of
from sep_desktop.documents.report_paper import Replaces, ReportFacts, compose
from sep_desktop.documents.report_pdf import Rendered, render
from sep_desktop.domain.changes import Changed, Changes, Undo
from sep_desktop.domain.distribution import (
    Recipient,
    distribution_list,
    remarks,
    remarks_on_likeness,
)
from sep_desktop.domain.outbox import SENT, WITHDRAWABLE, Message, State, replaced_by
from sep_desktop.domain.prose import BlockKind
from sep_desktop.domain.report import (
    Action,
    Gap,
    Progress,
    ReportTemplate,
    Revision,
    SectionKind,
    VersionSummary,
    gaps,
    rows,
    store_rows,
)
from sep_desktop.domain.report_message import carries_report
from sep_desktop.domain.school import School
from sep_desktop.domain.visit import KIND_NAMES, Visit
from sep_desktop.domain.wording import clean, day
from sep_desktop.errors import UserError
from sep_desktop.services import policies, visits
from sep_desktop.services.policies import Policies, written_with
from sep_desktop.storage.message_kinds import REPORT
from sep_desktop.storage.reports import ReportRow
from sep_desktop.storage.store import Store


@dataclass(frozen=True)
class ReportView:
    """A report as it is being written, with what it is written under."""

    id: int
    visit: Visit
    school: School
    template: ReportTemplate
    content: dict[str, str] = field(repr=False)
    versions: tuple[VersionSummary, ...]
    saved: datetime | None
    policies: Policies


@dataclass(frozen=True)
class SendView:
    """What the last step of a visit shows.

    ``locked`` as ``is_locked`` says; ``missing`` is what keeps the report from being completed; ``messages``
    are its versions on their way, the oldest first.
    """

    report: ReportView
    locked: bool
    missing: tuple[Gap, ...]
    messages: tuple[Message, ...]


@dataclass(frozen=True)
class Confirmation:
    """What is looked at before anything leaves: to whom, what, why anew, and what to look at twice."""

    report: ReportView
    recipients: tuple[Recipient, ...]
    remarks: tuple[str, ...] = field(repr=False)
    paper: Rendered
    number: int
    made: datetime
    reason: str = field(repr=False)


def open_report(*, store: Store, visit: int, now: datetime) -> ReportView:
    """The report of a visit; begun, with what the last one left open, when there is none yet.

    Raises ``UserError`` for a visit that does not exist.
    """
    planned = visits.find(store=store, visit=visit)
    row = store.reports.of_visit(visit)
    if row is None:
        with store.atomic():
            row = _begin(store, planned, now)
    decided = policies.of_visit(store=store, visit=planned, on=now.date())
    return ReportView(
        id=row.id,
        visit=planned,
        school=store.schools.get(planned.urn) or School(planned.urn, planned.urn),
        template=decided.report(planned.kind),
        content=store.reports.sections.content(row.id),
        versions=tuple(store.reports.versions(row.id)),
        saved=store.reports.sections.last_saved(row.id),
        policies=decided,
    )


def _begin(store: Store, visit: Visit, now: datetime) -> ReportRow:
    """A new report under what is in force now, which it keeps."""
    decided = policies.of_school(store=store, urn=visit.urn, on=now.date())
    template = decided.report(visit.kind)
    store.editions.keep(visit.id, *(decided.editions[kind] for kind in written_with(visit.kind)))
    report = store.reports.begin(visit.id, visit.kind, template.version, now)
    _carry_over(store, report, visit, template, now)
    row = store.reports.get(report)
    assert row is not None  # noqa: S101 -- just begun
    return row


def _carry_over(store: Store, report: int, visit: Visit, template: ReportTemplate, now: datetime) -> None:
    """Bring the last report's areas and actions back, to be judged one by one."""
    last = store.reports.newest_completed(visit.urn, visit.id)
    section = next((each for each in template.sections if each.kind is SectionKind.PROGRESS), None)
    if last is None or section is None:
        return
    content = store.reports.version_content(last.id)
    areas = [
        block.text for block in blocks_of(content.get("areas", "")) if block.kind is not BlockKind.HEADING
    ]
    actions = [action.what for action in rows(Action, content.get("actions", "")) if action.what]
    carried = [Progress(area=text) for text in dict.fromkeys(areas + actions)]
    if carried:
        store.reports.sections.begin(report, section.key, store_rows(carried), now)


def save_section(*, store: Store, report: int, key: str, text: str, now: datetime) -> datetime:
    """Write a section durably; when it was saved. Raises ``DiskFull`` after giving up the reserve in vain."""
    words = clean(text)
    store.saving(lambda: store.reports.sections.save(report, key, words, now))
    return now


def revisions(*, store: Store, report: int, key: str) -> list[Revision]:
    """How a section was, newest first."""
    return store.reports.sections.history(report, key)


def go_back_to(*, store: Store, report: int, revision: Revision, now: datetime) -> Changes:
    """Make an earlier text the present one; what stood before stays in the history."""
    with store.atomic():
        store.reports.sections.begin(report, revision.key, revision.text, now)
    return Changes.REPORTS


def missing(*, store: Store, report: ReportView) -> list[Gap]:
    """What stands between the report and being complete, section by section."""
    held = [] if report.visit.held_on else [Gap("", "The visit is not marked as held.")]
    signed = store.settings.text("me.name")
    named = [] if signed else [Gap("", "Your own name is not entered yet (Settings, Me).")]
    return held + named + gaps(report.template, report.content)


def send_view(*, store: Store, visit: int, now: datetime) -> SendView:
    """What the last step of a visit shows. Raises ``UserError`` for a visit that does not exist."""
    report = open_report(store=store, visit=visit, now=now)
    messages = store.outbox.messages(urn=report.visit.urn)
    return SendView(
        report,
        is_locked(store=store, report=report),
        tuple(missing(store=store, report=report)),
        tuple(message for message in messages if carries_report(message, report.id)),
    )


def preview(*, store: Store, visit: int, now: datetime) -> Rendered:
    """The draft as the real paper; the paper that was completed, while its words stand.

    Raises ``UserError`` for a visit that does not exist.
    """
    report = open_report(store=store, visit=visit, now=now)
    if is_locked(store=store, report=report):
        version = report.versions[-1]
        return Rendered(store.reports.pdf(version.id), version.pages)
    return render(compose(_facts(store, report, _known_recipients(store, report), 0, report.saved or now)))


def _recipients(store: Store, report: ReportView) -> tuple[Recipient, ...]:
    """Raises ``UserError`` where somebody is missing."""
    contacts = store.people.contacts(report.visit.urn)
    return distribution_list(report.policies.distribution, contacts, report.school.name)


def _known_recipients(store: Store, report: ReportView) -> tuple[Recipient, ...]:
    try:
        return _recipients(store, report)
    except UserError:
        return ()


def confirm(*, store: Store, visit: int, now: datetime, reason: str = "") -> Confirmation:
    """What completing would do.

    Raises ``UserError`` while something is missing, or a correction has no reason.
    """
    report = open_report(store=store, visit=visit, now=now)
    lacking = missing(store=store, report=report)
    if lacking:
        raise UserError(
            "The report is not complete: " + " ".join(gap.sentence for gap in lacking),
            "Fill in what is listed.",
        )
    reason = clean(reason).strip()
    if report.versions and not reason:
        raise UserError("A correction needs its reason.", "The readers of the first version will see it.")
    recipients = _recipients(store, report)
    number = len(report.versions) + 1
    rendered = render(compose(_facts(store, report, recipients, number, now, reason)))
    used_before = store.outbox.used_addresses(report.visit.urn)
    to_look_at = (
        *_left_behind(store, report, recipients),
        *remarks(recipients, used_before, now, report.policies.calendar),
        *remarks_on_likeness(
            recipients, store.people.contacts(report.visit.urn), used_before, report.school.website
        ),
        *remarks_on("".join(report.content.values())),
    )
    return Confirmation(report, recipients, to_look_at, rendered, number, now, reason)


def _left_behind(store: Store, report: ReportView, recipients: tuple[Recipient, ...]) -> Iterator[str]:
    """Whoever was sent an earlier version and is in no role any more that receives this one."""
    roles = {each.role for each in recipients}
    for message in store.outbox.messages(SENT, report.visit.urn):
        for each in (each for each in message.deliveries if each.state in SENT and each.role not in roles):
            if carries_report(message, report.id):
                yield f"{each.name}, {each.address}, has {message.part.name} and is not sent this one."


def complete(*, store: Store, visit: int, confirmed: Confirmation, now: datetime) -> Changes:
    """Freeze the version that was confirmed and queue its deliveries, in one transaction (clause 7.7).

    Raises ``UserError`` when the report or the people changed since they were shown.
    """
    report = open_report(store=store, visit=visit, now=now)
    recipients = _recipients(store, report)
    if (
        recipients != confirmed.recipients
        or report.content != confirmed.report.content
        or len(report.versions) + 1 != confirmed.number
    ):
        raise UserError(
            "The report or its readers changed since you looked at them.",
            "Look at the page again and confirm it anew.",
        )
    store.saving(lambda: _freeze(store, report, confirmed, now))
    store.database.checkpoint()
    return Changes.REPORTS | Changes.VISITS | Changes.OUTBOX | Changes.ENTITLEMENT


def _freeze(store: Store, report: ReportView, confirmed: Confirmation, now: datetime) -> None:
    paper, reason = confirmed.paper, confirmed.reason
    version = store.reports.add_version(
        report.id, report.content, paper.data, paper.pages, reason, confirmed.made
    )
    _withdraw_unsent(store, report, version.number, now)
    domain = mail_domain(store.settings.text("me.email")) or "sep-desktop.invalid"
    school = confirmed.report.school.name  # as the paper has it, whatever the register has renamed it since
    subject = f"{KIND_NAMES[report.visit.kind]} report: {school}, {day(report.visit.day)}"
    store.outbox.add(
        REPORT,
        version,
        urn=report.visit.urn,
        identifier=f"<{uuid.uuid4()}.{version.number}@{domain}>",
        subject=subject,
        school=school,
        readers=report.policies.distribution,
        recipients=confirmed.recipients,
        now=now,
    )
    event = "report corrected" if version.number > 1 else "report completed"
    text = f"version {version.number}, sha256 {version.sha256}"
    store.journal.add(now, event, text, urn=report.visit.urn, subject=f"report {report.id}")


def _withdraw_unsent(store: Store, report: ReportView, number: int, now: datetime) -> None:
    """What still waits of an earlier version is not sent any more: its correction goes instead."""
    for message in store.outbox.messages(WITHDRAWABLE, report.visit.urn):
        if carries_report(message, report.id):
            waiting = [delivery for delivery in message.deliveries if delivery.state in WITHDRAWABLE]
            store.outbox.advance(waiting, State.CANCELLED, now, reply=replaced_by(number))


def _facts(
    store: Store,
    report: ReportView,
    recipients: tuple[Recipient, ...],
    number: int,
    as_of: datetime,
    reason: str = "",
) -> ReportFacts:
    old = report.versions[-1] if report.versions and number else None
    return ReportFacts(
        template=report.template,
        content=report.content,
        school=report.school,
        visit=report.visit,
        sep=store.settings.text("me.name"),
        recipients=recipients,
        number=number,
        made=as_of,
        categories=report.policies.categories,
        sources={each.key: each.name for each in report.policies.support_sources},
        replaces=Replaces(old.number, old.completed, reason) if old else None,
    )


def drop_correction(*, store: Store, visit: int, now: datetime) -> Changed[None]:
    """Go back to the words of the last completed version; what was written since stays in the history.

    Raises ``UserError`` for a report that has not been completed yet.
    """
    report = open_report(store=store, visit=visit, now=now)
    if not report.versions:
        raise UserError("This report has not been completed yet; there is nothing to go back to.")
    frozen = store.reports.version_content(report.versions[-1].id)
    with store.atomic():
        for section in report.template.sections:
            if report.content.get(section.key, "") != frozen.get(section.key, ""):
                store.reports.sections.begin(report.id, section.key, frozen.get(section.key, ""), now)
    return Changed(None, Changes.REPORTS, _undo_of_dropping(report))


def _undo_of_dropping(dropped: ReportView) -> Undo[Store]:
    """Write the words of a dropped correction again."""

    def work(store: Store, now: datetime) -> Changes:
        report = open_report(store=store, visit=dropped.visit.id, now=now)
        if len(report.versions) != len(dropped.versions) or not is_locked(store=store, report=report):
            raise UserError("The report was written in since.", "The history of each section has its words.")
        with store.atomic():
            for section in report.template.sections:
                text = dropped.content.get(section.key, "")
                if text != report.content.get(section.key, ""):
                    store.reports.sections.begin(report.id, section.key, text, now)
            store.journal.add(now, "correction taken up again", "", urn=report.visit.urn)
        return Changes.REPORTS

    said = "The correction was dropped; the words are those of the completed version."
    return Undo(said, work, "The words of the correction are back.", Changes.REPORTS)


def is_locked(*, store: Store, report: ReportView) -> bool:
    """Whether the words are those of the last completed version.

    They are then read, and changed only as a correction.
    """
    if not report.versions:
        return False
    frozen = store.reports.version_content(report.versions[-1].id)
    return all(
        report.content.get(section.key, "") == frozen.get(section.key, "")
        for section in report.template.sections
    )
