"""From a blueprint to parameters.

Weights of two dimensions and more are drawn from U(−1/√fan_in, 1/√fan_in), as `torch.nn.Linear` and `torch.nn.Conv2d`
draw theirs; weights of one dimension are the scales of normalisation and begin at 1; biases begin at 0.
Reference: LeCun, Bottou, Orr and Müller, Efficient BackProp (1998).
"""

import math

import numpy as np
import numpy.typing as npt

from dlref.blueprints import Shapes
from dlref.numpy.differentiable import Array
from dlref.numpy.init import kaiming_uniform_


def initial_params(
    shapes: Shapes, *, generator: np.random.Generator, dtype: npt.DTypeLike = np.float32
) -> dict[str, Array]:
    """Draw the first parameters of a model.

    Parameters
    ----------
    shapes
        the blueprint: the shape of each parameter, by name
    generator
        where the numbers come from
    dtype
        of the parameters

    Returns
    -------
    params
        arrays, under the names and in the order of `shapes`

    Examples
    --------
    >>> params = initial_params({"weight": (2, 4), "bias": (2,)}, generator=np.random.default_rng(0))
    >>> print(params["bias"], abs(params["weight"]).max() < 0.5)
    [0. 0.] True
    """
    params = {}
    for name, shape in shapes.items():
        is_scale = len(shape) == 1 and name.endswith("weight")
        param = np.full(shape, float(is_scale), dtype)
        if len(shape) > 1:
            kaiming_uniform_(param, a=math.sqrt(5), generator=generator)
        params[name] = param
    return params
