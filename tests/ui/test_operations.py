"""The one way to run what a user does: off the window's thread, told once, and to nobody who is gone."""

import threading

import pytest
import shiboken6
from PySide6.QtCore import QObject

from sep_desktop.domain.changes import Changed, Changes
from sep_desktop.errors import Cancelled, UserError
from sep_desktop.ui.context.operations import Operations, Runner

HERE = threading.current_thread


class Listener:
    """What a runner tells, in its order."""

    def __init__(self, qtbot, in_caller=True):
        self.published, self.failures, self.threads = [], [], []
        self.operations = Operations(in_caller=in_caller)
        self.runner = Runner(self.operations, "the store", self.published.append, self.failures.append)
        self.owner = QObject()


@pytest.fixture(params=[True, False], ids=["at once", "on threads"])
def listener(request, qtbot):
    made = Listener(qtbot, request.param)
    yield made
    made.operations.stop()


def test_the_result_comes_back_on_the_windows_thread_and_changes_are_published_once(listener, qtbot):
    told = []
    listener.runner.run(
        listener.owner,
        lambda opened: Changed(opened.upper(), Changes.VISITS),
        lambda result: told.append((result.value, HERE())),
    )
    qtbot.waitUntil(lambda: bool(told))
    assert told == [("THE STORE", HERE())]
    assert listener.published == [Changes.VISITS]


def test_reading_publishes_nothing(listener, qtbot):
    told = []
    listener.runner.run(listener.owner, lambda opened: 7, told.append)
    qtbot.waitUntil(lambda: bool(told))
    assert listener.published == []


@pytest.mark.parametrize("slow", [False, True])
def test_a_failure_is_told_where_it_was_asked_for_or_else_in_the_usual_place(listener, qtbot, slow):
    def work(opened):
        raise UserError("No.")

    mine = []
    listener.runner.run(listener.owner, work, failed=mine.append, slow=slow)
    listener.runner.run(listener.owner, work, slow=slow)
    qtbot.waitUntil(lambda: bool(mine and listener.failures))
    assert (len(mine), len(listener.failures)) == (1, 1)
    assert listener.published == []


def test_somebody_who_is_gone_is_told_nothing_but_what_changed_is_published(qtbot):
    listener, told, free = Listener(qtbot, in_caller=False), [], threading.Event()

    def work(opened):
        free.wait(5)
        return Changes.OUTBOX

    listener.runner.run(listener.owner, work, told.append)
    shiboken6.delete(listener.owner)
    free.set()
    qtbot.waitUntil(lambda: bool(listener.published))
    listener.operations.stop()
    assert told == []


def test_after_closing_nobody_is_told_anything_and_the_store_is_let_go(qtbot):
    listener, told, free = Listener(qtbot, in_caller=False), [], threading.Event()
    listener.runner.run(listener.owner, lambda opened: free.wait(5), told.append)
    listener.runner.close()
    free.set()
    listener.operations.stop()
    qtbot.wait(1)
    assert told == []
    with pytest.raises(RuntimeError, match="closed"):
        listener.runner.opened  # noqa: B018


def test_progress_is_told_and_a_task_can_be_stopped(qtbot):
    listener, steps, reached = Listener(qtbot, in_caller=False), [], threading.Event()
    asked_to_stop = threading.Event()

    def work(opened, progress):
        progress(1, 3)
        reached.set()
        asked_to_stop.wait(5)
        progress(2, 3)

    task = listener.runner.run_with_progress(listener.owner, work, lambda *step: steps.append(step))
    assert reached.wait(5)
    task.cancel()
    asked_to_stop.set()
    qtbot.waitUntil(lambda: bool(listener.failures))
    listener.operations.stop()
    assert steps == [(1, 3)]
    assert isinstance(listener.failures[0], Cancelled)


def test_idle_is_told_when_the_last_slow_operation_ends(qtbot):
    listener, free, idle = Listener(qtbot, in_caller=False), threading.Event(), []
    listener.runner.idle.connect(lambda: idle.append(listener.runner.busy))
    for _ in range(2):
        listener.runner.run(listener.owner, lambda opened: free.wait(5), slow=True)
    assert listener.runner.busy
    free.set()
    qtbot.waitUntil(lambda: bool(idle))
    listener.operations.stop()
    assert idle == [False]


def test_a_last_save_waits_for_what_was_queued(qtbot):
    listener, order, free = Listener(qtbot, in_caller=False), [], threading.Event()
    listener.runner.run(listener.owner, lambda opened: (free.wait(5), order.append("first")))
    threading.Timer(0.01, free.set).start()
    listener.runner.wait_for(lambda opened: order.append("last"))
    listener.operations.stop()
    assert order == ["first", "last"]
