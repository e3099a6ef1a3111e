"""Write NOTICE: what is shipped with the program, under which licence, with every text that a wheel carries.

    python -m tests.packaging.notice [FILE]

The list is the closure of the run-time dependencies as they are installed here, and what ``packaging/parts.toml``
says is inside them. A Windows or macOS bundle has other dependencies (``pywin32-ctypes`` for one), so the bundle
command writes its own NOTICE with this function, from what is installed where it runs.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent.parent
PROGRAM = "sep-desktop"
NOT_SHIPPED = {"pip"}  # sqlite-utils asks for it to install its plug-ins; the program has none
_LICENCE_FILE = re.compile(r"licen[cs]e|copying|notice|authors", re.IGNORECASE)
_LINE = "=" * 110
_HEAD = """SEP Desktop
Copyright 2026 The SEP Desktop authors
Licensed under Apache-2.0, whose text is in the file LICENSE.

The program contains or installs what follows. Each keeps its own licence. This file is made by
"python -m tests.packaging.notice" from the metadata of what is installed: change packaging/parts.toml, not this file.
"""


@dataclass(frozen=True)
class Component:
    """One thing that is shipped. ``title`` is its name, with its version where it has one."""

    title: str
    licence: str
    about: str = ""
    texts: tuple[str, ...] = ()


def main(target: str = str(ROOT / "NOTICE")) -> int:
    Path(target).write_text(notice(), encoding="utf-8", newline="\n")
    return 0


def notice() -> str:
    """The whole text. The same installed versions give the same text."""
    components = [*map(_library, closure()), *_parts()]
    table = "\n".join(f"    {each.title}: {each.licence}" for each in components)
    return f"{_HEAD}\n{table}\n\n" + "\n".join(_sections(components))


def closure(root: str = PROGRAM) -> list[Distribution]:
    """Every distribution that ``root`` needs at run time on this computer, sorted by name, without itself."""
    known: dict[str, Distribution] = {}
    waiting = [root]
    while waiting:
        name = canonical(waiting.pop())
        if name not in known and name not in NOT_SHIPPED:
            known[name] = distribution(name)
            requirements = map(Requirement, known[name].requires or ())
            waiting += [each.name for each in requirements if each.marker is None or _applies(each)]
    del known[canonical(root)]
    return [known[name] for name in sorted(known)]


def canonical(name: str) -> str:
    """The one spelling of a distribution's name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _applies(requirement: Requirement) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": ""})


def _library(library: Distribution) -> Component:
    files = sorted(
        (
            file
            for file in library.files or ()
            if _LICENCE_FILE.search(file.name) and not _is_code(file.suffix)
        ),
        key=str,
    )
    texts = tuple(_read(Path(str(library.locate_file(file)))) for file in files)
    return Component(f"{library.name} {library.version}", _licence(library), texts=texts)


def _is_code(suffix: str) -> bool:
    return suffix in {".py", ".pyc", ".pyi", ".so"}


def _licence(library: Distribution) -> str:
    """What the metadata says, the shortest way; a name in a classifier where it says it only there."""
    said = library.metadata.get("License-Expression") or library.metadata.get("License") or ""
    classified = [
        each.rpartition(" :: ")[2]
        for each in library.metadata.get_all("Classifier") or ()
        if each.startswith("License :: ") and each != "License :: OSI Approved"
    ]
    first = said.strip().partition("\n")[0]
    return first if 0 < len(first) < 60 else ", ".join(classified) or "as its text says"


def _parts() -> list[Component]:
    parts = tomllib.loads((ROOT / "packaging" / "parts.toml").read_text(encoding="utf-8"))["part"]
    return [
        Component(
            f"{each['name']} (in {each['inside']})",
            each["licence"],
            each["about"],
            (_read(ROOT / each["text"]),) if "text" in each else (),
        )
        for each in parts
    ]


def _sections(components: list[Component]) -> Iterator[str]:
    """One section a component; a text that stands under an earlier one is pointed at."""
    first: dict[str, str] = {_plain(_read(ROOT / "LICENSE")): "the file LICENSE"}
    for each in components:
        yield f"{_LINE}\n{each.title}\nLicence: {each.licence}\n"
        if each.about:
            yield f"{each.about}\n"
        for text in dict.fromkeys(each.texts):
            where = first.setdefault(_plain(text), each.title)
            yield f"{text}\n" if where == each.title else f"The same text as under {where}.\n"


def _read(path: Path) -> str:
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").rstrip().splitlines())


def _plain(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
