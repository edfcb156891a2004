"""Optimisers: how a gradient becomes a step."""

from dlref.numpy.optim.sgd import SGD

__all__ = [
    "SGD",
]
