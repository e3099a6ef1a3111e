"""What is still in the program's memory: objects by their kind, and texts."""

import gc
import linecache
from collections.abc import Iterable, Iterator
from types import CellType

from PySide6.QtCore import QCoreApplication, QEvent


def let_go() -> None:
    """Delete what Qt was asked to delete, and collect what nobody reaches any more."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    for _ in range(3):
        gc.collect()
    linecache.clearcache()  # a traceback reads the text of the tests themselves, with the words that they look for


def alive(*kinds: str) -> list[str]:
    """The program's kinds among these, by their names, of which an object is still there, as often as there are."""
    types = [type(each) for each in gc.get_objects()]
    ours = [each for each in types if str(each.__module__).startswith("sep_desktop")]
    return sorted(each.__name__ for each in ours if each.__name__ in kinds)


def places_of(text: str) -> list[str]:
    """Where a text is still held: in containers, closures and the attributes of objects."""
    places = []
    for holder in gc.get_objects():  # in a loop: a comprehension would hold the text in a cell of its own
        if type(holder).__name__ != "frame" and _holds(holder, text):
            places.append(f"{type(holder).__module__}.{type(holder).__name__}")  # noqa: PERF401
    return places


def _holds(holder: object, text: str) -> bool:
    for part in _texts(holder):  # noqa: SIM110 -- as above
        if text in part:
            return True
    return False


def _texts(holder: object) -> Iterator[str]:
    for value in _values(holder):
        if isinstance(value, str):
            yield value
        elif isinstance(value, bytes):
            yield value.decode("utf-8", "replace")


def _values(holder: object) -> Iterable[object]:
    if isinstance(holder, dict):
        return [*holder.keys(), *holder.values()]
    if isinstance(holder, list | tuple | set | frozenset):
        return list(holder)
    if isinstance(holder, CellType):
        return [holder.cell_contents] if holder != CellType() else []
    own = (
        vars(holder)
        if str(type(holder).__module__).startswith(("sep_desktop", "tests")) and _has_vars(holder)
        else {}
    )
    return own.values()


def _has_vars(holder: object) -> bool:
    return hasattr(holder, "__dict__") and not isinstance(holder, type)
