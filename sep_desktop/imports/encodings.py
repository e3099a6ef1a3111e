"""Bytes of a file that somebody's program wrote, as text: UTF-8 where it is, UTF-16, else Windows-1252."""

import re

_MENDED = {chr(code): bytes([code]).decode("cp1252", "replace") for code in range(0x80, 0xA0)}
_C1 = re.compile("[\x80-\x9f]")


def decode(data: bytes) -> str:
    """The text; characters once damaged into C1 controls are put right, NULs left out."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace").replace("\x00", "")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace").replace("\x00", "")
    text = text.replace("\x00", "")
    return _C1.sub(lambda match: _MENDED[match[0]], text) if _C1.search(text) else text
