"""The keys of a store: a random data key, wrapped in the slots of a small key file.

A slot is AES-256-GCM over the data key with a key of its own: Argon2id of a passphrase, HKDF of the printed
recovery code, or a random key in this computer's keyring. The tag of GCM tells a wrong passphrase from a
damaged file. Changing a passphrase rewraps the key and leaves the database untouched.
"""

import os
import secrets
import unicodedata
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import assert_never

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from sep_desktop.domain import codes
from sep_desktop.errors import EnvironmentProblem, UserError
from sep_desktop.storage.key_bytes import KeyBytes, derived, wipe
from sep_desktop.storage.purpose import StorePurpose

NORMAL_FORM = "OpaqueString"
"""The one form of a passphrase in which slots are made (RFC 8265); stands in each slot that has it."""

_BINDING = 1
"""The version of what a slot is bound to: the store, the kind of the slot, and this."""

_MOST_MEMORY_KIB = 4 * 1024 * 1024

_TAG = 16
"""Bytes that GCM puts behind what it wraps."""


class SlotKind(StrEnum):
    """What unwraps a slot's copy of the data key."""

    PASSPHRASE = "passphrase"  # noqa: S105 -- the name of a kind
    RECOVERY = "recovery"
    COMPUTER = "computer"


class WrongSecret(UserError):
    """The passphrase or code does not open the store, which is sound. The next waits ``seconds``."""

    seconds = 0


@dataclass(frozen=True)
class Cost:
    """What one guess at a passphrase costs (Argon2id, RFC 9106): about half a second, and 256 MiB.

    Raises ``ValueError`` for one that no program sets: a guess would take hours, or all of the memory.
    """

    memory_kib: int = 262_144
    passes: int = 3
    lanes: int = 4

    def __post_init__(self) -> None:
        numbers = (self.memory_kib, self.passes, self.lanes)
        if any(type(number) is not int for number in numbers):
            raise ValueError("a cost is three whole numbers")
        if not (0 < self.lanes <= 64 and 0 < self.passes <= 64):
            raise ValueError("a cost with too many passes or lanes")
        if not 8 * self.lanes <= self.memory_kib <= _MOST_MEMORY_KIB:
            raise ValueError("a cost with too much memory or too little")


@dataclass(frozen=True)
class Slot:
    """The data key, wrapped. ``cost`` is the Argon2id cost of a passphrase slot.

    ``normal`` names the form in which its passphrase was taken; empty where it was taken as it was typed.
    """

    kind: SlotKind
    salt: bytes = field(repr=False)
    nonce: bytes = field(repr=False)
    wrapped: bytes = field(repr=False)
    cost: Cost | None = None
    normal: str = ""


@dataclass(frozen=True)
class KeyFile:
    """The key file: which store, the database's salt, and the slots.

    ``revision`` counts its changes and ``changed`` is the moment of the last, in ISO 8601; ``tag`` proves
    all of it to who holds the data key. A file of format 1 has none of these and no ``purpose``.
    """

    store_id: str
    salt: bytes = field(repr=False)
    slots: tuple[Slot, ...]
    purpose: StorePurpose | None = None
    revision: int = 0
    changed: str = ""
    tag: bytes = field(default=b"", repr=False)

    def slot(self, kind: SlotKind) -> Slot | None:
        """The slot of a kind, of which there is at most one."""
        return next((slot for slot in self.slots if slot.kind is kind), None)


def new_key_file() -> tuple[KeyFile, bytearray]:
    """A key file without slots, and the data key that the slots will wrap (32 bytes)."""
    return KeyFile(secrets.token_hex(16), os.urandom(16), ()), bytearray(os.urandom(32))


def with_slot(
    key_file: KeyFile, key: KeyBytes, kind: SlotKind, secret: str, cost: Cost | None = None
) -> KeyFile:
    """``key_file`` with a new slot of ``kind`` for ``secret``; the one before opens nothing any more."""
    normal = ""
    if kind is SlotKind.PASSPHRASE:
        secret, normal, cost = normal_form(secret), NORMAL_FORM, cost or Cost()
    else:
        cost = None
    salt, nonce = os.urandom(16), os.urandom(12)
    wrapping = _wrapping_key(kind, secret, salt, cost)
    wrapped = AESGCM(wrapping).encrypt(nonce, key, _bound_to(key_file, kind))
    wipe(wrapping)
    others = tuple(slot for slot in key_file.slots if slot.kind is not kind)
    return replace(key_file, slots=(*others, Slot(kind, salt, nonce, wrapped, cost, normal)))


def without_slot(key_file: KeyFile, kind: SlotKind) -> KeyFile:
    """``key_file`` with every slot but the one of ``kind``."""
    return replace(key_file, slots=tuple(slot for slot in key_file.slots if slot.kind is not kind))


def open_slot(key_file: KeyFile, kind: SlotKind, secret: str) -> bytearray:
    """The data key, which the caller wipes. Raises ``WrongSecret``."""
    slot = key_file.slot(kind)
    if slot is None:
        raise WrongSecret("This store has no such way in.", "Use the passphrase or the recovery code.")
    for form in _forms(secret, slot):
        wrapping, key = (
            _wrapping_key(kind, form, slot.salt, slot.cost),
            bytearray(max(len(slot.wrapped) - _TAG, 0)),
        )
        try:
            AESGCM(wrapping).decrypt_into(slot.nonce, slot.wrapped, _bound_to(key_file, kind), key)
        except InvalidTag:
            continue
        finally:
            wipe(wrapping)
        return key
    raise WrongSecret(*_WRONG[kind])


def in_normal_form(key_file: KeyFile, key: KeyBytes, passphrase: str) -> KeyFile:
    """``key_file`` with the passphrase that just opened it taken in its normal form, at the same cost."""
    slot = key_file.slot(SlotKind.PASSPHRASE)
    if slot is None or slot.normal == NORMAL_FORM:
        return key_file
    return with_slot(key_file, key, SlotKind.PASSPHRASE, passphrase, slot.cost)


def normal_form(passphrase: str) -> str:
    """The one form of a passphrase, on whatever keyboard it was typed: RFC 8265, OpaqueString.

    Letters are composed (Unicode NFC), and every kind of space is the ordinary one.
    """
    spaced = "".join(" " if unicodedata.category(letter) == "Zs" else letter for letter in passphrase)
    return unicodedata.normalize("NFC", spaced)


def _forms(secret: str, slot: Slot) -> tuple[str, ...]:
    """What to try. Each costs a guess, so equal forms are tried once.

    A slot made before there was a normal form took what its system typed: letters composed, or not.
    """
    if slot.kind is not SlotKind.PASSPHRASE:
        return (secret,)
    if slot.normal:
        return (normal_form(secret),)
    return tuple(dict.fromkeys((normal_form(secret), secret, unicodedata.normalize("NFD", secret))))


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


def _wrapping_key(kind: SlotKind, secret: str, salt: bytes, cost: Cost | None) -> bytearray:
    match kind:
        case SlotKind.PASSPHRASE:
            return _stretched(secret, salt, cost or Cost())
        case SlotKind.RECOVERY:
            return derived(normal_code(secret).encode(), b"sep-desktop recovery", salt)
        case SlotKind.COMPUTER:
            return derived(secret.encode(), b"sep-desktop computer", salt)
        case _:
            assert_never(kind)


def _stretched(passphrase: str, salt: bytes, cost: Cost) -> bytearray:
    kdf = Argon2id(
        salt=salt, length=32, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib
    )
    stretched = bytearray(32)
    try:
        kdf.derive_into(passphrase.encode("utf-8", "surrogatepass"), stretched)
    except MemoryError:
        raise EnvironmentProblem(
            f"There is not enough memory to try a passphrase: it takes {cost.memory_kib // 1024} MB.",
            "Close other programs and try again.",
        ) from None
    return stretched


def _bound_to(key_file: KeyFile, kind: SlotKind) -> bytes:
    return f"{key_file.store_id}|{kind}|{_BINDING}".encode()


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
