"""Private notes that are hidden on the screen stand nowhere else on the page of their visit either."""

from PySide6.QtWidgets import QFileDialog

from tests.support.pdf_text import structure_texts

PRIVATE = "The deputy seems tired"


def as_it_was(window):
    window.press("As it was on …")
    dialog = window.dialog()
    told = dialog.record.toPlainText(), window.sees("Private notes are hidden.", dialog)
    window.press("Close", dialog)
    return told


def test_hidden_private_notes_are_left_out_of_as_it_was(window):
    window.go("visit/1/meeting")
    told, says_hidden = as_it_was(window)
    assert PRIVATE in told
    assert not says_hidden
    window.press("Hide private notes")
    window.go("visit/1/prepare")
    told, says_hidden = as_it_was(window)
    assert PRIVATE not in told
    assert "Challenge" in told or "Evidence" in told, "other notes stay"
    assert says_hidden
    window.go("visit/1/meeting")
    window.press("Show private notes")
    assert PRIVATE in as_it_was(window)[0]


def test_hidden_private_notes_are_left_off_the_paper_without_asking(window, monkeypatch, tmp_path):
    path = tmp_path / "notes.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(path), ""))
    window.go("visit/1/meeting")
    window.press("Hide private notes")
    window.press("Notes as a paper …")
    dialog = window.dialog()
    assert not dialog.with_private.isVisible()
    assert window.sees("Private notes are hidden.", dialog)
    assert dialog.primary.hasFocus()
    window.press("Choose a place", dialog)
    assert PRIVATE not in " ".join(text for _, text in structure_texts(path.read_bytes()))


def test_notes_as_a_paper_opens_on_the_tick(window):
    window.go("visit/1/meeting")
    window.press("Notes as a paper …")
    assert window.dialog().with_private.box.hasFocus()
