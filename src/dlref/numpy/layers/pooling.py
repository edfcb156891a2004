"""Pooling: a window of values becomes one.

    max_pool2d   y = max of each window      dx = dy at the first maximum of the window, 0 elsewhere

Reference: LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document recognition (1998).
"""

from functools import reduce

import numpy as np

from dlref.checks import check_pool_padding, pair, span
from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array, Gradients, Pullback, differentiable


@differentiable
def max_pool2d(
    input: Array,
    kernel_size: int | tuple[int, int],
    stride: int | tuple[int, int] | None = None,
    padding: int | tuple[int, int] = 0,
) -> tuple[Array, Pullback]:
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
    >>> image = np.arange(16.0).reshape(1, 1, 4, 4)
    >>> print(max_pool2d(image, kernel_size=2)[0, 0])
    [[ 5.  7.]
     [13. 15.]]
    """
    check("max_pool2d", input=(input, "N, C, H, W"))
    (kh, kw), (ph, pw) = pair("max_pool2d", "kernel_size", kernel_size, 1), pair("max_pool2d", "padding", padding, 0)
    sh, sw = (kh, kw) if stride is None else pair("max_pool2d", "stride", stride, 1)
    check_pool_padding((ph, pw), (kh, kw))
    N, C, H, W = input.shape
    _, row_span = span("max_pool2d", H + 2 * ph, kh, sh)
    _, column_span = span("max_pool2d", W + 2 * pw, kw, sw)

    padded = np.full((N, C, H + 2 * ph, W + 2 * pw), -np.inf, input.dtype)
    padded[:, :, ph : ph + H, pw : pw + W] = input
    places = [np.s_[:, :, i : i + row_span : sh, j : j + column_span : sw] for i, j in np.ndindex(kh, kw)]
    output = reduce(np.maximum, (padded[place] for place in places))  # (N, C, H', W')

    def pullback(doutput: Array) -> Gradients:
        dpadded = np.zeros_like(padded)
        undecided = np.ones(output.shape, bool)  # windows whose maximum has not been met yet
        for place in places:
            wins = undecided & (padded[place] == output)
            dpadded[place] += wins * doutput
            undecided ^= wins
        return (dpadded[:, :, ph : ph + H, pw : pw + W],)

    return output, pullback
