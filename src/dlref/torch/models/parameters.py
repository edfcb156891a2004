"""From a blueprint to parameters.

Weights of two dimensions and more are drawn from U(−1/√fan_in, 1/√fan_in), as `torch.nn.Linear` and `torch.nn.Conv2d`
draw theirs; weights of one dimension are the scales of normalisation and begin at 1; biases begin at 0.
Reference: LeCun, Bottou, Orr and Müller, Efficient BackProp (1998).
"""

import math

import torch
from torch import Tensor

from dlref.blueprints import Shapes
from dlref.torch.init import kaiming_uniform_


def initial_params(
    shapes: Shapes, *, generator: torch.Generator, dtype: torch.dtype = torch.float32
) -> dict[str, Tensor]:
    """Draw the first parameters of a model.

    Parameters
    ----------
    shapes
        the blueprint: the shape of each parameter, by name
    generator
        where the numbers come from; its device becomes theirs
    dtype
        of the parameters

    Returns
    -------
    params
        tensors that require a gradient, under the names and in the order of `shapes`

    Examples
    --------
    >>> params = initial_params({"weight": (2, 4), "bias": (2,)}, generator=torch.Generator())
    >>> print(params["bias"], abs(params["weight"]).max() < 0.5)
    tensor([0., 0.], requires_grad=True) tensor(True)
    """
    params = {}
    for name, shape in shapes.items():
        is_scale = len(shape) == 1 and name.endswith("weight")
        param = torch.full(shape, float(is_scale), dtype=dtype, device=generator.device)
        if len(shape) > 1:
            kaiming_uniform_(param, a=math.sqrt(5), generator=generator)
        params[name] = param.requires_grad_()
    return params
