"""Key material that can be wiped: it lies in one place that is written over when nobody needs it any more.

What Python's own immutable objects held for a moment, such as the text in which SQLCipher takes a key,
cannot be reached afterwards; its memory is used again.
"""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KeyBytes = bytes | bytearray
"""A key as it is read; whoever owns one as a ``bytearray`` wipes it."""


def wipe(key: bytearray) -> None:
    """Write zeros over a key, in its place."""
    key[:] = bytes(len(key))


def derived(key: KeyBytes, purpose: bytes, salt: bytes | None = None) -> bytearray:
    """A key of 32 bytes for one purpose out of another key (HKDF, RFC 5869). The caller wipes it."""
    derived_key = bytearray(32)
    HKDF(SHA256(), 32, salt, purpose).derive_into(key, derived_key)
    return derived_key
