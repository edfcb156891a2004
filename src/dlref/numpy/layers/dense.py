"""The fully connected layer.

    linear   y = x Wᵀ + b      dx = dy W      dW = dyᵀ x      db = Σ_n dy

Reference: Goodfellow, Bengio and Courville, Deep Learning (2016), section 6.1.
"""

import math

from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array, Gradients, Pullback, differentiable


@differentiable
def linear(input: Array, weight: Array, bias: Array | None = None) -> tuple[Array, Pullback]:
    """Fully connected layer: every output sees every input.

    Parameters
    ----------
    input : (*, in)
        any number of examples
    weight : (out, in)
        one row per output
    bias : (out,), optional
        added to every output

    Returns
    -------
    output : (*, out)

    Raises
    ------
    ValueError
        where shapes or dtypes do not fit

    Examples
    --------
    >>> import numpy as np
    >>> print(linear(np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]]), np.array([5.0])))
    [[16.]]
    """
    check("linear", input=(input, "*, in"), weight=(weight, "out, in"), bias=(bias, "None | out"))
    *leading, inner = input.shape
    flat = input.reshape(math.prod(leading), inner)  # (N, in)
    output = flat @ weight.T  # (N, out)
    if bias is not None:
        output += bias

    def pullback(doutput: Array) -> Gradients:
        dflat = doutput.reshape(output.shape)  # (N, out)
        dinput = dflat @ weight  # (N, in)
        dweight = dflat.T @ flat  # (out, in)
        return dinput.reshape(input.shape), dweight, None if bias is None else dflat.sum(axis=0)

    return output.reshape(*leading, len(weight)), pullback
