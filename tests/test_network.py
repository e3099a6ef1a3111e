"""What reaches the network is the mail and nothing else."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.smtp_server import Script, ScriptedServer

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "sep_desktop"

SPEAKS = re.compile(
    r"(?:socket|ssl|smtplib|selectors|asyncio|socketserver|http|ftplib|imaplib|poplib|xmlrpc|webbrowser|"
    r"urllib\.request|urllib3|requests|httpx|aiohttp|PySide6\.(?:QtNetwork|QtWebEngine\w*|QtWebSockets))(?:\.|$)"
)
"""Modules through which a program speaks to another computer; ``urllib.parse`` only takes texts apart."""

MAY_SPEAK = re.compile(r"sync/(?:smtp\.py|smtp/\w+\.py|sockets\.py|connectivity\.py)")
"""The conversation with the mail server of the settings, and the question whether it can be reached."""

RENDEZVOUS = "ui/shell/single_window.py"
"""A second start raises the first window over a local socket, which no other computer reaches."""


def _imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_only_named_modules_can_speak_to_another_computer():
    speaking = {
        path.relative_to(PACKAGE).as_posix(): name
        for path in PACKAGE.rglob("*.py")
        for name in _imports(path)
        if SPEAKS.match(name)
    }
    others = {name: what for name, what in speaking.items() if not MAY_SPEAK.fullmatch(name)}
    assert set(others) == {RENDEZVOUS}
    local = {name for name in _imports(PACKAGE / RENDEZVOUS) if "QtNetwork" in name}
    assert local == {"PySide6.QtNetwork.QLocalServer", "PySide6.QtNetwork.QLocalSocket"}


def test_nothing_is_opened_in_a_browser():
    opened = [
        line.strip()
        for path in PACKAGE.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if "openUrl(" in line and "fromLocalFile" not in line
    ]
    assert opened == []


LOOPBACK = {"127.0.0.1", "::1", "::ffff:127.0.0.1"}
LOCAL_FAMILIES = {"AF_UNIX", "AF_LOCAL", "AF_NETLINK", "AF_UNSPEC"}
"""What stays on the computer: D-Bus (the keyring), X11 or Wayland, the name service's own socket, the rendezvous,
and the kernel's list of its addresses, which the resolver reads."""


@pytest.fixture(scope="module")
def job(tmp_path_factory):
    """The main job in a process that is listened to: the server's port, what Python asked, what the system saw."""
    pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)
    home = tmp_path_factory.mktemp("job")
    strace = shutil.which("strace")
    listening = (
        [strace, "-f", "-qq", "-e", "trace=connect,sendto,sendmsg", "-o", str(home / "calls")]
        if strace
        else []
    )
    with ScriptedServer(Script()) as server:
        authority = home / "ca.pem"
        server.authority.cert_pem.write_to_path(str(authority))
        job = [sys.executable, "-m", "tests.support.main_job", str(home), str(server.port), str(authority)]
        env = os.environ | {
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHONPATH": str(ROOT),
            "SEP_DESKTOP_STATE": str(home / "state"),
        }
        done = subprocess.run(
            [*listening, *job], cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )
        sent = list(server.messages)
    if "ptrace" in done.stderr and not (home / "events").exists():
        pytest.skip("this machine lets nobody trace")
    assert done.returncode == 0, done.stderr[-3000:]
    calls = (home / "calls").read_text(encoding="utf-8", errors="replace") if strace else ""
    events = [json.loads(line) for line in (home / "events").read_text(encoding="utf-8").splitlines()]
    return server.port, sent, events, calls


def test_the_job_was_done_and_the_report_sent(job):
    _, sent, _, _ = job
    assert len(sent) == 1


def test_python_connects_to_the_mail_server_alone(job):
    port, _, events, _ = job
    places = {
        tuple(each[1][:2]) for each in events if each[0] == "socket.connect" and isinstance(each[1], list)
    }
    assert places
    assert places <= {(address, port) for address in LOOPBACK}


def test_no_name_is_looked_up_but_the_mail_servers(job):
    _, _, events, _ = job
    asked = {
        str(each[1]) for each in events if each[0].startswith(("socket.getaddrinfo", "socket.gethostby"))
    }
    assert asked <= {"localhost"} | LOOPBACK, "the computer's own name, or somebody else's, was looked up"


CALL = re.compile(r"(?:connect|sendto|sendmsg)\(.*?sa_family=(AF_\w+)(.*)")
INET = re.compile(r"sin6?_port=htons\((\d+)\).*?(?:inet_addr\(\"|inet_pton\(AF_INET6, \")([^\"]+)")


def test_the_system_saw_no_other_connection_of_python_or_qt(job):
    port, _, _, calls = job
    if not calls:
        pytest.skip("strace is not installed")
    met = [match.groups() for match in map(CALL.search, calls.splitlines()) if match]
    assert {family for family, _ in met} <= LOCAL_FAMILIES | {"AF_INET", "AF_INET6"}
    ends = [INET.search(rest) for family, rest in met if family in {"AF_INET", "AF_INET6"}]
    assert ends
    others = {end.groups() for end in ends if end} - {(str(port), address) for address in LOOPBACK}
    assert None not in ends
    assert others == set()
