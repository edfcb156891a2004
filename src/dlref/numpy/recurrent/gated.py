"""The gated recurrent unit: a state that gates mix with its successor, with fewer parts than long short-term memory.

    gru   r_t = σ(x_r + u_r)      z_t = σ(x_z + u_z)      n_t = tanh(x_n + r_t u_n)
          h_t = (1 − z_t) n_t + z_t h_{t−1}
          (x_r, x_z, x_n) = W x_t + b_W      (u_r, u_z, u_n) = U h_{t−1} + b_U

Backwards in time, with dh the gradient of h_t:

    dx_n = dh (1 − z)(1 − n²)      dx_z = du_z = dh (h_{t−1} − n) z(1 − z)      dx_r = du_r = dx_n u_n r(1 − r)
    du_n = dx_n r      dh_{t−1} = dh z + Uᵀ (du_r, du_z, du_n)
    dW = Σ_t (dx_r, dx_z, dx_n) x_tᵀ      dU = Σ_t (du_r, du_z, du_n) h_{t−1}ᵀ      and the biases likewise

The reset gate r acts on U h + b, not on h as in the paper: so it is in PyTorch.
Reference: Cho et al., Learning phrase representations using RNN encoder-decoder for statistical machine translation
(2014), arXiv:1406.1078.
"""

from collections.abc import Callable

import numpy as np

from dlref.checks import check_recurrent
from dlref.numpy.checks import check
from dlref.numpy.differentiable import Array, Gradients, Pullback, differentiable
from dlref.numpy.layers import linear
from dlref.numpy.recurrent.stack import logistic, stacked, zero_state


@differentiable
def gru(
    input: Array, params: dict[str, Array], hx: Array | None = None, *, batch_first: bool = False
) -> tuple[tuple[Array, Array], Pullback]:
    """Read sequences with gated recurrent units: one gate decides what of the state is used, one what is kept.

    Parameters
    ----------
    input : (T, N, in) or, with `batch_first`, (N, T, in)
        N sequences of T time steps
    params
        weight_ih_l0 (3·hidden, in), weight_hh_l0 (3·hidden, hidden), bias_ih_l0 and bias_hh_l0 (3·hidden,), or no
        biases, with rows in the order r, z, n; _l1 and so on for further layers, whose `in` is directions·hidden,
        and _l0_reverse for the other direction
    hx : (layers·directions, N, hidden), optional
        initial states h_0, zeros where they are not given
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
        where names, shapes or dtypes do not fit, or there is no time step

    Examples
    --------
    >>> params = {"weight_ih_l0": np.zeros((3, 1)), "weight_hh_l0": np.zeros((3, 1))}
    >>> output, h_n = gru(np.ones((2, 1, 1)), params, np.ones((1, 1, 1)))
    >>> print(output.ravel())  # every gate is half open: z = ½ at both steps
    [0.5  0.25]
    """
    layers = check_recurrent(check, "gru", 3, input, params, {} if hx is None else {"hx": hx}, batch_first)
    h_0 = zero_state(input, params, layers, batch_first) if hx is None else hx
    (output, (h_n,)), stack_pullback = stacked(_gated, layers, input, params, (h_0,), batch_first)

    def pullback(dvalue: tuple[Array, Array]) -> Gradients:
        doutput, dh_n = dvalue
        dinput, dparams, (dh_0,) = stack_pullback((doutput, (dh_n,)))
        return dinput, dparams, None if hx is None else dh_0

    return (output, h_n), pullback


def _gated(
    input: Array, weight_ih: Array, weight_hh: Array, bias_ih: Array, bias_hh: Array, h_0: Array
) -> tuple[Array, tuple[Array], Callable[..., Gradients]]:
    """One layer in one direction: (T, N, in) to (T, N, hidden)."""
    (T, N, _), hidden = input.shape, weight_hh.shape[1]
    # What does not wait for the state before is one product over all time steps.
    flat_input = input.reshape(T * N, weight_ih.shape[1])
    projected, projection_pullback = linear.vjp(flat_input, weight_ih, bias_ih)  # (T·N, 3·hidden)
    gates = projected.reshape(T, N, 3 * hidden)  # the loop turns x_r, x_z, x_n into r, z, n
    h = np.empty((T + 1, N, hidden), input.dtype)  # h[t + 1] is the state after step t
    h[0] = h_0
    u_n = np.empty_like(h[1:])  # (T, N, hidden)
    weight_hh_t = weight_hh.T.copy()  # contiguous, for the products in the loop
    r, z, n = np.split(gates, 3, axis=2)  # each (T, N, hidden), a view of gates
    for t in range(T):
        u_r, u_z, u_n[t] = np.split(h[t] @ weight_hh_t + bias_hh, 3, axis=1)
        r[t], z[t] = logistic(r[t] + u_r), logistic(z[t] + u_z)
        n[t] = np.tanh(n[t] + r[t] * u_n[t])
        h[t + 1] = (1 - z[t]) * n[t] + z[t] * h[t]

    def pullback(doutput: Array, dh: Array) -> Gradients:
        dx, du = np.empty_like(gates), np.empty_like(gates)  # (T, N, 3·hidden)
        (dx_r, dx_z, dx_n), (du_r, du_z, du_n) = np.split(dx, 3, axis=2), np.split(du, 3, axis=2)
        # What does not wait for the gradient of the next state: the factors of dh and dx_n, at all time steps.
        dx_r[:], dx_z[:], dx_n[:] = u_n * r * (1 - r), (h[:-1] - n) * z * (1 - z), (1 - z) * (1 - n**2)
        for t in reversed(range(T)):
            dh = doutput[t] + dh
            for factor, gradient in ((dx_n, dh), (dx_z, dh), (dx_r, dx_n[t])):
                factor[t] *= gradient
            du_r[t], du_z[t], du_n[t] = dx_r[t], dx_z[t], dx_n[t] * r[t]
            dh = dh * z[t] + du[t] @ weight_hh  # (N, hidden), of the state before step t
        dx_flat, du_flat = dx.reshape(T * N, 3 * hidden), du.reshape(T * N, 3 * hidden)
        dinput, dweight_ih, dbias_ih = projection_pullback(dx_flat)
        dweight_hh = du_flat.T @ h[:-1].reshape(T * N, hidden)  # summed over t and n
        return dinput.reshape(input.shape), dweight_ih, dweight_hh, dbias_ih, du_flat.sum(axis=0), (dh,)

    return h[1:], (h[-1],), pullback
