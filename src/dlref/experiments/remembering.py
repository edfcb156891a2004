"""While files do not change, what is read from them need not be read again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

Given = ParamSpec("Given")
Found = TypeVar("Found")

_memory: ContextVar[dict[Any, Any] | None] = ContextVar("memory", default=None)  # a thread begins without


@contextmanager
def remembering() -> Iterator[None]:
    """Take files as unchanging for a while: what is `remembered` is worked out once. The outermost one counts."""
    if _memory.get() is not None:
        yield
        return
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


def remembered(function: Callable[Given, Found]) -> Callable[Given, Found]:
    """Work `function` out once for each of its arguments within `remembering()`; always again outside."""

    @wraps(function)
    def look_up(*args: Given.args, **kwargs: Given.kwargs) -> Found:
        memory = _memory.get()
        if memory is None:
            return function(*args, **kwargs)
        key = (function, args, tuple(kwargs.items()))
        if key not in memory:
            memory[key] = function(*args, **kwargs)
        found: Found = memory[key]
        return found

    return look_up
