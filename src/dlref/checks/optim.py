"""Checks of what optimisers, schedules and gradient clipping are given."""

from collections.abc import Mapping
from typing import Any

from dlref.checks.arrays import check_arrays


def check_not_negative(operation: str, **options: float) -> None:
    """Raise ValueError for an option below zero, or one that is no number."""
    for name, option in options.items():
        if not option >= 0:
            raise ValueError(f"{operation}: {name} must be 0 or more; got {option}")


def check_positive(operation: str, **options: float) -> None:
    """Raise ValueError for an option that is not above zero."""
    for name, option in options.items():
        if not option > 0:
            raise ValueError(f"{operation}: {name} must be more than 0; got {option}")


def check_at_most_one(operation: str, **options: float) -> None:
    """Raise ValueError for an option outside [0, 1]."""
    for name, option in options.items():
        if not 0 <= option <= 1:
            raise ValueError(f"{operation}: {name} must be in [0, 1]; got {option}")


def check_counts(operation: str, **options: int) -> None:
    """Raise ValueError for an option that counts steps and is no positive integer."""
    for name, option in options.items():
        if not isinstance(option, int) or option < 1:
            raise ValueError(f"{operation}: {name} must be an int of at least 1; got {option}")


def check_nesterov(operation: str, momentum: float, dampening: float, nesterov: bool) -> None:
    """Raise ValueError for Nesterov's momentum without momentum, or with dampening."""
    if nesterov and (momentum == 0 or dampening != 0):
        raise ValueError(f"{operation}: nesterov needs momentum > 0 and dampening = 0; got {momentum} and {dampening}")


def check_betas(operation: str, betas: tuple[float, float]) -> None:
    """Raise ValueError unless there are two decay rates that forget: at 1 an average would never move."""
    if len(betas) != 2 or not all(0 <= beta < 1 for beta in betas):
        raise ValueError(f"{operation}: betas must be two numbers in [0, 1); got {betas}")


def check_trainable(array_types: tuple[Any, ...], optimizer: str, params: Mapping[Any, Any]) -> None:
    """Raise ValueError unless there are parameters, all of them floating arrays."""
    if not params:
        raise ValueError(f"{optimizer}: params must not be empty")
    for name, param in params.items():
        check_arrays(array_types, optimizer, **{f"params[{name!r}]": (param, "*")})


def check_grads(
    array_types: tuple[Any, ...], optimizer: str, params: Mapping[str, Any], grads: Mapping[str, Any]
) -> None:
    """Raise ValueError unless there is a gradient for every parameter, of its shape and dtype, and none besides."""
    if set(grads) != set(params):
        raise ValueError(f"{optimizer}: grads must have the names {sorted(params)}; got {sorted(grads)}")
    for name, param in params.items():
        both = {f"params[{name!r}]": (param, "*"), f"grads[{name!r}]": (grads[name], "*")}
        check_arrays(array_types, optimizer, **both)
