"""Activation functions: what makes a stack of layers more than one linear map."""

from dlref.torch.activations.distributions import log_softmax, softmax
from dlref.torch.activations.rectifiers import relu

__all__ = [
    "log_softmax",
    "relu",
    "softmax",
]
