"""The operating system's keyring: a convenience and the home of the mail password, never the only way in.

Back ends are built by hand from a short list. What ``keyring`` itself would pick can be a plain-text file, a
null store that forgets, or anything an environment variable names.
"""

import importlib
import sys
import threading
from collections.abc import Callable
from typing import Protocol, TypeVar

from sep_desktop.errors import EnvironmentProblem

SERVICE = "SEP Desktop"
Result = TypeVar("Result")
_PATIENCE = 3.0  # seconds; a locked wallet may block until somebody answers its prompt

_BACKENDS = {
    "win32": (("keyring.backends.Windows", "WinVaultKeyring"),),
    "darwin": (("keyring.backends.macOS", "Keyring"),),
}
_ELSEWHERE = (
    ("keyring.backends.SecretService", "Keyring"),
    ("keyring.backends.libsecret", "Keyring"),
    ("keyring.backends.kwallet", "DBusKeyring"),
)


def name_of_mail_password(user: str, host: str) -> str:
    """What the entry of an account's password is called."""
    return f"mail {user} {host}"


class KeyringAbsent(EnvironmentProblem):
    """This computer has no keyring that can be trusted with a secret."""


class KeyringLocked(EnvironmentProblem):
    """The keyring is there, but locked or not answering."""


class KeyringForgets(EnvironmentProblem):
    """What was written did not come back."""


class Keyring(Protocol):
    """Secrets by name. Each method raises ``KeyringLocked`` where the keyring does not answer."""

    def read(self, name: str) -> str | None:
        """The secret; ``None`` where there is no such entry."""

    def write(self, name: str, secret: str) -> None:
        """Keep a secret. Raises ``KeyringAbsent`` or ``KeyringForgets`` where it cannot be kept."""

    def forget(self, name: str) -> None:
        """Remove an entry, if there is one."""


class NoKeyring:
    """Stands in where there is none: reads nothing, refuses to keep anything."""

    def read(self, name: str) -> str | None:
        """There is nothing to read."""
        return None

    def write(self, name: str, secret: str) -> None:
        """Raises ``KeyringAbsent``."""
        raise KeyringAbsent(
            "This computer has no keyring to keep it in.", "The program will ask each time instead."
        )

    def forget(self, name: str) -> None:
        """There is nothing to forget."""


class Backend(Protocol):
    """What is used of a back end of ``keyring``."""

    def get_password(self, service: str, username: str) -> str | None:
        """The secret; ``None`` where there is none."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it."""

    def delete_password(self, service: str, username: str) -> None:
        """Remove it."""


class SystemKeyring:
    """The first allowed back end that works here."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def read(self, name: str) -> str | None:
        """The secret; ``None`` where there is no such entry. Raises ``KeyringLocked``."""
        secret = _in_time(lambda: self._backend.get_password(SERVICE, name))
        return secret if isinstance(secret, str) else None

    def write(self, name: str, secret: str) -> None:
        """Keep a secret and read it back. Raises ``KeyringForgets`` or ``KeyringLocked``."""
        _in_time(lambda: self._backend.set_password(SERVICE, name, secret))
        if self.read(name) != secret:
            raise KeyringForgets(
                "The keyring did not keep what it was given.", "The program will ask each time instead."
            )

    def forget(self, name: str) -> None:
        """Remove an entry, if there is one. Raises ``KeyringLocked``."""
        if self.read(name) is not None:
            _in_time(lambda: self._backend.delete_password(SERVICE, name))


def find_keyring() -> Keyring:
    """This computer's keyring, or the one that keeps nothing."""
    for module, name in _BACKENDS.get(sys.platform, _ELSEWHERE):
        try:
            kind = getattr(importlib.import_module(module), name)
            if kind.priority > 0:
                backend = kind()
                backend.persist = "local machine"  # Windows roams by default
                return SystemKeyring(backend)
        except Exception:  # noqa: BLE001, S112 -- a back end that does not work here raises anything
            continue
    return NoKeyring()


def _in_time(work: Callable[[], Result]) -> Result:
    """``work()``, or ``KeyringLocked`` when it fails or takes longer than three seconds."""
    answer: list[Result] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            answer.append(work())
        except Exception as error:  # noqa: BLE001 -- carried to the asking thread and named there
            failure.append(error)

    thread = threading.Thread(target=run, daemon=True, name="keyring")
    thread.start()
    thread.join(_PATIENCE)
    if not answer:
        what = "did not answer" if not failure else "is locked, or refused"
        raise KeyringLocked(
            f"The computer's keyring {what}.", "Unlock it, or type the password when asked."
        ) from (failure[0] if failure else None)
    return answer[0]
