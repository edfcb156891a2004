"""The simple recurrent network.

    rnn   h_t = φ(a_t)      a_t = W x_t + b_W + U h_{t−1} + b_U      φ = tanh or relu

On the way back a gradient is multiplied by Uᵀ at every step: it vanishes or explodes with distance.
References: Elman, Finding structure in time (1990); Werbos, Backpropagation through time (1990).
"""

from functools import partial

import torch
from torch import Tensor

from dlref.checks import check_choice, check_recurrent
from dlref.torch.checks import check
from dlref.torch.layers import linear
from dlref.torch.recurrent.stack import stacked, zero_state


def rnn(
    input: Tensor,
    params: dict[str, Tensor],
    hx: Tensor | None = None,
    *,
    nonlinearity: str = "tanh",
    batch_first: bool = False,
) -> tuple[Tensor, Tensor]:
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
    >>> params = {"weight_ih_l0": torch.tensor([[1.0]]), "weight_hh_l0": torch.tensor([[2.0]])}
    >>> output, h_n = rnn(torch.tensor([[[1.0]], [[0.0]], [[1.0]]]), params, nonlinearity="relu")
    >>> print(output.ravel(), h_n.ravel())
    tensor([1., 2., 5.]) tensor([5.])
    """
    check_choice("rnn", "nonlinearity", nonlinearity, ("tanh", "relu"))
    layers = check_recurrent(check, "rnn", 1, input, params, {} if hx is None else {"hx": hx}, batch_first)
    h_0 = zero_state(input, params, layers, batch_first) if hx is None else hx
    recurrence = partial(_elman, nonlinearity=nonlinearity)
    output, (h_n,) = stacked(recurrence, layers, input, params, (h_0,), batch_first)
    return output, h_n


def _elman(
    input: Tensor,
    weight_ih: Tensor,
    weight_hh: Tensor,
    bias_ih: Tensor,
    bias_hh: Tensor,
    h_0: Tensor,
    *,
    nonlinearity: str,
) -> tuple[Tensor, tuple[Tensor]]:
    """One layer in one direction: (T, N, in) to (T, N, hidden)."""
    # What does not wait for the state before is one product over all time steps.
    projected = linear(input, weight_ih, bias_ih + bias_hh)  # (T, N, hidden)
    h, output = h_0, []
    weight_hh_t = weight_hh.T
    for at_t in projected.unbind():
        preactivation = at_t + h @ weight_hh_t
        h = torch.tanh(preactivation) if nonlinearity == "tanh" else torch.relu(preactivation)
        output.append(h)
    return torch.stack(output), (h,)
