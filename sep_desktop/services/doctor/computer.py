"""What the program needs of the computer: keyring, typefaces, papers, disk, and no image of its memory."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

from sep_desktop import paths
from sep_desktop.documents import fonts
from sep_desktop.documents.report_pdf import render
from sep_desktop.domain.paper import Paper
from sep_desktop.domain.wording import plural
from sep_desktop.errors import SepError
from sep_desktop.paths import Locations
from sep_desktop.services.doctor.finding import Finding
from sep_desktop.storage.os_keyring import Keyring, NoKeyring

_LITTLE_SPACE, _NO_SPACE = 500 * 1024 * 1024, 50 * 1024 * 1024


def keyring_state(keyring: Keyring) -> Finding:
    """Whether there is one that can be trusted, and whether it answers."""
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


def typefaces(_: Locations) -> Iterator[Finding]:
    """The four faces in which papers are set."""
    for name in (fonts.REGULAR, fonts.BOLD, fonts.ITALIC, fonts.BOLD_ITALIC):
        if not (paths.resources() / "fonts" / f"{name}.ttf").is_file():
            yield Finding("fonts", f"{name} is missing.", "Install the program again.", grave=True)
            return
    yield Finding("fonts", "All four typefaces are there.")


def papers(_: Locations) -> Iterator[Finding]:
    """A page is made, to see that it can be."""
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
        yield Finding(
            "papers",
            f"A PDF cannot be made ({type(error).__name__}).",
            "Install the program again.",
            grave=True,
        )
        return
    yield Finding("papers", f"A PDF can be made ({plural(trial.pages, 'page')}).")


def disk(locations: Locations) -> Iterator[Finding]:
    """Room where the store lies, and the reserve for when there is none. Raises ``OSError``."""
    free = shutil.disk_usage(locations.root).free
    gigabytes = f"{free / 1024**3:.1f} GB free"
    if free > _LITTLE_SPACE:
        yield Finding("disk", gigabytes)
    else:
        yield Finding("disk", f"Only {gigabytes}.", "Free some space.", grave=free < _NO_SPACE)
    if not locations.disk_reserve.exists():
        yield Finding(
            "disk",
            "The reserve for a full disk is not laid out.",
            "It comes back by itself when there is room.",
        )


def image_of_memory(_: Locations) -> Iterator[Finding]:
    """Whether the system would keep all that was on the screen, should the program die."""
    if keeps_images():
        yield Finding(
            "memory",
            "If the program dies, this computer keeps an image of its memory, with what was open in it.",
            "Have that switched off by whoever looks after the computer.",
        )


def keeps_images() -> bool:
    """Core dumps on Linux and macOS (setrlimit(2)); on Windows what Error Reporting was told to keep."""
    if sys.platform == "win32":
        import winreg

        place = r"SOFTWARE\Microsoft\Windows\Windows Error Reporting\LocalDumps"
        with suppress(OSError), winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, place):
            return True
        return False
    import resource

    return resource.getrlimit(resource.RLIMIT_CORE)[0] != 0
