"""A record sealed for one other SEP: only the holder of the private key opens it (HPKE, RFC 9180, base mode).

The receiver's public key travels as a code that can be read out; the private half never leaves the receiver's
sealed store. Base mode does not prove who sealed the file, so the program shows what it says and the receiver
accepts it.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from sep_desktop.domain import codes
from sep_desktop.errors import UserError

_MARK = b"SEP Desktop sealed record 1\n"
_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
_LETTERS, _CHECK, _SIZE = 52, 4, 32


def new_private_key() -> bytes:
    """The private half, 32 bytes."""
    return X25519PrivateKey.generate().private_bytes_raw()


def code_of(private: bytes) -> str:
    """The public half as fourteen groups of four, the last of which is a check."""
    body = codes.encode(
        X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw(), _LETTERS
    )
    return codes.grouped(body + codes.check(body, _CHECK))


def seal(data: bytes, code: str) -> bytes:
    """``data`` for whoever gave ``code``. Raises ``UserError`` for a code with a slip in it."""
    try:
        return _MARK + _SUITE.encrypt(data, _public(code), info=_MARK)
    except ValueError:
        raise UserError("This receiving code is nobody's.", "Ask the other SEP for it again.") from None


def unseal(sealed: bytes, private: bytes) -> bytes:
    """Raises ``UserError`` for a file that is no sealed record, is damaged, or is for somebody else."""
    if not sealed.startswith(_MARK):
        raise UserError("This is not a sealed file.", "Choose the file that the other SEP wrote for you.")
    try:
        return _SUITE.decrypt(sealed[len(_MARK) :], X25519PrivateKey.from_private_bytes(private), info=_MARK)
    except (InvalidTag, ValueError):
        raise UserError(
            "This file was sealed for somebody else, or it is damaged.",
            "Ask for it again, with the receiving code shown here.",
        ) from None


def _public(code: str) -> X25519PublicKey:
    text = codes.plain(code)
    body, end = text[:_LETTERS], text[_LETTERS:]
    if len(text) != _LETTERS + _CHECK or not codes.is_written_right(text):
        raise UserError(
            "A receiving code has fourteen groups of four letters and digits.",
            "Copy it as the other SEP's program shows it.",
        )
    if codes.check(body, _CHECK) != end:
        raise UserError(
            "There is a slip in the receiving code.", "Compare it with the other SEP, group by group."
        )
    return X25519PublicKey.from_public_bytes(codes.decode(body, _SIZE))
