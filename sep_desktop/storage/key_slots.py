"""The keys of a store: a random data key, wrapped in the slots of a small key file.

A slot is AES-256-GCM over the data key with a key of its own: Argon2id of a passphrase, HKDF of the printed
recovery code, or a random key in this computer's keyring. The tag of GCM tells a wrong passphrase from a
damaged file. Changing a passphrase rewraps the key and leaves the database untouched.
"""

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, assert_never

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sep_desktop.domain import codes
from sep_desktop.errors import EnvironmentProblem, UserError
from sep_desktop.paths import Locations, write_durably

FORMAT = 1
"""The version of the key file's format, which stands in it and binds its slots."""

SHORTEST_PASSPHRASE = 12


class SlotKind(StrEnum):
    """What unwraps a slot's copy of the data key."""

    PASSPHRASE = "passphrase"  # noqa: S105 -- the name of a kind
    RECOVERY = "recovery"
    COMPUTER = "computer"


class WrongSecret(UserError):
    """The passphrase or code does not open the store; the store itself is sound."""


class DamagedKeyFile(EnvironmentProblem):
    """Neither copy of the key file can be read."""


@dataclass(frozen=True)
class Cost:
    """What one guess at a passphrase costs (Argon2id, RFC 9106): about half a second, and 256 MiB."""

    memory_kib: int = 262_144
    passes: int = 3
    lanes: int = 4


@dataclass(frozen=True)
class Slot:
    """The data key, wrapped. ``cost`` is the Argon2id cost of a passphrase slot."""

    kind: SlotKind
    salt: bytes
    nonce: bytes
    wrapped: bytes
    cost: Cost | None = None


@dataclass(frozen=True)
class KeyFile:
    """The key file: which store, the database's salt, and the slots."""

    store_id: str
    salt: bytes
    slots: tuple[Slot, ...]

    def slot(self, kind: SlotKind) -> Slot | None:
        """The slot of a kind, of which there is at most one."""
        return next((slot for slot in self.slots if slot.kind is kind), None)


def new_key_file() -> tuple[KeyFile, bytes]:
    """A key file without slots, and the data key that the slots will wrap (32 bytes)."""
    return KeyFile(secrets.token_hex(16), os.urandom(16), ()), os.urandom(32)


def with_slot(
    key_file: KeyFile, key: bytes, kind: SlotKind, secret: str, cost: Cost | None = None
) -> KeyFile:
    """``key_file`` with a new slot of ``kind`` for ``secret``; the one before opens nothing any more."""
    cost = (cost or Cost()) if kind is SlotKind.PASSPHRASE else None
    salt, nonce = os.urandom(16), os.urandom(12)
    wrapped = AESGCM(_wrapping_key(kind, secret, salt, cost)).encrypt(nonce, key, _bound_to(key_file, kind))
    others = tuple(slot for slot in key_file.slots if slot.kind is not kind)
    return replace(key_file, slots=(*others, Slot(kind, salt, nonce, wrapped, cost)))


def without_slot(key_file: KeyFile, kind: SlotKind) -> KeyFile:
    """``key_file`` with every slot but the one of ``kind``."""
    return replace(key_file, slots=tuple(slot for slot in key_file.slots if slot.kind is not kind))


def open_slot(key_file: KeyFile, kind: SlotKind, secret: str) -> bytes:
    """The data key. Raises ``WrongSecret``."""
    slot = key_file.slot(kind)
    if slot is None:
        raise WrongSecret("This store has no such way in.", "Use the passphrase or the recovery code.")
    try:
        return AESGCM(_wrapping_key(kind, secret, slot.salt, slot.cost)).decrypt(
            slot.nonce, slot.wrapped, _bound_to(key_file, kind)
        )
    except InvalidTag:
        raise WrongSecret(*_WRONG[kind]) from None


_WRONG = {
    SlotKind.PASSPHRASE: (
        "That is not the passphrase of this store.",
        "Check Caps Lock and the keyboard's language, or use the recovery code.",
    ),
    SlotKind.RECOVERY: (
        "That is not the recovery code of this store.",
        "Compare it with the printed sheet, group by group.",
    ),
    SlotKind.COMPUTER: (
        "The key kept on this computer does not fit this store.",
        "Open it with the passphrase.",
    ),
}


def _wrapping_key(kind: SlotKind, secret: str, salt: bytes, cost: Cost | None) -> bytes:
    match kind:
        case SlotKind.PASSPHRASE:
            return _stretched(secret, salt, cost or Cost())
        case SlotKind.RECOVERY:
            return HKDF(SHA256(), 32, salt, b"sep-desktop recovery").derive(normal_code(secret).encode())
        case SlotKind.COMPUTER:
            return HKDF(SHA256(), 32, salt, b"sep-desktop computer").derive(secret.encode())
        case _:
            assert_never(kind)


def _stretched(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    kdf = Argon2id(
        salt=salt, length=32, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib
    )
    return kdf.derive(passphrase.encode("utf-8", "surrogatepass"))


def _bound_to(key_file: KeyFile, kind: SlotKind) -> bytes:
    return f"{key_file.store_id}|{kind}|{FORMAT}".encode()


def check_passphrase(passphrase: str) -> None:
    """Refuse a passphrase that protects nobody. Raises ``UserError``."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise UserError(
            f"A passphrase needs at least {SHORTEST_PASSPHRASE} characters.",
            "Three or four words in a row are easy to remember.",
        )
    if len(set(passphrase)) < 4:
        raise UserError(
            "That passphrase repeats the same few characters.",
            "Three or four words in a row are easy to remember.",
        )


def patience(failures: int) -> int:
    """Seconds to wait before another guess: none for four failures, then 2, 4, 8 … up to five minutes."""
    return 0 if failures < 5 else min(300, 2 ** (failures - 4))


def new_recovery_code() -> str:
    """130 random bits and a check of ten, in seven groups of four."""
    body = codes.new(26)
    return codes.grouped(body + codes.check(body))


def normal_code(text: str) -> str:
    """A typed code in its one form. Raises ``WrongSecret`` that says which kind of slip it is."""
    code = codes.plain(text)
    if len(code) != 28 or not codes.is_written_right(code):
        raise WrongSecret(
            "A recovery code has seven groups of four letters and digits.",
            "Type it as it stands on the printed sheet.",
        )
    if codes.check(code[:26]) != code[26:]:
        raise WrongSecret(
            "There is a slip in the recovery code.", "Compare it with the printed sheet, group by group."
        )
    return code


def as_bytes(key_file: KeyFile) -> bytes:
    """A key file as it is written, with a checksum of its own."""
    body = json.dumps(_encoded(key_file), indent=1, sort_keys=True)
    return json.dumps({"body": body, "sha256": hashlib.sha256(body.encode()).hexdigest()}, indent=1).encode()


def save_key_file(locations: Locations, key_file: KeyFile) -> None:
    """Write both copies, each with its own checksum, so that one bad sector does not lock anybody out.

    The one that is read first is written last: where either cannot be written, what opened the store still
    opens it.
    """
    data = as_bytes(key_file)
    write_durably(locations.key_file_copy, data)
    write_durably(locations.key_file, data)


def load_key_file(locations: Locations) -> KeyFile:
    """The first sound copy. Raises ``DamagedKeyFile``, or ``UserError`` for one of a newer program."""
    for path in (locations.key_file, locations.key_file_copy):
        try:
            outer = json.loads(path.read_bytes())
            if hashlib.sha256(outer["body"].encode()).hexdigest() == outer["sha256"]:
                return _decoded(json.loads(outer["body"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
    raise DamagedKeyFile(
        "Both copies of the key file are missing or damaged.",
        f"Put back “{locations.key_file.name}” from a backup of {locations.root}.",
    )


def _encoded(key_file: KeyFile) -> dict[str, object]:
    slots = [
        {
            "kind": slot.kind,
            "salt": _b64(slot.salt),
            "nonce": _b64(slot.nonce),
            "wrapped": _b64(slot.wrapped),
            "cost": asdict(slot.cost) if slot.cost else None,
        }
        for slot in key_file.slots
    ]
    return {"format": FORMAT, "vault": key_file.store_id, "salt": _b64(key_file.salt), "slots": slots}


def _decoded(data: Mapping[str, Any]) -> KeyFile:
    if data["format"] > FORMAT:
        raise UserError(
            "This store was made by a newer version of the program.", "Install that version, or a later one."
        )
    slots = [
        Slot(
            SlotKind(slot["kind"]),
            _bytes(slot["salt"]),
            _bytes(slot["nonce"]),
            _bytes(slot["wrapped"]),
            Cost(**slot["cost"]) if slot["cost"] else None,
        )
        for slot in data["slots"]
    ]
    return KeyFile(data["vault"], _bytes(data["salt"]), tuple(slots))


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
