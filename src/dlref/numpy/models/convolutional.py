"""A convolutional network: two convolutions, maximum pooling, a linear layer.

    x → conv → relu → conv → relu → pool → flatten → linear

Padding keeps the size of the image through both convolutions; pooling halves it.
Reference: LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document recognition (1998).
"""

from dlref.checks import check_names
from dlref.numpy.activations import relu
from dlref.numpy.autograd import composed
from dlref.numpy.differentiable import Array
from dlref.numpy.layers import conv2d, flatten, linear, max_pool2d


@composed
def cnn(input: Array, params: dict[str, Array]) -> Array:
    """Convolutional classifier.

    Parameters
    ----------
    input : (N, C, H, W)
        images
    params
        conv1.weight (C1, C, k, k) with k odd, conv1.bias (C1,), conv2.weight (C2, C1, k, k), conv2.bias (C2,),
        output.weight (classes, C2 · (H // 2) · (W // 2)), output.bias (classes,), as `cnn_shapes` lists them

    Returns
    -------
    logits : (N, classes)

    Raises
    ------
    ValueError
        where names or shapes of `params` do not fit

    Examples
    --------
    >>> import numpy as np
    >>> from dlref.numpy import cnn_shapes, initial_params
    >>> params = initial_params(cnn_shapes((1, 2, 3), (8, 8), 10), generator=np.random.default_rng(0))
    >>> print(cnn(np.ones((5, 1, 8, 8), np.float32), params).shape)
    (5, 10)
    """
    layers = ("conv1", "conv2", "output")
    check_names("cnn", params, [f"{layer}.{part}" for layer in layers for part in ("weight", "bias")])
    half = params["conv1.weight"].shape[-1] // 2
    maps1 = relu(conv2d(input, params["conv1.weight"], params["conv1.bias"], padding=half))  # (N, C1, H, W)
    maps2 = relu(conv2d(maps1, params["conv2.weight"], params["conv2.bias"], padding=half))  # (N, C2, H, W)
    pooled = max_pool2d(maps2, kernel_size=2)  # (N, C2, H // 2, W // 2)
    return linear(flatten(pooled, start_dim=1), params["output.weight"], params["output.bias"])
