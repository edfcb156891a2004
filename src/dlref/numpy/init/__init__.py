"""Initial parameters, drawn in place from a generator that the caller seeds."""

from dlref.numpy.init.distributions import normal_, uniform_
from dlref.numpy.init.gain import calculate_gain
from dlref.numpy.init.orthogonal import orthogonal_
from dlref.numpy.init.scaled import kaiming_normal_, kaiming_uniform_, xavier_normal_, xavier_uniform_

__all__ = [
    "calculate_gain",
    "kaiming_normal_",
    "kaiming_uniform_",
    "normal_",
    "orthogonal_",
    "uniform_",
    "xavier_normal_",
    "xavier_uniform_",
]
