"""``kill -9`` while somebody types into the real window: what is three seconds old is in the store.

``TYPING_ROUNDS`` in the environment is how many rounds are tried; without it, one for each place.
"""

import os
import random
import sys

import pytest

pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)

from tests.packaging.x11 import display, missing_tools
from tests.support.real_window import make_stores, type_and_kill
from tests.support.writing_places import AGENDA, NOTE, REPORT, SEALED_PROSE

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the display is one of X11 on Linux"),
    pytest.mark.skipif(bool(missing_tools()), reason=f"not installed: {', '.join(missing_tools())}"),
]
ROUNDS = int(os.environ.get("TYPING_ROUNDS", "4"))
PROMISED = 3.0
SLACK = 0.5
"""Seconds that a key may need from xdotool to the window on a machine that is busy, which is not the program's."""


@pytest.fixture(scope="module")
def screen():
    with display() as name:
        yield name


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    return make_stores(tmp_path_factory.mktemp("stored") / "store")


@pytest.mark.parametrize("number", range(ROUNDS))
def test_what_is_three_seconds_old_is_in_the_store(stored, screen, tmp_path, number):
    place = (NOTE, REPORT, AGENDA, SEALED_PROSE)[number % 4]
    killed = type_and_kill(stored, place, random.uniform(2, 12), screen, tmp_path)
    assert killed.letters
    assert all(age <= PROMISED + SLACK for age in killed.lost), (
        f"{killed.place}: lost {killed.lost[0]:.1f} s old"
    )
