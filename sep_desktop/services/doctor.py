"""A look at everything the program stands on, in sentences with what to do."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sep_desktop import paths, places
from sep_desktop.addresses import parse_email
from sep_desktop.documents import fonts
from sep_desktop.documents.report_pdf import render
from sep_desktop.domain.outbox import NEEDS_YOU
from sep_desktop.domain.paper import Paper
from sep_desktop.domain.settings import DeliveryMethodKey
from sep_desktop.domain.wording import plural
from sep_desktop.errors import SepError
from sep_desktop.storage.key_slots import SlotKind
from sep_desktop.storage.os_keyring import Keyring, NoKeyring
from sep_desktop.storage.store import Store

_LITTLE_SPACE, _NO_SPACE = 500 * 1024 * 1024, 50 * 1024 * 1024


@dataclass(frozen=True)
class Finding:
    """One thing looked at. ``remedy`` is empty when it is well; ``grave`` findings stop the work."""

    about: str
    sentence: str
    remedy: str = ""
    grave: bool = False


def examine(*, store: Store, keyring: Keyring) -> list[Finding]:
    """Store, keys, keyring, mail, fonts, paper, disk."""
    return [
        *_store(store),
        *_keys(store),
        _keyring(keyring),
        *_mail(store),
        *_fonts(),
        _paper(),
        *_disk(store),
    ]


def _store(store: Store) -> Iterator[Finding]:
    database = store.database
    version, schools = database.value("PRAGMA cipher_version"), plural(store.schools.count(), "school")
    yield Finding("store", f"Sound: every page fits its checksum. SQLCipher {version}, {schools}.")
    for repair in store.repairs:
        yield Finding("store", repair.text, repair.hint)
    yield from _place(store.locations.root)
    undecided = len(store.outbox.in_state(*NEEDS_YOU))
    if undecided:
        deliveries = plural(undecided, "delivery needs", "deliveries need")
        yield Finding("outbox", f"{deliveries} a decision.", "Open the Outbox.")


def _place(root: Path) -> Iterator[Finding]:
    if hazard := places.hazard_of(root):
        text, remedy = f"Its folder is not safe: {hazard.reason}.", "Move it to this computer's own disk."
        yield Finding("store", text, remedy, grave=True)
    if package := places.owning_package(root):
        yield Finding(
            "store",
            f"Its folder belongs to “{package}”: uninstalling that Python would delete the store with it.",
            "Make a backup, install Python from python.org, and start the program with it once more.",
            grave=True,
        )


def _keys(store: Store) -> Iterator[Finding]:
    key_file = store.key_file
    slots = [kind.value for kind in SlotKind if key_file.slot(kind)]
    yield Finding("keys", f"The store opens with: {', '.join(slots)}.")
    if not key_file.slot(SlotKind.RECOVERY):
        yield Finding("keys", "There is no recovery code.", "Make one in Settings, Security.", grave=True)


def _keyring(keyring: Keyring) -> Finding:
    if isinstance(keyring, NoKeyring):
        return Finding(
            "keyring",
            "This computer has none that can be trusted.",
            "Passwords will be asked for each time; nothing else changes.",
        )
    try:
        keyring.read("doctor")
    except SepError as problem:
        return Finding("keyring", problem.message, problem.hint)
    return Finding("keyring", "There and answering.")


def _mail(store: Store) -> Iterator[Finding]:
    settings = store.settings
    try:
        parse_email(settings.text("me.email"))
    except ValueError:
        yield Finding("mail", "Your own e-mail address is missing or unusable.", "Enter it in Settings, Me.")
    method = DeliveryMethodKey(settings.text("delivery.method"))
    if method is DeliveryMethodKey.SMTP and not settings.text("mail.host"):
        yield Finding(
            "mail",
            "No mail server is set up.",
            "Enter it in Settings, Mail, or choose a way out that needs none.",
        )
    else:
        yield Finding("mail", f"Reports leave by: {method}.")


def _fonts() -> Iterator[Finding]:
    for name in (fonts.REGULAR, fonts.BOLD, fonts.ITALIC, fonts.BOLD_ITALIC):
        if not (paths.resources() / "fonts" / f"{name}.ttf").is_file():
            yield Finding("fonts", f"{name} is missing.", "Install the program again.", grave=True)
            return
    yield Finding("fonts", "All four faces are there.")


def _paper() -> Finding:
    blank = Paper(
        "Trial",
        "A page to see that papers can be made",
        (("What", "Trial"),),
        (),
        (),
        "Trial",
        "",
        "SEP Desktop",
        datetime(2026, 1, 1, tzinfo=UTC),
    )
    try:
        trial = render(blank)
    except Exception as error:  # noqa: BLE001 -- whatever stops papers is what the user must hear of
        return Finding(
            "papers",
            f"A PDF cannot be made ({type(error).__name__}).",
            "Install the program again.",
            grave=True,
        )
    return Finding("papers", f"A PDF can be made ({plural(trial.pages, 'page')}).")


def _disk(store: Store) -> Iterator[Finding]:
    free = shutil.disk_usage(store.locations.root).free
    gigabytes = f"{free / 1024**3:.1f} GB free"
    if free > _LITTLE_SPACE:
        yield Finding("disk", gigabytes)
    else:
        yield Finding("disk", f"Only {gigabytes}.", "Free some space.", grave=free < _NO_SPACE)
    if not store.locations.disk_reserve.exists():
        yield Finding(
            "disk",
            "The reserve for a full disk is not laid out.",
            "It comes back by itself when there is room.",
        )
