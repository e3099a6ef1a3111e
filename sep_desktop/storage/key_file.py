"""The key file on the disk, twice: its format, its proof, and which of the two counts.

Format 2 says what the store is for and counts its changes, and a tag proves the whole of it to who holds the
data key (HMAC-SHA256, RFC 2104). Format 1 is read as it was; it is written again as format 2 once it opened.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sep_desktop.errors import UserError
from sep_desktop.files import replace as set_aside
from sep_desktop.files import write_durably
from sep_desktop.paths import Locations
from sep_desktop.storage.database import salt_of
from sep_desktop.storage.key_bytes import KeyBytes
from sep_desktop.storage.key_slots import Cost, KeyFile, Slot, SlotKind
from sep_desktop.storage.purpose import StorePurpose
from sep_desktop.storage.store_problems import DamagedKeyFile

FORMAT = 2
_MOST_BYTES = 64 * 1024
_MOST_REVISIONS = 2**53
_STORE_ID = re.compile("[0-9a-f]{32}")


class UnsoundKeyFile(ValueError):
    """These bytes are not a key file, or not one that was written whole."""


def changed(key_file: KeyFile, key: KeyBytes, purpose: StorePurpose, revision: int, now: datetime) -> KeyFile:
    """``key_file`` as it is written: with what the store is for, its number, the moment, and the proof."""
    renewed = replace(
        key_file, purpose=purpose, revision=revision, changed=now.isoformat(timespec="seconds"), tag=b""
    )
    return replace(renewed, tag=_tag(renewed, key))


def is_genuine(key_file: KeyFile, key: KeyBytes) -> bool:
    """Whether a file of format 2 is as the program wrote it. One of format 1 cannot tell, and counts."""
    return key_file.purpose is None or hmac.compare_digest(_tag(key_file, key), key_file.tag)


def _tag(key_file: KeyFile, key: KeyBytes) -> bytes:
    proving_key = HKDF(SHA256(), 32, None, b"sep-desktop key file").derive(key)
    header = json.dumps(_header(key_file), sort_keys=True).encode()
    return hmac.digest(proving_key, header, "sha256")


def as_bytes(key_file: KeyFile) -> bytes:
    """A key file as it is written, with a checksum of its own."""
    content = {**_header(key_file), "tag": _b64(key_file.tag)}
    body = json.dumps(content, indent=1, sort_keys=True)
    outer = {"body": body, "sha256": hashlib.sha256(body.encode()).hexdigest()}
    return json.dumps(outer, indent=1).encode()


def write(path: Path, key_file: KeyFile) -> None:
    """Write one key file durably. Raises ``OSError``."""
    write_durably(path, as_bytes(key_file))


def read(path: Path) -> KeyFile:
    """Read one key file.

    Raises ``UnsoundKeyFile`` for any other bytes, ``OSError`` where it cannot be read, and ``UserError`` for
    one of a newer program.
    """
    if not path.is_file():  # a pipe in its place would never end
        raise FileNotFoundError(path)
    with path.open("rb") as file:
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise UnsoundKeyFile("longer than any key file")
    return decoded(data)


def decoded(data: bytes) -> KeyFile:
    """A key file out of its bytes. Raises as ``read``."""
    try:
        outer = json.loads(data)
        if hashlib.sha256(outer["body"].encode()).hexdigest() != outer["sha256"]:
            raise UnsoundKeyFile("its checksum does not fit")
        return _decoded(json.loads(outer["body"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnsoundKeyFile(str(error)) from None


def read_all(locations: Locations) -> list[KeyFile]:
    """The sound key files of a store, the one that counts first.

    That is one whose salt the database begins with, and of those the one that was changed last. Raises
    ``DamagedKeyFile`` where none is sound, and ``UserError`` for one of a newer program.
    """
    sound = [each for each in map(read_if_sound, _both(locations)) if each]
    if not sound:
        raise DamagedKeyFile(
            "Both copies of the key file are missing or damaged.",
            f"The rest of the store was left as it is. Put “{locations.key_file.name}” back into "
            f"{locations.root} from a backup.",
        )
    salt = salt_of(locations.database)
    return sorted(sound, key=lambda each: (each.salt == salt, each.revision), reverse=True)


def read_if_sound(path: Path) -> KeyFile | None:
    """As ``read``; ``None`` where there is none or it is not sound."""
    try:
        return read(path)
    except (OSError, UnsoundKeyFile):
        return None


def mend(locations: Locations, key_file: KeyFile) -> Iterator[str]:
    """Write ``key_file``, which opened the store, over a copy that is not it. A sentence for each, once done.

    The file of another store is set aside, not overwritten. Raises ``OSError``.
    """
    for path in _both(locations):
        there = read_if_sound(path)
        if there == key_file:
            continue
        fault = _fault(path, there, key_file)
        if there and there.store_id != key_file.store_id:
            set_aside(path, path.with_name(_aside(there)))
        write(path, key_file)
        yield f"“{path.name}” {fault}; it was written again from the other copy."


def _fault(path: Path, there: KeyFile | None, key_file: KeyFile) -> str:
    if there is None:
        return "was damaged" if path.exists() else "was missing"
    if there.store_id != key_file.store_id:
        return f"was another store's and is now called “{_aside(there)}”"
    return "was older than its copy" if there.revision < key_file.revision else "was not as it was written"


def _aside(key_file: KeyFile) -> str:
    return f"keys-of-{key_file.store_id[:8]}-{key_file.revision}.json"


def take_from_backups(locations: Locations) -> str:
    """Put the newest key file of this store that lies in its backups in the place of both. Where it was.

    One that stood there is set aside under another name. Raises ``UserError`` where the backups hold no
    newer one, ``OSError`` where it cannot be written.
    """
    salt, present = salt_of(locations.database), [read_if_sound(path) for path in _both(locations)]
    newest = max((each.revision for each in present if each and each.salt == salt), default=-1)
    lying = {path: read_if_sound(path) for path in locations.backups.glob("*/keys.json")}
    newer = {
        path: each for path, each in lying.items() if each and each.salt == salt and each.revision > newest
    }
    if not newer:
        raise UserError(
            "The backups of this store hold no newer key file.",
            f"Look for “{locations.key_file.name}” in a backup that lies elsewhere.",
        )
    path, _ = max(newer.items(), key=lambda item: item[1].revision)
    data = path.read_bytes()  # as it is: one of format 1 is written anew when it has opened the store
    for place, there in zip(_both(locations), present, strict=True):
        if there:
            set_aside(place, place.with_name(_aside(there)))
        write_durably(place, data)
    return f"{path.parent.name}/{path.name}"


def _both(locations: Locations) -> tuple[Path, Path]:
    return locations.key_file, locations.key_file_copy


def _header(key_file: KeyFile) -> dict[str, object]:
    slots = [
        {
            "kind": slot.kind,
            "salt": _b64(slot.salt),
            "nonce": _b64(slot.nonce),
            "wrapped": _b64(slot.wrapped),
            "cost": asdict(slot.cost) if slot.cost else None,
            "normal": slot.normal,
        }
        for slot in key_file.slots
    ]
    return {
        "format": FORMAT,
        "vault": key_file.store_id,
        "purpose": key_file.purpose,
        "revision": key_file.revision,
        "changed": key_file.changed,
        "salt": _b64(key_file.salt),
        "slots": slots,
    }


def _decoded(data: Mapping[str, Any]) -> KeyFile:
    if _number(data["format"]) > FORMAT:
        raise UserError(
            "This store was made by a newer version of the program.", "Install that version, or a later one."
        )
    if not _STORE_ID.fullmatch(data["vault"]):
        raise UnsoundKeyFile("no identity of a store")
    slots = tuple(map(_decoded_slot, data["slots"]))
    if len({slot.kind for slot in slots}) != len(slots):
        raise UnsoundKeyFile("two slots of one kind")
    key_file = KeyFile(data["vault"], _bytes(data["salt"], 16), slots)
    if data["format"] == 1:
        return key_file
    return replace(
        key_file,
        purpose=StorePurpose(data["purpose"]),
        revision=_number(data["revision"]),
        changed=datetime.fromisoformat(data["changed"]).isoformat(timespec="seconds"),
        tag=_bytes(data["tag"], 32),
    )


def _decoded_slot(data: Mapping[str, Any]) -> Slot:
    return Slot(
        SlotKind(data["kind"]),
        _bytes(data["salt"], 16),
        _bytes(data["nonce"], 12),
        _bytes(data["wrapped"], 48),
        Cost(**data["cost"]) if data["cost"] else None,
        str(data.get("normal", "")),
    )


def _number(value: object) -> int:
    if type(value) is not int or not 0 < value < _MOST_REVISIONS:
        raise UnsoundKeyFile("no number of a format or revision")
    return value


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str, length: int) -> bytes:
    data = base64.b64decode(text, validate=True)
    if len(data) != length:
        raise UnsoundKeyFile(f"{len(data)} bytes where {length} belong")
    return data
