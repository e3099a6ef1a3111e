"""A note keeps its own history: when it was first written, and how it was after every sitting."""

from datetime import timedelta

import pytest

from sep_desktop.domain.agenda import NoteKind
from sep_desktop.services import visits
from sep_desktop.storage import store as stores
from sep_desktop.storage.revisions import SAME_SITTING
from tests.storage.test_former_stores import rows_of
from tests.support.fakes import PASSPHRASE

ONE_SITTING, LATER = timedelta(minutes=1), SAME_SITTING


@pytest.fixture
def note(store, written, now):
    return visits.take_note(
        store=store, visit=written, item="data", kind=NoteKind.NOTE, text="First", now=now
    )


def change(store, note, now, text="First and second", kind=NoteKind.NOTE):
    visits.change_note(store=store, note=note, kind=kind, text=text, now=now)


def texts(store, note):
    return [revision.text for revision in store.notes.history(note)]


def test_words_of_one_sitting_are_one_revision(store, note, now):
    change(store, note, now + ONE_SITTING)
    assert texts(store, note) == ["First and second"]
    kept = store.notes.get(note)
    assert (kept.begun, kept.saved) == (now, now + ONE_SITTING)


def test_a_later_sitting_leaves_the_words_before_it_behind(store, note, now):
    change(store, note, now + LATER)
    assert texts(store, note) == ["First and second", "First"]
    assert store.notes.get(note).begun == now


@pytest.mark.parametrize("after", [ONE_SITTING, LATER])
@pytest.mark.parametrize(
    ("text", "kind"), [("", NoteKind.NOTE), ("First", NoteKind.PRIVATE), ("Other", NoteKind.STRENGTH)]
)
def test_a_note_that_is_emptied_or_becomes_another_kind_is_a_revision(store, note, now, after, text, kind):
    change(store, note, now + after, text, kind)
    newest, before = store.notes.history(note)
    assert (newest.text, newest.kind) == (text, kind)
    assert (before.text, before.kind) == ("First", NoteKind.NOTE)


def test_an_emptied_note_is_shown_no_more_and_keeps_its_words(store, written, note, now):
    change(store, note, now + ONE_SITTING, "  ")
    assert note not in [each.id for each in store.notes.of_visit(written)]
    change(store, note, now + ONE_SITTING, "Again")
    assert texts(store, note) == ["Again", "", "First"]


def test_other_words_in_the_place_of_a_note_leave_it_behind_also_within_a_sitting(store, note, now):
    """Selected and typed over, letter by letter, by accident."""
    change(store, note, now, "Year 2 behind in maths")
    for text in ("P", "Phon", "Phonics is taught dayly", "Phonics is taught daily"):
        change(store, note, now + ONE_SITTING, text)
    assert texts(store, note) == ["Phonics is taught daily", "Year 2 behind in maths", "First"]


def test_a_clock_that_goes_back_begins_a_new_revision(store, note, now):
    change(store, note, now - ONE_SITTING)
    assert texts(store, note) == ["First and second", "First"]


def test_a_note_of_a_former_store_was_first_written_nobody_knows_when(before_identity):
    before = {row["id"]: row for row in rows_of(before_identity, PASSPHRASE)["note"]}
    store = stores.unlock(before_identity, PASSPHRASE)
    assert before
    for number, row in before.items():
        (revision,) = store.notes.history(number)
        assert (revision.text, revision.kind, revision.begun) == (row["text"], row["mark"], None)
        assert (
            store.database.value("SELECT saved FROM note_revision WHERE id = ?", (revision.id,))
            == (row["saved"])
        )
    store.close()


def test_what_is_added_to_a_note_of_a_former_store_leaves_its_first_words_behind(before_identity, now):
    store = stores.unlock(before_identity, PASSPHRASE)
    number = store.database.value("SELECT min(id) FROM note")
    words = store.notes.get(number).text
    change(store, number, now, "Other words")
    assert texts(store, number) == ["Other words", words]
    assert store.notes.get(number).begun is None
    store.close()


def test_what_a_note_says_stands_in_its_revisions_alone(store, note):
    assert set(store.database.row("SELECT * FROM note WHERE id = ?", (note,))) == {
        "id", "visit_id", "item", "uid"
    }  # fmt: skip
