"""Words that could not be saved before a lock: in memory, readable to who opens the store again alone."""

import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sep_desktop.storage.key_bytes import derived, wipe

_PURPOSE = b"sep-desktop words over a lock"


@dataclass(frozen=True)
class ConcealedWords:
    """AES-256-GCM under a key of its own (HKDF of the store's data key); nothing else of them stays."""

    nonce: bytes = field(repr=False)
    ciphertext: bytes = field(repr=False)


class Concealment:
    """What conceals words under ``key``, the data key of an open store, for as long as that is open."""

    def __init__(self, key: bytearray) -> None:
        self._key = key

    def conceal(self, words: str) -> ConcealedWords:
        """``words`` as nobody can read them without the data key."""
        key, nonce = derived(self._key, _PURPOSE), os.urandom(12)
        try:
            text = words.encode("utf-8", "surrogatepass")
            return ConcealedWords(nonce, AESGCM(key).encrypt(nonce, text, _PURPOSE))
        finally:
            wipe(key)

    def reveal(self, concealed: ConcealedWords) -> str | None:
        """The words again; ``None`` where they were concealed under another store's key."""
        key = derived(self._key, _PURPOSE)
        try:
            words = AESGCM(key).decrypt(concealed.nonce, concealed.ciphertext, _PURPOSE)
        except InvalidTag:
            return None
        finally:
            wipe(key)
        return words.decode("utf-8", "surrogatepass")
