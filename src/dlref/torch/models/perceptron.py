"""The multilayer perceptron: linear layers with an activation between them.

    h_0 = x      h_l = f(h_{l−1} W_lᵀ + b_l)      y = h_{L−1} W_Lᵀ + b_L

Reference: Rumelhart, Hinton and Williams, Learning representations by back-propagating errors (1986).
"""

from torch import Tensor

from dlref.checks import check_choice, check_layers
from dlref.torch.activations import gelu, leaky_relu, relu, sigmoid, tanh
from dlref.torch.layers import linear

ACTIVATIONS = {"relu": relu, "leaky_relu": leaky_relu, "gelu": gelu, "sigmoid": sigmoid, "tanh": tanh}


def mlp(input: Tensor, params: dict[str, Tensor], *, activation: str = "relu") -> Tensor:
    """Multilayer perceptron; its depth is the number of layers in `params`.

    Parameters
    ----------
    input : (*, in)
        any number of examples
    params
        layers.0.weight (hidden, in), layers.0.bias (hidden,), …, as `mlp_shapes` lists them
    activation
        between the layers: "relu", "leaky_relu", "gelu", "sigmoid" or "tanh"

    Returns
    -------
    output : (*, out)

    Raises
    ------
    ValueError
        where names or shapes of `params` do not fit, or `activation` is unknown

    Examples
    --------
    >>> import torch
    >>> params = {"layers.0.weight": torch.ones(1, 2), "layers.0.bias": torch.ones(1)}
    >>> print(mlp(torch.ones(1, 2), params))
    tensor([[3.]])
    """
    check_choice("mlp", "activation", activation, tuple(ACTIVATIONS))
    depth = check_layers("mlp", params)
    hidden = input
    for layer in range(depth):
        if layer > 0:
            hidden = ACTIVATIONS[activation](hidden)
        hidden = linear(hidden, params[f"layers.{layer}.weight"], params[f"layers.{layer}.bias"])  # (*, out)
    return hidden
