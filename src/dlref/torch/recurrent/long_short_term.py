"""Long short-term memory: a cell whose content passes from step to step unchanged unless gates decide otherwise.

    lstm   (i, f, g, o)_t = (σ, σ, tanh, σ)(a_t)      a_t = W x_t + b_W + U h_{t−1} + b_U
           c_t = f_t c_{t−1} + i_t g_t      h_t = o_t tanh(c_t)

Along the cell a gradient is multiplied by f only, which is near one where the network has learned to keep.
References: Hochreiter and Schmidhuber, Long short-term memory (1997); Gers, Schmidhuber and Cummins, Learning to
forget: continual prediction with LSTM (2000).
"""

import torch
from torch import Tensor

from dlref.checks import check_recurrent, check_state_pair
from dlref.torch.checks import check
from dlref.torch.recurrent.fused import Fused, plain
from dlref.torch.recurrent.stack import stacked, zero_state


def lstm(
    input: Tensor, params: dict[str, Tensor], hx: tuple[Tensor, Tensor] | None = None, *, batch_first: bool = False
) -> tuple[Tensor, tuple[Tensor, ...]]:
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
    >>> params = {"weight_ih_l0": torch.zeros(4, 1), "weight_hh_l0": torch.zeros(4, 1)}
    >>> output, (h_n, c_n) = lstm(torch.ones(2, 1, 1), params, (torch.zeros(1, 1, 1), torch.ones(1, 1, 1)))
    >>> print(c_n)  # every gate is half open: f = ½ at both steps
    tensor([[[0.2500]]])
    """
    check_state_pair("lstm", hx)
    states = {} if hx is None else {"h_0": hx[0], "c_0": hx[1]}
    layers = check_recurrent(check, "lstm", 4, input, params, states, batch_first)
    initial = (zero_state(input, params, layers, batch_first),) * 2 if hx is None else tuple(hx)
    return stacked(_long_short_term, layers, input, params, initial, batch_first)


def _long_short_term(
    input: Tensor, weight_ih: Tensor, weight_hh: Tensor, bias_ih: Tensor, bias_hh: Tensor, h_0: Tensor, c_0: Tensor
) -> tuple[Tensor, tuple[Tensor, Tensor]]:
    """One layer in one direction: (T, N, in) to (T, N, hidden)."""
    # A tanh by way of σ is exact to the last digit of 1, not of itself: too coarse where a number has few digits.
    layer = Fused.apply if input.dtype in (torch.float32, torch.float64) else plain
    output, c_n = layer(input, weight_ih, weight_hh, bias_ih + bias_hh, h_0, c_0)
    return output, (output[-1], c_n)
