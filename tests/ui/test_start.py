"""What stands in the way of the window is said in a box, or waits; it never keeps the window away in silence."""

import os
import sys

import pytest
from PySide6.QtWidgets import QMessageBox

from sep_desktop import cli, errors, files
from sep_desktop.notices import Tone
from sep_desktop.services import outgoing
from sep_desktop.storage import store as stores
from sep_desktop.ui.kit import theme
from sep_desktop.ui.shell import application, start_problem
from sep_desktop.ui.shell import program as program_module
from tests.conftest import QUICK
from tests.support.fakes import PASSPHRASE


@pytest.fixture
def shown(monkeypatch, qapp):
    """The boxes that were shown: what they said, and what to do."""
    boxes = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: boxes.append((box.text(), box.informativeText())))
    return boxes


FAILURES = [
    (ImportError("libEGL.so.1 is missing"), "libEGL.so.1 is missing", "Install the program again."),
    (
        PermissionError(13, "Permission denied", "/a/folder"),
        "/a/folder: Permission denied.",
        "Check the folder",
    ),
    (KeyError("look.theme"), "made a mistake while it started (KeyError)", "What was saved is safe."),
    (errors.EnvironmentProblem("No.", "Do this."), "No.", "Do this."),
]


@pytest.mark.parametrize(("error", "sentence", "hint"), FAILURES, ids=lambda value: type(value).__name__)
def test_a_failure_before_the_window_is_a_box_in_words(monkeypatch, capsys, shown, error, sentence, hint):
    def fail(locations):
        raise error

    monkeypatch.setattr(application, "run", fail)
    assert cli.main([]) == cli.ENVIRONMENT
    (said,) = shown
    assert sentence in said[0]
    assert hint in said[1]
    assert sentence in capsys.readouterr().err


def test_without_qt_the_sentence_stands_on_the_console(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "sep_desktop.ui.shell.application", None)
    monkeypatch.setitem(sys.modules, "sep_desktop.ui.shell.start_problem", None)
    assert cli.main([]) == cli.ENVIRONMENT
    assert "A part of the program is missing" in capsys.readouterr().err
    assert start_problem.show_box


def test_what_another_program_holds_is_removed_later_and_never_in_the_way(program, locations, monkeypatch):
    locations.outgoing.mkdir(parents=True)
    for name in ("held.eml", "free.eml"):
        (locations.outgoing / name).write_text("x")
    (locations.outgoing / "a folder" / "inside").mkdir(parents=True)
    program.former_messages = type(program.former_messages)(locations.outgoing, program.surroundings.timers)
    held = locations.outgoing / "held.eml"
    with monkeypatch.context() as patched:
        real = type(held).unlink

        def unlink(path, missing_ok=False):
            if path == held:
                raise PermissionError(32, "in use")
            real(path, missing_ok)

        patched.setattr(type(held), "unlink", unlink)
        program.start()
    assert program.frame.isVisible()
    assert list(locations.outgoing.iterdir()) == [held]
    (locations.outgoing / "opened since.eml").write_text("x")
    program.surroundings.timers.advance(61)
    assert [path.name for path in locations.outgoing.iterdir()] == ["opened since.eml"]


def lie(folder, *names):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text("x")


def lying(folder):
    return sorted(path.name for path in folder.iterdir())


def test_what_was_opened_in_the_mail_program_is_gone_after_ten_minutes(program, locations):
    program.start()
    timers = program.surroundings.timers
    timers.advance(10)
    lie(locations.outgoing, "opened.eml")
    timers.advance(9 * 60)
    assert lying(locations.outgoing) == ["opened.eml"]
    timers.advance(60)
    assert lying(locations.outgoing) == []


def test_it_is_gone_at_lock_and_at_the_end(window, locations):
    lie(locations.outgoing, "opened.eml")
    window.program.lock()
    assert lying(locations.outgoing) == []
    lie(locations.outgoing, "opened again.eml")
    window.program.stop()
    assert lying(locations.outgoing) == []


def test_what_the_mail_program_holds_is_said_once_without_a_name_and_goes_later(
    window, locations, monkeypatch
):
    lie(locations.outgoing, "Harbour Lights.eml")
    with monkeypatch.context() as patched:
        patched.setattr(outgoing, "_removed", lambda path: False)
        window.program.lock()
        window.program.surroundings.timers.advance(30)
        assert "1 message opened in your mail program cannot be removed yet" in said(window.program)
        window.program.notices.say(Tone.INFORM, "Something else.")
        window.program.surroundings.timers.advance(120)
        assert "cannot be removed" not in said(window.program)
    window.program.surroundings.timers.advance(30)
    assert lying(locations.outgoing) == []


def said(program):
    text = program.frame.centralWidget().banner.accessibleName()
    assert "Harbour" not in text
    return text


def test_a_link_among_the_outgoing_is_removed_and_not_followed(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "kept.txt").write_text("x")
    (tmp_path / "outgoing").mkdir()
    (tmp_path / "outgoing" / "link").symlink_to(tmp_path / "mine")
    assert outgoing.remove(outgoing.left_in(tmp_path / "outgoing")) == []
    assert (tmp_path / "mine" / "kept.txt").exists()
    assert outgoing.left_in(tmp_path / "nowhere") == []


@pytest.mark.parametrize(("module", "name"), [(theme, "apply"), (program_module, "MainWindow")])
def test_a_store_that_cannot_be_shown_is_closed_and_said(
    program, locations, monkeypatch, caplog, module, name
):
    stores.create(locations, PASSPHRASE, QUICK)[0].close()
    with monkeypatch.context() as patched:
        patched.setattr(module, name, _broken)
        program.start()
        page = program.frame.centralWidget()
        page.passphrase.setText(PASSPHRASE)
        page.try_passphrase()
    page = program.frame.centralWidget()
    assert "mistake (KeyError)" in page.banner.accessibleName()
    assert page.form.open_button.isEnabled()
    page.passphrase.setText(PASSPHRASE)
    page.try_passphrase()
    assert program.session is not None
    caplog.clear()


def _broken(*arguments):
    raise KeyError("purple")


FULL_FLUSH = 51


@pytest.mark.skipif(os.name != "posix", reason="asks fcntl")
@pytest.mark.parametrize("known", [True, False], ids=["asked", "a disk that knows only fsync"])
def test_macos_is_asked_to_flush_the_drive_itself(tmp_path, monkeypatch, known):
    import fcntl

    asked, synced = [], []

    def full(descriptor, command):
        asked.append(command)
        if not known:
            raise OSError(45, "not supported")

    monkeypatch.setattr(files.sys, "platform", "darwin")
    monkeypatch.setattr(fcntl, "F_FULLFSYNC", FULL_FLUSH, raising=False)
    monkeypatch.setattr(fcntl, "fcntl", full)
    monkeypatch.setattr(files.os, "fsync", synced.append)
    files.write_durably(tmp_path / "keys.json", b"x")
    monkeypatch.undo()
    assert asked == [FULL_FLUSH, FULL_FLUSH]  # the file and its folder
    assert len(synced) == (0 if known else 2)
