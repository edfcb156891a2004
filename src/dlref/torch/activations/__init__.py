"""Activation functions: what makes a stack of layers more than one linear map."""

from dlref.torch.activations.distributions import log_softmax, softmax
from dlref.torch.activations.gated import gelu, silu
from dlref.torch.activations.rectifiers import elu, leaky_relu, relu
from dlref.torch.activations.sigmoids import logsigmoid, sigmoid, softplus, tanh

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
