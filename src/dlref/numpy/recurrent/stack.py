"""Layers and directions: what all recurrent networks share.

A layer reads the sequence forwards, and a bidirectional one also backwards, with parameters of its own; its output at a
time step is the states of both directions side by side, and the next layer reads that output.
References: Schuster and Paliwal, Bidirectional recurrent neural networks (1997); Graves, Mohamed and Hinton, Speech
recognition with deep recurrent neural networks (2013), arXiv:1303.5778.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from dlref.checks import ROLES
from dlref.numpy.differentiable import Array

States: TypeAlias = tuple[Array, ...]
Params: TypeAlias = dict[str, Array]
# (input, weight_ih, weight_hh, bias_ih, bias_hh, *states) -> output, final states, and the pullback
# (doutput, *dfinals) -> (dinput, dweight_ih, dweight_hh, dbias_ih, dbias_hh, dstates): one layer in one direction
Recurrence: TypeAlias = Callable[..., tuple[Array, States, Callable[..., Any]]]


def zero_state(input: Array, params: Params, layers: list[list[str]], batch_first: bool) -> Array:
    """The state of a network that has read nothing yet: (layers·directions, N, hidden)."""
    N, hidden = input.shape[not batch_first], params["weight_hh_l0"].shape[1]
    return np.zeros((sum(len(suffixes) for suffixes in layers), N, hidden), input.dtype)


def stacked(
    recurrence: Recurrence, layers: list[list[str]], input: Array, params: Params, states: States, batch_first: bool
) -> tuple[tuple[Array, States], Callable[[Any], tuple[Array, Params, States]]]:
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
    (output, final states), and the pullback: it takes their gradients and returns (dinput, dparams, dstates)
    """
    output = input.swapaxes(0, 1) if batch_first else input  # (T, N, in)
    finals, pullbacks = [], []
    for suffixes, *initial in zip(layers, *(np.split(state, len(layers)) for state in states), strict=True):
        output, final, layer_pullback = _layer(recurrence, suffixes, output, params, initial)
        finals.append(final)
        pullbacks.append(layer_pullback)

    def pullback(dvalue: tuple[Array, States]) -> tuple[Array, Params, States]:
        doutput, dfinals = dvalue
        doutput = doutput.swapaxes(0, 1) if batch_first else doutput  # (T, N, directions·hidden)
        dparams, dinitials = {}, []
        dfinals_by_layer = list(zip(*(np.split(dfinal, len(layers)) for dfinal in dfinals), strict=True))
        for layer_pullback, dfinal in zip(reversed(pullbacks), reversed(dfinals_by_layer), strict=True):
            doutput, dparams_of_layer, dinitial = layer_pullback(doutput, *dfinal)
            dparams.update(dparams_of_layer)
            dinitials.append(dinitial)
        dinput = doutput.swapaxes(0, 1) if batch_first else doutput
        return dinput, dparams, _joined(reversed(dinitials))

    return (output.swapaxes(0, 1) if batch_first else output, _joined(finals)), pullback


def _joined(by_layer: Any) -> States:
    """States of single layers, each (directions, N, hidden), as states of the network."""
    return tuple(np.concatenate(parts) for parts in zip(*by_layer, strict=True))


def _layer(
    recurrence: Recurrence, suffixes: list[str], input: Array, params: Params, states: list[Array]
) -> tuple[Array, States, Callable[..., Any]]:
    """One layer in all its directions; each of its states is (directions, N, hidden)."""
    runs = [
        _direction(recurrence, suffix, input, params, initial)
        for suffix, *initial in zip(suffixes, *states, strict=True)
    ]
    outputs, finals, pullbacks = zip(*runs, strict=True)

    def pullback(doutput: Array, *dfinals: Array) -> tuple[Array, Params, States]:
        doutputs = np.split(doutput, len(suffixes), axis=2)  # each (T, N, hidden)
        gradients = [one(*arrays) for one, *arrays in zip(pullbacks, doutputs, *dfinals, strict=True)]
        dinputs, dparams, dstates = zip(*gradients, strict=True)
        merged = {name: dparam for of_direction in dparams for name, dparam in of_direction.items()}
        return sum(dinputs), merged, tuple(map(np.stack, zip(*dstates, strict=True)))

    output = np.concatenate(outputs, axis=2)  # (T, N, directions·hidden)
    return output, tuple(map(np.stack, zip(*finals, strict=True))), pullback


def _direction(
    recurrence: Recurrence, suffix: str, input: Array, params: Params, states: list[Array]
) -> tuple[Array, States, Callable[..., Any]]:
    """One layer in one direction: the reverse one reads the sequence from its end."""
    order = slice(None, None, -1 if suffix.endswith("_reverse") else 1)
    names = [f"{role}_{suffix}" for role in ROLES]
    zeros = np.zeros(len(params[names[0]]), input.dtype)  # a bias that is absent
    run = recurrence(input[order], *(params.get(name, zeros) for name in names), *states)
    output, finals, recurrence_pullback = run

    def pullback(doutput: Array, *dfinals: Array) -> tuple[Array, Params, States]:
        dinput, *dparams, dstates = recurrence_pullback(doutput[order], *dfinals)
        present = {name: dparam for name, dparam in zip(names, dparams, strict=True) if name in params}
        return dinput[order], present, dstates

    return output[order], finals, pullback


def logistic(preactivation: Array) -> Array:
    """σ(z) = 1 / (1 + e⁻ᶻ) of a gate, written so that nothing overflows."""
    gate: Array = 0.5 * np.tanh(0.5 * preactivation) + 0.5
    return gate
