"""How a section of a report was, and going back to it."""

from typing import assert_never

from PySide6.QtWidgets import QWidget

from sep_desktop.domain.report import Revision, Section, SectionKind
from sep_desktop.domain.wording import day_and_time
from sep_desktop.services import reports
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.kit.history import HistoryDialog


def open_history(parent: QWidget, session: Session, report: reports.ReportView, key: str) -> None:
    """Show every text that a section had, newest first; the chosen one becomes the present text."""
    section = report.template.section(key)

    def go_back(revision: Revision) -> None:
        now = session.now()
        session.run(
            parent,
            lambda store: reports.go_back_to(store=store, report=report.id, revision=revision, now=now),
        )

    def show(revisions: list[Revision]) -> None:
        texts = [(day_and_time(revision.saved), revision.text) for revision in revisions]
        HistoryDialog(
            parent, section.title, texts, _is_prose(section), lambda at: go_back(revisions[at])
        ).open()

    session.run(parent, lambda store: reports.revisions(store=store, report=report.id, key=key), show)


def _is_prose(section: Section) -> bool:
    match section.kind:
        case SectionKind.PROSE | SectionKind.CONTEXT:
            return True
        case (
            SectionKind.PROGRESS
            | SectionKind.SUPPORT
            | SectionKind.CATEGORY
            | SectionKind.ACTIONS
            | SectionKind.TIME
        ):
            return False
        case _:
            assert_never(section.kind)
