"""The one operation that sends, without a window around it: every method, every password, every look at the connection."""

from datetime import timedelta

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QInputDialog, QWidget

from sep_desktop.domain.outbox import State
from sep_desktop.domain.settings import DeliveryMethodKey
from sep_desktop.errors import EnvironmentProblem
from sep_desktop.notices import NoticeSink, Tone
from sep_desktop.services import outbox
from sep_desktop.sync.delivery_methods import Setup
from sep_desktop.ui.context import sending
from sep_desktop.ui.context.operations import Operations
from sep_desktop.ui.context.session import Session, Surroundings
from tests.support.driven_timers import DrivenTimers
from tests.support.fakes import FakeKeyring
from tests.support.smtp_server import Script, ScriptedServer


class Sending:
    """A session over the store, and everything it was told."""

    def __init__(self, store, clock, monkeypatch):
        self.store, self.keyring, self.timers = store, FakeKeyring(), DrivenTimers(clock)
        self.notices, self.asked, self.changes, self.done = [], [], [], []
        sink = NoticeSink()
        sink.listen(self.notices.append)
        self.session = Session(
            store, Surroundings(clock, self.timers, self.keyring), Operations(in_caller=True), sink
        )
        self.session.changed.connect(self.changes.append)
        self.window = QWidget()
        self.answer = ("typed", True)
        monkeypatch.setattr(QInputDialog, "getText", self._ask)

    def _ask(self, parent, title, label, mode):
        self.asked.append(label)
        return self.answer

    def put(self, **settings):
        for key, value in settings.items():
            self.store.settings.put(key.replace("_", ".", 1), value)

    def send(self):
        sending.send_reports(self.window, self.session, lambda: self.done.append(True))

    @property
    def states(self):
        return [each.state for message in self.store.outbox.messages() for each in message.deliveries]


@pytest.fixture
def here(qtbot, store, queued, clock, monkeypatch):
    return Sending(store, clock, monkeypatch)


@pytest.fixture
def server(here, tmp_path):
    with ScriptedServer(Script(offer_auth=True)) as server:
        path = tmp_path / "ca.pem"
        server.authority.cert_pem.write_to_path(str(path))
        here.put(mail_host="localhost", mail_port=server.port, mail_ca_file=str(path), mail_user="ada")
        yield server


def test_a_password_is_asked_for_once_a_session(here, server):
    here.send()
    assert here.states == [State.ACCEPTED] * 3
    assert here.asked == ["Password of ada"]
    assert here.notices[-1].text == "Accepted by the mail server: 3 people."
    assert (len(here.changes), here.done) == (1, [True])
    here.send()
    assert here.asked == ["Password of ada"]


def test_the_keyring_is_asked_before_the_user(here, server):
    here.keyring.secrets["mail ada localhost"] = "kept"
    here.send()
    assert here.asked == []
    assert here.states == [State.ACCEPTED] * 3


def test_a_password_that_is_not_given_sends_nothing(here, server):
    here.answer = ("", False)
    here.send()
    assert here.states == [State.QUEUED] * 3
    assert "password was not given" in here.notices[-1].text
    assert here.done == [True]
    assert server.auths == 0


def test_a_refused_password_is_forgotten(here, server):
    server.script.steps["auth"] = "535 5.7.8 no"
    here.send()
    assert here.notices[-1].tone is Tone.FAIL
    assert here.session.mail_passwords == {}
    assert here.states == [State.RETRY] * 3


def test_an_account_without_a_name_is_asked_for_nothing(here, server):
    here.put(mail_user="")
    here.send()
    assert here.asked == []
    assert here.states == [State.ACCEPTED] * 3


def test_unfinished_settings_are_said_and_the_button_comes_back(here):
    here.send()
    assert here.notices[-1].text == "No mail server is set up."
    assert here.done == [True]


@pytest.mark.parametrize(
    ("key", "ending"), [(DeliveryMethodKey.EML, ".eml"), (DeliveryMethodKey.PDF, ".pdf")], ids=["eml", "pdf"]
)
def test_files_are_written_and_their_folder_is_said(here, tmp_path, key, ending):
    here.put(delivery_method=key, mail_folder=str(tmp_path))
    here.send()
    assert here.states == [State.HANDED_OUT] * 3
    assert (here.notices[-1].text, here.notices[-1].hint) == (
        f"1 file written to {tmp_path}.",
        "Send what is there, then say in the Outbox that it was sent.",
    )
    assert len(list(tmp_path.glob(f"*{ending}"))) == 1
    here.send()
    assert here.notices[-1].text == "Nothing was waiting."


def test_drafts_are_opened_in_the_mail_program(here, monkeypatch):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: not opened.append(url.toLocalFile()))
    here.put(delivery_method=DeliveryMethodKey.PROGRAM)
    here.send()
    assert len(opened) == 1
    assert opened[0].startswith(str(here.store.locations.outgoing))
    assert here.notices[-1].text == "1 message opened in your mail program."


def test_what_nothing_opened_is_not_called_opened(here, monkeypatch):
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: False)
    here.put(delivery_method=DeliveryMethodKey.PROGRAM)
    here.send()
    notice = here.notices[-1]
    assert (notice.tone, notice.text) == (Tone.WARN, "No program opened 1 message.")
    assert str(here.store.locations.outgoing) in notice.hint
    assert here.states == [State.HANDED_OUT] * 3, "written out, for the user to send"


@pytest.mark.parametrize("key", DeliveryMethodKey)
def test_a_page_is_told_what_each_method_needs(here, tmp_path, key):
    here.put(delivery_method=key)
    way = sending.delivery_way(here.store)
    assert way.is_set_up is (way.setup is Setup.NOTHING)
    here.put(mail_host="smtp.example", mail_folder=str(tmp_path))
    way = sending.delivery_way(here.store)
    assert way.is_set_up
    assert str(way) == (f"{way.label}: {way.place}" if way.place else way.label)
    assert key in [each.key for each in sending.delivery_ways()]


class Connection:
    """A connection that comes and goes as the test says."""

    def __init__(self, monkeypatch):
        self.up = False
        monkeypatch.setattr(sending.accounts, "connectivity", lambda mail: self)

    def is_up(self):
        return self.up


@pytest.fixture
def watched(here, monkeypatch):
    here.connection = Connection(monkeypatch)
    here.put(mail_host="localhost")
    here.watch = sending.ConnectionWatch(here.session, here.window)
    yield here
    here.watch.stop()


def test_a_connection_that_comes_back_is_offered_once(watched):
    watched.timers.advance(60)
    assert watched.notices == []
    watched.connection.up = True
    watched.timers.advance(120)
    assert [each.text for each in watched.notices] == ["There is a line again: 1 report can be sent."]


def test_a_connection_that_was_there_all_the_time_is_no_news(watched):
    watched.connection.up = True
    watched.timers.advance(180)
    assert watched.notices == []


@pytest.mark.parametrize(
    "setting", [{"delivery_method": DeliveryMethodKey.EML}, {}], ids=["no server", "nothing waits"]
)
def test_nobody_looks_where_there_is_nothing_to_look_for(watched, setting, clock):
    watched.put(**setting)
    if not setting:
        waiting = watched.store.outbox.in_state(State.QUEUED)
        watched.store.outbox.advance(waiting, State.CANCELLED, clock.now())
    watched.watch.was_up = False
    watched.connection.up = True
    watched.timers.advance(60)
    assert watched.notices == []
    assert watched.watch.was_up is None


def test_a_look_that_fails_is_no_news(watched, monkeypatch):
    def fails(mail):
        raise EnvironmentProblem("No.")

    monkeypatch.setattr(sending.accounts, "connectivity", fails)
    watched.timers.advance(60)
    assert watched.notices == []


def test_automatic_sending_asks_for_nothing_and_says_what_it_did(watched, server):
    watched.put(mail_automatic=True)
    watched.connection.up = True
    watched.timers.advance(60)
    assert watched.asked == []
    assert watched.states == [State.QUEUED] * 3
    assert "password was not given" in watched.notices[-1].text
    watched.session.mail_passwords["ada"] = "typed earlier"
    watched.timers.advance(60)
    assert watched.states == [State.ACCEPTED] * 3
    assert watched.notices[-1].text == "Accepted by the mail server: 3 people."


def test_automatic_sending_says_nothing_when_nothing_is_due(watched, server):
    server.script.steps["dot"] = "452 later"
    watched.session.mail_passwords["ada"] = "typed earlier"
    watched.put(mail_automatic=True)
    watched.connection.up = True
    watched.timers.advance(60)
    told = len(watched.notices)
    watched.watch.check()
    assert watched.states == [State.RETRY] * 3
    assert len(watched.notices) == told


@pytest.fixture
def refused(watched, server):
    """Sent by itself, with a password that the server refused."""
    server.script.steps["auth"] = "535 5.7.8 no"
    watched.session.mail_passwords["ada"] = "wrong"
    watched.put(mail_automatic=True)
    watched.connection.up = True
    watched.timers.advance(60)
    assert server.auths == 1
    return watched


def test_after_a_wrong_password_sending_by_itself_rests_over_restarts_too(refused, server, clock):
    clock.moment += timedelta(days=1)
    refused.session.mail_passwords["ada"] = "wrong"
    refused.timers.advance(86_400)
    sending.ConnectionWatch(refused.session, refused.window).check()
    assert server.auths == 1
    assert outbox.is_resting(store=refused.store)


@pytest.mark.parametrize(
    "deed",
    [
        lambda here: here.session.run(here.window, sending.keep_password(here.session, "right")),
        lambda here: here.put(mail_user="eda"),
        lambda here: here.put(mail_host="127.0.0.1"),
        lambda here: here.send(),
    ],
    ids=["password", "account", "server", "by hand"],
)
def test_it_rests_no_more_after(refused, server, deed):
    del server.script.steps["auth"]
    deed(refused)
    assert not outbox.is_resting(store=refused.store)


def test_what_is_put_as_it_was_changes_nothing(refused):
    refused.put(mail_user="ada")
    assert outbox.is_resting(store=refused.store)


def test_who_stopped_by_hand_is_not_overruled_a_minute_later(watched, server):
    watched.session.mail_passwords["ada"] = "typed earlier"
    watched.put(mail_automatic=True)
    watched.connection.up = True
    watched.session.hand_overs.was_stopped = True
    watched.timers.advance(120)
    assert watched.states == [State.QUEUED] * 3
    watched.send()
    assert watched.states == [State.ACCEPTED] * 3


def test_the_connection_is_tried_in_words(here, server):
    sending.try_connection(here.window, here.session)
    assert here.notices[-1].text == "localhost answered over verified TLS and accepted the account ada."
    server.script.steps["auth"] = "535 no"
    sending.try_connection(here.window, here.session)
    assert here.notices[-1].tone is Tone.FAIL


def test_a_connection_that_is_not_set_up_is_said(here):
    sending.try_connection(here.window, here.session)
    assert here.notices[-1].text == "No mail server is set up."


def test_a_password_is_kept_for_the_session_and_in_the_keyring(here, server):
    here.session.run(here.window, sending.keep_password(here.session, "new"))
    assert here.session.mail_passwords == {"ada": "new"}
    assert here.keyring.secrets == {"mail ada localhost": "new"}


def test_a_session_that_ends_forgets_its_passwords_and_its_store(here, server):
    here.session.mail_passwords["ada"] = "typed"
    assert here.session.end() is here.store
    assert here.session.mail_passwords == {}
    told = []
    here.session.run(here.window, lambda store: store, told.append)
    assert told == [], "a page on its way out is told nothing"
