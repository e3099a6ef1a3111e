"""Every wait has an end, shares its time fairly, is looked at often enough to be stopped, and leaves nothing open."""

import socket
import threading

import pytest

from sep_desktop.sync import sockets
from sep_desktop.sync.sockets import Deadline, Stopped, aside, connect, wait_for


def never():
    return threading.Event()


def test_a_wait_is_looked_at_often_enough_to_be_stopped_and_not_without_a_pause():
    """Who stops it waits with it; who asks without a pause keeps the computer busy for ten minutes."""
    assert 0.01 <= Deadline(600, never()).pulse() <= 0.5


def test_a_deadline_ends_neither_before_its_time_nor_after(stop_watch):
    stop_watch.now = 100
    deadline = Deadline(10, never())
    stop_watch.now = 109.5
    assert deadline.pulse() > 0
    stop_watch.now = 109.9999
    assert 0 < deadline.pulse() < 0.001, "not past the end"
    for past in (110, 110.5, 200):
        stop_watch.now = past
        with pytest.raises(TimeoutError):
            deadline.pulse()


def test_a_stop_is_seen_before_the_end(stop_watch):
    stop = threading.Event()
    deadlines = Deadline(10, stop), Deadline(10, stop).within(5)
    stop.set()
    stop_watch.now = 20
    for each in deadlines:
        with pytest.raises(Stopped):
            each.pulse()


def test_a_part_ends_with_the_whole_or_sooner(stop_watch):
    assert Deadline(10, never()).within(3).left() == 3
    assert Deadline(3, never()).within(10).left() == 3


def test_a_look_up_that_is_left_behind_does_not_keep_the_program_open(no_answer, stop_watch):
    stop_watch.runs = no_answer
    with pytest.raises(TimeoutError):
        connect("smtp.council.example", 465, Deadline(5, never()))
    assert [each.daemon for each in threading.enumerate() if each.name == "aside"] == [True]


def test_what_is_done_aside_is_given_or_raised_where_it_is_waited_for():
    assert aside(lambda: "done", Deadline(10, never())) == "done"
    with pytest.raises(socket.gaierror):
        aside(lambda: (_ for _ in ()).throw(socket.gaierror()), Deadline(10, never()))


def test_nothing_is_begun_aside_once_it_was_stopped():
    stop, begun = threading.Event(), threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        aside(begun.set, Deadline(10, stop))
    assert not begun.wait(0.05)


def addresses(monkeypatch, *places):
    known = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", place) for place in places]
    monkeypatch.setattr(sockets.socket, "getaddrinfo", lambda *_, **__: known)


def test_addresses_that_do_not_answer_share_the_time(monkeypatch, stop_watch):
    shares = []

    def silent(sock, _, deadline):
        sock.close()
        shares.append(deadline.left())
        stop_watch.now += deadline.left()
        raise TimeoutError

    addresses(monkeypatch, *(("127.0.0.1", port) for port in (1, 2, 3)))
    monkeypatch.setattr(sockets, "_connected", silent)
    with pytest.raises(TimeoutError):
        connect("smtp.council.example", 465, Deadline(30, never()))
    assert shares == [10, 10, 10]


def test_what_the_last_address_said_is_raised_and_no_address_is_an_error_too(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        place = closed.getsockname()
    addresses(monkeypatch, place)
    with pytest.raises(ConnectionRefusedError):
        connect("smtp.council.example", 465, Deadline(10, never()))
    addresses(monkeypatch)
    with pytest.raises(OSError, match="no address"):
        connect("smtp.council.example", 465, Deadline(10, never()))


def test_a_socket_that_could_not_be_connected_is_closed():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        place = closed.getsockname()
    sock = socket.socket()
    with pytest.raises(ConnectionRefusedError):
        sockets._connected(sock, place, Deadline(10, never()))
    assert sock.fileno() == -1


def test_a_wait_for_bytes_ends_when_they_come(pair):
    ours, theirs = pair
    theirs.sendall(b"2")
    wait_for(ours, sockets.READ, Deadline(10, never()))
    assert ours.recv(10) == b"2"
