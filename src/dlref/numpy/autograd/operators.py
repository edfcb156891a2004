"""The operators and methods of `Tensor`, named as those of `torch.Tensor`; each applies an operation of the tape.

What the tape cannot record is refused with an error that says what to do instead: silence would lose a gradient.
"""

from typing import Any, NoReturn, Self, cast

import numpy as np

from dlref.numpy.autograd import arithmetic, reductions, shapes
from dlref.numpy.autograd.reductions import Dims
from dlref.numpy.differentiable import Array, Traced

_UFUNCS: dict[np.ufunc, Any] = {
    np.add: arithmetic.add,
    np.subtract: arithmetic.sub,
    np.multiply: arithmetic.mul,
    np.true_divide: arithmetic.div,
    np.power: arithmetic.pow,
    np.matmul: arithmetic.matmul,
    np.negative: arithmetic.neg,
    np.exp: arithmetic.exp,
    np.log: arithmetic.log,
    np.sqrt: arithmetic.sqrt,
    np.absolute: arithmetic.abs,
}


class Operators(Traced):
    """What a tensor can do; `data` is its array."""

    data: Array

    @property
    def shape(self) -> tuple[int, ...]:
        """Its sizes."""
        return self.data.shape

    @property
    def ndim(self) -> int:
        """How many dimensions it has."""
        return self.data.ndim

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of its numbers."""
        return self.data.dtype

    @property
    def T(self) -> Self:  # noqa: N802 (as in PyTorch)
        """The matrix transposed."""
        return self.transpose(-2, -1)

    def __add__(self, other: Any) -> Self:
        return cast(Self, arithmetic.add(self, other))

    def __radd__(self, other: Any) -> Self:
        return cast(Self, arithmetic.add(other, self))

    def __sub__(self, other: Any) -> Self:
        return cast(Self, arithmetic.sub(self, other))

    def __rsub__(self, other: Any) -> Self:
        return cast(Self, arithmetic.sub(other, self))

    def __mul__(self, other: Any) -> Self:
        return cast(Self, arithmetic.mul(self, other))

    def __rmul__(self, other: Any) -> Self:
        return cast(Self, arithmetic.mul(other, self))

    def __truediv__(self, other: Any) -> Self:
        return cast(Self, arithmetic.div(self, other))

    def __rtruediv__(self, other: Any) -> Self:
        return cast(Self, arithmetic.div(other, self))

    def __pow__(self, exponent: float) -> Self:
        return cast(Self, arithmetic.pow(self, exponent))

    def __matmul__(self, other: Any) -> Self:
        return cast(Self, arithmetic.matmul(self, other))

    def __neg__(self) -> Self:
        return cast(Self, arithmetic.neg(self))

    def __getitem__(self, index: Any) -> Self:
        return cast(Self, shapes.getitem(self, index))

    def sum(self, dim: Dims = None, keepdim: bool = False) -> Self:
        """Return the sum over `dim`, or over everything."""
        return cast(Self, reductions.sum(self, dim, keepdim))

    def mean(self, dim: Dims = None, keepdim: bool = False) -> Self:
        """Return the mean over `dim`, or over everything."""
        return cast(Self, reductions.mean(self, dim, keepdim))

    def amax(self, dim: Dims = None, keepdim: bool = False) -> Self:
        """Return the maximum over `dim`, or over everything."""
        return cast(Self, reductions.amax(self, dim, keepdim))

    def exp(self) -> Self:
        """Return e to the power of each element."""
        return cast(Self, arithmetic.exp(self))

    def log(self) -> Self:
        """Return the natural logarithm of each element."""
        return cast(Self, arithmetic.log(self))

    def sqrt(self) -> Self:
        """Return the square root of each element."""
        return cast(Self, arithmetic.sqrt(self))

    def abs(self) -> Self:
        """Return the absolute value of each element."""
        return cast(Self, arithmetic.abs(self))

    def reshape(self, *shape: int) -> Self:
        """Return the same numbers, in order, in another shape."""
        return cast(Self, shapes.reshape(self, shape))

    def transpose(self, dim0: int, dim1: int) -> Self:
        """Exchange two dimensions."""
        return cast(Self, shapes.transpose(self, dim0, dim1))

    def __len__(self) -> int:
        return len(self.data)

    def __float__(self) -> float:
        return float(self.data)

    def __bool__(self) -> bool:
        return bool(self.data)

    def __lt__(self, other: Any) -> Array:
        return cast(Array, self.data < _plain(other))

    def __le__(self, other: Any) -> Array:
        return cast(Array, self.data <= _plain(other))

    def __gt__(self, other: Any) -> Array:
        return cast(Array, self.data > _plain(other))

    def __ge__(self, other: Any) -> Array:
        return cast(Array, self.data >= _plain(other))

    def __eq__(self, other: object) -> Array:  # type: ignore[override]
        return cast(Array, self.data == _plain(other))

    __hash__ = object.__hash__

    def __setitem__(self, index: Any, value: Any) -> NoReturn:
        raise TypeError("Tensor: writing to elements is not recorded; build a new tensor with where, cat or stack")

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        """Let NumPy's own functions of tensors be recorded, where the tape has an operation for them."""
        if method == "__call__" and ufunc in _UFUNCS and not options:
            return _UFUNCS[ufunc](*inputs)
        _refuse(ufunc.__name__)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> NoReturn:
        """Refuse NumPy's functions on tensors."""
        _refuse(function.__name__)

    def __array__(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse to become an array unasked, which would lose the gradient."""
        raise TypeError("Tensor: turning a tensor into an array is not recorded; use .numpy() if no gradient is needed")


def _plain(other: Any) -> Any:
    return other.data if isinstance(other, Operators) else other


def _refuse(name: str) -> NoReturn:
    known = ", ".join(sorted(f"numpy.{ufunc.__name__}" for ufunc in _UFUNCS))
    raise TypeError(
        f"Tensor: numpy.{name} is not recorded; use an operation of dlref.numpy, a method of Tensor, or one of {known}"
    )
