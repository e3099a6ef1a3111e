"""Two copies of one store that both went on: what each has done since they parted."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Line = TypeVar("Line", bound=Hashable)


@dataclass(frozen=True)
class Fork(Generic[Line]):
    """The lines that either side alone has, each in its own order; none where that side stood still."""

    here: tuple[Line, ...]
    there: tuple[Line, ...]

    @property
    def both_went_on(self) -> bool:
        """Whether neither is simply the older of the two."""
        return bool(self.here and self.there)


def fork(here: Sequence[Line], there: Sequence[Line]) -> Fork[Line]:
    """What stands behind the newest line that both have. Lines carry their moment, so that none is twice.

    A line that one side has removed since, from the common beginning, makes no fork.
    """
    shared = set(here) & set(there)
    return Fork(_after(here, shared), _after(there, shared))


def _after(lines: Sequence[Line], shared: set[Line]) -> tuple[Line, ...]:
    last = max((index for index, line in enumerate(lines) if line in shared), default=-1)
    return tuple(lines[last + 1 :])
