"""Checks of what optimisers are given."""

from collections.abc import Mapping
from typing import Any


def check_sgd(lr: float, momentum: float, dampening: float, weight_decay: float, nesterov: bool) -> None:
    """Raise ValueError for the options that stochastic gradient descent cannot have."""
    for name, option in {"lr": lr, "momentum": momentum, "weight_decay": weight_decay}.items():
        if option < 0:
            raise ValueError(f"SGD: {name} must not be negative; got {option}")
    if nesterov and (momentum == 0 or dampening != 0):
        raise ValueError(f"SGD: nesterov needs momentum > 0 and dampening = 0; got {momentum} and {dampening}")


def check_grads(params: Mapping[str, Any], grads: Mapping[str, Any]) -> None:
    """Raise ValueError unless there is a gradient for every parameter, of its shape, and none besides."""
    if set(grads) != set(params):
        raise ValueError(f"SGD: grads must have the names {sorted(params)}; got {sorted(grads)}")
    for name, param in params.items():
        if grads[name].shape != param.shape:
            raise ValueError(f"SGD: the gradient of {name} must be {param.shape}; got {grads[name].shape}")
