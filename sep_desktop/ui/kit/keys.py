"""Keys that more than one place answers, so that each is said once."""

import sys

EVERYTHING_BESIDE = "Meta+Tab" if sys.platform == "darwin" else "Ctrl+Tab"
"""In writing: on to the next choice, tick or button too. Qt's Ctrl is macOS's Command, whose Tab is taken."""

PAPER_KEYS = "Ctrl+P"
"""Show the real paper beside the writing."""

HISTORY_KEYS = "Ctrl+Shift+Y"
"""How the section or note that is being written was before."""
