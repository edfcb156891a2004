"""The simple recurrent network.

    rnn   h_t = φ(a_t)      a_t = W x_t + b_W + U h_{t−1} + b_U      φ = tanh or relu

Backwards in time, with dh_T the gradient of the final state:

    da_t = (dy_t + dh_t) φ'(a_t)      dh_{t−1} = Uᵀ da_t
    dx_t = Wᵀ da_t      dW = Σ_t da_t x_tᵀ      dU = Σ_t da_t h_{t−1}ᵀ      db_W = db_U = Σ_t da_t

tanh' = 1 − h² and relu' = [h > 0]. A gradient is multiplied by Uᵀ at every step: it vanishes or explodes with distance.
References: Elman, Finding structure in time (1990); Werbos, Backpropagation through time (1990).
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from dlref.checks import check_choice, check_recurrent
from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array, Gradients, Pullback, differentiable
from dlref.numpy.layers import linear
from dlref.numpy.recurrent.stack import stacked, zero_state


@differentiable
def rnn(
    input: Array,
    params: dict[str, Array],
    hx: Array | None = None,
    *,
    nonlinearity: str = "tanh",
    batch_first: bool = False,
) -> tuple[tuple[Array, Array], Pullback]:
    """Read sequences with a simple recurrent network: every state is made of the input and the state before.

    Parameters
    ----------
    input : (T, N, in) or, with `batch_first`, (N, T, in)
        N sequences of T time steps
    params
        weight_ih_l0 (hidden, in), weight_hh_l0 (hidden, hidden), bias_ih_l0 and bias_hh_l0 (hidden,), or no biases;
        _l1 and so on for further layers, whose `in` is directions·hidden, and _l0_reverse for the other direction
    hx : (layers·directions, N, hidden), optional
        initial states h_0, zeros where they are not given
    nonlinearity
        "tanh" or "relu"
    batch_first
        the batch is the first dimension of `input` and `output`

    Returns
    -------
    output : (T, N, directions·hidden) or, with `batch_first`, (N, T, directions·hidden)
        the states of the last layer at all time steps
    h_n : (layers·directions, N, hidden)
        the final states

    Raises
    ------
    ValueError
        where names, shapes or dtypes do not fit, there is no time step, or `nonlinearity` is unknown

    Examples
    --------
    >>> params = {"weight_ih_l0": np.array([[1.0]]), "weight_hh_l0": np.array([[2.0]])}
    >>> output, h_n = rnn(np.array([[[1.0]], [[0.0]], [[1.0]]]), params, nonlinearity="relu")
    >>> print(output.ravel(), h_n.ravel())
    [1. 2. 5.] [5.]
    """
    check_choice("rnn", "nonlinearity", nonlinearity, ("tanh", "relu"))
    layers = check_recurrent(check, "rnn", 1, input, params, {} if hx is None else {"hx": hx}, batch_first)
    h_0 = zero_state(input, params, layers, batch_first) if hx is None else hx
    recurrence = partial(_elman, nonlinearity=nonlinearity)
    (output, (h_n,)), stack_pullback = stacked(recurrence, layers, input, params, (h_0,), batch_first)

    def pullback(dvalue: tuple[Array, Array]) -> Gradients:
        doutput, dh_n = dvalue
        dinput, dparams, (dh_0,) = stack_pullback((doutput, (dh_n,)))
        return dinput, dparams, None if hx is None else dh_0

    return (output, h_n), pullback


def _elman(
    input: Array, weight_ih: Array, weight_hh: Array, bias_ih: Array, bias_hh: Array, h_0: Array, *, nonlinearity: str
) -> tuple[Array, tuple[Array], Callable[..., Gradients]]:
    """One layer in one direction: (T, N, in) to (T, N, hidden)."""
    (T, N, _), hidden = input.shape, len(weight_hh)
    # What does not wait for the state before is one product over all time steps.
    flat_input = input.reshape(T * N, weight_ih.shape[1])
    projected, projection_pullback = linear.vjp(flat_input, weight_ih, bias_ih + bias_hh)  # (T·N, hidden)
    preactivations = projected.reshape(T, N, hidden)
    h = np.empty((T + 1, N, hidden), input.dtype)  # h[t + 1] is the state after step t
    h[0] = h_0
    weight_hh_t = weight_hh.T.copy()  # contiguous, for the products in the loop
    for t in range(T):
        preactivation = preactivations[t] + h[t] @ weight_hh_t
        h[t + 1] = np.tanh(preactivation) if nonlinearity == "tanh" else np.maximum(preactivation, 0)
    output = h[1:]

    def pullback(doutput: Array, dh: Array) -> Gradients:
        slope = 1 - output**2 if nonlinearity == "tanh" else output > 0
        dpreactivation = np.empty_like(output)
        for t in reversed(range(T)):
            dpreactivation[t] = (doutput[t] + dh) * slope[t]
            dh = dpreactivation[t] @ weight_hh  # (N, hidden), of the state before step t
        dflat = dpreactivation.reshape(T * N, hidden)
        dinput, dweight_ih, dbias = projection_pullback(dflat)
        dweight_hh = dflat.T @ h[:-1].reshape(T * N, hidden)  # summed over t and n
        return dinput.reshape(input.shape), dweight_ih, dweight_hh, dbias, dbias.copy(), (dh,)

    return output, (h[-1],), pullback
