"""Gates or first values: the networks of the adding problem begin the other way. The page lstm.

There the LSTM begins with biases for long memory and the plain network plainly. Here the LSTM begins with biases of
zero, and the plain network with U = I, which at rest keeps the length of every gradient. The recipe is the same.
"""

from functools import partial

import numpy as np

from dlref.experiments.lstm_training import UNITS, Params, held_out, start, trained_numpy
from dlref.experiments.registry import Result, claim
from dlref.numpy.losses import mse_loss

SEEDS = range(5)
STUCK = 0.8  # of the error of always answering 1

half_open = partial(start, remember=False)


def identity(cell: str, seed: int) -> Params:
    """Parameters in float32 with U = I."""
    params = start(cell, seed)
    params["recurrent.weight_hh_l0"][:] = np.eye(UNITS)
    return params


@claim("C-lstm-start")
def begun() -> Result:
    """The best seed of each network that begins the other way, and how many stay where guessing is."""
    _, y = held_out()
    guess = float(mse_loss(np.ones_like(y), y))
    result: Result = {"seeds": len(SEEDS), "guess": guess}
    for cell, begin in (("lstm", half_open), ("rnn", identity)):
        errors = [trained_numpy(cell, seed, begin)[1][-1] for seed in SEEDS]
        result[f"{cell}_best"] = min(errors)
        result[f"{cell}_stuck"] = sum(error > STUCK * guess for error in errors)
    return result
