"""Help is true to the program: what it names is there, and what it promises holds."""

import re
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from sep_desktop.domain.outbox import IN_WORDS
from sep_desktop.paths import policy_files
from sep_desktop.services import reports
from sep_desktop.ui.context.way_back_steps import DAMAGED_STORE, LOST_LAPTOP
from sep_desktop.ui.help.steps import COMPLETING, NOT_ARRIVED

PACKAGE = Path(__file__).parent.parent.parent / "sep_desktop"
SOURCES = " ".join(
    re.sub(r'"\s*\n\s*f?"', "", path.read_text(encoding="utf-8"))
    for path in (*PACKAGE.glob("ui/**/*.py"), PACKAGE / "services" / "way_back.py")
    if path.name not in {"steps.py", "way_back_steps.py"}
)
GUIDES = {"completing": COMPLETING, "not arrived": NOT_ARRIVED, "lost": LOST_LAPTOP, "damaged": DAMAGED_STORE}
OTHER_NAMES = {"set-aside"}
"""What is quoted and is no text of the window: the beginning of a folder's name."""


@pytest.mark.parametrize("guide", GUIDES.values(), ids=GUIDES)
def test_every_button_and_state_that_help_names_is_one_of_the_window(guide):
    quoted = {name for step in guide for name in re.findall("“([^”]+)”", step)} - OTHER_NAMES
    shown = SOURCES + " ".join(IN_WORDS.values())
    assert [name for name in quoted if name not in shown] == []


@pytest.mark.parametrize(
    "head",
    [
        "I lost my laptop",
        "A recipient says that it did not arrive",
        "What happens when I complete a report",
    ],
)
def test_each_moment_has_its_own_head(window, head):
    page = window.go("help")
    assert head in {label.text() for label in page.findChildren(QLabel)}


def test_the_years_that_help_names_are_those_of_the_policy():
    text = policy_files("retention")[1].read_text(encoding="utf-8")
    assert "reports = 6" in text
    assert "messages = 1" in text
    assert "six years for the report and its notes, and one year for the e-mail" in " ".join(COMPLETING)


def test_the_message_id_can_be_unfolded_and_copied(window, clock):
    now = clock.now()
    confirmed = reports.confirm(store=window.store, visit=1, now=now)
    reports.complete(store=window.store, visit=1, confirmed=confirmed, now=now)
    message = window.store.outbox.messages()[0]
    page = window.go("outbox")
    (label,) = [each for each in page.findChildren(QLabel) if message.identifier in each.text()]
    assert not label.isVisible()
    window.press("For the mail administrator")
    assert label.isVisible()
    assert label.textInteractionFlags()
