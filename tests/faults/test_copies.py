"""A copy of a store that is put back or carried to another computer sends nothing that may have gone already."""

import shutil
from contextlib import suppress
from datetime import timedelta

import pytest

from sep_desktop import cli, paths
from sep_desktop.commands import delivery
from sep_desktop.domain.epoch import Cause, Standing
from sep_desktop.domain.outbox import Choice, State
from sep_desktop.errors import EnvironmentProblem
from sep_desktop.paths import Locations
from sep_desktop.services import guard, outbox, retention
from sep_desktop.services.appraisals import opening
from sep_desktop.services.appraisals.stores import OpenStores
from sep_desktop.storage import computer, epochs
from sep_desktop.storage import store as stores
from sep_desktop.storage.os_keyring import NoKeyring
from sep_desktop.storage.sealed import store as sealed_stores
from sep_desktop.storage.store import Store
from sep_desktop.storage.store_problems import DamagedStore, DiskFull
from sep_desktop.sync.hand_out import write_messages
from sep_desktop.sync.hand_over import hand_over
from sep_desktop.sync.sealed_queue import SealedQueue
from sep_desktop.sync.smtp import Account, SmtpTransport
from sep_desktop.sync.visits_queue import VisitsQueue
from tests.conftest import QUICK
from tests.support.appraisals import SEALED, completed
from tests.support.fakes import PASSPHRASE, SENDER, FakeTransport
from tests.support.smtp_server import Script, ScriptedServer


@pytest.fixture
def closed(store, queued, now):
    """A store with a report that waits for three people, opened once on this computer and closed."""
    guard.begin(store=store, now=now)
    store.close()
    return store.locations


@pytest.fixture
def open_again(now):
    """Opens a store as the window and every command do."""
    opened = []

    def unlock(locations):
        store = stores.unlock(locations, PASSPHRASE)
        opened.append(store)
        return store, guard.begin(store=store, now=now)

    yield unlock
    for store in opened:
        store.close()


@pytest.fixture
def mail():
    with ScriptedServer(Script()) as server:
        yield server


@pytest.fixture
def send(mail, clock, tmp_path):
    """Sends everything that waits through a server on loopback."""
    certificate = tmp_path / "ca.pem"
    mail.authority.cert_pem.write_to_path(str(certificate))
    account = Account("localhost", mail.port, "starttls", "", "", str(certificate))

    def run(store):
        return hand_over(VisitsQueue(store), SmtpTransport(account), SENDER, clock, at_once=True)

    return run


@pytest.fixture
def elsewhere(monkeypatch, tmp_path):
    """Another computer, which remembers nothing of this one."""

    def move():
        monkeypatch.setattr(computer, "machine", lambda: "another computer")
        monkeypatch.setenv("SEP_DESKTOP_STATE", str(tmp_path / "another computer"))

    return move


def copied(locations, name):
    copy = Locations(locations.root.with_name(name))
    shutil.copytree(locations.root, copy.root)
    return copy


def put_back(copy, locations):
    shutil.rmtree(locations.root)
    shutil.copytree(copy.root, locations.root)


def states(store):
    return [each.state for message in store.outbox.messages() for each in message.deliveries]


def test_a_copy_that_is_put_back_sends_nothing_twice(closed, open_again, send, mail):
    copy = copied(closed, "copy")
    store, _ = open_again(closed)
    send(store)
    store.close()
    put_back(copy, closed)
    store, beginning = open_again(closed)
    assert "older than what this computer last saw" in beginning.guarded.reason
    assert beginning.guarded.held == 3
    send(store)
    assert len(mail.messages) == 1
    assert states(store) == [State.UNKNOWN] * 3
    assert all("It may have been sent since" in each.reply for each in store.outbox.in_state(State.UNKNOWN))
    assert [each.text for each in store.journal.entries() if each.event == "held"] == [
        f"{beginning.guarded.reason} 3 deliveries may have been sent since."
    ]


def test_a_folder_that_is_copied_to_another_computer_sends_nothing_twice(
    closed, open_again, send, mail, elsewhere
):
    copy = copied(closed, "copy")
    store, _ = open_again(closed)
    send(store)
    elsewhere()
    carried, beginning = open_again(copy)
    assert "last used on another computer" in beginning.guarded.reason
    send(carried)
    assert len(mail.messages) == 1
    assert states(carried) == [State.UNKNOWN] * 3


def test_a_home_that_is_moved_with_its_memory_to_another_computer_is_not_taken_for_this_one(
    closed, open_again, monkeypatch
):
    monkeypatch.setattr(computer, "machine", lambda: "another computer")
    _, beginning = open_again(closed)
    assert beginning.guarded.held == 3


def test_a_store_that_comes_back_from_another_computer_is_held_too(closed, open_again, now, monkeypatch):
    with monkeypatch.context() as there:
        there.setattr(computer, "machine", lambda: "another computer")
        there.setenv("SEP_DESKTOP_STATE", str(closed.root.with_name("there")))
        store, beginning = open_again(closed)
        for each in store.outbox.in_state(State.UNKNOWN):
            outbox.settle(store=store, delivery=each.id, choice=Choice.AGAIN, now=now)
        store.close()
    _, beginning = open_again(closed)
    assert "last used on another computer" in beginning.guarded.reason
    assert beginning.guarded.held == 3


def test_a_restart_is_no_copy(closed, open_again, send, mail):
    for _ in range(3):
        store, beginning = open_again(closed)
        assert beginning.notices == []
        store.close()
    store, _ = open_again(closed)
    send(store)
    assert states(store) == [State.ACCEPTED] * 3
    store.close()
    assert open_again(closed)[1].guarded.reason == ""


def test_what_is_queued_after_the_guard_leaves_as_usual(closed, open_again, send, mail, now):
    copy = copied(closed, "copy")
    open_again(closed)[0].close()
    put_back(copy, closed)
    store, _ = open_again(closed)
    (message,) = store.outbox.messages()
    outbox.settle(store=store, delivery=message.deliveries[0].id, choice=Choice.AGAIN, now=now)
    send(store)
    assert [people for people, _ in mail.messages] == [[message.deliveries[0].address]]


def test_what_was_refused_or_held_may_have_gone_since_too(closed, open_again, now):
    store, _ = open_again(closed)
    first, second, third = store.outbox.in_state(State.QUEUED)
    store.outbox.advance([first], State.REFUSED, now, reply="550 no")
    store.outbox.advance([second], State.HELD, now)
    store.outbox.advance([third], State.HANDED_OUT, now)
    store.close()
    copy = copied(closed, "copy")
    open_again(closed)[0].close()
    put_back(copy, closed)
    store, beginning = open_again(closed)
    assert states(store) == [State.UNKNOWN, State.UNKNOWN, State.HANDED_OUT]
    assert beginning.guarded.held == 2
    assert "here it was “Address refused”" in store.outbox.delivery(first.id).reply


def test_two_stores_on_one_computer_do_not_know_of_each_other(closed, open_again, tmp_path, now):
    other, _ = stores.create(Locations(tmp_path / "other"), PASSPHRASE, QUICK)
    guard.begin(store=other, now=now)
    other.close()
    for locations in (closed, other.locations, closed, other.locations):
        store, beginning = open_again(locations)
        assert beginning.notices == []
        store.close()


def test_of_two_copies_on_one_computer_the_one_opened_second_is_held(closed, open_again):
    copy = copied(closed, "copy")
    open_again(closed)[0].close()
    assert open_again(copy)[1].guarded.held == 3


def test_a_copy_opened_beside_an_open_store_stops_what_that_one_would_send(closed, open_again, clock):
    copy = copied(closed, "copy")
    first, _ = open_again(closed)
    open_again(copy)
    transport = FakeTransport()
    report = hand_over(VisitsQueue(first), transport, SENDER, clock, at_once=True)
    assert not transport.sent
    assert "Another copy of this store" in str(report)
    assert states(first) == [State.RETRY] * 3


@pytest.mark.parametrize("way", ["hand over", "write out"])
def test_a_copy_made_while_messages_leave_is_known_by_what_it_lacks(closed, open_again, clock, tmp_path, way):
    """Between any two steps of a run: what the copy still has waiting is held when it is put back."""
    store, _ = open_again(closed)
    copies = []

    def copy_now():
        target = tmp_path / f"copy-{len(copies)}.db"
        store.database.copy_to(target, between_steps=lambda: None)
        copies.append(target)

    class Copying(FakeTransport):
        def submit(self, sender, recipients, raw, handing_over):
            copy_now()
            outcomes = super().submit(sender, recipients, raw, handing_over)
            copy_now()
            return outcomes

    if way == "hand over":
        hand_over(VisitsQueue(store), Copying(), SENDER, clock, at_once=True)
    else:
        copy_now()
        write_messages(VisitsQueue(store), SENDER, tmp_path / "out", clock)
    store.close()
    for each in copies:
        shutil.copyfile(each, closed.database)
        again, _ = open_again(closed)
        assert not again.outbox.in_state(State.QUEUED, State.RETRY), each.name
        again.close()


def test_killed_before_it_was_remembered_nothing_has_left_and_nothing_is_held(
    closed, open_again, clock, monkeypatch
):
    store, _ = open_again(closed)
    transport = FakeTransport()

    def killed(_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(epochs.Epochs, "remember", killed)
        with pytest.raises(KeyboardInterrupt):
            hand_over(VisitsQueue(store), transport, SENDER, clock, at_once=True)
    assert not transport.sent
    store.close()
    store, beginning = open_again(closed)
    assert beginning.guarded.reason == ""
    assert beginning.cut_off == 3


def test_what_this_computer_cannot_remember_is_not_sent(closed, open_again, clock, memory_of_the_computer):
    store, _ = open_again(closed)
    shutil.rmtree(memory_of_the_computer)
    memory_of_the_computer.write_text("a file where the folder was")
    transport = FakeTransport()
    report = hand_over(VisitsQueue(store), transport, SENDER, clock, at_once=True)
    assert not transport.sent
    assert "cannot be written" in report.stopped.message
    assert states(store) == [State.RETRY] * 3
    memory_of_the_computer.unlink()
    hand_over(VisitsQueue(store), transport, SENDER, clock, at_once=True)
    assert states(store) == [State.ACCEPTED] * 3


@pytest.mark.parametrize("damage", ["missing", "no JSON", "another shape"])
def test_without_a_memory_a_store_last_opened_here_passes_and_the_journal_says_what_is_known(
    closed, open_again, damage
):
    store, _ = open_again(closed)
    store.close()
    path = epochs.memory_file(store.key_file.store_id)
    if damage == "missing":
        path.unlink()
    else:
        path.write_text({"no JSON": "\x00{", "another shape": "[1, 2]"}[damage])
    store, beginning = open_again(closed)
    assert beginning.guarded.reason == ""
    assert "does not remember" in store.journal.entries()[-1].text
    store.close()
    assert open_again(closed)[0].journal.entries()[-1].event == "memory lost"
    assert path.exists()


def test_a_store_of_before_there_were_epochs_is_neither_older_nor_from_elsewhere(former, now, tmp_path):
    store = stores.unlock(former, PASSPHRASE)
    assert guard.begin(store=store, now=now).notices == []
    assert len(store.outbox.in_state(State.QUEUED)) == 3
    store.close()


def test_a_store_of_before_there_were_epochs_that_is_put_back_is_older(former, now):
    copy = copied(former, "copy")
    store = stores.unlock(former, PASSPHRASE)
    guard.begin(store=store, now=now)
    store.close()
    put_back(copy, former)
    store = stores.unlock(former, PASSPHRASE)
    assert guard.begin(store=store, now=now).guarded.held == 3
    store.close()


def test_a_full_disk_keeps_a_copy_from_sending_until_it_was_held(closed, open_again, clock, monkeypatch):
    copy = copied(closed, "copy")
    open_again(closed)[0].close()
    put_back(copy, closed)

    def full(*_):
        raise DiskFull("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(stores.Store, "saving", full)
        store, beginning = open_again(closed)
    (notice,) = beginning.notices
    assert notice.text == "The disk is full."
    transport = FakeTransport()
    hand_over(VisitsQueue(store), transport, SENDER, clock, at_once=True)
    assert not transport.sent
    with pytest.raises(EnvironmentProblem, match="Another copy"):
        store.epochs.begin(Cause.SENDING, clock.now())
    store.close()
    assert open_again(closed)[1].guarded.held == 3


def test_letters_of_a_copy_are_held_when_the_sealed_store_is_opened(store, sealed, cycle, clock):
    completed(store, sealed, cycle, clock.now())
    locations = store.locations
    opening.begin(stores=OpenStores(store, sealed), urn="", now=clock.now())
    sealed.close()
    copy = copied(locations, "copy")
    again = sealed_stores.unlock(locations, SEALED)
    opening.begin(stores=OpenStores(store, again), urn="", now=clock.now())
    hand_over(SealedQueue(store, again), FakeTransport(), SENDER, clock, at_once=True)
    again.close()
    put_back(copy.sealed, locations.sealed)
    again = sealed_stores.unlock(locations, SEALED)
    begun = opening.begin(stores=OpenStores(store, again), urn="", now=clock.now())
    transport = FakeTransport()
    hand_over(SealedQueue(store, again), transport, SENDER, clock, at_once=True)
    events = [each.text for each in again.appraisals.events()]
    letters = again.letters.in_state(State.UNKNOWN)
    again.close()
    assert begun.guarded.held == 3
    assert len(letters) == 3
    assert not transport.sent
    assert events[0].endswith("3 letters may have been sent since.")


def test_the_command_that_sends_says_why_it_does_not(closed, open_again, tmp_path, monkeypatch, capsys):
    copy = copied(closed, "copy")
    open_again(closed)[0].close()
    put_back(copy, closed)
    secret = tmp_path / "passphrase.txt"
    secret.write_text(PASSPHRASE)
    monkeypatch.setattr(delivery, "find_keyring", NoKeyring)
    common = ["--store", str(closed.root), "--passphrase-file", str(secret)]
    assert cli.main(["send", "--folder", str(tmp_path / "out"), *common]) == cli.DONE
    said = capsys.readouterr()
    assert "older than what this computer last saw" in said.err
    assert "3 deliveries may have been sent since" in said.err
    assert "Nothing is waiting" in said.out
    assert not (tmp_path / "out").exists()


def test_memory_is_kept_outside_of_every_store(monkeypatch, locations):
    monkeypatch.delenv("SEP_DESKTOP_STATE")
    assert not paths.state_folder().is_relative_to(Locations.default().root)


def test_an_earlier_file_beside_a_later_log_sends_nothing_twice(closed, open_again, send, mail, clock):
    """SQLite plays the log over the file: the epochs come from the one, the deliveries from the other."""
    store, _ = open_again(closed)
    backup = store.back_up(clock.now())
    clock.moment += timedelta(minutes=10)
    send(store)
    store.close()
    store, _ = open_again(closed)
    crashed = copied(closed, "as a power cut left it")
    assert crashed.log_of_database.stat().st_size
    store.close()
    put_back(crashed, closed)
    closed.database.unlink()
    shutil.copyfile(backup.database, closed.database)
    with suppress(DamagedStore):  # where the log names pages that the file does not have
        store, beginning = open_again(closed)
        assert beginning.guarded.held == 3
        send(store)
        store.close()
        assert open_again(closed)[1].guarded.reason == "", "it is asked once"
    assert len(mail.messages) == 1


def test_a_file_that_was_written_out_and_not_written_down_is_asked_about(
    closed, open_again, clock, tmp_path, monkeypatch
):
    store, _ = open_again(closed)
    clock.moment += timedelta(minutes=10)
    queue = VisitsQueue(store)
    monkeypatch.setattr(queue, "advance", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    monkeypatch.setattr(queue, "settle_epoch", lambda *_: None)  # killed: nothing more is done
    with pytest.raises(KeyboardInterrupt):
        write_messages(queue, SENDER, tmp_path / "out", clock)
    store.close()
    assert open_again(closed)[1].guarded.held == 3


def test_a_file_that_could_not_be_written_out_is_no_reason_to_ask(
    closed, open_again, clock, tmp_path, monkeypatch
):
    store, _ = open_again(closed)
    clock.moment += timedelta(minutes=10)
    queue = VisitsQueue(store)
    monkeypatch.setattr(queue, "advance", lambda *_, **__: (_ for _ in ()).throw(DiskFull("Full.")))
    with pytest.raises(DiskFull):
        write_messages(queue, SENDER, tmp_path / "out", clock)
    store.close()
    assert open_again(closed)[1].guarded.reason == ""


def test_what_was_sent_and_then_removed_at_the_end_of_its_years_is_no_reason_to_ask(
    closed, open_again, clock, now, monkeypatch
):
    """Of the last that was sent not even the delivery is left; an earlier one is."""
    monkeypatch.setattr(Store, "newest_change", lambda _: now)
    store, _ = open_again(closed)
    clock.moment += timedelta(minutes=10)
    hand_over(VisitsQueue(store), FakeTransport(), SENDER, clock, at_once=True)
    later = clock.now().replace(year=2040)
    retention.remove_past_papers(store=store, today=later.date(), now=later)
    assert store.epochs.standing() is Standing.ITSELF
