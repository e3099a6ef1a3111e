"""Journeys use the same window as the tests of single pages."""

from tests.ui.conftest import keyring, program, window

__all__ = ["keyring", "program", "window"]
