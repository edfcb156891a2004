"""Gates or first values: the networks of the adding problem begin the other way. The page lstm.

There the LSTM begins with biases for long memory and the plain network plainly. Here the LSTM begins with biases of
zero, and the plain network with U = I, which at rest keeps the length of every gradient. The recipe is the same.
"""

from functools import partial

import numpy as np

from dlref.experiments.lstm_training import UNITS, Params, held_out, start, trained_numpy, trained_torch
from dlref.experiments.registry import Result, claim, experiment
from dlref.numpy.losses import mse_loss

SEEDS = range(5)
STUCK = 0.8  # of the error of always answering 1

half_open = partial(start, remember=False)


def identity(cell: str, seed: int) -> Params:
    """Parameters in float32 with U = I."""
    params = start(cell, seed)
    params["recurrent.weight_hh_l0"][:] = np.eye(UNITS)
    return params


@experiment
def half_open_numpy() -> Result:
    """Held-out errors of the LSTM whose biases begin at zero, NumPy."""
    return {"errors": [trained_numpy("lstm", seed, half_open)[1][-1] for seed in SEEDS]}


@experiment
def half_open_torch() -> Result:
    """Held-out errors of the LSTM whose biases begin at zero, PyTorch."""
    return {"errors": [trained_torch("lstm", seed, half_open) for seed in SEEDS]}


@experiment
def identity_numpy() -> Result:
    """Held-out errors of the plain network that begins with U = I, NumPy."""
    return {"errors": [trained_numpy("rnn", seed, identity)[1][-1] for seed in SEEDS]}


@experiment
def identity_torch() -> Result:
    """Held-out errors of the plain network that begins with U = I, PyTorch."""
    return {"errors": [trained_torch("rnn", seed, identity) for seed in SEEDS]}


@claim("C-lstm-start")
def begun() -> Result:
    """The best seed of each network that begins the other way, and how many stay where guessing is."""
    _, y = held_out()
    guess = float(mse_loss(np.ones_like(y), y))
    result: Result = {"seeds": len(SEEDS), "guess": guess}
    for name, found in (
        ("lstm_numpy", half_open_numpy()),
        ("lstm_torch", half_open_torch()),
        ("rnn_numpy", identity_numpy()),
        ("rnn_torch", identity_torch()),
    ):
        result[f"{name}_best"] = min(found["errors"])
        result[f"{name}_stuck"] = sum(error > STUCK * guess for error in found["errors"])
    return result
