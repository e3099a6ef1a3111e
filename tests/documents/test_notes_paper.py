"""The paper of a visit's notes: item by item, with the kind and the times of each."""

from datetime import timedelta

import pytest

from sep_desktop.domain.agenda import NoteKind
from sep_desktop.errors import UserError
from sep_desktop.services import notes_paper, visits
from sep_desktop.storage import store as stores
from tests.support.fakes import PASSPHRASE
from tests.support.pdf_text import structure_texts

SECRET = "The deputy seems tired"


def texts(store, visit, now, with_private=False):
    data = notes_paper.paper(store=store, visit=visit, with_private=with_private, now=now)
    return [text for _, text in structure_texts(data)]


@pytest.fixture
def visit(store, written):
    """The sample visit with no notes but the test's own."""
    store.database.run("DELETE FROM note_revision")
    store.database.run("DELETE FROM note")
    return written


def take(store, visit, now, text="A thought", kind=NoteKind.NOTE, item="data"):
    return visits.take_note(store=store, visit=visit, item=item, kind=kind, text=text, now=now)


def test_a_note_stands_below_its_item_with_its_kind_and_times(store, visit, now):
    held = store.visits.get(visit).held_on
    at = now.replace(year=held.year, month=held.month, day=held.day, hour=10, minute=2)
    note = take(store, visit, at)
    later = at + timedelta(minutes=30)
    visits.change_note(store=store, note=note, kind=NoteKind.STRENGTH, text="A thought, and more", now=later)
    said = texts(store, visit, now)
    item = next(each.title for each in store.visits.agenda(visit) if each.key == "data")
    written = next(text for text in said if "A thought, and more" in text)
    assert said.index(item) < said.index(written)
    assert written.startswith("Strength · first written 10:02 · last changed 10:32")


def test_on_another_day_than_the_visit_a_time_says_which(store, visit, now):
    take(store, visit, now)
    assert "first written Tue 24 Nov 2026 10:32 · last changed Tue 24 Nov 2026 10:32" in " ".join(
        texts(store, visit, now)
    )


def test_of_a_note_of_a_former_store_it_is_not_known_when_it_was_first_written(before_identity, now):
    store = stores.unlock(before_identity, PASSPHRASE)
    assert "first written: not known · last changed" in " ".join(texts(store, 1, now))
    store.close()


def test_private_notes_stand_on_it_only_where_they_are_asked_for(store, written, now):
    without, with_them = texts(store, written, now), texts(store, written, now, with_private=True)
    assert SECRET not in " ".join(without)
    assert "rivate" not in " ".join(without), "that there are private notes is nobody's business"
    (secret,) = [text for text in with_them if SECRET in text]
    assert secret.startswith("Private · first written")
    assert any(text.startswith("Private notes are among them") for text in with_them)


def test_it_says_that_it_is_not_a_report(store, written, now):
    assert any("They are not a report." in text for text in texts(store, written, now))


def test_notes_of_an_item_that_was_removed_come_last(store, visit, now):
    take(store, visit, now, "An orphan", item="own-7")
    take(store, visit, now)
    said = texts(store, visit, now)
    assert said[-2] == "Other notes"
    assert said[-1].endswith("An orphan")


@pytest.mark.parametrize(("kind", "hint"), [(None, ""), (NoteKind.PRIVATE, "private; ask for these too")])
def test_without_a_note_to_print_there_is_no_paper(store, visit, now, kind, hint):
    if kind:
        take(store, visit, now, kind=kind)
    with pytest.raises(UserError, match="no notes to print") as refused:
        texts(store, visit, now)
    assert hint in refused.value.hint


def test_the_same_notes_give_the_same_bytes(store, written, now):
    first, second = (
        notes_paper.paper(store=store, visit=written, with_private=True, now=now) for _ in range(2)
    )
    assert first == second
