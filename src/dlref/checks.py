"""Checks of arguments, shared by both backends: every error names the operation, what it expected and what it got.

An operation states the layout of its arguments once, in the notation of its own docstring:

    check("linear", input=(input, "*, in"), weight=(weight, "out, in"), bias=(bias, "None | out"))

Equal symbols must have equal sizes, `*` stands for any leading dimensions, `None | ` allows the argument to be absent,
and `: integer` asks for integers; all other arrays must share one floating dtype.
"""

from collections.abc import Mapping
from typing import Any


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


def _check_dtype(where: str, name: str, dtype: str, kind: str, dtypes: dict[str, str]) -> None:
    if ("int" if kind == "integer" else "float") not in dtype:
        raise ValueError(f"{where} must have {kind} dtype; got {dtype}")
    if kind == "float" and dtypes and dtype not in dtypes:
        (known, first) = next(iter(dtypes.items()))
        raise ValueError(f"{where} must be {known} as {first} is; got {dtype}")
    if kind == "float":
        dtypes[dtype] = name


def _check_shape(where: str, name: str, shape: tuple[int, ...], axes: str, sizes: dict[str, tuple[Any, str]]) -> None:
    symbols = axes.split(", ")
    found = _sizes_of(symbols, shape)
    if found is None or any(size != sizes.get(symbol, (size,))[0] for symbol, size in found.items()):
        known = [f"{symbol} = {sizes[symbol][0]} as {sizes[symbol][1]} has" for symbol in symbols if symbol in sizes]
        condition = " with " + ", ".join(known) if known else ""
        raise ValueError(f"{where} must be ({axes}){condition}; got {shape}")
    for symbol, size in found.items():
        sizes.setdefault(symbol, (size, f"{name} {shape}"))


def _sizes_of(symbols: list[str], shape: tuple[int, ...]) -> dict[str, Any] | None:
    """The size that each symbol has in `shape`, or None where the number of dimensions does not fit."""
    if symbols[0] == "*":
        leading = len(shape) - len(symbols) + 1
        return {"*": shape[:leading], **dict(zip(symbols[1:], shape[leading:], strict=True))} if leading >= 0 else None
    return dict(zip(symbols, shape, strict=True)) if len(symbols) == len(shape) else None


def check_dim(operation: str, dim: int, ndim: int) -> None:
    """Raise ValueError unless `dim` is a dimension of an array that has `ndim` of them."""
    if not -ndim <= dim < ndim:
        raise ValueError(f"{operation}: dim must be in [{-ndim}, {ndim}) for an input of {ndim} dimensions; got {dim}")


def check_classes(operation: str, lowest: int, highest: int, classes: int) -> None:
    """Raise ValueError unless class indices from `lowest` to `highest` lie in [0, classes)."""
    if lowest < 0 or highest >= classes:
        wrong = lowest if lowest < 0 else highest
        raise ValueError(f"{operation}: target must hold class indices in [0, C) with C = {classes}; got {wrong}")


def check_choice(operation: str, name: str, given: str, choices: tuple[str, ...]) -> None:
    """Raise ValueError unless `given` is one of `choices`."""
    if given not in choices:
        raise ValueError(f"{operation}: {name} must be one of {', '.join(choices)}; got {given!r}")


def pair(operation: str, name: str, given: int | tuple[int, int], least: int) -> tuple[int, int]:
    """Return an int, or a pair of ints, as a pair; raise ValueError for anything else or for less than `least`."""
    both = tuple(given) if isinstance(given, tuple | list) else (given, given)
    if len(both) != 2 or not all(isinstance(one, int) and one >= least for one in both):
        raise ValueError(f"{operation}: {name} must be an int or a pair of ints, at least {least}; got {given!r}")
    return both[0], both[1]


def span(operation: str, size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Return how many places a `kernel` has along `size` at `stride`, and the distance they cover, ends included."""
    if kernel > size:
        raise ValueError(f"{operation}: the window must fit into the padded input; got {kernel} > {size}")
    places = (size - kernel) // stride + 1
    return places, (places - 1) * stride + 1


def check_sgd(lr: float, momentum: float, dampening: float, weight_decay: float, nesterov: bool) -> None:
    """Raise ValueError for the options that stochastic gradient descent cannot have."""
    for name, option in {"lr": lr, "momentum": momentum, "weight_decay": weight_decay}.items():
        if option < 0:
            raise ValueError(f"SGD: {name} must not be negative; got {option}")
    if nesterov and (momentum == 0 or dampening != 0):
        raise ValueError(f"SGD: nesterov needs momentum > 0 and dampening = 0; got {momentum} and {dampening}")


def check_pool_padding(padding: tuple[int, int], kernel: tuple[int, int]) -> None:
    """Raise ValueError where padding exceeds half the window, which could then lie wholly in the padding."""
    if any(2 * pad > size for pad, size in zip(padding, kernel, strict=True)):
        raise ValueError(f"max_pool2d: padding must be at most half of kernel_size = {kernel}; got {padding}")


def check_grads(params: Mapping[str, Any], grads: Mapping[str, Any]) -> None:
    """Raise ValueError unless there is a gradient for every parameter, of its shape, and none besides."""
    if set(grads) != set(params):
        raise ValueError(f"SGD: grads must have the names {sorted(params)}; got {sorted(grads)}")
    for name, param in params.items():
        if grads[name].shape != param.shape:
            raise ValueError(f"SGD: the gradient of {name} must be {param.shape}; got {grads[name].shape}")
