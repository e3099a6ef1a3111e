"""Both copies of a key file, compared with one another and with what lies in the backups."""

from collections.abc import Iterator
from pathlib import Path

from sep_desktop.domain.wording import listed
from sep_desktop.services.doctor.finding import Finding
from sep_desktop.services.doctor.outside import OutsideView
from sep_desktop.storage.key_file import read_if_sound
from sep_desktop.storage.key_slots import KeyFile, SlotKind

_MENDED = "Open the store: it is written again from the other copy. Have the disk of this computer checked."


def keys(view: OutsideView) -> Iterator[Finding]:
    """Whether the keys are there, sound, of one mind, as new as the backups', and what they open with."""
    about, both = view.about("keys"), view.key_files
    sound = [each for each in both.values() if each]
    if not sound:
        yield Finding(
            about,
            "Both copies of the key file are missing or damaged, or of a newer version of the program.",
            f"Put “{view.locations.key_file.name}” back from a backup, or install that version.",
            grave=True,
        )
        return
    newest = max(sound, key=lambda each: each.revision)
    yield from _copies(about, both, newest)
    yield from _age(view, about, newest)
    if newest.purpose not in (None, view.purpose):
        text = "The key file is the other store's."
        yield Finding(about, text, "Put this store's own back, from a backup.", grave=True)
    slots = [kind.value for kind in SlotKind if newest.slot(kind)]
    yield Finding(about, f"The store opens with: {listed(slots)}.")
    if not newest.slot(SlotKind.RECOVERY):
        yield Finding(about, "There is no recovery code.", "Make one in Settings, Security.", grave=True)


def _copies(about: str, both: dict[Path, KeyFile | None], newest: KeyFile) -> Iterator[Finding]:
    for path, there in both.items():
        if there is None:
            fault = "is damaged" if path.exists() else "is missing"
            yield Finding(about, f"“{path.name}” {fault}.", _MENDED)
        elif there.store_id != newest.store_id:
            remedy = "Open the store: the file is set aside, not thrown away."
            yield Finding(about, f"“{path.name}” belongs to another store.", remedy, grave=True)
        elif there.revision < newest.revision:
            yield Finding(about, f"“{path.name}” is older than its copy.", _MENDED)
        elif there != newest:
            text = f"“{path.name}” was changed by another hand: the copies say different things."
            yield Finding(about, text, "Open the store: only the genuine one is taken.", grave=True)


def _age(view: OutsideView, about: str, newest: KeyFile) -> Iterator[Finding]:
    """A backup is given the keys as they are now: none holds newer ones, unless an old file was put back."""
    lying = [read_if_sound(path) for path in view.locations.backups.glob("*/keys.json")]
    of_this_store = [each.revision for each in lying if each and each.store_id == newest.store_id]
    if newest.revision < max(of_this_store, default=0):
        yield Finding(
            about,
            "The key file is older than those in the backups: somebody put an old one back, and a passphrase "
            "that was replaced opens it.",
            "Open the store, and choose “Use the newer key file”.",
            grave=True,
        )
