"""The last step of the journey, from the window into a real Postfix."""

from sep_desktop.domain.outbox import State
from sep_desktop.services import reports
from tests.sync.test_postfix import postfix, pytestmark

__all__ = ["postfix", "pytestmark"]


def test_the_window_hands_three_deliveries_to_postfix(window, postfix, clock):
    port, root = postfix
    store = window.program.session.runner.opened
    reports.complete(
        store=store,
        visit=1,
        confirmed=reports.confirm(store=store, visit=1, now=clock.now()),
        now=clock.now(),
    )
    page = window.go("settings")
    for key, value in (
        ("mail.host", "localhost"),
        ("mail.port", port),
        ("mail.ca_file", str(root / "ca.pem")),
    ):
        page.put(key, value)
    window.press("Test the connection")
    assert "answered over verified TLS" in window.notice
    window.go("outbox")
    window.press("Send 1 now")
    assert window.notice.startswith("Accepted by the mail server: 3 people.")
    assert [each.state for each in store.outbox.deliveries(1)] == [State.ACCEPTED] * 3
    assert all("queued as" in each.reply for each in store.outbox.deliveries(1))


def test_a_postfix_that_is_not_there_leaves_everything_waiting(window, clock):
    store = window.program.session.runner.opened
    reports.complete(
        store=store,
        visit=1,
        confirmed=reports.confirm(store=store, visit=1, now=clock.now()),
        now=clock.now(),
    )
    for key, value in (("mail.host", "localhost"), ("mail.port", 1)):
        store.settings.put(key, value)
    window.go("outbox")
    window.press("Send 1 now")
    assert "Nothing answers at localhost" in window.notice
    assert [each.state for each in store.outbox.deliveries(1)] == [State.RETRY] * 3
