"""Regularization: what keeps a network from learning its training data by heart.

    dropout   y = x · k / (1 − p)      dx = dy · k / (1 − p)      k = 0 with probability p, else 1

Dividing by 1 − p keeps the expectation of y at x, so that nothing has to change when training is over.
Reference: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, Dropout: a simple way to prevent neural networks
from overfitting (2014).
"""

import numpy as np

from dlref.checks import check_dropout
from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array, Gradients, Pullback, differentiable


@differentiable
def dropout(
    input: Array, p: float = 0.5, training: bool = True, *, generator: np.random.Generator | None = None
) -> tuple[Array, Pullback]:
    """Set each value to zero with probability `p`, in training only.

    Parameters
    ----------
    input : (*)
        activations
    p
        probability that a value is dropped
    training
        where False, `output` is `input`
    generator
        decides which values are dropped; needed in training, unless p is 0

    Returns
    -------
    output : (*)

    Raises
    ------
    ValueError
        where `input` is not a floating array, `p` is outside [0, 1], or the generator is missing

    Examples
    --------
    >>> print(dropout(np.ones(5), p=0.5, generator=np.random.default_rng(0)))
    [2. 0. 0. 0. 2.]
    """
    check("dropout", input=(input, "*"))
    draws = training and p > 0
    check_dropout(p, draws, generator)
    if generator is None or not draws:
        return input.copy(), lambda doutput: (doutput.copy(),)
    kept = generator.random(input.shape) >= p  # (*)
    scale = 1 / (1 - p) if p < 1 else 0.0
    output = input * kept * scale

    def pullback(doutput: Array) -> Gradients:
        return (doutput * kept * scale,)

    return output, pullback
