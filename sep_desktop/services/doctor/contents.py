"""An open store of visits: soundness, copies of it, the clock, its secrets, its locks, and what waits."""

from collections.abc import Iterator
from datetime import timedelta

from sep_desktop.domain.epoch import in_words
from sep_desktop.domain.outbox import NEEDS_YOU, SENDABLE, State
from sep_desktop.domain.wording import day_and_time, plural
from sep_desktop.services import guard
from sep_desktop.services.doctor.finding import Finding
from sep_desktop.services.doctor.outside import OutsideView
from sep_desktop.storage import store_creation
from sep_desktop.storage.store import Store

_CLOCKS_DIFFER = timedelta(minutes=5)
_LONG = timedelta(days=1)
"""What has waited for longer is not waiting for a line alone."""


def soundness(store: Store, _: OutsideView) -> Iterator[Finding]:
    """What the opening looked at, page by page, and what it had to mend."""
    version = store.database.value("PRAGMA cipher_version")
    schools = plural(store.schools.count(), "school")
    yield Finding("store", f"Sound: every page fits its checksum. SQLCipher {version}, {schools}.")
    for repair in store.repairs:
        yield Finding("store", repair.text, repair.hint)


def copies(store: Store, _: OutsideView) -> Iterator[Finding]:
    """Whether this is the store that this computer last saw, or a copy that was put back or carried here."""
    epochs = store.epochs
    if reason := in_words(epochs.standing(), epochs.newest(), epochs.memory()):
        remedy = (
            "Once it is opened in the window, nothing that waited is sent until you decide in the Outbox."
        )
        yield Finding("copies", reason, remedy)
    elif lost := guard.lost_memory(store):
        yield Finding("copies", lost, "Look at the Outbox before anything is sent.")
    else:
        yield Finding("copies", "It is the store that this computer last saw.")


def clock(store: Store, view: OutsideView) -> Iterator[Finding]:
    """A clock that is behind the journal dates reports wrongly, and certificates look invalid."""
    newest = store.journal.newest()
    if newest and newest - view.now > _CLOCKS_DIFFER:
        yield Finding(
            "clock",
            f"This computer says that it is {day_and_time(view.now)}; the journal's last line is of "
            f"{day_and_time(newest)}.",
            "Set the computer's date and time before you complete or send anything.",
            grave=True,
        )


def secrets(store: Store, view: OutsideView) -> Iterator[Finding]:
    """Recovery codes that nobody typed back, and a passphrase that protects nobody.

    Whether the passphrase is weak is known only where it was typed at this opening.
    """
    sealed = store_creation.exists(view.locations.sealed)
    for key, about, is_there in (
        ("security.code_confirmed", "keys", True),
        ("sealed.code_confirmed", "sealed keys", sealed),
    ):
        if is_there and not store.settings.on(key):
            text = "The recovery code was never typed back from paper: nobody knows that it can be read."
            yield Finding(about, text, "Make a new one, print it and type it back.")
    if store.weak_passphrase:
        text = "The passphrase is easy to guess."
        yield Finding("keys", text, "Change it in Settings, Security, to some uncommon words in a row.")


def locks(store: Store, _: OutsideView) -> Iterator[Finding]:
    """What keeps the next person at this keyboard out."""
    minutes = store.settings.number("security.idle_minutes")
    if not minutes:
        text = "The window never locks by itself."
        yield Finding("lock", text, "Enter some minutes in Settings, Security.")
    if not store.settings.on("security.lock_with_screen"):
        text = "The window stays open when the screen locks or the computer sleeps."
        yield Finding("lock", text, "Switch it on in Settings, Security.")
    if minutes and store.settings.on("security.lock_with_screen"):
        yield Finding("lock", f"It locks after {plural(minutes, 'minute')} and with the screen.")


def deliveries(store: Store, view: OutsideView) -> Iterator[Finding]:
    """What stands still until somebody decides, or has waited for long."""
    if undecided := len(store.outbox.in_state(*NEEDS_YOU)):
        count = plural(undecided, "delivery needs", "deliveries need")
        yield Finding("outbox", f"{count} a decision.", "Open the Outbox.")
    if handed_out := len(store.outbox.in_state(State.HANDED_OUT)):
        count = plural(handed_out, "delivery was", "deliveries were")
        text = f"{count} written out for you to send; nobody has said that they arrived."
        yield Finding("outbox", text, "Send the files, then say so in the Outbox.")
    waiting = store.outbox.in_state(*SENDABLE)
    if long := sum(view.now - each.changed > _LONG for each in waiting):
        count = plural(long, "delivery has", "deliveries have")
        yield Finding("outbox", f"{count} waited for more than a day.", "Open the Outbox, and press “Send”.")
