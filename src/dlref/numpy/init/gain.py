"""What a weight's spread has to make up for: the number of its inputs and the nonlinearity around it.

    nonlinearity    linear, conv…, sigmoid      tanh      relu      leaky_relu, slope a      selu
    gain            1                           5/3       √2        √(2 / (1 + a²))          3/4

√2 makes up for the half of the signal that relu cuts off; those of tanh and selu were found by trial.
References: Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks (2010);
He, Zhang, Ren and Sun, Delving deep into rectifiers (2015), arXiv:1502.01852.
"""

import math

from dlref.checks import check_choice
from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array

_CONVOLUTIONS = [f"{kind}{dims}d" for kind in ("conv", "conv_transpose") for dims in (1, 2, 3)]
_GAINS = {
    "linear": 1.0,
    **dict.fromkeys(_CONVOLUTIONS, 1.0),
    "sigmoid": 1.0,
    "tanh": 5 / 3,
    "relu": math.sqrt(2),
    "selu": 3 / 4,
}


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """Return the factor by which to widen a weight's distribution for a nonlinearity.

    Parameters
    ----------
    nonlinearity
        one of the names above
    param
        slope of leaky_relu on negative input, 0.01 if not given; no other nonlinearity has one

    Returns
    -------
    gain

    Raises
    ------
    ValueError
        where `nonlinearity` is unknown, or has no parameter and one is given

    Examples
    --------
    >>> print(f"{calculate_gain('tanh'):.4f} {calculate_gain('leaky_relu', 1.0):.4f}")
    1.6667 1.0000
    """
    if param is None:
        param = 0.01 if nonlinearity == "leaky_relu" else 0.0
    return gain_of("calculate_gain", nonlinearity, "param", param)


def gain_of(operation: str, nonlinearity: str, name: str, slope: float) -> float:
    """The gain, on behalf of an operation that calls the slope `name`."""
    check_choice(operation, "nonlinearity", nonlinearity, (*_GAINS, "leaky_relu"))
    if nonlinearity == "leaky_relu":
        return math.sqrt(2 / (1 + slope**2))
    if slope:
        raise ValueError(f"{operation}: {name} is the slope of leaky_relu, {nonlinearity} has none; got {slope}")
    return _GAINS[nonlinearity]


def fans(operation: str, tensor: Array) -> tuple[int, int]:
    """How many inputs each output of a weight (out, in, *) has, and how many outputs each input."""
    check(operation, tensor=(tensor, "*"))
    if tensor.ndim < 2:
        raise ValueError(f"{operation}: tensor must be (out, in, *); got {tuple(tensor.shape)}")
    out, fan_in, *kernel = tensor.shape
    window = math.prod(kernel)
    return fan_in * window, out * window
