"""Random arguments for every differentiable operation: distinct and non-zero, no mistake hides behind a tie.

One module per topic registers a generator for each of its operations with `@case`, and appends to `WRONG` the calls
that must be refused, with what the error has to say.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

import dlref.numpy
from dlref.numpy.trees import mapped


@dataclass
class Case:
    """Positional arguments, which may be nested, and options."""

    args: list[Any]
    options: dict[str, Any]
    buffers: tuple[int, ...] = ()  # the places of arguments that are updated in place and get no gradient

    def copy(self) -> list[Any]:
        """The arguments in memory of their own."""
        return mapped(lambda leaf: leaf.copy() if isinstance(leaf, np.ndarray) else leaf, self.args)


CASES: dict[str, Callable[[type], SearchStrategy[Case]]] = {}
JUDGES: dict[str, Callable] = {}  # torch's own, where it is not a function of the same name in torch.nn.functional
WRONG: list[tuple[str, list[Any], dict[str, Any], str]] = []  # operation, arguments, options, pattern of the message


def differentiable_operations() -> list[str]:
    """The names of all public operations that have a pullback."""
    return [name for name in dlref.numpy.__all__ if hasattr(getattr(dlref.numpy, name), "vjp")]


def distinct(rng: np.random.Generator, shape: tuple[int, ...], dtype: type = np.float64) -> np.ndarray:
    """Values in (-2, 2), all different from one another and from zero by more than a finite difference."""
    count = int(np.prod(shape))
    return ((rng.permutation(count) - count // 2 + 0.3) * (4 / max(count, 4))).astype(dtype).reshape(shape)


def strided(array: np.ndarray) -> np.ndarray:
    """The same values, but not contiguous in memory."""
    return np.repeat(array, 2, axis=-1)[..., ::2] if array.ndim else array


def case(operation: Callable | None = None, *, judge: Callable | None = None) -> Callable:
    """Register a generator under its name; it is handed `draw` and `array(*shape)`, which may not be contiguous.

    `judge` takes the arguments as tensors and computes with torch's own, where torch.nn.functional has no such name.
    """
    if operation is None:
        return lambda operation: case(operation, judge=judge)

    @st.composite
    def strategy(draw: DrawFn, dtype: type) -> Case:
        rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
        layout = draw(st.sampled_from([strided, np.asarray]))
        return operation(draw, lambda *shape: layout(distinct(rng, shape, dtype)))

    CASES[operation.__name__] = strategy
    if judge:
        JUDGES[operation.__name__] = judge
    return operation


def f(*shape: int, dtype: str = "float64") -> np.ndarray:
    """An array of ones, for calls that are refused before its values matter."""
    return np.ones(shape, dtype)


SIZE = st.integers(1, 5)
BATCH = st.sampled_from([1, 2, 3, 4, 0])  # no example at all is allowed, as in PyTorch
SHAPE = st.lists(SIZE, min_size=1, max_size=4)
REDUCTION = st.sampled_from(["mean", "sum", "none"])
PAIR = st.tuples(st.integers(1, 3), st.integers(1, 3))
INT_OR_PAIR = st.one_of(st.integers(1, 3), PAIR)

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
