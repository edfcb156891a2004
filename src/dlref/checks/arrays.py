"""Checks of arguments, shared by both backends: every error names the operation, what it expected and what it got.

An operation states the layout of its arguments once, in the notation of its own docstring:

    check("linear", input=(input, "*, in"), weight=(weight, "out, in"), bias=(bias, "None | out"))

Equal symbols must have equal sizes, `*` stands for any leading dimensions, `...` for any shape at all, `None | ` allows
the argument to be absent, and `: integer` or `: bool` asks for those; all other arrays must share one floating dtype.
"""

from typing import Any

_MANY = 10_000  # calls remembered, of a few hundred bytes each
_passed: set[tuple[Any, ...]] = set()  # what was found in order: a training loop asks the same at every step


def check_arrays(array_types: tuple[Any, ...], operation: str, **arguments: tuple[Any, str]) -> None:
    """Raise ValueError unless every argument, given as (array, layout), has its layout and a fitting dtype.

    Parameters
    ----------
    array_types
        what the backend takes for an array
    operation
        the name with which the message begins
    arguments
        argument name = (array, layout)
    """
    parts = [
        (name, layout, type(array), getattr(array, "shape", None), getattr(array, "dtype", None))
        for name, (array, layout) in arguments.items()
    ]
    call = (array_types, operation, *parts)
    if call in _passed:
        return
    _check(array_types, operation, arguments)
    if len(_passed) >= _MANY:
        _passed.clear()
    _passed.add(call)


def _check(array_types: tuple[Any, ...], operation: str, arguments: dict[str, tuple[Any, str]]) -> None:
    sizes: dict[str, tuple[Any, str]] = {}  # symbol -> its size, and the argument that fixed it
    dtypes: dict[str, str] = {}  # floating dtype -> the argument that brought it
    for name, (array, layout) in arguments.items():
        axes, _, kind = layout.removeprefix("None | ").partition(": ")
        if array is None and layout.startswith("None | "):
            continue
        if not isinstance(array, array_types):
            raise ValueError(f"{operation}: {name} must be a {array_types[0].__name__}; got {type(array).__name__}")
        _check_dtype(f"{operation}: {name}", name, str(array.dtype).removeprefix("torch."), kind or "float", dtypes)
        _check_shape(f"{operation}: {name}", name, tuple(array.shape), axes, sizes)


def check_double(operation: str, **arrays: Any) -> None:
    """Raise ValueError unless every array is float64: a difference of nearby float32 values is mostly rounding."""
    for name, array in arrays.items():
        dtype = str(array.dtype).removeprefix("torch.")
        if dtype != "float64":
            raise ValueError(f"{operation}: {name} must be float64, because differences drown in rounding; got {dtype}")


def _check_dtype(where: str, name: str, dtype: str, kind: str, dtypes: dict[str, str]) -> None:
    if kind.removesuffix("eger") not in dtype:
        raise ValueError(f"{where} must have {kind} dtype; got {dtype}")
    if kind == "float" and dtypes and dtype not in dtypes:
        (known, first) = next(iter(dtypes.items()))
        raise ValueError(f"{where} must be {known} as {first} is; got {dtype}")
    if kind == "float":
        dtypes[dtype] = name


def _check_shape(where: str, name: str, shape: tuple[int, ...], axes: str, sizes: dict[str, tuple[Any, str]]) -> None:
    if axes == "...":
        return
    symbols = axes.split(", ") if axes else []  # () for a single number
    found = _sizes_of(symbols, shape)
    if found is None or any(size != sizes.get(symbol, (size,))[0] for symbol, size in found.items()):
        known = [f"{symbol} = {sizes[symbol][0]} as {sizes[symbol][1]} has" for symbol in symbols if symbol in sizes]
        condition = " with " + ", ".join(known) if known else ""
        raise ValueError(f"{where} must be ({axes}){condition}; got {shape}")
    for symbol, size in found.items():
        sizes.setdefault(symbol, (size, f"{name} {shape}"))


def _sizes_of(symbols: list[str], shape: tuple[int, ...]) -> dict[str, Any] | None:
    """The size that each symbol has in `shape`, or None where the number of dimensions does not fit."""
    if symbols[:1] == ["*"]:
        leading = len(shape) - len(symbols) + 1
        return {"*": shape[:leading], **dict(zip(symbols[1:], shape[leading:], strict=True))} if leading >= 0 else None
    return dict(zip(symbols, shape, strict=True)) if len(symbols) == len(shape) else None
