"""What a name in a formula may stand for, and how two such values are added and multiplied.

Numbers and arrays as they are; arrays count from 1, as the sums do, unless `At` says otherwise. Functions are Python's.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from latex.reading import RefusedError


@dataclass(frozen=True)
class At:
    """An array whose indices begin elsewhere than at 1, in every dimension or in each at its own place."""

    first: int | tuple[int, ...]
    array: np.ndarray
    zero_outside: bool = False

    def with_array(self, array: np.ndarray) -> "At":
        return replace(self, array=array)

    def __getitem__(self, indices: tuple) -> object:
        firsts = self.first if isinstance(self.first, tuple) else (self.first,) * self.array.ndim
        places = tuple(int(index) - first for index, first in zip(indices, firsts, strict=False))
        if any(not 0 <= place < size for place, size in zip(places, self.array.shape, strict=False)):
            if self.zero_outside:
                return 0.0
            raise RefusedError(f"index {indices} is outside an array of shape {self.array.shape}")
        return self.array[places]


@dataclass(frozen=True)
class Of:
    """A value that is made of others each time it is asked for, so that it can be differentiated by them."""

    function: Callable
    names: tuple[str, ...]


def of(*names: str) -> Callable[[Callable], Of]:
    return lambda function: Of(function, names)


@dataclass(frozen=True)
class Over:
    """A mean, a sum or a variance over worlds, in each of which some names have values of their own."""

    worlds: Sequence[Mapping[str, object]]
    how: Callable = field(default=lambda values: sum(values) / len(values))


def mean_over(worlds: Sequence[Mapping[str, object]]) -> Over:
    return Over(worlds)


def sum_over(worlds: Sequence[Mapping[str, object]]) -> Over:
    return Over(worlds, sum)


def variance_over(worlds: Sequence[Mapping[str, object]]) -> Over:
    return Over(worlds, lambda values: np.var(np.array(values), axis=0))


class Choices(tuple):
    """The values that a letter runs through, where they are not whole numbers in a row."""


Domain = range | Choices


@dataclass(frozen=True)
class Row:
    """The transpose of a vector: times a matrix a row, times a vector a number, behind a vector a matrix."""

    vector: np.ndarray


def plain(value: object) -> object:
    return value.array if isinstance(value, At) else value


def transposed(value: object) -> object:
    value = plain(value)
    if isinstance(value, np.ndarray) and value.ndim == 1:
        return Row(value)
    if isinstance(value, np.ndarray) and value.ndim == 2:
        return value.T
    raise RefusedError(f"the transpose of {value!r} is not known")


def times(left: object, right: object) -> object:
    """The product of two values that stand side by side."""
    left, right = plain(left), plain(right)
    if isinstance(left, Row):
        if not isinstance(right, np.ndarray):
            raise RefusedError("a transposed vector is multiplied by no array")
        return left.vector @ right if right.ndim == 1 else Row(left.vector @ right)
    if isinstance(right, Row):
        return np.outer(left, right.vector) if np.ndim(left) == 1 else Row(_number(left) * right.vector)
    if np.ndim(left) == 0 or np.ndim(right) == 0:
        return left * right
    if np.ndim(left) == np.ndim(right) == 1:
        raise RefusedError("two vectors side by side: which of their products is meant?")
    return left @ right


def dot(left: object, right: object) -> object:
    left, right = plain(left), plain(right)
    if np.ndim(left) == np.ndim(right) == 1 and len(left) == len(right):
        return left @ right
    if np.ndim(left) == 0 or np.ndim(right) == 0:
        return left * right
    raise RefusedError(rf"\cdot between arrays of shapes {np.shape(left)} and {np.shape(right)}")


def entrywise(left: object, right: object) -> object:
    left, right = plain(left), plain(right)
    if np.shape(left) != np.shape(right):
        raise RefusedError(rf"\odot between arrays of shapes {np.shape(left)} and {np.shape(right)}")
    return left * right


def plus(left: object, right: object) -> object:
    """The sum; a vector may be added to every row, as biases are."""
    left, right = plain(left), plain(right)
    shapes = {np.shape(left), np.shape(right)}
    if () not in shapes and len(shapes) > 1 and np.shape(left)[1:] != np.shape(right):
        raise RefusedError(f"+ between arrays of shapes {np.shape(left)} and {np.shape(right)}")
    return left + right


def over(left: object, right: object) -> object:
    left, right = plain(left), plain(right)
    if np.ndim(right) and np.shape(left) != np.shape(right):
        raise RefusedError(f"/ between arrays of shapes {np.shape(left)} and {np.shape(right)}")
    return left / right


def power(base: object, exponent: object) -> object:
    base = plain(base)
    if np.ndim(base) > 1:
        raise RefusedError("a power of a matrix: of its entries, or of itself?")
    return (1.0 * base) ** exponent  # a whole number to a negative power is none any more


def _number(value: object) -> float:
    if np.ndim(value):
        raise RefusedError("a matrix stands before a transposed vector")
    return float(value)
