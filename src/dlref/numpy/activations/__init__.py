"""Activation functions: what makes a stack of layers more than one linear map."""

from dlref.numpy.activations.distributions import log_softmax, softmax
from dlref.numpy.activations.gated import gelu, silu
from dlref.numpy.activations.rectifiers import elu, leaky_relu, relu
from dlref.numpy.activations.sigmoids import logsigmoid, sigmoid, softplus, tanh

__all__ = [
    "elu",
    "gelu",
    "leaky_relu",
    "log_softmax",
    "logsigmoid",
    "relu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "tanh",
]
