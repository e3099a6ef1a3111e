"""What the doctor says of one thing that it looked at."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing looked at. ``remedy`` is empty when it is well; ``grave`` findings stop the work."""

    about: str
    sentence: str
    remedy: str = ""
    grave: bool = False
