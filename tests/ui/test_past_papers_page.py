"""Papers past their years are said on Today, listed on a page of their own, and go by one button."""

from datetime import datetime

from sep_desktop.domain.outbox import State

LATER = datetime(2033, 9, 1, 9, 0).astimezone()


def test_today_leads_to_them_and_one_button_removes_them(window, clock):
    store = window.store
    for message in store.outbox.messages():
        store.outbox.advance(message.deliveries, State.CANCELLED, clock.now())
    clock.moment = LATER
    window.go("today")
    assert window.sees("Papers of 3 visits are past their years.")
    window.go("past-papers")
    assert window.sees("kept until Thu 1 Sep 2033")
    window.press("Remove the papers of 3 visits")
    assert window.notice.startswith("Removed.")
    assert window.sees("Nothing is past its years.")
    window.go("today")
    assert not window.sees("past their years")


def test_before_that_there_is_nothing_to_remove(window):
    window.go("past-papers")
    assert window.sees("Nothing is past its years.")
