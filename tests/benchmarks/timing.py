"""Medians of interleaved rounds: a noisy machine disturbs both sides alike."""

import statistics
import time
from collections.abc import Callable


def milliseconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def interleaved(rounds: int, *works: Callable[[], float]) -> list[float]:
    """Each work gives its own figure; the median of each over the rounds, after one that is not counted."""
    for work in works:
        work()
    figures = [[work() for work in works] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*figures, strict=True)]
