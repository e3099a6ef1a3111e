"""How a report and its messages stood at a moment."""

from collections.abc import Iterator
from datetime import datetime

from sep_desktop.domain.agenda import NOTE_KIND_NAMES as NOTE_NAMES
from sep_desktop.domain.outbox import IN_WORDS, Message
from sep_desktop.domain.past import Chapter, Statement, not_known
from sep_desktop.domain.report import VersionSummary
from sep_desktop.domain.report_message import carries_report
from sep_desktop.domain.section_words import in_words
from sep_desktop.domain.visit import Visit
from sep_desktop.domain.wording import day_and_time, plural
from sep_desktop.services import policies
from sep_desktop.services.policies import Policies
from sep_desktop.storage.store import Store

__all__ = ["CARRIED_ON", "NOTE_NAMES", "chapters", "completed", "sent"]

CARRIED_ON = not_known("which of these words are of the day after: they were written over midnight.")
"""What is said of a text that was begun on the day and written on after its end."""


def chapters(store: Store, visit: Visit, report: int | None, moment: datetime) -> tuple[Chapter, ...]:
    """The sections of the report on a visit, its completed versions, and what was sent of it."""
    if report is None:
        return (Chapter("Report", (Statement("It was not begun yet."),)),)
    none, nothing = Statement("None was completed yet."), Statement("Nothing was sent yet.")
    return (
        Chapter(
            "Report", tuple(_sections(store, visit, report, moment)) or (Statement("It had no words yet."),)
        ),
        Chapter("Completed versions", tuple(_versions(store, report, moment)) or (none,)),
        Chapter("What was sent", tuple(sent(store, visit.urn, moment, report)) or (nothing,)),
    )


def _sections(store: Store, visit: Visit, report: int, moment: datetime) -> Iterator[Statement]:
    decided = policies.of_visit(store=store, visit=visit, on=moment.date())
    template, names = decided.report(visit.kind), _names(decided)
    written = {each.key: each for each in store.past.sections(report, moment)}
    for section in (each for each in template.sections if each.key in written):
        text = written[section.key]
        yield Statement(f"{section.title}\n{in_words(section.kind, text.text, names)}")
        if text.carried_on:
            yield CARRIED_ON


def _names(decided: Policies) -> dict[str, str]:
    """What the keys of sources of support and of factors are called."""
    factors = {factor.key: factor.text for category in decided.categories for factor in category.factors}
    return factors | {source.key: source.name for source in decided.support_sources}


def completed(store: Store, urn: str, moment: datetime) -> Iterator[Statement]:
    """Every version of a report on a school that had been completed."""
    for visit in store.past.visits(urn, moment):
        report = store.past.begun_report(visit.number, moment)
        if report is not None:
            for each in _versions(store, report, moment):
                yield Statement(f"Report {report} on visit {visit.number}. {each.text}")


def _versions(store: Store, report: int, moment: datetime) -> Iterator[Statement]:
    versions = [each for each in store.reports.versions(report) if each.completed <= moment]
    return (Statement(_version(each)) for each in versions)


def _version(version: VersionSummary) -> str:
    why = f" Why anew: {version.reason}" if version.reason else ""
    pages = plural(version.pages, "page")
    when = day_and_time(version.completed)
    return f"Version {version.number}, completed on {when}, {pages}, SHA-256 {version.sha256}.{why}"


def sent(store: Store, urn: str, moment: datetime, report: int = 0) -> Iterator[Statement]:
    """To whom something was sent or was to be, and how that stood; of one report, or of the whole school."""
    for message in store.outbox.messages(urn=urn):
        if message.made <= moment and (not report or carries_report(message, report)):
            yield from _deliveries(store, message, moment)


def _deliveries(store: Store, message: Message, moment: datetime) -> Iterator[Statement]:
    for each in message.deliveries:
        state, since, is_known = store.past.state(each, moment)
        to = f"{message.subject}, {message.part.name}, to {each.name} ({each.role}), {each.address}"
        how = f"“{IN_WORDS[state]}” {'since' if is_known else 'from'} {day_and_time(since)}"
        if is_known:
            yield Statement(f"{to}: {how}.")
        else:
            yield not_known(f"how it stood with {to}. It was {how} on.")
