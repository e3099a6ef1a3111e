"""The tables of the shell: whoever adds a page or a key adds one row, and is told here what it lacks."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest

from sep_desktop import paths
from sep_desktop.domain.outbox import State
from sep_desktop.ui.context.delivery_state import STATE_TONES
from sep_desktop.ui.context.page import Page
from sep_desktop.ui.shell.pages import FOOT, NAVIGATION, PAGES
from sep_desktop.ui.shell.shortcuts import SHORTCUTS

ADDRESSES = [spec.address for spec in PAGES]


@pytest.mark.parametrize("spec", PAGES, ids=ADDRESSES)
def test_a_page_is_made_by_its_row(window, spec):
    page = spec.make(window.program.session)
    assert isinstance(page, Page)
    page.deleteLater()


def test_addresses_and_keys_are_each_ones_own():
    keys = [keys for each in SHORTCUTS for keys, _ in each.actions]
    assert len(set(ADDRESSES)) == len(ADDRESSES)
    assert len(set(keys)) == len(keys)
    assert not [each for each in keys if QKeySequence(each).isEmpty()]


@pytest.mark.parametrize("spec", PAGES, ids=ADDRESSES)
def test_a_page_is_in_the_navigation_with_its_icon_or_below_one_that_is(spec):
    if not spec.under:
        assert (paths.resources() / "icons" / f"{spec.icon}.svg").is_file()
    else:
        assert spec.under in [each.address for each in NAVIGATION]


def test_the_foot_of_the_navigation_begins_at_one_of_its_pages():
    assert FOOT in [spec.address for spec in NAVIGATION]


def test_the_keys_of_the_navigation_open_its_pages_in_their_order(window, qapp):
    for number, spec in enumerate(NAVIGATION, 1):
        QTest.keyClick(
            window.program.frame, Qt.Key(Qt.Key.Key_0 + number), Qt.KeyboardModifier.ControlModifier
        )
        assert window.program.window.history[-1] == spec.address
    assert SHORTCUTS[0].about == "Today, Schools, Outbox, Sealed, Settings, Help"


def test_every_state_of_a_delivery_has_its_look():
    assert set(STATE_TONES) == set(State)
    assert set(STATE_TONES.values()) <= {"good", "wait", "bad", ""}
