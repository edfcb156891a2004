"""What holds for all tests of operations."""

from collections.abc import Iterator

import pytest

import dlref.numpy.caching


@pytest.fixture(autouse=True, scope="session")
def small_cache() -> Iterator[None]:
    """Small cases are worked on in several portions too, as large ones are elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dlref.numpy.caching, "IN_CACHE", 50)
        yield
