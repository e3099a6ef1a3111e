"""The pages of the window, one row each. A page is imported when it is first opened."""

from sep_desktop.ui.context.page import Page, PageSpec
from sep_desktop.ui.context.session import Session


def _today(session: Session) -> Page:
    from sep_desktop.ui.today.page import TodayPage

    return TodayPage(session)


def _schools(session: Session) -> Page:
    from sep_desktop.ui.schools.page import SchoolsPage

    return SchoolsPage(session)


def _school(session: Session) -> Page:
    from sep_desktop.ui.schools.school import SchoolPage

    return SchoolPage(session)


def _visit(session: Session) -> Page:
    from sep_desktop.ui.visit.page import VisitPage

    return VisitPage(session)


def _outbox(session: Session) -> Page:
    from sep_desktop.ui.outbox.page import OutboxPage

    return OutboxPage(session)


def _sealed(session: Session) -> Page:
    from sep_desktop.ui.sealed.page import SealedPage

    return SealedPage(session)


def _settings(session: Session) -> Page:
    from sep_desktop.ui.settings.page import SettingsPage

    return SettingsPage(session)


def _policies(session: Session) -> Page:
    from sep_desktop.ui.policies.page import PoliciesPage

    return PoliciesPage(session)


def _past_papers(session: Session) -> Page:
    from sep_desktop.ui.schools.past_papers import PastPapersPage

    return PastPapersPage(session)


def _backups(session: Session) -> Page:
    from sep_desktop.ui.backups.page import BackupsPage

    return BackupsPage(session)


def _help(session: Session) -> Page:
    from sep_desktop.ui.help.page import HelpPage
    from sep_desktop.ui.shell.shortcuts import SHORTCUTS

    return HelpPage(session, tuple((each.keys, each.about) for each in SHORTCUTS))


PAGES = (
    PageSpec("today", "Today", _today, "today"),
    PageSpec("schools", "Schools", _schools, "schools"),
    PageSpec("outbox", "Outbox", _outbox, "outbox"),
    PageSpec("sealed", "Sealed", _sealed, "sealed"),
    PageSpec("settings", "Settings", _settings, "settings"),
    PageSpec("help", "Help", _help, "help"),
    PageSpec("school", "School", _school, under="schools"),
    PageSpec("visit", "Visit", _visit, under="schools"),
    PageSpec("policies", "Policies", _policies, under="settings"),
    PageSpec("backups", "Backups", _backups, under="settings"),
    PageSpec("past-papers", "Papers past their years", _past_papers, under="schools"),
)
"""In the order of the navigation; those under another are reached from it."""

NAVIGATION = tuple(spec for spec in PAGES if not spec.under)
"""The pages in the navigation: the first is opened by Ctrl+1, and so on."""

FOOT = "settings"
"""From this page on the navigation stands at its foot."""
