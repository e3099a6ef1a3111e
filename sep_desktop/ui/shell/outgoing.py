"""Removes what was opened in the user's own mail program: after ten minutes, at lock and at the end.

Those files are not encrypted. What the mail program still holds is tried again twice a minute.
"""

from collections import Counter
from pathlib import Path

from PySide6.QtCore import QObject

from sep_desktop.domain.wording import plural
from sep_desktop.notices import NoticeSink, Tone
from sep_desktop.services import outgoing
from sep_desktop.ui.context.timers import Timers

_LOOK = 30_000  # milliseconds between two looks
_LOOKS = 20
"""After so many looks a message has lain there for at most ten minutes."""


class FormerMessages(QObject):
    """What lies in ``folder``: at the start what another run left there, later what this one laid there.

    What cannot be removed is said once, without a name: the window may be locked.
    """

    def __init__(self, folder: Path, timers: Timers, notices: NoticeSink | None = None) -> None:
        super().__init__()
        self._folder, self._notices = folder, notices or NoticeSink()
        self.left = outgoing.left_in(folder)
        self._looks: Counter[Path] = Counter()
        self._said: set[Path] = set()
        self._timer = timers.timer(self, self._look, repeat=True)
        self._timer.start(_LOOK)

    def remove(self) -> None:
        """Remove what another run left, now and until nothing of it is there."""
        self.left = outgoing.remove(self.left)

    def remove_all(self) -> None:
        """Remove everything, now; what is held is told at the next look, on whatever page there is then."""
        self.left = outgoing.remove(outgoing.left_in(self._folder))

    def end(self) -> None:
        """Remove everything, and look no more: what is held goes at the next start."""
        self._timer.stop()
        self.left = outgoing.remove(outgoing.left_in(self._folder))

    def _look(self) -> None:
        there = outgoing.left_in(self._folder)
        self._looks = Counter({path: self._looks[path] + 1 for path in there})
        due = [path for path in there if path in self.left or self._looks[path] >= _LOOKS]
        self.left = outgoing.remove(due)
        self._say_held()

    def _say_held(self) -> None:
        unsaid = set(self.left) - self._said
        if unsaid:
            self._said |= unsaid
            self._notices.say(
                Tone.WARN,
                f"{plural(len(unsaid), 'message')} opened in your mail program cannot be removed yet.",
                "Close it there: it lies unencrypted on this computer until then.",
            )
