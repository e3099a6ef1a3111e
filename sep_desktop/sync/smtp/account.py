"""Where to submit, as whom, how long to wait, and what makes the connection private."""

import ssl
from dataclasses import dataclass, field

from sep_desktop.sync.transport import NotPrivate


@dataclass(frozen=True)
class Account:
    """Where and how to submit.

    ``security`` is ``tls`` (465) or ``starttls`` (587); an empty user logs in nowhere. Its ``repr`` shows no
    password.
    """

    host: str
    port: int
    security: str
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""

    @property
    def place(self) -> str:
        """``smtp.council.example, port 465``, for sentences."""
        return f"{self.host}, port {self.port}"


@dataclass(frozen=True)
class Patience:
    """How long each part of a conversation may take, in seconds, whatever the server does meanwhile.

    A server that drips, or answers without end, gets no more time than one that is silent. RFC 5321
    §4.5.3.2.6 asks for ten minutes after the final dot.
    """

    connect: float = 20.0
    """Looking the name up and connecting."""
    opening: float = 60.0
    """All until the login, connecting included."""
    command: float = 60.0
    """A command and its whole reply; also each sixteen kilobytes of a message."""
    floor: float = 60.0
    rate: float = 1_000.0
    """A message may take ``floor`` seconds, and one more for each ``rate`` bytes that have left."""
    final: float = 600.0
    """The final dot and its whole reply."""
    goodbye: float = 5.0
    """The answer to QUIT, which nobody needs."""


def context(account: Account) -> ssl.SSLContext:
    """TLS 1.2 or newer, certificate and host name verified against the roots that this computer trusts.

    A Python from python.org has no roots on macOS, and a bundle keeps the paths of the machine that built it;
    the system's own also hold a council's (``truststore``). Raises ``NotPrivate`` for an unusable CA file.
    """
    from truststore import SSLContext  # here: it is for who sends, and costs the start

    verifying = SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    verifying.minimum_version = ssl.TLSVersion.TLSv1_2
    if account.ca_file:
        try:
            verifying.load_verify_locations(cafile=account.ca_file)
        except (OSError, ssl.SSLError):
            raise NotPrivate(
                "The certificate file of your organisation cannot be read.",
                "Choose it again in Settings, Mail.",
            ) from None
    return verifying
