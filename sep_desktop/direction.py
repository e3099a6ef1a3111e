"""Marks that turn the direction in which text is shown (Unicode annex 9, section 2).

In a name they hide what it says: ``report\\u202efdp.exe`` reads as ``reportexe.pdf``. Hebrew and Arabic are
shown rightly without them.
"""

MARKS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_REMOVED = dict.fromkeys(map(ord, MARKS))


def has_marks(text: str) -> bool:
    """Whether ``text`` holds such a mark."""
    return not text.isascii() and any(mark in text for mark in MARKS)


def without_marks(text: str) -> str:
    """``text`` in the order of its letters."""
    return text.translate(_REMOVED) if has_marks(text) else text
