"""SMTP submission (RFC 6409) that always knows how far it came, and never waits without an end."""

from sep_desktop.sync.smtp.account import Account, Patience
from sep_desktop.sync.smtp.smtp_transport import SmtpTransport

__all__ = ["Account", "Patience", "SmtpTransport"]
