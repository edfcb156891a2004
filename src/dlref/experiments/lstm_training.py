"""The adding problem at length 100: one recipe for every cell, in both backends.

Chosen on seeds 100 to 107, and not on those that the page reports. Both backends start from the same parameters and
see the same batches; every sequence is seen once, so that there is nothing to overfit.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import torch

from dlref.blueprints import recurrent_classifier_shapes
from dlref.data import adding_problem
from dlref.experiments.training import Array
from dlref.experiments.training_torch import as_params, one_thread
from dlref.numpy.autograd import composed
from dlref.numpy.losses import mse_loss
from dlref.numpy.models import initial_params, recurrent_classifier
from dlref.numpy.optim import Adam, CosineAnnealingLR
from dlref.numpy.training import fit
from dlref.torch import losses as torch_losses
from dlref.torch import models as torch_models
from dlref.torch import optim as torch_optim
from dlref.torch import training as torch_training

LENGTH, UNITS, BATCH_SIZE, STEPS, LR, MAX_NORM = 100, 16, 64, 700, 0.02, 1.0
Params = dict[str, Array]
Begin = Callable[[str, int], Params]  # cell and seed to the first parameters


def start(cell: str, seed: int, *, remember: bool = True) -> Params:
    """Parameters in float32, the same for both backends; an LSTM's gates as in `long_gates`, or half open."""
    rng = np.random.default_rng(seed)
    params = initial_params(recurrent_classifier_shapes(2, UNITS, 1, cell=cell), generator=rng)
    if cell == "lstm" and remember:
        long_gates(params["recurrent.bias_ih_l0"], LENGTH, rng)
    return params


def long_gates(bias: Array, length: int, rng: np.random.Generator) -> None:
    """Let forget gates begin at b = ln u for u in (1, length − 1), which keeps for about u steps; input gates at −b."""
    memory = np.log(rng.uniform(1, length - 1, len(bias) // 4))
    bias[: len(memory)], bias[len(memory) : 2 * len(memory)] = -memory, memory


@cache
def sequences(seed: int, count: int = BATCH_SIZE * STEPS) -> tuple[Array, Array]:
    """`count` sequences (count, 100, 2) and their sums (count, 1), in float32."""
    x, y = adding_problem(count, LENGTH, np.random.default_rng((seed, count)))
    return x.astype(np.float32), y[:, None].astype(np.float32)


def held_out() -> tuple[Array, Array]:
    """1,000 sequences that no training sees."""
    return sequences(2**16, 1000)


def options(seed: int) -> dict[str, Any]:
    return {"epochs": 1, "batch_size": BATCH_SIZE, "seed": seed, "max_norm": MAX_NORM}


def reader(cell: str) -> Any:
    """The network as an operation of (sequences, params)."""

    @composed
    def model(x: Array, params: Params) -> Array:
        return recurrent_classifier(x, params, cell=cell)

    return model


def trained_numpy(cell: str, seed: int, begin: Begin = start) -> tuple[Params, list[float]]:
    """Trained parameters, and the mean squared error on held-out sequences after each tenth of the training."""
    params, model = begin(cell, seed), reader(cell)
    optimizer = Adam(params, lr=LR)
    schedule = CosineAnnealingLR(optimizer, T_max=STEPS)
    inputs, targets = held_out()
    errors = []
    for x, y in zip(*(np.split(array, 10) for array in sequences(seed)), strict=True):
        fit(model, params, optimizer, mse_loss, x, y, schedule=schedule, **options(seed))
        errors.append(float(mse_loss(model(inputs, params), targets)))
    return params, errors


def trained_torch(cell: str, seed: int, *, lr: float = LR) -> float:
    """The mean squared error on held-out sequences."""
    params = as_params(start(cell, seed))
    optimizer = torch_optim.Adam(params.values(), lr=lr)
    schedule = torch_optim.CosineAnnealingLR(optimizer, T_max=STEPS)

    def model(x: torch.Tensor, params: dict[str, torch.Tensor]) -> torch.Tensor:
        return torch_models.recurrent_classifier(x, params, cell=cell)

    with one_thread():
        for x, y in zip(*(torch.from_numpy(array).chunk(10) for array in sequences(seed)), strict=True):
            torch_training.fit(
                model, params, optimizer, torch_losses.mse_loss, x, y, schedule=schedule, **options(seed)
            )
        inputs, targets = (torch.from_numpy(array) for array in held_out())
        with torch.no_grad():
            return float(torch_losses.mse_loss(model(inputs, params), targets))
