"""The panels of the open sealed page: what each button does, without a way out of the page."""

import pytest
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit

from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.appraisal.form import PaperKind, Stage
from sep_desktop.domain.appraisal.panel import store_panel
from sep_desktop.domain.outbox import State
from sep_desktop.domain.people import Role
from sep_desktop.paths import Locations
from sep_desktop.services import schools
from sep_desktop.services.appraisals import record_transfer as transfer
from sep_desktop.services.appraisals import records
from sep_desktop.storage.sealed import store as sealed_store
from sep_desktop.sync.sealed_queue import SealedQueue
from sep_desktop.ui.sealed.letter import _CHOICES, LetterLine
from tests.conftest import QUICK
from tests.support.appraisals import PANEL, SEALED, URN, begun, completed, fill
from tests.support.sealed_pages import SealedPages


@pytest.fixture
def pages(window, clock) -> SealedPages:
    """A whole record, open."""
    pages = SealedPages(window)
    pages.make()
    cycle = begun(pages.stores.visits, pages.sealed, clock.now())
    fill(pages.sealed, cycle, clock.now())
    pages.page.open_view.show_record(cycle)
    return pages


@pytest.fixture
def list_of_schools(pages) -> SealedPages:
    pages.page.open_view.show_list()
    return pages


@pytest.fixture
def letters(pages, clock):
    letters = completed(pages.stores.visits, pages.sealed, pages.record.cycle, clock.now())
    pages.step(Stage.PAPERS)
    return letters


def notice(pages) -> str:
    return pages.page.open_view.banner.accessibleName()


def test_the_passphrase_and_the_code_of_the_sealed_store_are_changed(list_of_schools):
    window = list_of_schools.window
    window.press("Change the passphrase …")
    old, new, again = window.dialog().findChildren(QLineEdit)
    old.setText(SEALED)
    for each in (new, again):
        each.setText("correct horse battery")
    window.press("Change", window.dialog())
    assert "program's own passphrase" in window.dialog().banner.accessibleName()
    for each in (new, again):
        each.setText("a new one altogether")
    window.press("Change", window.dialog())
    assert notice(list_of_schools) == "The passphrase of the sealed store was changed."
    window.press("New recovery code …")
    dialog = window.dialog()
    shown = next(each for each in dialog.findChildren(QLabel) if each.property("role") == "code")
    dialog.findChildren(QLineEdit)[0].setText(shown.text())
    window.press("Use this code", dialog)
    assert notice(list_of_schools) == "The new recovery code counts from now on."


def test_what_may_no_longer_be_kept_is_removed_and_listed(list_of_schools, clock):
    begun(list_of_schools.stores.visits, list_of_schools.sealed, clock.now(), AcademicYear(2019))
    list_of_schools.page.open_view.refresh()
    assert list_of_schools.window.sees("to go since")
    assert list_of_schools.window.sees("Other years")
    list_of_schools.window.press("Remove 1 cycle")
    assert notice(list_of_schools).startswith("Removed. Harbour Lights Primary School, 2019-20")
    assert list_of_schools.window.sees("What was removed")


def test_a_record_is_handed_over_from_one_sep_to_the_next(pages, tmp_path, clock, monkeypatch):
    window, path = pages.window, str(tmp_path / "school.sealed")
    other, _ = sealed_store.create(Locations(tmp_path / "other"), SEALED, QUICK)
    pages.record.show_retention()
    pages.panel.code.setText(transfer.receiving_code(sealed=other))
    for chosen in ("", path):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, chosen=chosen, **__: (chosen, ""))
        window.press("Save the sealed file …")
    assert notice(pages).startswith(f"Written: {path}")
    assert window.sees("1 cycle sealed for another SEP.")
    received = transfer.open_transferred(sealed=other, data=(tmp_path / "school.sealed").read_bytes())
    assert (received.urn, received.years) == (URN, ("2026-27",))
    other.close()


def test_a_record_is_received_once_it_was_looked_at(list_of_schools, tmp_path, clock, monkeypatch):
    window, path = list_of_schools.window, tmp_path / "school.sealed"
    window.press("Show my receiving code")
    code = transfer.receiving_code(sealed=list_of_schools.sealed)
    assert window.sees(code)
    other, _ = sealed_store.create(Locations(tmp_path / "other"), SEALED, QUICK)
    last = begun(list_of_schools.stores.visits, other, clock.now(), AcademicYear(2024))
    fill(other, last, clock.now())
    visits = list_of_schools.stores.visits
    path.write_bytes(transfer.seal_for(store=visits, sealed=other, urn=URN, code=code, now=clock.now()))
    other.close()
    for chosen in ("", str(tmp_path / "nothing.sealed"), str(path)):
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, chosen=chosen, **__: (chosen, ""))
        window.press("Open a sealed file …")
    assert window.sees("it says: by Ada Penrose")
    window.press("Leave it")
    assert not window.sees("it says: by Ada Penrose")
    window.press("Open a sealed file …")
    window.press("Take it in")
    assert "2024-25: received from Ada Penrose" in notice(list_of_schools)
    assert window.sees("received from Ada Penrose")


def test_everything_held_is_written_for_the_headteacher(pages, tmp_path, monkeypatch):
    path = tmp_path / "held.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(path), ""))
    pages.record.show_retention()
    pages.panel.password.clear()
    pages.window.write(pages.panel.password, "short")
    pages.window.press("Save everything held …")
    assert "12 characters" in notice(pages)
    pages.window.write(pages.panel.password, " but longer now")
    pages.window.press("Save everything held …")
    assert path.read_bytes().startswith(b"%PDF")
    assert notice(pages).startswith(f"Written: {path}")
    assert pages.panel.password.text() == "short but longer now"


def test_a_correction_is_given_its_reason(pages, letters):
    window = pages.window
    window.press("Correct and send again …")
    window.press("Continue")
    assert "A correction needs its reason." in notice(pages)
    pages.panel.confirming.reason_field.setText("A slip.")
    window.press("Continue")
    window.press("Queue for sending")
    assert "Tick each reader first." in notice(pages)
    for _, tick, _ in pages.panel.confirming.ticks:
        tick.setChecked(True)
    pages.panel.confirming.ticks[0][2].setText("short")
    window.press("Queue for sending")
    assert "The password for Wren Tamblyn" in notice(pages)
    pages.panel.confirming.ticks[0][2].setText("a password for Wren")
    window.press("Queue for sending")
    assert notice(pages).startswith("3 letters queued.")
    assert pages.panel.confirming is None


def somebody_like_a_reader(pages, clock, name="I. Quick"):
    """At the local authority, and like Isolde Quick by the name."""
    schools.set_contact(
        store=pages.stores.visits,
        urn=URN,
        role=Role.HEAD_OF_SUPPORT,
        name=name,
        email="q@council.example",
        now=clock.now(),
    )


def test_a_reader_who_is_like_somebody_outside_is_answered_for_before_the_paper_goes(pages, clock):
    somebody_like_a_reader(pages, clock)
    pages.step(Stage.PAPERS)
    pages.window.press("Check and send")
    page = pages.panel.confirming
    assert pages.window.sees("Will only the right people read it?"), "a tick is the yes to what is asked"
    assert pages.window.sees("Isolde Quick, isolde.quick@harbourlights.example, is not I. Quick")
    for _, tick, _ in page.ticks:
        tick.setChecked(True)
    pages.window.press("Queue for sending")
    assert "like somebody who must not read this" in notice(pages)
    assert pages.panel.confirming is page
    for _, tick in page.doubts.ticks:
        tick.setChecked(True)
    pages.window.press("Queue for sending")
    assert notice(pages).startswith("3 letters queued.")
    answered = [
        each
        for letter in pages.sealed.letters.in_state(State.QUEUED)
        for each in pages.sealed.letters.answers(letter.id)
    ]
    assert [(each.doubt.name, each.doubt.other, each.answered) for each in answered] == [
        ("Isolde Quick", "I. Quick", clock.now())
    ]


def test_a_held_letter_is_released_with_its_answer(pages, letters, clock):
    (letter,) = (each for each in letters if each.name == "Isolde Quick")
    pages.sealed.letters.advance([pages.sealed.letters.get(letter.id)], State.HELD, clock.now(), "held")
    somebody_like_a_reader(pages, clock)
    pages.record.refresh()
    line = next(each for each in pages.panel.findChildren(LetterLine) if each.letter.id == letter.id)
    ((doubt, tick),) = line.doubts.ticks
    tick.setChecked(True)
    pages.window.press("Release", line)
    assert [each.doubt for each in pages.sealed.letters.answers(letter.id)] == [doubt]
    queue = SealedQueue(pages.stores.visits, pages.sealed)
    assert queue.objection(pages.sealed.letters.get(letter.id)) == ""


CHOICES = {
    "It arrived": (State.UNKNOWN, State.CONFIRMED),
    "Send again (may arrive twice)": (State.UNKNOWN, State.QUEUED),
    "Leave it": (State.UNKNOWN, State.CANCELLED),
    "Try again": (State.REFUSED, State.QUEUED),
    "Do not send": (State.QUEUED, State.CANCELLED),
    "Release": (State.HELD, State.QUEUED),
}
BEFORE = {
    State.UNKNOWN: (State.HANDING_OVER, State.UNKNOWN),
    State.REFUSED: (State.REFUSED,),
    State.HELD: (State.HELD,),
    State.QUEUED: (),
}


@pytest.mark.parametrize("choice", CHOICES)
def test_each_choice_about_a_letter_leads_where_it_says(pages, letters, clock, choice):
    before, after = CHOICES[choice]
    for state in BEFORE[before]:
        pages.sealed.letters.advance(
            [pages.sealed.letters.get(letters[0].id)], state, clock.now(), "250 said"
        )
    pages.record.refresh()
    pages.window.press(choice)
    assert pages.sealed.letters.get(letters[0].id).state is after


def test_every_state_of_a_letter_has_its_choices():
    assert set(_CHOICES) == set(State)


def test_a_password_is_shown_and_hidden_again(pages, letters):
    for shown in (True, False):
        pages.window.press("Password")
        assert pages.window.sees("Password: ") is shown


def test_somebody_who_came_later_is_sent_the_paper_too(pages, letters, clock):
    late = [*PANEL, type(PANEL[1])(PANEL[1].reader, "Jory Penhallow", "jory@harbourlights.example")]
    cycle = pages.record.cycle
    records.save_part(sealed=pages.sealed, cycle=cycle, key="panel", text=store_panel(late), now=clock.now())
    pages.record.refresh()
    assert pages.window.sees("Its words have changed since") is False
    secret = next(
        each
        for each in pages.panel.findChildren(QLineEdit)
        if each.accessibleName() == "Password for Jory Penhallow"
    )
    secret.setText("short")
    pages.window.press("Send to them too")
    assert "The password for Jory Penhallow" in notice(pages)
    secret.setText("a password for Jory")
    pages.window.press("Send to them too")
    assert [each.name for each in pages.sealed.letters.of_cycle(cycle)].count("Jory Penhallow") == 1


def test_what_a_paper_lacks_leads_to_its_field(pages, clock):
    for key in ("overall", "training", "support"):
        records.save_part(sealed=pages.sealed, cycle=pages.record.cycle, key=key, text="", now=clock.now())
    pages.step(Stage.PAPERS)
    assert pages.window.sees("to do before it can be completed")
    pages.window.press("Go there", pages.panel)
    assert pages.record.stage is not Stage.PAPERS
    pages.record.jump("panel")
    assert pages.record.stage is Stage.PEOPLE
    for key in ("meetings", "support", "panel"):
        pages.record.go(Stage.PEOPLE, key)
    pages.record.jump("objectives")
    assert pages.record.stage is Stage.MEETING


def test_a_third_governor_comes_and_goes(pages):
    pages.step(Stage.PEOPLE)
    pages.window.press("Add a third governor")
    assert len(pages.panel.panel.people) == 4
    pages.window.press("Remove", pages.panel)
    names = [each.name for each in pages.record.record.panel]
    assert names == ["Wren Tamblyn", "Perran Hale", ""]


def test_time_that_was_recorded_by_mistake_is_taken_back(pages, clock):
    pages.step(Stage.PEOPLE)
    pages.window.press("Add time")
    assert pages.window.sees("Tue 24 Nov 2026: 3.5 hours")
    pages.window.press("Recorded by mistake")
    assert not pages.window.sees("Tue 24 Nov 2026: 3.5 hours")
    pages.panel.support.record(clock.today().replace(year=2027), 2)
    assert "has not come yet" in notice(pages)


def test_a_paper_that_cannot_be_completed_is_put_back_and_said(pages, clock):
    pages.step(Stage.PAPERS)
    cycle = pages.record.cycle
    records.save_part(sealed=pages.sealed, cycle=cycle, key="overall", text="", now=clock.now())
    pages.panel.confirm(PaperKind.STATEMENT)
    assert "The paper is not complete" in notice(pages)
    assert pages.panel.confirming is None
