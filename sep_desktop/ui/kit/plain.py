"""What somebody wrote, as Qt shows it: never as markup, never as a shortcut, never turned round."""

from html import escape

from sep_desktop.direction import without_marks


def as_tip(text: str) -> str:
    """For a tooltip, or a box of the system's: where Qt could guess at markup, it is escaped."""
    plain = without_marks(text)
    return f"<qt>{escape(plain).replace(chr(10), '<br>')}</qt>" if "<" in plain else plain


def as_caption(text: str) -> str:
    """For a button, a box to tick or a label of a field: an ``&`` is shown and makes no shortcut."""
    return without_marks(text).replace("&", "&&")
