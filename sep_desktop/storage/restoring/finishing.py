"""Carrying on with a restore that was decided: whoever opens the store next does it first."""

from sep_desktop.paths import Locations
from sep_desktop.storage.restoring import staging
from sep_desktop.storage.store_lock import hold


def clear_remainder(locations: Locations) -> None:
    """Remove what a kill left of a restore that nobody decided. Only who has the store open may ask this."""
    if staging.stage_of(locations).root.is_dir():
        staging.give_up(locations)


def finish_restoring(locations: Locations) -> None:
    """Put a store that was restored in its place, where a kill came between. Raises ``StoreProblem``."""
    if staging.is_decided(locations):
        lock = hold(locations)
        try:
            staging.carry_out(locations)
        finally:
            lock.release()
