"""Which network for which data: five families on five tasks, what a step of each costs, and the GAN's beside them.

Every family gets the same examples, as many steps of as many examples, and the same seeds; learning rates are its own.
A step is forward, backward and Adam on 32 digits (for the GAN: both players on 96), NumPy against PyTorch's own layers.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

import dlref.numpy
from dlref.experiments.gan import game
from dlref.experiments.gan_training import DIGITS, PACKED, numpy_fool_loss, numpy_tell_loss, packed
from dlref.experiments.gan_training import start as gan_start
from dlref.experiments.network_types_families import FAMILIES, module_of
from dlref.experiments.network_types_tasks import TASKS, image
from dlref.experiments.network_types_training import BATCH_SIZE, SEEDS, STEPS, start, trained_numpy, trained_torch
from dlref.experiments.registry import Result, claim, experiment
from dlref.experiments.training import Array
from dlref.experiments.training_torch import one_thread
from dlref.numpy.autograd import composed
from dlref.torch.models import MLP

Step = Callable[[], Any]


@experiment
def steps() -> Result:
    """Parameters of each family for digits, and how long a step takes in NumPy, in parts of PyTorch's."""
    with one_thread():
        ratios = {family: _ratio(_numpy_step(family), _torch_step(family)) for family in FAMILIES}
        ratios["gan"] = _ratio(*_gan_steps())
    counts = {family: _count(start(family, image(0), 0)) for family in FAMILIES}
    counts["gan"] = sum(_count(params) for params in gan_start(DIGITS, 0))
    return {"ratios": ratios, "params": counts}


def _count(params: dict[str, Array]) -> int:
    return sum(param.size for param in params.values())


def _ratio(ours: Step, theirs: Step) -> float:
    """Ours over theirs: the median of 15 pairs, measured in turns, so that a busy machine is busy for both."""
    ours(), theirs()
    return statistics.median(_seconds(ours) / _seconds(theirs) for _ in range(15))


def _seconds(step: Step) -> float:
    began = time.process_time()
    for _ in range(10):
        step()
    return time.process_time() - began


def _numpy_step(family: str) -> Step:
    data = image(0)
    params = start(family, data, 0)
    optimizer = dlref.numpy.Adam(params, lr=FAMILIES[family].lr)

    @composed
    def loss(x: Array, params: dict[str, Array], labels: Array) -> Array:
        found: Array = dlref.numpy.cross_entropy(FAMILIES[family].scores(dlref.numpy, x, params), labels)
        return found

    def step() -> None:
        x, labels = data.train[:BATCH_SIZE], data.train_labels[:BATCH_SIZE]
        optimizer.step(loss.vjp(x, params, labels)[1](1.0)[1])

    return step


def _torch_step(family: str) -> Step:
    data = image(0)
    module = module_of(family, data.grid, data.classes, start(family, data, 0))
    optimizer = torch.optim.Adam(module.parameters(), lr=FAMILIES[family].lr)
    x, labels = (torch.from_numpy(part[:BATCH_SIZE]) for part in (data.train, data.train_labels))

    def step() -> None:
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(module(x), labels).backward()  # type: ignore[no-untyped-call]
        optimizer.step()

    return step


def _gan_steps() -> tuple[Step, Step]:
    """Both players' steps on one batch of noise in the place of images: what is in them makes no difference."""
    count, (makes, tells) = PACKED * DIGITS.batch_size, gan_start(DIGITS, 0)
    rng = np.random.default_rng(0)
    samples, noise = (rng.normal(size=(count, size)).astype(np.float32) for size in (64, DIGITS.noise))
    steppers = [dlref.numpy.Adam(params, lr=DIGITS.lr) for params in (makes, tells)]

    def ours() -> None:
        made = packed(dlref.numpy.gan_generator(noise, makes))
        steppers[1].step(numpy_tell_loss.vjp(packed(samples), tells, made)[1](1.0)[1])
        steppers[0].step(numpy_fool_loss.vjp(noise, makes, tells)[1](1.0)[1])

    generator = MLP(DIGITS.noise, DIGITS.hidden, DIGITS.hidden, 64)
    discriminator = MLP(PACKED * 64, DIGITS.hidden, DIGITS.hidden, 1, activation="leaky_relu")
    optimizers = [torch.optim.Adam(module.parameters(), lr=DIGITS.lr) for module in (generator, discriminator)]
    x, z = torch.from_numpy(samples), torch.from_numpy(noise)
    entropy = torch.nn.functional.binary_cross_entropy_with_logits

    def _play(optimizer: torch.optim.Optimizer, loss: torch.Tensor) -> None:
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()

    def theirs() -> None:
        real, made = discriminator(packed(x)), discriminator(packed(generator(z).detach()))
        _play(optimizers[1], entropy(real, torch.ones_like(real)) + entropy(made, torch.zeros_like(made)))
        fooled = discriminator(packed(generator(z)))
        _play(optimizers[0], entropy(fooled, torch.ones_like(fooled)))

    return ours, theirs


@claim("C-which-network")
def which() -> Result:
    """Means of all families on all tasks; what mixing costs; the backends beside each other; what a step takes."""
    runs, in_torch = trained_numpy(), trained_torch()
    means = {task: {name: float(np.mean(found)) for name, found in runs[task].items()} for task in TASKS}
    costs = {name: means["image"][name] - means["mixed"][name] for name in FAMILIES}
    apart = [abs(runs[task][name][0] - in_torch[task][name][0]) for task in TASKS for name in FAMILIES]
    return {
        "seeds": len(SEEDS),
        "steps": STEPS,
        "batch_size": BATCH_SIZE,
        "numpy": means,
        "backends_differ": max(apart),
        "backends_differ_mean": float(np.mean(apart)),
        "seeds_differ": max(max(found) - min(found) for task in runs.values() for found in task.values()),
        "cost_of_mixing": costs,
        "cost_of_mixing_others": min(cost for name, cost in costs.items() if name != "fc"),
        "recall_best_other": max(means["recall"][name] for name in ("fc", "cnn", "rnn")),
        "table_best_other": max(value for name, value in means["table"].items() if name != "fc"),
        "gan_mmd": game()["numpy_mmd_mean"],
        **steps(),
    }
