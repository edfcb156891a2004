"""Optimisers: how a gradient becomes a step."""

from dlref.torch.optim.sgd import SGD

__all__ = [
    "SGD",
]
