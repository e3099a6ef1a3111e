"""What the arguments of several commands are read by."""

import argparse
from datetime import date


def day(text: str) -> date:
    """A day as 2027-01-04. Raises ``ArgumentTypeError`` with how a day is written."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is no day; write it as 2027-01-04") from None
