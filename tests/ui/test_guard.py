"""What the window says and offers when it opens a copy."""

import shutil

from sep_desktop.domain.outbox import State
from sep_desktop.services import guard
from sep_desktop.storage import store as stores
from tests.support.fakes import PASSPHRASE
from tests.support.pages import Window


def test_a_copy_put_back_is_said_and_each_delivery_asks_its_question(program, store, queued, now, tmp_path):
    locations = store.locations
    guard.begin(store=store, now=now)
    store.close()
    shutil.copytree(locations.root, tmp_path / "copy")
    again = stores.unlock(locations, PASSPHRASE)
    guard.begin(store=again, now=now)
    again.close()
    shutil.rmtree(locations.root)
    shutil.copytree(tmp_path / "copy", locations.root)
    program.frame.show()
    program.open(stores.unlock(locations, PASSPHRASE))
    window = Window(program)
    assert "older than what this computer last saw" in window.notice
    assert "3 deliveries may have been sent since: none is sent until you decide." in window.notice
    assert window.sees("could not confirm 3 deliveries")
    window.go("outbox")
    assert window.sees("It may have been sent since; here it was “Waiting to send”.")
    for choice in ("It arrived", "Send again (may arrive twice)", "Leave it"):
        window.press(choice)
    states = [each.state for each in window.store.outbox.messages()[0].deliveries]
    assert sorted(states) == sorted([State.CONFIRMED, State.QUEUED, State.CANCELLED])
