"""What the authority decides, in the window: looked at, taken in, taken back, written out."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QFrame, QLabel, QPushButton

from sep_desktop.domain.edition import ALWAYS, POLICY_NAMES, PolicyKind
from sep_desktop.imports.policies import reading
from sep_desktop.services import policies, policy_changes
from sep_desktop.storage import store as stores
from sep_desktop.ui.policies.page import SUBJECTS
from tests.conftest import FORMER
from tests.support.fakes import PASSPHRASE
from tests.support.pages import Window
from tests.support.policies import older

SCHOOL = "990002"
"""It is due an additional visit, of half a day by the program's policy."""

NEWER = "Newer policies came with this version of the program."
CHANGED_BY_HAND = "The Schools Forum, 1 October 2026"


class PoliciesPage:
    """The page as a user handles it."""

    def __init__(self, window: Window, monkeypatch, folder: Path) -> None:
        self.window, self._monkeypatch, self.folder = window, monkeypatch, folder
        self.page = window.go("policies")

    @property
    def today(self) -> date:
        return self.window.program.session.today()

    def file(self, kind, *replacements, after="", name="policy.toml") -> Path:
        """What is in force, written out and put otherwise by hand."""
        text = policy_changes.export(store=self.window.store, kind=kind, authority="880", today=self.today)
        head, mark, tail = text.partition(after) if after else ("", "", text)
        for old, new in replacements:
            assert old in tail
            tail = tail.replace(old, new, 1)
        path = self.folder / name
        path.write_text(head + mark + tail, encoding="utf-8")
        return path

    def longer(self) -> Path:
        """An additional visit of a day in place of half a one."""
        change = ("on_site = 0.5", "on_site = 1.0")
        return self.file(PolicyKind.ENTITLEMENT, change, after='key = "additional"')

    def import_file(self, path: Path):
        """Choose a file; the dialog that shows what it would change."""
        answer = lambda parent, title, name, kinds, options=None: (str(path), kinds)  # noqa: E731
        self._monkeypatch.setattr(QFileDialog, "getOpenFileName", answer)
        self.window.press("Import a file")
        return self.window.dialog()

    def accept(self, path: Path) -> None:
        self.window.press("Accept", self.import_file(path))

    def row(self, kind) -> list[QLabel | QPushButton]:
        """What stands in the row of a kind of policy, in its order."""
        name = POLICY_NAMES[kind]
        card = next(each for each in self.cards() if any(label.text() == name for label in labels(each)))
        tops = sorted(
            each.geometry().y()
            for each in card.children()
            if isinstance(each, QFrame) and each.property("role") == "rule"
        )
        start = next(label for label in labels(card) if label.text() == name).geometry().y()
        end = next((top for top in tops if top > start), card.height())
        return [
            each
            for each in card.children()
            if isinstance(each, QLabel | QPushButton) and start <= each.geometry().y() < end
        ]

    def cards(self) -> list[QFrame]:
        QApplication.processEvents()
        frames = self.page.content.widget().findChildren(QFrame)
        return [each for each in frames if each.property("role") == "card" and each.isVisible()]

    def words_of(self, kind) -> list[str]:
        return [each.text() for each in self.row(kind) if isinstance(each, QLabel)]

    def press(self, text: str, kind) -> None:
        links = (each for each in self.row(kind) if isinstance(each, QPushButton))
        link = next(each for each in links if each.text().startswith(text))
        self.page.content.ensureWidgetVisible(link)
        QTest.mouseClick(link, Qt.MouseButton.LeftButton)
        QApplication.processEvents()

    def in_force(self, kind, on=None):
        return policies.of_authority(store=self.window.store, authority="880", on=on or self.today).editions[
            kind
        ]


def labels(card):
    return [each for each in card.children() if isinstance(each, QLabel)]


@pytest.fixture
def page(window, monkeypatch, tmp_path):
    return PoliciesPage(window, monkeypatch, tmp_path)


@pytest.fixture
def older_window(program, locations):
    """Open over a store of an earlier version."""
    shutil.copytree(FORMER / "e8aa83c", locations.root)
    program.frame.show()
    program.open(stores.unlock(locations, PASSPHRASE))
    return Window(program)


def amount_due(window):
    """How long the additional visit of the school is, as its page says."""
    window.go(f"school/{SCHOOL}")
    texts = [each.text() for each in window.page.findChildren(QLabel) if each.isVisible()]
    return next(text for text in texts[texts.index("Additional visit") :] if text.lower().endswith("day"))


def test_every_kind_of_policy_has_its_place_on_the_page_once(page):
    assert sorted(kind for kinds in SUBJECTS.values() for kind in kinds) == sorted(PolicyKind)
    for kind in PolicyKind:
        version = 2 if kind is PolicyKind.SUPPORT else 1
        words = [POLICY_NAMES[kind], f"Version {version} of the program, from the beginning."]
        assert page.words_of(kind)[:2] == words


def test_the_settings_lead_to_it_and_stay_marked(window):
    window.go("settings")
    window.press("Look at the policies")
    assert window.program.window.history[-1] == "policies"
    assert window.sees("What your authority decides")
    assert window.program.window.buttons["settings"].isChecked()


def test_a_file_is_looked_at_accepted_and_the_school_shows_what_it_is_due(page, window):
    assert amount_due(window) == "Half a day"
    window.go("policies")
    dialog = page.import_file(page.longer())
    assert "Long Meadow Infant School: Additional visit: half a day → 1 day" in dialog.details.toPlainText()
    assert dialog.summary.text() == (
        "Visits and days that are due, version 1 of authority 880, from Tue 24 Nov 2026."
    )
    assert page.in_force(PolicyKind.ENTITLEMENT).authority == ""
    window.press("Accept", dialog)
    assert not dialog.isVisible()
    assert "The policy in policy.toml was accepted." in window.notice
    assert page.words_of(PolicyKind.ENTITLEMENT)[1] == "Version 1 of authority 880, from Tue 24 Nov 2026."
    assert amount_due(window) == "1 day"


def test_a_file_that_is_looked_at_and_left_changes_nothing(page, window):
    window.press("Cancel", page.import_file(page.longer()))
    assert page.in_force(PolicyKind.ENTITLEMENT).authority == ""
    assert window.notice == ""


def test_a_file_with_one_fault_says_its_sentence_and_changes_nothing(page, window):
    before = window.store.editions.standing()
    dialog = page.import_file(page.file(PolicyKind.REPORTING, ('"880"', '"878"')))
    assert "row 6, column “authority”: “878”" in dialog.banner.accessibleName()
    assert "your schools are of 880" in dialog.banner.accessibleName()
    assert not dialog.primary.isVisible()
    dialog.try_finish()
    window.press("Cancel", dialog)
    assert window.store.editions.standing() == before


def test_a_file_with_several_faults_lists_them(page, window):
    faults = (('"880"', '"88"'), ("working_days = 0", "working_days = 0\nworking_weeks = 2"))
    dialog = page.import_file(page.file(PolicyKind.REPORTING, faults[0], ("first = 2026", "first = 12026")))
    assert dialog.banner.accessibleName().startswith("policy.toml, row ")
    dialog.reject()
    dialog = page.import_file(page.file(PolicyKind.REPORTING, faults[0], ('source = "', 'sauce = "')))
    assert dialog.banner.accessibleName() == "The file has problems. Nothing was changed."
    assert "“88”" in dialog.details.toPlainText()
    dialog.reject()


def test_somebody_who_would_receive_reports_is_warned_of_and_stands_first(page, window):
    added = ('"headteacher"', '"diocesan director", "headteacher"')
    dialog = page.import_file(page.file(PolicyKind.DISTRIBUTION, added))
    assert "Others than now would receive reports." in dialog.banner.accessibleName()
    assert dialog.details.toPlainText().startswith("WILL RECEIVE every report on a school of authority 880")
    dialog.reject()
    removed = page.file(PolicyKind.DISTRIBUTION, ('"headteacher", ', ""))
    dialog = page.import_file(removed)
    assert dialog.details.toPlainText().startswith("WILL NO LONGER RECEIVE every report")
    assert dialog.banner.isVisible()
    dialog.reject()
    same = page.import_file(page.file(PolicyKind.REPORTING, ("working_days = 0", "working_days = 5")))
    assert not same.banner.isVisible()
    same.reject()


def test_what_was_accepted_is_taken_back_after_a_look(page, window):
    assert not any(each.text().startswith("Take back") for each in window.page.findChildren(QPushButton))
    page.accept(page.longer())
    page.press("Take back", PolicyKind.ENTITLEMENT)
    dialog = window.dialog()
    assert dialog.primary.text() == "Take back"
    assert "Version 1 of the program is in force again" in dialog.summary.text()
    assert "Long Meadow Infant School: Additional visit: 1 day → half a day" in dialog.details.toPlainText()
    assert amount_due(window) == "1 day"
    window.go("policies")
    window.press("Take back", dialog)
    assert "was taken back" in window.notice
    assert page.words_of(PolicyKind.ENTITLEMENT)[1] == "Version 1 of the program, from the beginning."
    assert amount_due(window) == "Half a day"


def test_what_comes_later_is_said_and_is_the_first_to_be_taken_back(page, window):
    page.accept(page.longer())
    page.accept(
        page.file(PolicyKind.ENTITLEMENT, ("first = 2026-11-24", "first = 2027-09-01"), name="later.toml")
    )
    assert page.words_of(PolicyKind.ENTITLEMENT)[-1] == "From Wed 1 Sep 2027: version 2 of authority 880."
    page.press("Take back", PolicyKind.ENTITLEMENT)
    window.press("Take back", window.dialog())
    assert page.in_force(PolicyKind.ENTITLEMENT, date(2027, 9, 1)).version == 1
    assert "2027" not in " ".join(page.words_of(PolicyKind.ENTITLEMENT))


def test_another_decision_meanwhile_asks_for_another_look(page, window):
    dialog = page.import_file(page.longer())
    other = page.file(PolicyKind.REPORTING, ("working_days = 0", "working_days = 10"), name="other.toml")
    shown = policy_changes.preview_file(store=window.store, path=other, today=page.today)
    policy_changes.apply(store=window.store, preview=shown, now=window.program.session.now())
    window.press("Accept", dialog)
    assert "changed since you looked at it" in dialog.banner.accessibleName()
    assert not dialog.primary.isVisible()
    dialog.reject()
    assert page.in_force(PolicyKind.ENTITLEMENT).authority == ""


def test_a_policy_is_written_as_a_file_with_its_name(page, window, monkeypatch):
    monkeypatch.setattr(
        QFileDialog,
        "getSaveFileName",
        lambda parent, title, name, kinds, options=None: (str(page.folder / Path(name).name), kinds),
    )
    page.press("Save as file", PolicyKind.ENTITLEMENT)
    written = reading.read_file(page.folder / "entitlement-880.toml")
    assert (written.kind, written.authority, written.version) == (PolicyKind.ENTITLEMENT, "880", 1)
    assert "Written: " in window.notice


def test_every_link_says_which_policy_it_is_about(page, window):
    page.accept(page.longer())
    links = page.page.content.findChildren(QPushButton)
    assert len({each.accessibleDescription() for each in links}) == len(links) == len(PolicyKind) + 1


def test_the_keyboard_reaches_every_policy_in_its_order(page, window):
    window.page.action_row.itemAt(0).widget().setFocus()
    reached = []
    while len(reached) < len(PolicyKind):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        if isinstance(focused, QPushButton):
            reached.append(focused.accessibleDescription().partition(":")[0])
    assert reached == [POLICY_NAMES[kind] for kinds in SUBJECTS.values() for kind in kinds]


def test_long_names_and_sources_are_not_cut_in_a_narrow_window(page, window):
    source = f"{CHANGED_BY_HAND}, https://www.council.example/" + "schools-and-learning/" * 8
    head = 'source = "Torbay\'s Schools Improvement Partnership, August 2011, clauses 7.3 to 7.6"'
    page.accept(page.file(PolicyKind.ENTITLEMENT, (head, f'source = "{source}"')))
    for width in (760, 910):
        window.program.frame.resize(width, 560)
        (shown,) = [each for each in page.row(PolicyKind.ENTITLEMENT) if each.text() == source]
        assert shown.height() >= shown.heightForWidth(shown.width())
        area = page.page.content
        assert area.widget().width() <= area.viewport().width()


def test_each_authority_of_the_schools_has_its_heading(page, window):
    assert not window.sees("Authority 880", window.page)
    window.store.database.run("UPDATE school SET la_code = '878' WHERE urn = ?", (SCHOOL,))
    window.go("policies")
    assert window.sees("Authority 880", window.page)
    assert window.sees("Authority 878", window.page)
    assert len(page.cards()) == 2 * len(SUBJECTS)


def test_a_new_store_has_nothing_newer_to_be_told(window):
    window.go("today")
    assert not window.sees(NEWER)
    window.go("policies")
    assert not window.sees("Newer with this version of the program")


def test_an_older_store_is_told_today_and_accepts_what_is_newer_from_a_day(
    older_window, monkeypatch, tmp_path
):
    older_window.go("today")
    assert older_window.sees(NEWER)
    older_window.press("Look at them")
    assert older_window.program.window.history[-1] == "policies"
    assert older_window.sees("Sources of support, version 2")
    page = PoliciesPage(older_window, monkeypatch, tmp_path)
    older_window.press("See what they change")
    dialog = older_window.dialog()
    assert QApplication.focusWidget() is dialog.first
    assert "from Tue 24 Nov 2026" in dialog.summary.text()
    dialog.first.setDate(date(2027, 1, 4))
    assert dialog.summary.text() == "Sources of support, version 2 of the program, from Mon 4 Jan 2027."
    assert "new: Source “maths-hub”: Maths Hub" in dialog.details.toPlainText()
    older_window.press("Accept", dialog)
    assert "The newer policies were accepted." in older_window.notice
    assert not older_window.sees("Newer with this version of the program")
    assert page.words_of(PolicyKind.SUPPORT)[1:] == [
        "Version 1 of the program, from the beginning.",
        "From Mon 4 Jan 2027: version 2 of the program.",
    ]
    older_window.go("today")
    assert not older_window.sees(NEWER)


def test_what_was_shown_for_another_day_is_not_accepted(page, window, monkeypatch):
    """The answer about a day that was typed over comes while the next is still looked at."""
    older(window.store, PolicyKind.SUPPORT)
    window.go("policies")
    window.press("See what they change")
    dialog = window.dialog()
    waiting = []
    monkeypatch.setattr(dialog, "work", lambda operation, done: waiting.append((operation, done)))
    for chosen in (date(2027, 1, 4), date(2027, 9, 1)):
        dialog.first.setDate(chosen)
    assert not dialog.primary.isVisible()
    for operation, done in waiting:
        done(operation(window.store, None))
        if done is waiting[0][1]:
            assert dialog.preview is None
            assert not dialog.primary.isVisible()
    assert "from Wed 1 Sep 2027" in dialog.summary.text()
    assert dialog.primary.isVisible()
    dialog.reject()
    assert {each.first for each in window.store.editions.standing()} == {ALWAYS}


def test_nothing_newer_any_more_is_said_in_the_dialog(page, window, monkeypatch):
    page.page.look_at_newer()
    dialog = window.dialog()
    assert "everything that this version of the program brings" in dialog.banner.accessibleName()
    assert not dialog.primary.isVisible()
    dialog.reject()
