"""Checks of losses: class targets, weights that are broadcast, probabilities."""

from typing import Any

from dlref.checks.optim import check_at_most_one


def class_layouts(input: Any, target: Any, indices: bool | None = None) -> tuple[str, str]:
    """Return the layouts of scores, (N, C, d1, …) or (C), and of their targets: class indices have no dimension C.

    Whether the target has `indices` is decided by its number of dimensions where it is not given.
    """
    ndim = getattr(input, "ndim", 2)
    axes = ["C"] if ndim == 1 else ["N", "C", *(f"d{place}" for place in range(1, ndim - 1))]
    scores = ", ".join(axes)
    if indices or (indices is None and getattr(target, "ndim", ndim) < ndim):
        axes.remove("C")
        return scores, ", ".join(axes) + ": integer"
    return scores, scores


def check_broadcast(operation: str, name: str, array: Any, input: Any) -> None:
    """Raise ValueError unless `array` is absent or can be repeated to the shape of `input`."""
    if array is None:
        return
    given, shape = tuple(array.shape), tuple(input.shape)
    leading = len(shape) - len(given)
    if leading < 0 or any(size not in (1, whole) for size, whole in zip(given, shape[leading:], strict=True)):
        raise ValueError(f"{operation}: {name} must be broadcastable to input's shape {shape}; got {given}")


def check_probabilities(operation: str, **arrays: Any) -> None:
    """Raise ValueError where an array has a number outside [0, 1], or one that is no number."""
    for name, array in arrays.items():
        for extreme in [] if 0 in array.shape else [array.min(), array.max()]:
            check_at_most_one(operation, **{name: extreme.item()})


def check_label_smoothing(operation: str, label_smoothing: float, ignore_index: int, has_indices: bool) -> None:
    """Raise ValueError where label smoothing is no share of one, or an index to ignore is given where none are."""
    check_at_most_one(operation, label_smoothing=label_smoothing)
    if not has_indices and ignore_index >= 0:
        raise ValueError(f"{operation}: ignore_index needs a target of class indices; got {ignore_index}")
