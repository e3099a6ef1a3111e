"""Nothing of performance management is anywhere but in the sealed store; and the search that says so finds planted leaks."""

import logging
import tempfile

import pytest
from PySide6.QtCore import QStandardPaths

from sep_desktop import log
from sep_desktop.domain.appraisal.form import Subject
from sep_desktop.services import schools
from sep_desktop.services.appraisals import papers, records
from sep_desktop.storage.sealed.appraisals import Appraisals
from sep_desktop.sync import sealed_queue
from sep_desktop.sync.sealed_queue import SealedQueue
from sep_desktop.ui.context.clipboard import ClipboardGuard
from sep_desktop.ui.sealed.context import SealedContext
from sep_desktop.ui.sealed.open_view import OpenView
from tests.support.canary import SENTINEL, Canary, sealed_words
from tests.support.policies import appraisal_form

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


@pytest.fixture(autouse=True)
def no_unexpected_log():
    """The canary stumbles on purpose."""


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Everything that anything writes goes below here."""
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "TMPDIR", "TEMP", "TMP"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "TMPDIR"))
    assert QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation).startswith(
        str(tmp_path)
    )
    return tmp_path


@pytest.fixture
def canary(home, window, capsys) -> Canary:
    return Canary(window, home, capsys)


def test_the_sentinel_is_in_every_field_and_nowhere_else(canary, locations):
    evidence = canary.run()
    words = sealed_words(locations)
    record = appraisal_form()
    for each in record.fields:
        key = each.key if each.subject is Subject.WHOLE else f"{each.subject}.1.{each.key}"
        if each.kind != "judgement":
            assert f"{SENTINEL} in {key}" in words, f"nothing was there to be found in {key}"
    assert f"{SENTINEL} password 2" in words
    assert canary.sent_sealed == 9, "the letters did leave"
    assert len(evidence.places) > 50
    for place in (
        "file store/log/sep-desktop.log",
        "file store/sealed/store.db",
        "report on the wire",
        "first store, journal",
        "standard error",
    ):
        assert any(each for each in evidence.places[place]), f"{place} was not looked at"
    assert evidence.leaks() == []


def _journal(monkeypatch):
    real = schools.record_support

    def leaky(*, store, urn, on, hours, now):
        store.journal.add(now, "support given", f"with {SENTINEL} Quick", urn=urn)
        return real(store=store, urn=urn, on=on, hours=hours, now=now)

    monkeypatch.setattr(schools, "record_support", leaky)


def _log(monkeypatch):
    monkeypatch.setattr(log, "places", lambda error: f"{type(error).__name__}: {error}")


def _subject(monkeypatch):
    real = SealedQueue.build

    def leaky(self, message, recipients, sender, now, *, unsent=False):
        raw = real(self, message, recipients, sender, now, unsent=unsent)
        return raw.replace(b"A confidential paper for you", f"Paper of {recipients[0].name}".encode())

    monkeypatch.setattr(SealedQueue, "build", leaky)


def _password_in_the_message(monkeypatch):
    monkeypatch.setattr(sealed_queue, "_body", lambda sender: f"The password is {SENTINEL} password 1.\n")


def _unencrypted(monkeypatch):
    monkeypatch.setattr(papers, "protected", lambda pdf, password, attachments=None: pdf)


def _clipboard(monkeypatch):
    monkeypatch.setattr(ClipboardGuard, "forget_now", lambda self: None)


def _notification(monkeypatch):
    monkeypatch.setattr(
        SealedContext, "fail", lambda self, error: self.session.notices.say("fail", str(error))
    )
    monkeypatch.setattr("sep_desktop.notices.NoticeSink.say", _kept)


def _kept(sink, tone, text, hint=""):
    sink.said = [*getattr(sink, "said", []), text]
    logging.getLogger("sep_desktop.notices").error("%s", text)


def _temporary_file(monkeypatch):
    real = papers.preview

    def leaky(**about):
        made = real(**about)
        with tempfile.NamedTemporaryFile(suffix=".pdf", delete=False) as file:
            file.write(made.data)
        return made

    monkeypatch.setattr(papers, "preview", leaky)


def _first_store(monkeypatch):
    real = records.save_part

    def leaky(*, sealed, cycle, key, text, now):
        _first_store.settings.put("mail.folder", text)
        return real(sealed=sealed, cycle=cycle, key=key, text=text, now=now)

    monkeypatch.setattr(records, "save_part", leaky)


def _left_on_the_screen(monkeypatch):
    for way_to_go in ("deleteLater", "setParent"):
        monkeypatch.setattr(OpenView, way_to_go, lambda *_: None, raising=False)


def _plain_copy(monkeypatch):
    real = Appraisals.write_down

    def leaky(self, urn, text, now, cycle=None):
        (self._db.path.parent / "events.txt").open("a").write(f"{SENTINEL} {text}\n")
        return real(self, urn, text, now, cycle)

    monkeypatch.setattr(Appraisals, "write_down", leaky)


LEAKS = {
    "a line too many in the journal": (_journal, "first store, journal"),
    "the text of an error in the log": (_log, "file store/log/sep-desktop.log"),
    "a name in the subject": (_subject, "sealed letters on the wire, without their sealed readers"),
    "the password in the message": (
        _password_in_the_message,
        "sealed letters on the wire, without their sealed readers",
    ),
    "a paper that was not encrypted": (
        _unencrypted,
        "sealed letters on the wire, without their sealed readers",
    ),
    "words left in the clipboard": (_clipboard, "clipboard"),
    "an error told outside the page": (_notification, "file store/log/sep-desktop.log"),
    "a preview in a temporary file": (_temporary_file, "file TMPDIR/"),
    "a field saved in the first store": (_first_store, "first store, setting"),
    "a page that stays on the screen": (_left_on_the_screen, "page "),
    "a plain copy beside the store": (_plain_copy, "file store/sealed/events.txt"),
}


QUICK_LEAK = "the password in the message"
"""One on the wire; the others take long and prove the same search."""


@pytest.mark.parametrize(
    "leak", [pytest.param(leak, marks=() if leak == QUICK_LEAK else pytest.mark.slow) for leak in LEAKS]
)
def test_a_planted_leak_is_found(canary, monkeypatch, leak):
    plant, place = LEAKS[leak]
    _first_store.settings = canary.program.session.runner.opened.settings
    plant(monkeypatch)
    found = canary.run().leaks()
    assert any(each.startswith(place) for each in found), found
