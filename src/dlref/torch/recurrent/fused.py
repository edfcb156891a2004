"""One layer of long short-term memory as one operation, with its pullback by hand.

Autograd keeps a node for every sum and product of every time step; here the loops hold only what waits for the time
step before, in place, and everything else is done for all time steps at once. Two identities shorten them:

    tanh(x) = 2σ(2x) − 1      one sigmoid serves all gates, if the rows of g are doubled beforehand
    σ′ = σ − σ²,  tanh′ = 1 − tanh²      the slopes follow from the values, before any gradient arrives

The same by autograd, which also defines what is meant: `plain`.
"""

from typing import Any

import torch
from torch import Tensor

from dlref.torch.layers import linear


def plain(
    input: Tensor, weight_ih: Tensor, weight_hh: Tensor, bias: Tensor, h_0: Tensor, c_0: Tensor
) -> tuple[Tensor, Tensor]:
    """All states (T, N, hidden) and the last cell (N, hidden), step by step as the formulas have it."""
    # What does not wait for the state before is one product over all time steps.
    projected = linear(input, weight_ih, bias)  # (T, N, 4·hidden)
    h, c, output = h_0, c_0, []
    for at_t in projected.unbind():
        i, f, g, o = (at_t + h @ weight_hh.T).chunk(4, dim=1)  # each (N, hidden)
        i, f, g, o = torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)
        c = f * c + i * g
        h = o * torch.tanh(c)
        output.append(h)
    return torch.stack(output), c


class Fused(torch.autograd.Function):
    """The same function of the same arguments as `plain`, quicker."""

    @staticmethod
    def forward(ctx: Any, *arguments: Tensor) -> tuple[Tensor, Tensor]:
        """All states (T, N, hidden) and the last cell (N, hidden)."""
        input, weight_ih, weight_hh, bias, h_0, c_0 = arguments
        T, N, hidden = len(input), *h_0.shape
        weight_ih, weight_hh, bias = (_with_g_doubled(value) for value in (weight_ih, weight_hh, bias))
        flat = torch.addmm(bias, input.flatten(0, 1), weight_ih.T)
        gates = flat.view(T, N, 4 * hidden)
        i, f, g, o = gates.chunk(4, dim=2)
        h, c = _with_first(h_0, T), _with_first(c_0, T)  # (T + 1, N, hidden): the states before and after each step
        tanh_c = torch.empty_like(h[1:])
        one = input.new_ones(())
        steps = (gates, i, f, g, o, h[:-1], c[:-1], h[1:], c[1:], tanh_c)
        for gates_t, i_t, f_t, g_t, o_t, h_t, c_t, h_next, c_next, tanh_t in zip(*steps, strict=True):
            gates_t.addmm_(h_t, weight_hh.T).sigmoid_()
            torch.mul(f_t, c_t, out=c_next).addcmul_(i_t, g_t, value=2).sub_(i_t)  # g is still (tanh + 1)/2
            torch.add(c_next, c_next, out=tanh_t).sigmoid_()
            tanh_t.add_(tanh_t).sub_(one)
            torch.mul(o_t, tanh_t, out=h_next)
        g.mul_(2).sub_(1)
        ctx.save_for_backward(*arguments, gates, h, c, tanh_c)
        return h[1:], c[-1]

    @staticmethod
    def backward(ctx: Any, doutput: Tensor, dc_n: Tensor) -> tuple[Tensor | None, ...]:
        """The gradients of the arguments."""
        *arguments, gates, h, c, tanh_c = ctx.saved_tensors
        if torch.is_grad_enabled():  # somebody will differentiate the gradient
            return _by_autograd(arguments, (doutput, dc_n))
        input, weight_ih, weight_hh = arguments[:3]
        T, N, hidden = tanh_c.shape
        da, dtanh = _slopes(gates, c[:-1], tanh_c)
        di, df, dg, do = da.chunk(4, dim=2)
        dh, dc = doutput[-1].clone(), dc_n.clone()
        before = (torch.zeros_like(dh), *doutput[:-1])  # what reaches the state before from the output
        steps = zip(da, di, df, dg, do, gates[:, :, hidden : 2 * hidden], dtanh, before, strict=True)
        for da_t, di_t, df_t, dg_t, do_t, f_t, dtanh_t, before_t in reversed(list(steps)):
            dc.addcmul_(dh, dtanh_t)
            for gate, gradient in ((di_t, dc), (df_t, dc), (dg_t, dc), (do_t, dh)):
                gate.mul_(gradient)
            dc.mul_(f_t)
            torch.addmm(before_t, da_t, weight_hh, out=dh)
        flat = da.view(T * N, 4 * hidden)
        both = flat.T @ torch.cat((input, h[:-1]), dim=2).flatten(0, 1)
        dweight_ih, dweight_hh = both[:, :-hidden], both[:, -hidden:]
        return (flat @ weight_ih).view(input.shape), dweight_ih, dweight_hh, flat.sum(0), dh, dc


def _with_g_doubled(rows: Tensor) -> Tensor:
    """The weights or biases (4·hidden, …) with the rows of g doubled."""
    doubled = rows.clone()
    doubled.chunk(4)[2].mul_(2)
    return doubled


def _with_first(state: Tensor, T: int) -> Tensor:
    """Room for a state before and after each of T time steps, (T + 1, N, hidden), the first of which is known."""
    states = state.new_empty(T + 1, *state.shape)
    states[0] = state
    return states


def _slopes(gates: Tensor, c: Tensor, tanh_c: Tensor) -> tuple[Tensor, Tensor]:
    """What c's and h's gradients are multiplied by: for the sums in the gates (T, N, 4·hidden), and along tanh(c)."""
    i, _, g, o = gates.chunk(4, dim=2)
    slopes = torch.addcmul(gates, gates, gates, value=-1)  # σ′; tanh′ follows
    di, df, dg, do = slopes.chunk(4, dim=2)
    di.mul_(g)
    df.mul_(c)
    do.mul_(tanh_c)
    scratch = g * g
    torch.addcmul(i, i, scratch, value=-1, out=dg)
    torch.mul(tanh_c, tanh_c, out=scratch)
    return slopes, torch.addcmul(o, o, scratch, value=-1, out=scratch)


def _by_autograd(arguments: list[Tensor], doutputs: tuple[Tensor, Tensor]) -> tuple[Tensor | None, ...]:
    """The gradients of the arguments as functions that can be differentiated again."""
    needed = [argument for argument in arguments if argument.requires_grad]
    gradients = iter(torch.autograd.grad(plain(*arguments), needed, doutputs, create_graph=True))
    return tuple(next(gradients) if argument.requires_grad else None for argument in arguments)
