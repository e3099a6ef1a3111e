"""What an attacker, a hurried hand or a slow answer may do to the sealed page, on real threads."""

import json
import threading

import pytest
from PySide6.QtGui import QGuiApplication

from sep_desktop.domain.appraisal.form import PaperKind, Stage, Subject
from sep_desktop.domain.appraisal.panel import Person, Reader
from sep_desktop.domain.appraisal.record import LISTS
from sep_desktop.domain.outbox import State
from sep_desktop.errors import UserError
from sep_desktop.services import sample
from sep_desktop.services.appraisals import papers, records, subject_access
from sep_desktop.services.appraisals import record_transfer as transfer
from sep_desktop.storage import store as stores
from sep_desktop.storage.passphrases import SHORTEST
from sep_desktop.storage.sealed import record_transfer as record_transfer
from sep_desktop.storage.sealed import store as sealed_store
from sep_desktop.ui.context.session import Surroundings
from sep_desktop.ui.shell.application import Program
from tests.conftest import QUICK
from tests.support.appraisals import SEALED, URN, begun, fill
from tests.support.driven_timers import DrivenTimers
from tests.support.fakes import PASSPHRASE, FakeKeyring
from tests.support.memory import let_go, places_of
from tests.support.sealed_pages import SealedPages


def on_threads(locations, clock) -> Program:
    """The program on its real threads; time still stands where the test puts it."""
    return Program(locations, Surroundings(clock, DrivenTimers(clock), FakeKeyring(), QUICK), in_caller=False)


@pytest.fixture
def threaded(program, locations, clock, qtbot):
    """The program on its real threads, over sample data, with a sealed store that is closed."""
    made = on_threads(locations, clock)
    store, _ = stores.create(locations, PASSPHRASE, QUICK)
    sample.fill(store=store, now=clock.now())
    sealed, _ = sealed_store.create(locations, SEALED, QUICK)
    fill(sealed, begun(store, sealed, clock.now()), clock.now())
    sealed.close()
    made.frame.resize(1366, 768)
    made.frame.show()
    made.open(store)
    yield made
    made.stop()
    made.frame.hide()


class Held:
    """The store's thread, kept waiting while the test does something first."""

    def __init__(self, program):
        self._go = threading.Event()
        program.session.operations._store.submit(self._go.wait, 5)

    def release(self):
        self._go.set()


def open_page(threaded, qtbot):
    threaded.session.go(f"sealed/{URN}")
    page = threaded.window.page()
    page.unlock_page.keys.passphrase.setText(SEALED)
    page.unlock_page.keys.try_passphrase()
    qtbot.waitUntil(
        lambda: page.open_view is not None and page.open_view.record.record is not None, timeout=5000
    )
    return page


def settle(threaded, qtbot):
    """Until everything that was asked of the store has been answered."""
    done = []
    threaded.session.run(threaded, lambda store: None, done.append)
    qtbot.waitUntil(lambda: bool(done), timeout=5000)


def go(page, stage, qtbot):
    page.open_view.record.go(stage)
    qtbot.waitUntil(
        lambda: page.open_view.record.stack.currentWidget() is page.open_view.record.panels.get(stage),
        timeout=5000,
    )
    return page.open_view.record.panels[stage]


@pytest.mark.parametrize(
    "leave", [lambda it: it.session.go("today"), lambda it: it.session.screen_locked.emit()]
)
def test_an_answer_that_comes_after_leaving_opens_nothing(threaded, locations, qtbot, leave):
    threaded.session.go("sealed")
    page = threaded.window.page()
    held = Held(threaded)
    page.unlock_page.keys.passphrase.setText(SEALED)
    page.unlock_page.keys.try_passphrase()
    leave(threaded)
    held.release()
    settle(threaded, qtbot)
    assert page.context is None
    assert page.unlock_page.keys.passphrase.text() == ""
    sealed_store.unlock(locations, SEALED).close()


def test_making_the_store_may_be_left_and_it_opens_afterwards(program, locations, clock, qtbot):
    made = on_threads(locations, clock)
    store, _ = stores.create(locations, PASSPHRASE, QUICK)
    made.frame.show()
    made.open(store)
    made.session.go("sealed")
    page = made.window.page()
    page.unlock_page.first.setText(SEALED)
    page.unlock_page.second.setText(SEALED)
    held = Held(made)
    page.unlock_page.make()
    made.session.go("today")
    held.release()
    settle(made, qtbot)
    assert page.unlock_page.new_store is None
    made.session.go("sealed")
    page.unlock_page.keys.passphrase.setText(SEALED)
    page.unlock_page.keys.try_passphrase()
    qtbot.waitUntil(lambda: page.open_view is not None, timeout=5000)
    assert "never typed back" in page.open_view.banner.accessibleName()
    made.stop()


def test_words_typed_while_the_page_is_built_anew_stay(threaded, qtbot):
    page = open_page(threaded, qtbot)
    panel = go(page, Stage.MEETING, qtbot)
    panel._put(LISTS[Subject.OBJECTIVE], [1, 2, 3, 4])
    panel.editors["objective.2.criteria"].set_text("Old words")
    panel.editors["objective.2.criteria"].insertPlainText("NEW ")
    settle(threaded, qtbot)
    settle(threaded, qtbot)
    qtbot.waitUntil(lambda: "objective.4.criteria" in panel.editors, timeout=5000)
    assert "NEW" in panel.editors["objective.2.criteria"].text()
    panel.editors["objective.2.criteria"].insertPlainText("x")
    assert page.context.autosave.flush()
    kept = records.open_record(
        sealed=page.context.runner.opened.sealed, cycle=page.open_view.record.cycle
    ).text("objective.2.criteria")
    assert "NEW" in kept
    assert "x" in kept


def test_an_old_answer_never_takes_newer_words_away(threaded, qtbot):
    page = open_page(threaded, qtbot)
    panel = go(page, Stage.ADVICE, qtbot)
    page.context.changed.emit()  # the record is being read anew …
    editor = panel.editors["ahead"]
    editor.insertPlainText("NEWWORDS ")
    assert page.context.autosave.flush()  # … while newer words are typed and saved
    settle(threaded, qtbot)
    settle(threaded, qtbot)
    assert "NEWWORDS" in editor.text()


def test_a_store_that_was_covered_closes_and_opens_afresh(threaded, qtbot):
    page = open_page(threaded, qtbot)
    release = threading.Event()
    page.context.run(page, lambda stores: release.wait(5), slow=True)
    page.seal()
    assert page.unlock_page.covered is not None
    page.unlock_page.keys.passphrase.setText(SEALED)
    held = Held(threaded)
    page.unlock_page.keys.try_passphrase()
    release.set()
    held.release()
    qtbot.waitUntil(
        lambda: page.context is None or page.stack.currentWidget() is page.open_view, timeout=5000
    )
    if page.context is None:
        page.unlock_page.keys.try_passphrase()
        qtbot.waitUntil(lambda: page.open_view is not None, timeout=5000)
    assert page.context.runner.opened.sealed.appraisals.cycles(URN), "whatever is open can be read"


HOSTILE = [
    {"panel": "nonsense"},
    {"deadline": "soon"},
    {"meetings": "[1]"},
    {"objectives": "{"},
    {"objectives": "[1, 2, 3, 4, 5, 6, 7]"},
    {"panel": '[{"reader": "chair of governors", "name": "x"}]'},
    {"overall": 5},
]


@pytest.mark.parametrize("content", HOSTILE)
def test_a_hostile_file_is_refused_before_anything_is_taken_in(sealed, content):
    with pytest.raises(UserError, match="cannot be read"):
        transfer.open_transferred(sealed=sealed, data=_sealed_file(sealed, content, 2026))


@pytest.mark.parametrize("year", [9998, 1_000_000, -1])
def test_a_year_that_cannot_be_is_refused(sealed, year):
    with pytest.raises(UserError, match="cannot be read"):
        transfer.open_transferred(sealed=sealed, data=_sealed_file(sealed, {}, year))


def test_two_cycles_of_one_year_are_refused_and_unknown_fields_left_out(sealed, now):
    with pytest.raises(UserError, match="cannot be read"):
        transfer.open_transferred(sealed=sealed, data=_sealed_file(sealed, {}, 2026, 2026))
    transferred = transfer.open_transferred(
        sealed=sealed,
        data=_sealed_file(sealed, {"overall": "kept", "no.such.field": "x", "surprise": "y"}, 2026),
    )
    transfer.take_in(sealed=sealed, transferred=transferred, now=now)
    assert records.open_record(sealed=sealed, cycle=1).content == {"overall": "kept"}


def _sealed_file(sealed, content, *years):
    cycles = [
        {
            "cycle": {
                "urn": URN,
                "school": "S",
                "year": year,
                "form": 1,
                "begun": "2026-11-01T09:00:00+00:00",
                "received_from": "",
            },
            "content": dict(content),
            "papers": [],
        }
        for year in years
    ]
    data = {"format": 1, "from": "Somebody", "made": "2026-11-01T09:00:00+00:00", "cycles": cycles}
    return record_transfer.seal(json.dumps(data).encode(), transfer.receiving_code(sealed=sealed))


@pytest.fixture
def sealed_pages(window, clock) -> SealedPages:
    made = SealedPages(window)
    made.make()
    sealed = made.sealed
    cycle = begun(window.program.session.runner.opened, sealed, clock.now())
    fill(sealed, cycle, clock.now())
    made.page.open_view.show_record(cycle)
    return made


def test_what_was_copied_in_a_dialog_is_gone_too(sealed_pages):
    sealed_pages.step(Stage.ADVICE)
    sealed_pages.window.press("History")
    text = sealed_pages.window.dialog().text
    text.setFocus()
    text.selectAll()
    text.copy()
    assert QGuiApplication.clipboard().text()
    sealed_pages.window.press("Close now")
    assert QGuiApplication.clipboard().text() == ""


def test_a_recovery_code_that_was_copied_is_gone_when_it_is_left(window):
    window.go("sealed")
    page = window.page
    page.unlock_page.first.setText(SEALED)
    page.unlock_page.second.setText(SEALED)
    window.press("Make the sealed store")
    window.press("Copy")
    assert QGuiApplication.clipboard().text() == page.unlock_page.sheet.code
    window.go("today")
    assert QGuiApplication.clipboard().text() == ""


def test_what_was_read_out_on_the_telephone_is_still_the_password_later(sealed_pages):
    panel = sealed_pages.step(Stage.PAPERS)
    sealed_pages.window.press("Check and send")
    first = [secret.text() for _, _, secret in panel.confirming.ticks]
    panel.confirming.ticks[1][2].clear()
    sealed_pages.window.write(panel.confirming.ticks[1][2], "agreed on the telephone")
    sealed_pages.window.press("Back")
    sealed_pages.page.idleness.idle.emit()
    sealed_pages.page.unlock_page.keys.passphrase.setText(SEALED)
    sealed_pages.window.press("Open")
    panel = sealed_pages.step(Stage.PAPERS)
    sealed_pages.window.press("Check and send")
    assert [secret.text() for _, _, secret in panel.confirming.ticks] == [
        first[0],
        "agreed on the telephone",
        first[2],
    ]
    for _, tick, _ in panel.confirming.ticks:
        tick.setChecked(True)
    sealed_pages.window.press("Queue for sending")
    sealed_pages.window.press("Password")
    assert sealed_pages.window.sees("Password: ")


def test_the_password_of_everything_held_stays_the_same(sealed_pages):
    sealed, cycle = sealed_pages.sealed, sealed_pages.record.cycle
    first = subject_access.request_password(sealed=sealed, cycle=cycle)
    assert len(first) >= SHORTEST
    sealed_pages.record.show_retention()
    sealed_pages.page.context.changed.emit()
    assert subject_access.request_password(sealed=sealed, cycle=cycle) == first
    assert sealed_pages.record.stack.currentWidget() is sealed_pages.record.retention, (
        "the password that was just used stays in sight"
    )


def test_a_wrong_guess_has_to_be_waited_for_also_after_leaving(window):
    sealed_pages = SealedPages(window)
    sealed_pages.make()
    for _ in range(5):
        window.go("today")
        sealed_pages.unlock(passphrase="not this one at all")
    window.go("today")
    sealed_pages.unlock()
    assert sealed_pages.page.context is None
    assert "more seconds" in sealed_pages.page.unlock_page.keys.banner.accessibleName()


def test_a_deadline_of_its_own_is_saved_as_it_is_changed(sealed_pages):
    panel = sealed_pages.step(Stage.PEOPLE)
    own = next(
        each for each in panel.findChildren(type(panel.panel.people[1][3])) if "Another date" in each.text()
    )
    own.setChecked(True)
    field = own.parentWidget().findChildren(type(panel.meetings.fields["head"][1]))[-1]
    field.setDate(field.date().addDays(-2))
    sealed_pages.window.press("Close now")
    sealed_pages.page.unlock_page.keys.passphrase.setText(SEALED)
    sealed_pages.window.press("Open")
    assert sealed_pages.record.record.text("deadline") == "2026-12-29"


def test_a_school_that_was_handed_over_does_not_begin_again(sealed_pages):
    sealed_pages.record.show_retention()
    panel = sealed_pages.record.retention
    sealed_pages.window.press("Remove this school's papers")
    assert "First hear" in sealed_pages.page.open_view.banner.accessibleName()
    panel.arrived.setChecked(True)
    sealed_pages.window.press("Remove this school's papers")
    assert "not sealed for the next SEP" in sealed_pages.page.open_view.banner.accessibleName()
    code = record_transfer.code_of(record_transfer.new_private_key())
    transfer.seal_for(
        store=sealed_pages.stores.visits,
        sealed=sealed_pages.sealed,
        urn=URN,
        code=code,
        now=sealed_pages.page.context.now(),
    )
    sealed_pages.window.press("Remove this school's papers")
    assert "Removed." in sealed_pages.page.open_view.banner.accessibleName()
    sealed_pages.window.press("Close now")
    sealed_pages.page.unlock_page.keys.passphrase.setText(SEALED)
    sealed_pages.window.press("Open")
    assert not sealed_pages.sealed.appraisals.cycles(URN)


def test_one_passphrase_does_not_open_both(window):
    window.go("sealed")
    page = window.page
    page.unlock_page.first.setText(PASSPHRASE)
    page.unlock_page.second.setText(PASSPHRASE)
    window.press("Make the sealed store")
    assert "program's own passphrase" in page.unlock_page.banner.accessibleName()
    assert not sealed_store.exists(window.program.locations)


def test_completing_twice_at_once_makes_one_version(store, sealed, cycle, now):
    first = papers.confirm(store=store, sealed=sealed, cycle=cycle, kind=PaperKind.ADVICE, now=now)
    outcomes = []

    def complete():
        try:
            papers.complete(
                store=store,
                sealed=sealed,
                confirmed=first,
                passwords={each.email: f"{each.name} agreed 4711" for each in first.people},
                now=now,
            )
            outcomes.append("done")
        except UserError:
            outcomes.append("refused")

    threads = [threading.Thread(target=complete) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(outcomes) == ["done", "refused"]
    assert len(sealed.letters.in_state(State.QUEUED)) == 3


def test_a_name_that_is_a_formula_stays_a_name(store, sealed, cycle, now, clock, tmp_path):
    from sep_desktop.domain.appraisal.panel import store_panel
    from sep_desktop.sync.hand_out import write_papers
    from sep_desktop.sync.sealed_queue import SealedQueue
    from tests.support.appraisals import PANEL, completed

    panel = [PANEL[0], Person(Reader.GOVERNOR, "=HYPERLINK(1)", PANEL[1].email), PANEL[2]]
    records.save_part(sealed=sealed, cycle=cycle, key="panel", text=store_panel(panel), now=now)
    completed(store, sealed, cycle, now)
    write_papers(SealedQueue(store, sealed), tmp_path, clock)
    assert ",'=HYPERLINK(1)," in (tmp_path / "confidential.csv").read_text(encoding="utf-8-sig")


def test_undoing_on_the_closed_door_brings_no_code_back(window):
    sealed_pages = SealedPages(window)
    code = sealed_pages.make()
    window.go("today")
    window.go("sealed")
    keys = sealed_pages.page.unlock_page.keys
    window.press("I have lost the passphrase")
    window.write(keys.code, code)
    keys.new.setText("a third passphrase now")
    window.press("Open with the code")
    window.go("today")
    window.go("sealed")
    keys.code.undo()
    assert keys.code.text() == ""


def test_locking_over_unsaved_words_keeps_them_for_who_opens_the_sealed_store(sealed_pages, monkeypatch):
    panel = sealed_pages.step(Stage.ADVICE)

    def full(**_):
        raise UserError("The disk is full.", "Free some space.")

    monkeypatch.setattr(records, "save_part", full)
    precious = "".join(("Precious", ". "))  # of which no constant is left in memory
    sealed_pages.window.write(panel.editors["ahead"], precious)
    del panel
    program = sealed_pages.window.program
    program.lock()
    let_go()
    assert places_of(precious) == []
    program.frame.centralWidget().passphrase.setText(PASSPHRASE)
    sealed_pages.window.press("Open")
    page = sealed_pages.page
    assert page.context is None, "the program's passphrase does not open what is sealed"
    monkeypatch.undo()
    page.unlock_page.keys.passphrase.setText(SEALED)
    sealed_pages.window.press("Open")
    panel = sealed_pages.step(Stage.ADVICE)
    assert "Precious." in panel.editors["ahead"].text()
