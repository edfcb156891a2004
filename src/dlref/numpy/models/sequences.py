"""Networks that read a sequence step by step: a classifier and a language model.

    classifier       s_t = cell(x_t, s_{t−1})                y = s_T Wᵀ + b
    language model   s_t = cell(E[token_t], s_{t−1})         y_t = s_t Wᵀ + b    scores of the token at t + 1

Reference: Elman, Finding structure in time (1990).
"""

from typing import Any

from dlref.checks import check_choice, scoped
from dlref.numpy.autograd import composed
from dlref.numpy.differentiable import Array
from dlref.numpy.layers import embedding, linear
from dlref.numpy.recurrent import gru, lstm, rnn

CELLS: dict[str, Any] = {"rnn": rnn, "lstm": lstm, "gru": gru}


@composed
def recurrent_classifier(input: Array, params: dict[str, Array], *, cell: str = "lstm") -> Array:
    """Classify sequences by the last state of a recurrent layer.

    Parameters
    ----------
    input : (N, T, in)
        sequences
    params
        recurrent.… as `rnn`, `lstm` or `gru` has it, output.weight (classes, directions · hidden), output.bias
        (classes,); `recurrent_classifier_shapes` lists them
    cell
        "rnn", "lstm" or "gru"

    Returns
    -------
    logits : (N, classes)

    Raises
    ------
    ValueError
        where names or shapes of `params` do not fit, or `cell` is unknown

    Examples
    --------
    >>> import numpy as np
    >>> from dlref.numpy import initial_params, recurrent_classifier_shapes
    >>> params = initial_params(recurrent_classifier_shapes(8, 4, 3), generator=np.random.default_rng(0))
    >>> print(recurrent_classifier(np.ones((5, 7, 8), np.float32), params).shape)
    (5, 3)
    """
    check_choice("recurrent_classifier", "cell", cell, tuple(CELLS))
    inside, last = scoped(params, "recurrent"), scoped(params, "output")
    _, state = CELLS[cell](input, inside, batch_first=True)
    hidden = state[0] if cell == "lstm" else state  # (layers · directions, N, hidden)
    directions = 2 if any(name.endswith("_reverse") for name in inside) else 1
    top = hidden[-directions:].transpose(0, 1).reshape(len(input), -1)  # (N, directions · hidden)
    return linear(top, last["weight"], last["bias"])


@composed
def recurrent_language_model(
    input: Array, params: dict[str, Array], hx: Any = None, *, cell: str = "lstm"
) -> tuple[Array, Any]:
    """Score, at every place of a text, what comes next.

    Parameters
    ----------
    input : (N, T) integer
        tokens
    params
        embedding.weight (V, features), recurrent.…, output.weight (V, hidden), output.bias (V,), as
        `recurrent_language_model_shapes` lists them
    hx
        the state to begin with, as the cell has it; zeros where it is not given
    cell
        "rnn", "lstm" or "gru"

    Returns
    -------
    logits : (N, T, V)
    state
        the last state, with which the text can be read on

    Raises
    ------
    ValueError
        where names or shapes of `params` do not fit, a token is outside [0, V), or `cell` is unknown

    Examples
    --------
    >>> import numpy as np
    >>> from dlref.numpy import initial_params, recurrent_language_model_shapes
    >>> shapes = recurrent_language_model_shapes(20, 4, 6, cell="gru")
    >>> params = initial_params(shapes, generator=np.random.default_rng(0))
    >>> logits, state = recurrent_language_model(np.ones((5, 7), int), params, cell="gru")
    >>> print(logits.shape, state.shape)
    (5, 7, 20) (1, 5, 6)
    """
    check_choice("recurrent_language_model", "cell", cell, tuple(CELLS))
    words, last = scoped(params, "embedding"), scoped(params, "output")
    vectors = embedding(input, words["weight"])  # (N, T, features)
    output, state = CELLS[cell](vectors, scoped(params, "recurrent"), hx, batch_first=True)
    return linear(output, last["weight"], last["bias"]), state
