"""How it is measured: the same results first, then the processor's time of both in turn."""

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

SECONDS = 0.6  # for each of three rounds: what else the machine does comes and goes in bursts
LONG_ENOUGH = 0.02  # seconds; a shorter work is repeated within one measurement
# Sums of up to 10⁵ terms in another order, in parts of the largest value: 10⁵ roundings of 10⁻⁷ and 10⁻¹⁶ that add up
# like a random walk.
TOLERANCE = {"float32": 1e-4, "float64": 1e-12}


def assert_same(ours: list[Any], theirs: list[Any], dtype: str) -> None:
    """Raise AssertionError unless all results are equal up to rounding."""
    assert len(ours) == len(theirs), (len(ours), len(theirs))
    for place, (computed, expected) in enumerate(zip(ours, theirs, strict=True)):
        computed, expected = np.asarray(computed), np.asarray(expected)
        assert (computed.shape, computed.dtype) == (expected.shape, expected.dtype), f"result {place}"
        difference = abs(computed - expected).max() / abs(expected).max()
        assert difference <= TOLERANCE[dtype], f"result {place} differs by {difference:.1e} of the largest value"


def ratio(ours: Callable[[], Any], theirs: Callable[[], Any]) -> tuple[float, float]:
    """The processor's time of ours over theirs, and the milliseconds of theirs; the middle one of three rounds."""
    return sorted(_round(ours, theirs) for _ in range(3))[1]


def _round(ours: Callable[[], Any], theirs: Callable[[], Any]) -> tuple[float, float]:
    """Medians of measurements in turn."""
    repeats = [_repeats(work) for work in (ours, theirs)]
    taken: list[list[float]] = [[], []]
    began = time.process_time()
    while time.process_time() - began < SECONDS or len(taken[1]) < 7:
        for work, number, times in zip((ours, theirs), repeats, taken, strict=True):
            times.append(_time(work, number))
    medians = [statistics.median(times) for times in taken]
    return medians[0] / medians[1], 1e3 * medians[1]


def _repeats(work: Callable[[], Any]) -> int:
    """Warm up, and find how often to repeat a short work."""
    work()
    return max(1, round(LONG_ENOUGH / max(_time(work, 3), 1e-7)))


def _time(work: Callable[[], Any], number: int) -> float:
    began = time.process_time()
    for _ in range(number):
        work()
    return (time.process_time() - began) / number
