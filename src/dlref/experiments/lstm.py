"""How long a gated cell remembers: the adding problem, and gradients along the cell. The page lstm.

A network solves the adding problem where its mean squared error on held-out sequences is below 0.01; always answering
1 has 1/6.
"""

import numpy as np

from dlref.experiments.lstm_training import (
    LENGTH,
    LR,
    STEPS,
    UNITS,
    Params,
    held_out,
    reader,
    start,
    trained_numpy,
    trained_torch,
)
from dlref.experiments.registry import Result, claim, experiment
from dlref.numpy.losses import mse_loss

SEEDS = range(5)
SOLVED = 0.01
SLOW_LR = 0.003  # the plain network gets a second chance


@experiment
def adding_lstm_numpy() -> Result:
    """Held-out errors of the LSTM during training; of the first, parameters and how each step acts on its answer."""
    found = [trained_numpy("lstm", seed) for seed in SEEDS]
    first = found[0][0]
    return {
        "curves": [errors for _, errors in found],
        "reach": _reach("lstm", first),
        "params": {name: param.tolist() for name, param in first.items()},
    }


@experiment
def adding_rnn_numpy() -> Result:
    """Held-out errors of the plain recurrent network during training, NumPy."""
    return {"curves": [trained_numpy("rnn", seed)[1] for seed in SEEDS]}


@experiment
def adding_gru_numpy() -> Result:
    """Held-out errors of the gated recurrent unit during training, NumPy."""
    return {"curves": [trained_numpy("gru", seed)[1] for seed in SEEDS]}


@experiment
def adding_torch() -> Result:
    """Held-out errors; of the plain network also at a lower learning rate. PyTorch."""
    return {
        "lstm": [trained_torch("lstm", seed) for seed in SEEDS],
        "rnn": [trained_torch("rnn", seed) for seed in SEEDS],
        "slow_rnn": [trained_torch("rnn", seed, lr=SLOW_LR) for seed in SEEDS],
    }


@experiment
def reach_at_the_start() -> Result:
    """How strongly each step acts on the loss before training."""
    return {
        "rnn": _reach("rnn", start("rnn", 0)),
        "half_open": _reach("lstm", start("lstm", 0, remember=False)),
        "long": _reach("lstm", start("lstm", 0)),
    }


def _reach(cell: str, params: Params) -> list[float]:
    """Mean length of the gradient of one held-out sequence's error with respect to each of its steps, first to last."""
    x, _ = held_out()
    params = {name: value.astype(np.float64) for name, value in params.items()}
    outputs, pullback = reader(cell).vjp(x[:200].astype(np.float64), params)
    dx, _ = pullback(np.ones_like(outputs))
    lengths: list[float] = np.linalg.norm(dx, axis=2).mean(axis=0).tolist()
    return lengths


def _last(curves: list[list[float]]) -> list[float]:
    return [curve[-1] for curve in curves]


@claim("C-lstm-long")
def long() -> Result:
    """Errors of all cells, who solves the problem, and what of a gradient is left after half the length."""
    in_torch = adding_torch()
    lstm, rnn, gru = (_last(found["curves"]) for found in (adding_lstm_numpy(), adding_rnn_numpy(), adding_gru_numpy()))
    begun = reach_at_the_start()
    _, y = held_out()
    return {
        "length": LENGTH,
        "steps": STEPS,
        "units": UNITS,
        "lr": LR,
        "seeds": len(SEEDS),
        "guess": float(mse_loss(np.ones_like(y), y)),
        "lstm_numpy_worst": max(lstm),
        "lstm_torch_worst": max(in_torch["lstm"]),
        "rnn_numpy_best": min(rnn),
        "rnn_torch_best": min(in_torch["rnn"]),
        "slow_rnn_best": min(in_torch["slow_rnn"]),
        "gru_numpy_worst": max(gru),
        "left_rnn": begun["rnn"][0] / begun["rnn"][-1],
        "left_half_open": begun["half_open"][0] / begun["half_open"][-1],
        "left_long": begun["long"][0] / begun["long"][-1],
    }
