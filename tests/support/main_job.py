"""Everything that the program is for, done once in a process of its own: ``main`` is run by a test that listens.

Command line and window: a register, a report completed and sent, backups, settings, every page, a look at all.
"""

import json
import sys
from datetime import datetime
from pathlib import Path

DEMO = Path(__file__).parent.parent.parent / "resources" / "demo"
_ASKED = ("socket.getaddrinfo", "socket.gethostby", "socket.getnameinfo", "socket.connect", "socket.sendto")


def _listen(events: Path) -> None:
    """Write down whom Python asks for an address, and with whom it speaks (PEP 578)."""

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event.startswith(_ASKED):
            shown = [each for each in arguments if isinstance(each, str | bytes | int | tuple)]
            with events.open("a", encoding="utf-8") as file:
                file.write(json.dumps([event, *shown], default=str) + "\n")

    sys.addaudithook(hook)


def main(home: str, port: str, authority: str) -> None:
    """Do it all below ``home``, with a mail server on the loopback at ``port``."""
    folder = Path(home)
    _listen(folder / "events")
    _make_store(folder, int(port), authority)
    _commands(folder)
    _window(folder)


def _make_store(folder: Path, port: int, authority: str) -> None:
    from sep_desktop.paths import Locations
    from sep_desktop.services import reports, sample
    from sep_desktop.storage import store as stores
    from sep_desktop.storage.key_slots import Cost
    from tests.support.fakes import PASSPHRASE

    (folder / "secret").write_text(PASSPHRASE)
    now = datetime.now().astimezone()
    store, _ = stores.create(Locations(folder / "store"), PASSPHRASE, Cost(64, 1, 1))
    visit = sample.fill(store=store, now=now)
    for key, value in {"mail.host": "localhost", "mail.port": port, "mail.ca_file": authority}.items():
        store.settings.put(key, value)
    confirmed = reports.confirm(store=store, visit=visit, now=now)
    reports.complete(store=store, visit=visit, confirmed=confirmed, now=now)
    store.close()


def _commands(folder: Path) -> None:
    from sep_desktop import cli

    (folder / "stick").mkdir()
    common = ["--store", str(folder / "store"), "--passphrase-file", str(folder / "secret")]
    for command in (
        ["import-schools", str(DEMO / "register.csv"), "--la", "880", "--yes"],
        ["due"],
        ["settings"],
        ["policies"],
        ["send"],
        ["outbox"],
        ["export-pdf", str(folder / "papers")],
        ["time-log", str(folder / "time.csv")],
        ["backup", str(folder / "stick")],
        ["backups"],
        ["doctor"],
    ):
        code = cli.main([*command, *common])
        if code and command != ["doctor"]:
            sys.exit(f"{command[0]} ended with {code}")


def _window(folder: Path) -> None:
    from PySide6.QtWidgets import QApplication

    from sep_desktop.clock import SystemClock
    from sep_desktop.paths import Locations
    from sep_desktop.storage.os_keyring import find_keyring
    from sep_desktop.ui.context.session import Surroundings
    from sep_desktop.ui.context.timers import QtTimers
    from sep_desktop.ui.kit import theme
    from sep_desktop.ui.shell import application
    from sep_desktop.ui.shell.pages import NAVIGATION
    from tests.support.fakes import PASSPHRASE
    from tests.support.pages import Window

    theme.apply(application.application(), "system")
    surroundings = Surroundings(SystemClock(), QtTimers(), find_keyring())
    program = application.Program(Locations(folder / "store"), surroundings, in_caller=True)
    program.start()
    program.listen_for_second_start()
    window = Window(program)
    window.root.passphrase.setText(PASSPHRASE)
    window.root.try_passphrase()
    for row in NAVIGATION:
        window.go(row.address)
        QApplication.processEvents()
    window.go("settings")
    window.press("Test the connection")
    window.go("help")
    window.press("Check now")
    QApplication.processEvents()
    program.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
