"""Pooling: a window of values becomes one.

    max_pool2d   y = max of each window

Reference: LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document recognition (1998).
"""

from itertools import product

import torch
from torch import Tensor

from dlref.checks import check_pool_padding, pair, span
from dlref.torch.checks import check


def max_pool2d(
    input: Tensor,
    kernel_size: int | tuple[int, int],
    stride: int | tuple[int, int] | None = None,
    padding: int | tuple[int, int] = 0,
) -> Tensor:
    """Maximum of each window.

    Parameters
    ----------
    input : (N, C, H, W)
        images
    kernel_size, stride, padding
        an int, or one for height and one for width; stride is kernel_size where it is not given

    Returns
    -------
    output : (N, C, H', W') with H' = (H + 2·padding − kernel_size) // stride + 1, and W' likewise

    Raises
    ------
    ValueError
        where shapes or dtypes do not fit, or padding exceeds half the window

    Examples
    --------
    >>> image = torch.arange(16.0).reshape(1, 1, 4, 4)
    >>> print(max_pool2d(image, kernel_size=2)[0, 0])
    tensor([[ 5.,  7.],
            [13., 15.]])
    """
    check("max_pool2d", input=(input, "N, C, H, W"))
    (kh, kw), (ph, pw) = pair("max_pool2d", "kernel_size", kernel_size, 1), pair("max_pool2d", "padding", padding, 0)
    sh, sw = (kh, kw) if stride is None else pair("max_pool2d", "stride", stride, 1)
    check_pool_padding((ph, pw), (kh, kw))
    N, C, H, W = input.shape
    _, row_span = span("max_pool2d", H + 2 * ph, kh, sh)
    _, column_span = span("max_pool2d", W + 2 * pw, kw, sw)

    padded = input.new_full((N, C, H + 2 * ph, W + 2 * pw), -torch.inf)
    padded[:, :, ph : ph + H, pw : pw + W] = input
    places = [padded[:, :, i : i + row_span : sh, j : j + column_span : sw] for i, j in product(range(kh), range(kw))]
    # max over a stacked dimension sends the gradient to the first maximum; torch.maximum would share it out.
    output = torch.stack(places).max(dim=0).values  # (N, C, H', W')
    return output
