"""Epochs of a store: how a copy that was put back, or carried elsewhere, is told from the store itself.

A new epoch begins at each opening and whenever something leaves. A computer remembers, outside of the store's
folder, the newest one that it saw. A copy lacks what began after it was taken.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sep_desktop.domain.wording import day_and_time


class Cause(StrEnum):
    """Why an epoch began."""

    OPENED = "opened"
    SENDING = "sending"
    SETTLED = "settled"


@dataclass(frozen=True)
class Epoch:
    """``computer`` is the identity of the one that it began on, which says nothing outside of this store."""

    uid: str
    at: datetime
    computer: str
    cause: Cause


@dataclass(frozen=True)
class Memory:
    """What a computer remembers of a store: its newest epoch there, and when that began.

    Of one that was ``restored`` since: no epoch, and when the backup was made.
    """

    epoch: str
    at: datetime
    restored: bool = False


class Standing(StrEnum):
    """What an opened store is, as far as this computer can tell."""

    ITSELF = "itself"
    RESTORED = "restored"
    OLDER = "older"
    ELSEWHERE = "elsewhere"
    TORN = "torn"


def standing(
    newest: Epoch | None, memory: Memory | None, *, holds_it: bool, is_torn: bool, computer: str
) -> Standing:
    """What a store is whose newest epoch is ``newest``, on ``computer``; ``holds_it``: the remembered one.

    ``is_torn`` says that it began to send later than anything changed that was to be sent.

    A store without an epoch that nobody remembers was made before there were any. Without a memory, one that
    was last opened here passes for itself: nothing speaks against it.
    """
    if memory and memory.restored:
        return Standing.RESTORED
    if newest and newest.computer != computer:
        return Standing.ELSEWHERE
    if memory and not holds_it:
        return Standing.OLDER
    return Standing.TORN if is_torn else Standing.ITSELF


def in_words(standing: Standing, newest: Epoch | None, memory: Memory | None) -> str:
    """What ``standing`` means, as a sentence; empty for a store that is itself."""
    if standing is Standing.RESTORED and memory:
        return f"This store was brought back as it was on {day_and_time(memory.at)}."
    if standing is Standing.OLDER and memory:
        return f"This store is older than what this computer last saw of it on {day_and_time(memory.at)}."
    if standing is Standing.TORN:
        return (
            "Something was being sent that is not written down: the program ended at that moment, or the "
            "store's file is older than the log beside it."
        )
    if standing is Standing.ELSEWHERE and newest:
        return f"This store was last used on another computer, on {day_and_time(newest.at)}."
    return ""
