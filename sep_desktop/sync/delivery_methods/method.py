"""What a delivery method is: a name, what it needs of the settings, and a way to let a queue leave."""

from enum import StrEnum
from typing import Protocol

from sep_desktop.clock import Clock
from sep_desktop.domain.settings import DeliveryMethodKey
from sep_desktop.sync.accounts import MailSettings
from sep_desktop.sync.hand_over import RunReport
from sep_desktop.sync.queue import D, Queue


class Setup(StrEnum):
    """What has to be entered in the settings before a method can be used."""

    SERVER = "a mail server and an account"
    FOLDER = "a folder"
    NOTHING = "nothing"


class ReadyMethod(Protocol):
    """A delivery method with everything that it needs."""

    def run(
        self,
        queue: Queue[D],
        clock: Clock,
        *,
        at_once: bool,
        only: frozenset[int],
    ) -> RunReport:
        """Let what waits leave, oldest first; what is not due yet too when ``at_once``. Empty ``only`` is
        all.

        Raises ``EnvironmentProblem`` for what stands in the way of all of it.
        """

    def stop(self, *, at_once: bool) -> None:
        """Begin no further message; ``at_once`` gives up the one under way too, within a second.

        From any thread, also before the run; returns at once. What the run reports then is the truth.
        """


class DeliveryMethod(Protocol):
    """One way in which messages leave this computer. ``label`` is what people call it."""

    key: DeliveryMethodKey
    label: str
    setup: Setup
    opens_files: bool
    """Whether what was written is then opened in the user's own mail program."""

    def place(self, mail: MailSettings) -> str:
        """The server or folder that is set up; empty while none is."""

    def ready(self, mail: MailSettings, password: str) -> ReadyMethod:
        """Raises ``UserError`` while the settings are unfinished.

        ``password`` is used by a mail server alone.
        """
