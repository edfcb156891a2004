"""The fully connected layer.

    linear   y = x Wᵀ + b      dx = dy W      dW = dyᵀ x      db = Σ_n dy

Reference: Goodfellow, Bengio and Courville, Deep Learning (2016), section 6.1.
"""

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
    output = input @ weight.T  # (*, out)
    if bias is not None:
        output += bias

    def pullback(doutput: Array) -> Gradients:
        flat_input = input.reshape(-1, weight.shape[1])  # (N, in)
        flat_doutput = doutput.reshape(-1, weight.shape[0])  # (N, out)
        dinput = doutput @ weight
        dweight = flat_doutput.T @ flat_input
        return dinput, dweight, None if bias is None else flat_doutput.sum(axis=0)

    return output, pullback
