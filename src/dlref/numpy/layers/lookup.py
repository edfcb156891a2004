"""From discrete symbols to vectors.

    embedding   y = E_i      dE_i = Σ dy over all places that hold i

It is the linear layer of a one-hot vector, without the multiplications by zero.
Reference: Bengio, Ducharme, Vincent and Jauvin, A neural probabilistic language model (2003).
"""

import numpy as np

from dlref.checks import check_indices, check_padding_idx
from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array, Gradients, Pullback, differentiable


@differentiable
def embedding(input: Array, weight: Array, padding_idx: int | None = None) -> tuple[Array, Pullback]:
    """Look up a row of `weight` for every index.

    Parameters
    ----------
    input : (*) integer
        indices of symbols
    weight : (V, D)
        one vector of size D for each of V symbols
    padding_idx
        the row that stands for no symbol and is not learned: it gets no gradient

    Returns
    -------
    output : (*, D)

    Raises
    ------
    ValueError
        where shapes or dtypes do not fit, or an index is outside [0, V)

    Examples
    --------
    >>> print(embedding(np.array([2, 0]), np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])))
    [[5. 6.]
     [1. 2.]]
    """
    check("embedding", input=(input, "*: integer"), weight=(weight, "V, D"))
    V, _ = weight.shape
    if input.size:
        check_indices(int(input.min()), int(input.max()), V)
    check_padding_idx(padding_idx, V)
    output = weight.take(input, axis=0)  # (*, D)

    def pullback(doutput: Array) -> Gradients:
        dweight = np.zeros_like(weight)
        np.add.at(dweight, input, doutput)
        if padding_idx is not None:
            dweight[padding_idx] = 0
        return None, dweight

    return output, pullback
