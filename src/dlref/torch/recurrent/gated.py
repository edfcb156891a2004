"""The gated recurrent unit: a state that gates mix with its successor, with fewer parts than long short-term memory.

    gru   r_t = σ(x_r + u_r)      z_t = σ(x_z + u_z)      n_t = tanh(x_n + r_t u_n)
          h_t = (1 − z_t) n_t + z_t h_{t−1}
          (x_r, x_z, x_n) = W x_t + b_W      (u_r, u_z, u_n) = U h_{t−1} + b_U

The reset gate r acts on U h + b, not on h as in the paper: so it is in PyTorch.
Reference: Cho et al., Learning phrase representations using RNN encoder-decoder for statistical machine translation
(2014), arXiv:1406.1078.
"""

import torch
from torch import Tensor

from dlref.checks import check_recurrent
from dlref.torch.checks import check
from dlref.torch.layers import linear
from dlref.torch.recurrent.stack import stacked, zero_state


def gru(
    input: Tensor, params: dict[str, Tensor], hx: Tensor | None = None, *, batch_first: bool = False
) -> tuple[Tensor, Tensor]:
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
    >>> params = {"weight_ih_l0": torch.zeros(3, 1), "weight_hh_l0": torch.zeros(3, 1)}
    >>> output, h_n = gru(torch.ones(2, 1, 1), params, torch.ones(1, 1, 1))
    >>> print(output.ravel())  # every gate is half open: z = ½ at both steps
    tensor([0.5000, 0.2500])
    """
    layers = check_recurrent(check, "gru", 3, input, params, {} if hx is None else {"hx": hx}, batch_first)
    h_0 = zero_state(input, params, layers, batch_first) if hx is None else hx
    output, (h_n,) = stacked(_gated, layers, input, params, (h_0,), batch_first)
    return output, h_n


def _gated(
    input: Tensor, weight_ih: Tensor, weight_hh: Tensor, bias_ih: Tensor, bias_hh: Tensor, h_0: Tensor
) -> tuple[Tensor, tuple[Tensor]]:
    """One layer in one direction: (T, N, in) to (T, N, hidden)."""
    # What does not wait for the state before is one product over all time steps.
    projected = linear(input, weight_ih, bias_ih)  # (T, N, 3·hidden)
    h, output = h_0, []
    weight_hh_t = weight_hh.T
    for at_t in projected.unbind():
        x_r, x_z, x_n = at_t.chunk(3, dim=1)  # each (N, hidden)
        u_r, u_z, u_n = (h @ weight_hh_t + bias_hh).chunk(3, dim=1)
        r, z = torch.sigmoid(x_r + u_r), torch.sigmoid(x_z + u_z)
        n = torch.tanh(x_n + r * u_n)
        h = (1 - z) * n + z * h
        output.append(h)
    return torch.stack(output), (h,)
