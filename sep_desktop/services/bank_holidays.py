"""The bank holidays of England, by ``holidays``, which is imported when the first day is asked about."""

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase


def bank_holiday(day: date) -> str:
    """The name of the bank holiday that ``day`` is in England; empty for any other day."""
    return str(_england().get(day, ""))


@cache
def _england() -> "HolidayBase":
    from holidays import country_holidays

    return country_holidays("GB", subdiv="ENG")
