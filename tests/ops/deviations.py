"""How far apart the libraries were at most, noted where the tests compare them; conftest hands it on with each test.

A deviation is |computed − expected| / (1 + |expected|): for small numbers the difference itself, for large ones its
share. Where both tolerances of a comparison are the same number, that number bounds it.
"""

import numpy as np

PROPERTY = "dlref-deviations"  # what dlref.site.recording looks for among a test's user properties

Place = tuple[str, str, str, str]  # operation, dtype, what it was compared with, forward or backward
noted: dict[Place, tuple[float, float]] = {}  # the largest deviation, and what the test would have allowed


def assert_close(place: Place, computed, expected, *, rtol: float, atol: float = 0.0) -> None:
    """Fail where the two differ by more than the tolerances; else note by how much they differ."""
    operation, _, library, _ = place
    np.testing.assert_allclose(computed, expected, rtol=rtol, atol=atol, err_msg=f"{operation}, {library}")
    found = (deviation(np.asarray(computed), np.asarray(expected)), max(rtol, atol))
    noted[place] = tuple(map(max, noted.get(place, found), found))


def deviation(computed: np.ndarray, expected: np.ndarray) -> float:
    """The largest deviation; what is equal, infinite or not a number in both, deviates by nothing."""
    same = (computed == expected) | ((computed != computed) & (expected != expected))
    apart = ~same
    difference = np.abs(computed[apart].astype(np.float64) - expected[apart])
    return float(np.max(difference / (1 + np.abs(expected[apart].astype(np.float64))), initial=0.0))


def taken() -> list[list]:
    """Return what was noted since the last time, as plain data."""
    found = [[*place, *values] for place, values in noted.items()]
    noted.clear()
    return found
