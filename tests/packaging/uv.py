"""Run uv, which resolves for other computers and to the lowest versions; pip does neither."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def uv(*arguments: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run ``uv`` at the root of the repository, quietly; what it printed stands in the answer."""
    return subprocess.run(
        [sys.executable, "-m", "uv", *arguments, "--quiet"],
        cwd=ROOT,
        env=os.environ | dict(environment or {}),
        capture_output=True,
        text=True,
        check=False,
    )
