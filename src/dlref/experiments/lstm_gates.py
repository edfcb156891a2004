"""What the gates do while a sequence of the adding problem is read. The page lstm."""

import numpy as np

from dlref.experiments.lstm import adding_lstm_numpy
from dlref.experiments.lstm_training import UNITS, Params, held_out
from dlref.experiments.registry import Result, experiment
from dlref.experiments.training import Array
from dlref.numpy.activations import sigmoid


@experiment
def traces() -> Result:
    """Gates and cell states of a trained LSTM while it reads one held-out sequence: each (units, T)."""
    params = {name: np.array(param, np.float32) for name, param in adding_lstm_numpy()["params"].items()}
    x = held_out()[0][0].astype(np.float64)  # (T, 2)
    i, f, c = read(x, params)
    return {"marks": np.flatnonzero(x[:, 1]).tolist(), "i": i.tolist(), "f": f.tolist(), "c": c.tolist()}


def read(x: Array, params: Params) -> tuple[Array, Array, Array]:
    """Input gates, forget gates and cell states, each (units, T): the steps written out, so that they can be kept."""
    W, U = params["recurrent.weight_ih_l0"], params["recurrent.weight_hh_l0"]
    b = params["recurrent.bias_ih_l0"] + params["recurrent.bias_hh_l0"]
    h, c, kept = np.zeros(UNITS), np.zeros(UNITS), np.empty((3, UNITS, len(x)))
    for t, x_t in enumerate(x):
        i, f, g, o = np.split(W @ x_t + U @ h + b, 4)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        c = f * c + i * g
        h = o * np.tanh(c)
        kept[:, :, t] = i, f, c
    return kept[0], kept[1], kept[2]
