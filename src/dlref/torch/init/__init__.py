"""Initial parameters, drawn in place from a generator that the caller seeds."""

from dlref.torch.init.distributions import normal_, uniform_
from dlref.torch.init.gain import calculate_gain
from dlref.torch.init.orthogonal import orthogonal_
from dlref.torch.init.scaled import kaiming_normal_, kaiming_uniform_, xavier_normal_, xavier_uniform_

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
