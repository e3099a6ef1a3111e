"""A locked screen, a sleeping computer: heard on a bus of our own, or noticed by the clock."""

import os
import shutil
import subprocess
import sys
from datetime import timedelta

import pytest

from sep_desktop.domain.changes import Changes
from sep_desktop.ui.shell.screen_lock import ScreenWatch
from tests.support.driven_timers import DrivenTimers
from tests.support.sealed_pages import SealedPages

DBUS = shutil.which("dbus-run-session") and shutil.which("dbus-send")

LISTEN = """
import sys
from PySide6.QtCore import QCoreApplication, QTimer
from sep_desktop.clock import SystemClock
from sep_desktop.ui.context.timers import QtTimers
from sep_desktop.ui.shell.screen_lock import ScreenWatch
import subprocess
app = QCoreApplication([])
watch = ScreenWatch(None, SystemClock().now, QtTimers())
heard = []
watch.left.connect(lambda: heard.append(1))
for path, signal, *value in (
    ("/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver.ActiveChanged", "boolean:true"),
    ("/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver.ActiveChanged", "boolean:false"),
    ("/org/gnome/ScreenSaver", "org.gnome.ScreenSaver.ActiveChanged", "boolean:true"),
    ("/somebody/else", "org.example.Other.ActiveChanged", "boolean:true"),
):
    subprocess.run(["dbus-send", "--session", "--type=signal", path, signal, *value], check=True)
QTimer.singleShot(800, app.quit)
app.exec()
watch.stop()
print("heard", len(heard))
"""


@pytest.mark.skipif(not DBUS, reason="needs dbus-run-session and dbus-send; .ci/run installs them")
def test_the_screen_savers_of_the_session_are_heard():
    done = subprocess.run(
        ["dbus-run-session", "--", sys.executable, "-c", LISTEN],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.stdout.strip().endswith("heard 2"), done.stdout + done.stderr


def test_a_sleep_is_noticed_by_the_clock(qapp, clock):
    watch, away = ScreenWatch(None, clock.now, DrivenTimers(clock)), []
    watch.left.connect(lambda: away.append(1))
    clock.moment += timedelta(seconds=6)
    watch.check()
    assert not away, "five seconds are the usual pace"
    clock.moment += timedelta(minutes=20)
    watch.check()
    watch.check()
    watch.stop()
    assert away == [1]


def test_going_away_locks_the_program_and_closes_what_is_sealed(window, clock):
    sealed_pages = SealedPages(window)
    sealed_pages.make()
    page = sealed_pages.page
    clock.moment += timedelta(hours=1)
    window.program.screen.check()
    assert page.context is None
    assert window.program.session is None


def test_the_program_stays_open_where_that_is_the_setting_but_what_is_sealed_closes(window, clock):
    window.store.settings.put("security.lock_with_screen", False)
    window.program.session.changed.emit(Changes.SETTINGS)
    sealed_pages = SealedPages(window)
    sealed_pages.make()
    window.program.screen.begins(True)
    assert sealed_pages.page.context is None
    assert window.program.session is not None
