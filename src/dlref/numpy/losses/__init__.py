"""Loss functions: how far the network's output lies from the target."""

from dlref.numpy.losses.classification import cross_entropy
from dlref.numpy.losses.regression import mse_loss

__all__ = [
    "cross_entropy",
    "mse_loss",
]
