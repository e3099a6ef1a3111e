"""What the tests of sending share."""

import socket
import threading

import pytest
import trustme

from sep_desktop.sync import sockets
from sep_desktop.sync.smtp import conversation


@pytest.fixture(scope="session")
def authority():
    return trustme.CA()


@pytest.fixture
def ca_file(authority, tmp_path):
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


@pytest.fixture
def no_answer(monkeypatch):
    """A resolver that does not answer before the test is over; it is set once it was asked."""
    over, asked = threading.Event(), threading.Event()

    def getaddrinfo(*_, **__):
        asked.set()
        over.wait(30)
        raise socket.gaierror

    monkeypatch.setattr(sockets.socket, "getaddrinfo", getaddrinfo)
    yield asked
    over.set()
    for thread in threading.enumerate():
        if thread.name == "aside":
            thread.join()


class StopWatch:
    """The seconds as the waits of sending see them: they pass one a look, and only once ``runs`` is set."""

    def __init__(self):
        self.now, self.runs = 0.0, threading.Event()

    def monotonic(self):
        self.now += self.runs.is_set()
        return self.now


@pytest.fixture
def stop_watch(monkeypatch):
    """Stands in for the clock of every wait, so that ten minutes take a moment, and none is lost to a busy machine."""
    watch = StopWatch()
    monkeypatch.setattr(sockets, "PULSE", 0.001)
    for module in (sockets, conversation):
        monkeypatch.setattr(module, "time", watch)
    return watch


@pytest.fixture
def pair():
    """Two ends of a TCP connection, ours not blocking; a socketpair of some systems knows no TCP options."""
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8_192)
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        ours = socket.create_connection(listening.getsockname())
        theirs, _ = listening.accept()
    ours.setblocking(False)
    theirs.settimeout(10)
    with ours, theirs:
        yield ours, theirs
