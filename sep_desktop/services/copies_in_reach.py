"""What concerns every backup of a store wherever it lies: a new passphrase, and what was destroyed."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sep_desktop.domain.wording import day, listed
from sep_desktop.errors import EnvironmentProblem, SepError
from sep_desktop.paths import Locations
from sep_desktop.storage.backups import search, second_place
from sep_desktop.storage.backups.erasing import Erased, Erasure
from sep_desktop.storage.contents import history
from sep_desktop.storage.encrypted_store import EncryptedStore
from sep_desktop.storage.store import Store

_REMOVE = "Remove them when you need them no more."


def renew_keys(*, store: Store, keyed: EncryptedStore) -> str:
    """Give every backup of ``keyed`` in reach its keys as they are now; in sentences, which were not.

    ``keyed`` is the store whose passphrase or code was changed; ``store``, that of visits, knows the places.
    Those that are out of reach are named with the day on which something was last written there: what opened
    them before still does. They get the new keys at the first backup that is made while they are connected.
    """
    return renewal(store=store, keyed=keyed, home=keyed.locations)()


def renewal(
    *, store: Store, keyed: EncryptedStore, home: Locations, beside: Path | None = None
) -> Callable[[], str]:
    """``renew_keys`` for later, when both stores may be closed: the places are looked up now.

    ``home`` is where the store of ``keyed`` lies then; ``beside`` is a folder with other backups of it.
    """
    away = _away(store, keyed)
    folders = list(dict.fromkeys([home.backups, *_in_reach(store, keyed), *([beside] if beside else [])]))

    def renew() -> str:
        old = [str(path) for folder in folders for path in keyed.backups.renew_keys(folder)]
        sentences = [f"The new keys could not be written to {listed(old)}."] * bool(old)
        if away:
            sentences.append(f"Backups that are not connected still open as before: {'; '.join(away)}.")
        lying = search.strays([home.root, *folders])
        if strays := [str(path) for path in lying if path.is_dir()]:  # a bare file has no keys
            sentences.append(f"These copies still open as before: {listed(strays)}. {_REMOVE}")
        return " ".join(sentences)

    return renew


def erase(*, store: Store, keyed: EncryptedStore, erasure: Erasure) -> str:
    """Take what was destroyed out of every backup of ``keyed`` in reach; in sentences, what that left.

    ``store``, that of visits, knows the places. Those out of reach are named with the day on which something
    was last written there; they are cleaned at the first backup that is made while they are connected.
    """
    sentences = _erased_in_reach(store, keyed, erasure)
    if away := _away(store, keyed):
        sentences.append(f"Copies that are not connected still hold it: {'; '.join(away)}.")
    folders = [keyed.locations.root, keyed.locations.backups, *_in_reach(store, keyed)]
    if strays := [str(path) for path in search.strays(folders)]:
        sentences.append(f"These copies were set aside, and may still hold it: {listed(strays)}. {_REMOVE}")
    return " ".join(sentences)


def erase_again(*, store: Store, keyed: EncryptedStore, erasure: Erasure, now: datetime) -> str:
    """As ``erase``, for copies that have come into reach since. What that left is written down once."""
    text = " ".join(_erased_in_reach(store, keyed, erasure))
    with suppress(SepError):
        lines = history(keyed.database, keyed.contents.history) if text else []
        if text and not any(line.text.endswith(text) for line in lines):
            with keyed.backups.uncounted():
                keyed.write_down(now, text)
    return text


def _erased_in_reach(store: Store, keyed: EncryptedStore, erasure: Erasure) -> list[str]:
    folders = [keyed.locations.backups, *_in_reach(store, keyed)]
    erased = [_erased(keyed, erasure, folder) for folder in folders]
    outcomes = (
        ("These copies could not be cleaned and were removed: {}.", [each.removed for each in erased]),
        (
            "These copies still hold it: {}. Make sure that there is space and that they can be written, or "
            "remove them.",
            [each.left for each in erased],
        ),
        (
            f"These copies do not open, and may still hold it: {{}}. {_REMOVE}",
            [each.unknown for each in erased],
        ),
    )
    named = [(text, [str(path) for paths in of_folders for path in paths]) for text, of_folders in outcomes]
    return [text.format(listed(paths)) for text, paths in named if paths]


def _erased(keyed: EncryptedStore, erasure: Erasure, folder: Path) -> Erased:
    try:
        return keyed.backups.erase(erasure, folder)
    except (EnvironmentProblem, OSError):
        return Erased(left=(folder,))


def _in_reach(store: Store, keyed: EncryptedStore) -> list[Path]:
    """Where backups of ``keyed`` lie in the second places that are connected."""
    return [
        second_place.folder_at(place.path, keyed.key_file.store_id, keyed.purpose)
        for place in store.backup_places.all(keyed.purpose)
        if second_place.is_there(place.path)
    ]


def _away(store: Store, keyed: EncryptedStore) -> list[str]:
    """The second places that are not, each with the day on which something was last written there."""
    return [
        f"{place.path}, last written {day(place.written.astimezone().date())}"
        for place in store.backup_places.all(keyed.purpose)
        if not second_place.is_there(place.path)
    ]
