"""Layers and directions: what all recurrent networks share.

A layer reads the sequence forwards, and a bidirectional one also backwards, with parameters of its own; its output at a
time step is the states of both directions side by side, and the next layer reads that output.
References: Schuster and Paliwal, Bidirectional recurrent neural networks (1997); Graves, Mohamed and Hinton, Speech
recognition with deep recurrent neural networks (2013), arXiv:1303.5778.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import torch
from torch import Tensor

from dlref.checks import ROLES

States: TypeAlias = tuple[Tensor, ...]
Params: TypeAlias = dict[str, Tensor]
# (input, weight_ih, weight_hh, bias_ih, bias_hh, *states) -> output, final states: one layer in one direction
Recurrence: TypeAlias = Callable[..., tuple[Tensor, States]]


def zero_state(input: Tensor, params: Params, layers: list[list[str]], batch_first: bool) -> Tensor:
    """The state of a network that has read nothing yet: (layers·directions, N, hidden)."""
    N, hidden = input.shape[not batch_first], params["weight_hh_l0"].shape[1]
    return input.new_zeros(sum(len(suffixes) for suffixes in layers), N, hidden)


def stacked(
    recurrence: Recurrence, layers: list[list[str]], input: Tensor, params: Params, states: States, batch_first: bool
) -> tuple[Tensor, States]:
    """Run layer after layer, each in its directions.

    Parameters
    ----------
    recurrence
        one layer in one direction
    layers
        the suffixes of the parameters' names, layer by layer
    input : (T, N, in) or (N, T, in)
        sequences
    params
        parameters by name
    states : each (layers·directions, N, hidden)
        initial states
    batch_first
        the batch is the first dimension of `input` and of the output

    Returns
    -------
    (output, final states)
    """
    output = input.transpose(0, 1) if batch_first else input  # (T, N, in)
    finals = []
    for suffixes, *initial in zip(layers, *(state.chunk(len(layers)) for state in states), strict=True):
        output, final = _layer(recurrence, suffixes, output, params, initial)
        finals.append(final)
    return output.transpose(0, 1) if batch_first else output, _joined(finals)


def _joined(by_layer: Any) -> States:
    """States of single layers, each (directions, N, hidden), as states of the network."""
    return tuple(torch.cat(parts) for parts in zip(*by_layer, strict=True))


def _layer(
    recurrence: Recurrence, suffixes: list[str], input: Tensor, params: Params, states: list[Tensor]
) -> tuple[Tensor, States]:
    """One layer in all its directions; each of its states is (directions, N, hidden)."""
    runs = [
        _direction(recurrence, suffix, input, params, initial)
        for suffix, *initial in zip(suffixes, *states, strict=True)
    ]
    outputs, finals = zip(*runs, strict=True)
    output = torch.cat(outputs, dim=2)  # (T, N, directions·hidden)
    return output, tuple(map(torch.stack, zip(*finals, strict=True)))


def _direction(
    recurrence: Recurrence, suffix: str, input: Tensor, params: Params, states: list[Tensor]
) -> tuple[Tensor, States]:
    """One layer in one direction: the reverse one reads the sequence from its end."""
    is_reverse = suffix.endswith("_reverse")
    names = [f"{role}_{suffix}" for role in ROLES]
    zeros = input.new_zeros(len(params[names[0]]))  # a bias that is absent
    ordered = input.flip(0) if is_reverse else input
    output, finals = recurrence(ordered, *(params.get(name, zeros) for name in names), *states)
    return output.flip(0) if is_reverse else output, finals
