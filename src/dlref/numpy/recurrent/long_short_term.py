"""Long short-term memory: a cell whose content passes from step to step unchanged unless gates decide otherwise.

    lstm   (i, f, g, o)_t = (σ, σ, tanh, σ)(a_t)      a_t = W x_t + b_W + U h_{t−1} + b_U
           c_t = f_t c_{t−1} + i_t g_t      h_t = o_t tanh(c_t)

Backwards in time, with dh and dc the gradients of h_t and c_t:

    dc ← dc + dh o (1 − tanh²(c_t))
    da = (dc g i(1 − i),  dc c_{t−1} f(1 − f),  dc i (1 − g²),  dh tanh(c_t) o(1 − o))
    dc_{t−1} = dc f      dh_{t−1} = Uᵀ da
    dx_t = Wᵀ da_t      dW = Σ_t da_t x_tᵀ      dU = Σ_t da_t h_{t−1}ᵀ      db_W = db_U = Σ_t da_t

Along the cell a gradient is multiplied by f only, which is near one where the network has learned to keep.
References: Hochreiter and Schmidhuber, Long short-term memory (1997); Gers, Schmidhuber and Cummins, Learning to
forget: continual prediction with LSTM (2000).
"""

from collections.abc import Callable

import numpy as np

from dlref.checks import check_recurrent, check_state_pair
from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array, Gradients, Pullback, differentiable
from dlref.numpy.layers import linear
from dlref.numpy.recurrent.stack import logistic, stacked, zero_state


@differentiable
def lstm(
    input: Array, params: dict[str, Array], hx: tuple[Array, Array] | None = None, *, batch_first: bool = False
) -> tuple[tuple[Array, tuple[Array, ...]], Pullback]:
    """Read sequences with long short-term memory: gates decide what the cell forgets, takes in and shows.

    Parameters
    ----------
    input : (T, N, in) or, with `batch_first`, (N, T, in)
        N sequences of T time steps
    params
        weight_ih_l0 (4·hidden, in), weight_hh_l0 (4·hidden, hidden), bias_ih_l0 and bias_hh_l0 (4·hidden,), or no
        biases, with rows in the order i, f, g, o; _l1 and so on for further layers, whose `in` is directions·hidden,
        and _l0_reverse for the other direction
    hx : a pair of (layers·directions, N, hidden), optional
        initial states h_0 and c_0, zeros where they are not given
    batch_first
        the batch is the first dimension of `input` and `output`

    Returns
    -------
    output : (T, N, directions·hidden) or, with `batch_first`, (N, T, directions·hidden)
        the states h_t of the last layer at all time steps
    (h_n, c_n) : a pair of (layers·directions, N, hidden)
        the final states

    Raises
    ------
    ValueError
        where names, shapes or dtypes do not fit, there is no time step, or `hx` is no pair

    Examples
    --------
    >>> params = {"weight_ih_l0": np.zeros((4, 1)), "weight_hh_l0": np.zeros((4, 1))}
    >>> output, (h_n, c_n) = lstm(np.ones((2, 1, 1)), params, (np.zeros((1, 1, 1)), np.ones((1, 1, 1))))
    >>> print(c_n)  # every gate is half open: f = ½ at both steps
    [[[0.25]]]
    """
    check_state_pair("lstm", hx)
    states = {} if hx is None else {"h_0": hx[0], "c_0": hx[1]}
    layers = check_recurrent(check, "lstm", 4, input, params, states, batch_first)
    initial = (zero_state(input, params, layers, batch_first),) * 2 if hx is None else tuple(hx)
    value, stack_pullback = stacked(_long_short_term, layers, input, params, initial, batch_first)

    def pullback(dvalue: tuple[Array, tuple[Array, ...]]) -> Gradients:
        dinput, dparams, dstates = stack_pullback(dvalue)
        return dinput, dparams, None if hx is None else dstates

    return value, pullback


def _long_short_term(
    input: Array, weight_ih: Array, weight_hh: Array, bias_ih: Array, bias_hh: Array, h_0: Array, c_0: Array
) -> tuple[Array, tuple[Array, Array], Callable[..., Gradients]]:
    """One layer in one direction: (T, N, in) to (T, N, hidden)."""
    (T, N, _), hidden = input.shape, weight_hh.shape[1]
    # What does not wait for the state before is one product over all time steps.
    flat_input = input.reshape(T * N, weight_ih.shape[1])
    projected, projection_pullback = linear.vjp(flat_input, weight_ih, bias_ih + bias_hh)  # (T·N, 4·hidden)
    # The loop turns preactivations into gates. The numbers of one gate and step lie together, which is read fastest.
    gates = projected.reshape(T, N, 4, hidden).swapaxes(1, 2).copy()  # (T, 4, N, hidden)
    i, f, g, o = gates.swapaxes(0, 1)  # each (T, N, hidden), a view of gates
    h = np.empty((T + 1, N, hidden), input.dtype)  # h[t + 1] is the state after step t
    c, tanh_c = np.empty_like(h), np.empty_like(h)
    h[0], c[0] = h_0, c_0
    weights = weight_hh.reshape(4, hidden, hidden)  # one matrix for each gate
    weights_t = weights.swapaxes(1, 2).copy()
    for t in range(T):
        gates[t] += h[t] @ weights_t
        gates[t, :2], g[t], o[t] = logistic(gates[t, :2]), np.tanh(g[t]), logistic(o[t])
        c[t + 1] = f[t] * c[t] + i[t] * g[t]
        tanh_c[t + 1] = np.tanh(c[t + 1])
        h[t + 1] = o[t] * tanh_c[t + 1]

    def pullback(doutput: Array, dh: Array, dc: Array) -> Gradients:
        dgates = np.empty_like(gates)  # gradients of the preactivations
        di, df, dg, do = dgates.swapaxes(0, 1)
        # What does not wait for the gradient of the next state: the factors of dc and dh, at all time steps.
        di[:], df[:], dg[:] = g * i * (1 - i), c[:-1] * f * (1 - f), i * (1 - g**2)
        do[:], cell_slope = tanh_c[1:] * o * (1 - o), o * (1 - tanh_c[1:] ** 2)
        for t in reversed(range(T)):
            dh = doutput[t] + dh
            dc = dc + dh * cell_slope[t]
            dgates[t, :3] *= dc
            do[t] *= dh
            dc = dc * f[t]  # (N, hidden), of the states before step t
            dh = (dgates[t] @ weights).sum(axis=0)
        dflat = dgates.swapaxes(1, 2).reshape(T * N, 4 * hidden)
        dinput, dweight_ih, dbias = projection_pullback(dflat)
        dweight_hh = dflat.T @ h[:-1].reshape(T * N, hidden)  # summed over t and n
        return dinput.reshape(input.shape), dweight_ih, dweight_hh, dbias, dbias.copy(), (dh, dc)

    return h[1:], (h[-1], c[-1]), pullback
