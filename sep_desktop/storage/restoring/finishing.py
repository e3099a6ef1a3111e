"""Carrying on with a restore that was decided: whoever opens the store next does it first."""

from sep_desktop.paths import Locations
from sep_desktop.storage.restoring import staging
from sep_desktop.storage.store_lock import hold


def finish_restoring(locations: Locations) -> None:
    """Put a store that was restored in its place, where a kill came between. Raises ``StoreProblem``."""
    if staging.is_decided(locations):
        lock = hold(locations)
        try:
            staging.carry_out(locations)
        finally:
            lock.release()
