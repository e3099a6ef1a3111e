"""What the facts about a folder mean for a store in it. Plain values: every system's can be tried on any."""

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from pathlib import PurePath, PureWindowsPath


class PlaceKind(StrEnum):
    """What is wrong with a place."""

    SYNCED = "synced"
    NETWORK = "network"
    REMOVABLE = "removable"


@dataclass(frozen=True)
class Hazard:
    """Why a store should not lie there: the kind, and the reason as the end of a sentence."""

    kind: PlaceKind
    reason: str


@dataclass(frozen=True)
class Facts:
    """What the system says about a folder.

    ``sync_roots`` are folders that a service keeps in step, with its name; ``markers`` are files that such a
    service left in the folder or above it. ``is_recalled`` says that the file system fetches what lies there
    from a service when it is read.
    """

    folder: PurePath
    home: PurePath
    is_on_network: bool = False
    is_on_removable_disk: bool = False
    is_recalled: bool = False
    sync_roots: tuple[tuple[PurePath, str], ...] = ()
    markers: tuple[PurePath, ...] = ()


def hazard_in(facts: Facts) -> Hazard | None:
    """The gravest thing that is wrong with a place.

    A synced or network folder copies the store while it is written: 14 of 40 such copies were silently
    inconsistent. A name proves less than anything else and is looked at last.
    """
    if facts.is_on_network or str(facts.folder).startswith(("\\\\", "//")):
        return Hazard(PlaceKind.NETWORK, "it is on a network share")
    if service := _service(facts):
        return Hazard(PlaceKind.SYNCED, f"it is kept in step by {service}")
    if facts.is_on_removable_disk:
        return Hazard(PlaceKind.REMOVABLE, "it is on a disk that can be taken out")
    if name := _telling_name(facts):
        return Hazard(PlaceKind.SYNCED, f"the folder “{name}” is kept in step by a sync service")
    return None


def _service(facts: Facts) -> str:
    for root, service in facts.sync_roots:
        if facts.folder.is_relative_to(root):
            return service
    if facts.is_recalled:
        return "a cloud service of this computer"
    if facts.markers:
        return f"the service that put “{facts.markers[0].name}” into {facts.markers[0].parent}"
    return _cloud_storage(facts.folder)


def _cloud_storage(folder: PurePath) -> str:
    """macOS keeps every provider's files below one folder, and iCloud's below another."""
    parts = folder.parts
    for place, inside in pairwise(parts):
        if place == "Library" and inside == "Mobile Documents":
            return "iCloud"
        if place == "Library" and inside == "CloudStorage":
            after = parts[parts.index("CloudStorage") + 1 :]
            return after[0] if after else "a cloud service of this computer"
    return ""


_SERVICES = (
    "onedrive",
    "dropbox",
    "google ?drive",
    "icloud ?drive",
    "icloud",
    "nextcloud",
    "owncloud",
    "seafile",
    "syncthing",
    "resilio sync",
    "proton ?drive",
    "pcloud ?drive",
    "pcloud",
    "megasync",
    "tresorit",
    "box sync",
    "creative cloud files",
    "com~apple~clouddocs",
)
_ALONE = ("box", "mega", "my drive", "shared drives")
_TELLING = re.compile(
    rf"(?:{'|'.join(_SERVICES)})(?:$|[ ]?[-(])|(?:{'|'.join(_ALONE)})(?:$|[ ][-(])", re.IGNORECASE
)
"""A service's own name, whole, or followed by whose it is: “OneDrive - Council”, “Dropbox (Personal)”."""


def _telling_name(facts: Facts) -> str:
    """The part of the path that is called like a sync service's folder; not the user's own name above it."""
    inside_home = facts.folder.is_relative_to(facts.home)
    parts = facts.folder.relative_to(facts.home).parts if inside_home else facts.folder.parts
    return next((part for part in parts if _TELLING.match(part)), "")


def package_that_owns(folder: PurePath) -> str:
    """The name of the Store package in whose own data a folder lies; empty for none."""
    parts = PureWindowsPath(folder).parts
    for place, package, cache in zip(parts, parts[1:], parts[2:], strict=False):
        if place.casefold() == "packages" and cache.casefold() == "localcache":
            return package
    return ""
