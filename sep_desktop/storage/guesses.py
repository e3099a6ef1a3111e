"""Wrong guesses at the secrets of a store, and how long the next one has to wait: longer after each.

They are counted in a small file beside the key file, so that ending the program does not take them back.
That keeps off somebody who sits at the keyboard and types. It does not keep off somebody who may write in the
folder or take its files away: against them stands what one guess costs (``key_slots.Cost``), nothing else.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sep_desktop.errors import UserError
from sep_desktop.files import remove, write_in_one_step
from sep_desktop.paths import Locations
from sep_desktop.storage.key_slots import WrongSecret

_FREE, _LONGEST = 4, 300
_LEAST_DAMAGED = _FREE + 1
"""What a count that cannot be read is taken for: somebody guessed, and the next one waits."""


class TooSoon(UserError):
    """A guess that was not looked at: ``seconds`` are still to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"Wait {seconds} more seconds.", "After some wrong guesses each next one has to wait longer."
        )
        self.seconds = seconds


def patience(wrong: int) -> int:
    """Seconds to wait after so many wrong guesses: none after four, then 2, 4, 8 … up to five minutes."""
    return 0 if wrong <= _FREE else min(_LONGEST, 2 ** min(wrong - _FREE, 9))


@dataclass(frozen=True)
class _Count:
    """``wrong`` guesses in a row, the last of them at ``last``."""

    wrong: int
    last: datetime

    def wait(self, now: datetime) -> int:
        """The seconds that are still to wait, rounded up."""
        until = self.last + timedelta(seconds=patience(self.wrong))
        return max(0, -((now - until) // timedelta(seconds=1)))


_NONE = _Count(0, datetime.fromtimestamp(0, UTC))


class Guesses:
    """The wrong guesses in a row at one store. What the file loses, this remembers while it is there."""

    def __init__(self, locations: Locations) -> None:
        self._path = locations.wrong_guesses
        self._remembered = _NONE

    @contextmanager
    def counted(self, now: datetime) -> Iterator[None]:
        """One guess: wrong when what is done inside raises ``WrongSecret``, right when nothing is raised.

        It counts as wrong before anybody looks, so that ending the program meanwhile gains nothing. Raises
        ``TooSoon`` while the next one has to wait; a ``WrongSecret`` says how long it has to.
        """
        before = self._count(now)
        if seconds := before.wait(now):
            raise TooSoon(seconds)
        self._keep(_Count(before.wrong + 1, now))
        try:
            yield
        except WrongSecret as error:
            error.seconds = patience(before.wrong + 1)
            if error.seconds:
                error.hint = f"Wait {error.seconds} seconds before you try again. {error.hint}"
            raise
        except BaseException:
            self._keep(before)  # nobody learned whether it was right
            raise
        self._keep(_NONE)

    def _count(self, now: datetime) -> _Count:
        """What counts now. A clock that was put back neither frees nor shuts out: the wait begins anew."""
        kept = _read(self._path) or _NONE
        count = max(self._remembered, kept, key=lambda each: each.wrong)
        if count.last <= now or self._keep(_Count(count.wrong, now)):
            return _Count(count.wrong, min(count.last, now))
        return _Count(count.wrong, now - timedelta(seconds=_LONGEST))  # it would begin anew for ever

    def _keep(self, count: _Count) -> bool:
        """Remember, and write down where the folder lets itself be written to. Whether it did."""
        self._remembered = count
        try:
            if count.wrong:
                _write(self._path, count)
            else:
                remove(self._path)
        except OSError:
            return False
        return True


def _read(path: Path) -> _Count | None:
    """The count that was kept; ``None`` where none was."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        wrong, last = int(kept["wrong"]), datetime.fromisoformat(kept["last"])
        return _Count(max(0, wrong), last.astimezone(UTC))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
        with suppress(OSError, OverflowError, ValueError):
            return _Count(_LEAST_DAMAGED, datetime.fromtimestamp(path.stat().st_mtime, UTC))
        return None


def _write(path: Path, count: _Count) -> None:
    """In one step, but not durably: a power cut may take back the last guess, and nothing else."""
    kept = {"wrong": count.wrong, "last": count.last.isoformat()}
    write_in_one_step(path, json.dumps(kept).encode())
