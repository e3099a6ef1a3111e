"""Each delivery method: one value, complete, and the same for reports and for letters."""

import pytest

from sep_desktop.domain.outbox import State
from sep_desktop.domain.settings import DeliveryMethodKey
from sep_desktop.errors import EnvironmentProblem, UserError
from sep_desktop.sync import accounts
from sep_desktop.sync.delivery_methods import METHODS, Setup, chosen_method
from sep_desktop.sync.hand_over import alone
from sep_desktop.sync.visits_queue import VisitsQueue
from tests.support.smtp_server import Script, ScriptedServer

FOLDER = [each for each in METHODS.values() if each.setup is Setup.FOLDER]


def test_every_key_has_its_method_and_its_own_name():
    assert list(METHODS) == list(DeliveryMethodKey)
    assert len({each.label for each in METHODS.values()}) == len(METHODS)


@pytest.mark.parametrize("key", DeliveryMethodKey)
def test_the_setting_chooses_the_method(store, key):
    store.settings.put("delivery.method", key)
    assert chosen_method(store) is METHODS[key]


@pytest.mark.parametrize("method", METHODS.values(), ids=lambda each: each.key)
def test_what_is_not_set_up_says_what_is_missing(store, method):
    """Nothing is entered at all: neither who writes, nor a server, nor a folder."""
    mail = accounts.mail_settings(store)
    assert method.place(mail) == ""
    with pytest.raises(UserError) as caught:
        method.ready(mail, "")
    assert "Settings" in caught.value.hint


@pytest.mark.parametrize("method", FOLDER, ids=lambda each: each.key)
def test_a_method_with_a_folder_writes_there(store, queued, clock, tmp_path, method):
    store.settings.put("mail.folder", str(tmp_path / "out"))
    mail = accounts.mail_settings(store)
    assert method.place(mail) == str(tmp_path / "out")
    report = method.ready(mail, "").run(VisitsQueue(store), clock, at_once=True, only=frozenset())
    assert [each.parent for each in report.files] == [tmp_path / "out"]
    assert report.states == {State.HANDED_OUT: 3}


def test_a_draft_for_the_mail_program_lies_among_the_outgoing(store, queued, clock):
    method = METHODS[DeliveryMethodKey.PROGRAM]
    report = method.ready(accounts.mail_settings(store), "").run(
        VisitsQueue(store), clock, at_once=True, only=frozenset()
    )
    assert method.opens_files
    assert [each.parent for each in report.files] == [store.locations.outgoing]


def test_the_mail_server_says_what_became_of_each(store, queued, clock, tmp_path):
    with ScriptedServer(Script({"rcpt2": "550 5.1.1 nobody"})) as server:
        authority = tmp_path / "ca.pem"
        server.authority.cert_pem.write_to_path(str(authority))
        for key, value in (
            ("mail.host", "localhost"),
            ("mail.port", server.port),
            ("mail.ca_file", str(authority)),
        ):
            store.settings.put(key, value)
        method = METHODS[DeliveryMethodKey.SMTP]
        mail = accounts.mail_settings(store)
        assert method.place(mail) == "localhost"
        report = method.ready(mail, "").run(VisitsQueue(store), clock, at_once=True, only=frozenset())
    assert report.states == {State.ACCEPTED: 2, State.REFUSED: 1}
    assert str(report) == "Accepted by the mail server: 2 people; address refused: 1 person."


@pytest.mark.parametrize("method", FOLDER, ids=lambda each: each.key)
def test_no_method_runs_beside_another(store, queued, clock, tmp_path, method):
    store.settings.put("mail.folder", str(tmp_path))
    ready = method.ready(accounts.mail_settings(store), "")
    with alone(), pytest.raises(EnvironmentProblem, match="under way"):
        ready.run(VisitsQueue(store), clock, at_once=True, only=frozenset())
    assert store.outbox.in_state(State.QUEUED)


@pytest.mark.parametrize("method", FOLDER, ids=lambda each: each.key)
def test_only_what_was_asked_for_leaves(store, queued, clock, tmp_path, method):
    store.settings.put("mail.folder", str(tmp_path))
    ready = method.ready(accounts.mail_settings(store), "")
    assert ready.run(VisitsQueue(store), clock, at_once=True, only=frozenset({queued + 1})).files == []
    assert len(ready.run(VisitsQueue(store), clock, at_once=True, only=frozenset({queued})).files) == 1
