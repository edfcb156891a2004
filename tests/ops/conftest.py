"""What holds for all tests of operations."""

from collections.abc import Generator, Iterator

import deviations
import pytest

import dlref.numpy.caching


@pytest.fixture(autouse=True, scope="session")
def small_cache() -> Iterator[None]:
    """Small cases are worked on in several portions too, as large ones are elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dlref.numpy.caching, "IN_CACHE", 50)
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Give each test's report the deviations that it saw; nothing of a test that fails is left for the next one."""
    try:
        return (yield)
    finally:
        if found := deviations.taken():
            item.user_properties.append((deviations.PROPERTY, found))
