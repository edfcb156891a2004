"""Activations that let the positive part through.

    relu(x) = max(x, 0)      dx = dy · [x > 0]

Reference: Goodfellow, Bengio and Courville, Deep Learning (2016), section 6.3.
"""

import numpy as np

from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array, Gradients, Pullback, differentiable


@differentiable
def relu(input: Array) -> tuple[Array, Pullback]:
    """Set what is negative to zero.

    Parameters
    ----------
    input : (*)
        pre-activations

    Returns
    -------
    output : (*)

    Raises
    ------
    ValueError
        where `input` is not a floating array

    Examples
    --------
    >>> print(relu(np.array([-1.0, 0.0, 2.0])))
    [0. 0. 2.]
    """
    check("relu", input=(input, "*"))
    output = np.maximum(input, 0)

    def pullback(doutput: Array) -> Gradients:
        return (doutput * (input > 0),)

    return output, pullback
