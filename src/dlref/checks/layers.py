"""Checks of what layers are given: whole numbers, windows, probabilities, shapes to normalise over."""

import math
from typing import Any


def check_int(operation: str, name: str, given: int, least: int) -> None:
    """Raise ValueError unless `given` is an int, and at least `least`."""
    if not isinstance(given, int) or given < least:
        raise ValueError(f"{operation}: {name} must be an int, at least {least}; got {given!r}")


def check_half_window(operation: str, padding: tuple[int, int], kernel: tuple[int, int]) -> None:
    """Raise ValueError where padding exceeds half the window, which could then lie wholly in the padding."""
    if any(2 * pad > size for pad, size in zip(padding, kernel, strict=True)):
        raise ValueError(f"{operation}: padding must be at most half of kernel_size = {kernel}; got {padding}")


def check_indices(lowest: int, highest: int, count: int) -> None:
    """Raise ValueError unless indices from `lowest` to `highest` lie in [0, count)."""
    if lowest < 0 or highest >= count:
        wrong = lowest if lowest < 0 else highest
        raise ValueError(f"embedding: input must hold indices in [0, V) with V = {count}; got {wrong}")


def check_padding_idx(padding_idx: int | None, count: int) -> None:
    """Raise ValueError unless `padding_idx` is None or the index of a row, which may count from the end."""
    if padding_idx is not None and not -count <= padding_idx < count:
        raise ValueError(f"embedding: padding_idx must be in [-V, V) with V = {count}; got {padding_idx}")


def check_dropout(p: float, draws: bool, generator: Any) -> None:
    """Raise ValueError unless `p` is a probability, and there is a generator where numbers have to be drawn."""
    if not 0 <= p <= 1:
        raise ValueError(f"dropout: p must be in [0, 1]; got {p}")
    if draws and generator is None:
        raise ValueError("dropout: generator must be given where training is True and p > 0; got None")


def check_batch_norm(shape: tuple[int, ...], training: bool, running: tuple[Any, Any], *per_channel: Any) -> None:
    """Raise ValueError unless all `per_channel` arrays fit an input of `shape`, and what training needs is there."""
    if len(shape) < 2:
        raise ValueError(f"batch_norm: input must be (N, C, *); got {shape}")
    for array in (*running, *per_channel):
        if array is not None and len(array) != shape[1]:
            raise ValueError(f"batch_norm: input must be (N, C, *) with C = {len(array)}; got {shape}")
    if (running[0] is None) != (running[1] is None):
        raise ValueError("batch_norm: running_mean and running_var must be given together; got one of them")
    if not training and running[0] is None:
        raise ValueError("batch_norm: running_mean and running_var must be given unless training; got None")
    if training and math.prod(shape) == shape[1]:
        raise ValueError(f"batch_norm: input must have more than one value per channel in training; got {shape}")


def check_normalized_shape(shape: tuple[int, ...], normalized: tuple[int, ...]) -> str:
    """Return the layout "D1, D2, …" of `normalized`; raise ValueError unless it is what `shape` ends in."""
    if not isinstance(normalized, tuple | list) or not normalized:
        raise ValueError(f"layer_norm: normalized_shape must be a tuple of at least one int; got {normalized!r}")
    if shape[-len(normalized) :] != tuple(normalized):
        raise ValueError(f"layer_norm: input must end in normalized_shape = {normalized}; got {shape}")
    return ", ".join(f"D{place}" for place in range(1, len(normalized) + 1))


def check_flatten(ndim: int, start_dim: int, end_dim: int) -> tuple[int, int]:
    """Return both dimensions, counted from the front; raise ValueError unless they exist and are in order."""
    dims = max(ndim, 1)  # a single number is flattened to one dimension
    for name, dim in {"start_dim": start_dim, "end_dim": end_dim}.items():
        if not -dims <= dim < dims:
            raise ValueError(
                f"flatten: {name} must be in [{-dims}, {dims}) for an input of {ndim} dimensions; got {dim}"
            )
    start, end = start_dim % dims, end_dim % dims
    if start > end:
        raise ValueError(f"flatten: start_dim must not come after end_dim; got {start_dim} and {end_dim}")
    return start, end


def check_residual(shape: tuple[int, ...], change: tuple[int, ...]) -> None:
    """Raise ValueError unless the sublayer keeps the shape of its input."""
    if change != shape:
        raise ValueError(f"residual: sublayer must keep the shape {shape} of its input; got {change}")
