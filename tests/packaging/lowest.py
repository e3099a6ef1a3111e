"""Run the tests on the lowest versions that ``pyproject.toml`` allows; the exit code is theirs.

    python -m tests.packaging.lowest [ARGUMENTS OF PYTEST]

A lower bound that nobody runs is a guess. The environment is made in a temporary folder, with the newest versions
of what the libraries themselves need, as ``uv --resolution lowest-direct`` does.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.packaging.uv import ROOT, uv


def main(*arguments: str) -> int:
    with tempfile.TemporaryDirectory(prefix="sep-lowest-") as folder:
        for step in (
            ("venv", "--python", sys.executable, folder),
            ("pip", "install", "--python", folder, "--resolution", "lowest-direct", "-e", ".[test]"),
        ):
            answer = uv(*step)
            if answer.returncode:
                print(answer.stderr, file=sys.stderr)
                return answer.returncode
        return subprocess.run(
            [_python(Path(folder)), "-m", "pytest", *arguments], cwd=ROOT, check=False
        ).returncode


def _python(environment: Path) -> Path:
    return environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
