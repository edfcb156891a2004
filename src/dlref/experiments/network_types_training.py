"""Every family trained on every task: as many steps of as many examples, the same starts, orders and seeds.

The rate falls along a cosine, and gradients are clipped, which recurrent networks need and the others do not notice.
"""

from typing import Any

import numpy as np
import torch

import dlref.numpy
import dlref.torch
from dlref.experiments.network_types_families import FAMILIES
from dlref.experiments.network_types_tasks import TASKS, Examples
from dlref.experiments.registry import Result, experiment
from dlref.experiments.training import Array
from dlref.experiments.training_torch import as_params, one_thread
from dlref.numpy.autograd import composed
from dlref.numpy.init import kaiming_normal_
from dlref.numpy.models import initial_params
from dlref.torch import optim as torch_optim
from dlref.torch import training as torch_training

STEPS, BATCH_SIZE, MAX_NORM = 400, 32, 1.0
SEEDS = range(5)


def start(family: str, data: Examples, seed: int) -> dict[str, Array]:
    """Parameters in float32, the same for both backends; Kaiming's weights where ReLU follows."""
    rng = np.random.default_rng(seed)
    params = initial_params(FAMILIES[family].shapes(data.grid, data.classes), generator=rng)
    if family in ("fc", "cnn"):
        for param in params.values():
            if param.ndim > 1:
                kaiming_normal_(param, nonlinearity="relu", generator=rng)
    return params


def _options(data: Examples, optimizer: Any, schedules: Any, seed: int) -> dict[str, Any]:
    a_pass = -(-len(data.train) // BATCH_SIZE)
    epochs = round(STEPS / a_pass)
    schedule = schedules.CosineAnnealingLR(optimizer, T_max=epochs * a_pass)
    return {
        "epochs": epochs,
        "batch_size": BATCH_SIZE,
        "seed": seed,
        "max_norm": MAX_NORM,
        "schedule": schedule,
    }


def accuracy(backend: str, family: str, data: Examples, seed: int, lr: float | None = None) -> float:
    """The share of held-out examples that a family gets right after training."""
    params: Any = start(family, data, seed)
    train = _trained_numpy if backend == "numpy" else _trained_torch
    with one_thread():
        logits = train(family, data, params, lr or FAMILIES[family].lr, seed)
    return float((logits.argmax(axis=1) == data.test_labels).mean())


def _trained_numpy(family: str, data: Examples, params: dict[str, Array], lr: float, seed: int) -> Array:
    @composed
    def model(x: Array, params: dict[str, Array]) -> Array:
        logits: Array = FAMILIES[family].scores(dlref.numpy, x, params)
        return logits

    optimizer = dlref.numpy.Adam(params, lr=lr)
    options = _options(data, optimizer, dlref.numpy, seed)
    dlref.numpy.fit(model, params, optimizer, dlref.numpy.cross_entropy, data.train, data.train_labels, **options)
    return model(data.test, params)


def _trained_torch(family: str, data: Examples, params: dict[str, Array], lr: float, seed: int) -> Array:
    def model(x: torch.Tensor, params: Any) -> Any:
        return FAMILIES[family].scores(dlref.torch, x, params)

    tensors = as_params(params)
    optimizer = torch_optim.Adam(tensors.values(), lr=lr)
    options = _options(data, optimizer, torch_optim, seed)
    inputs, labels = torch.from_numpy(data.train), torch.from_numpy(data.train_labels)
    torch_training.fit(model, tensors, optimizer, dlref.torch.cross_entropy, inputs, labels, **options)
    with torch.no_grad():
        logits: Array = model(torch.from_numpy(data.test), tensors).numpy()
    return logits


@experiment
def trained_numpy() -> Result:
    """For each task and family, the held-out accuracy of every seed, NumPy."""
    return _trained("numpy", SEEDS)


@experiment
def trained_torch() -> Result:
    """The same for the first seed, PyTorch: start and batches are the same, so that one shows whether paths part."""
    return _trained("torch", SEEDS[:1])


def _trained(backend: str, seeds: range) -> Result:
    return {
        task: {family: [accuracy(backend, family, examples(seed), seed) for seed in seeds] for family in FAMILIES}
        for task, examples in TASKS.items()
    }
