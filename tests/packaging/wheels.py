"""Say for every supported computer whether each library comes ready made; exit 1 where one does not.

    python -m tests.packaging.wheels [PROJECT]

Nothing is installed: uv resolves the run-time dependencies of ``pyproject.toml`` for each system and each Python
and takes wheels alone, since nobody who gets the program has a compiler.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.packaging.uv import uv

PYTHONS = ("3.11", "3.12", "3.13", "3.14")


@dataclass(frozen=True)
class System:
    """A supported kind of computer. ``platform`` is uv's name for it."""

    name: str
    platform: str
    environment: Mapping[str, str] = field(default_factory=dict)


SYSTEMS = (
    System("Windows x64", "x86_64-pc-windows-msvc"),
    System("macOS 15 on Apple silicon", "aarch64-apple-darwin", {"MACOSX_DEPLOYMENT_TARGET": "15.0"}),
    System("Linux x86_64 with glibc 2.34", "x86_64-manylinux_2_34"),
)
"""The oldest of each that is supported; README says the same."""


def main(project: str = "pyproject.toml") -> int:
    missing = [
        complaint
        for system in SYSTEMS
        for python in PYTHONS
        if (complaint := lacking(system, python, project))
    ]
    for complaint in missing:
        print(complaint, file=sys.stderr)
    if not missing:
        print(f"Wheels for {', '.join(each.name for each in SYSTEMS)}; Python {', '.join(PYTHONS)}.")
    return 1 if missing else 0


def lacking(system: System, python: str, project: str = "pyproject.toml") -> str:
    """What uv says when a library has no wheel for this system and Python; empty when each has one."""
    answer = uv(
        *("pip", "compile", project, "--only-binary", ":all:"),
        *("--python-platform", system.platform, "--python-version", python),
        environment=system.environment,
    )
    return f"{system.name}, Python {python}: {answer.stderr.strip()}" if answer.returncode else ""


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
