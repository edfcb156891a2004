"""What the start of a deep network makes of its gradient and of its training. The page fully-connected.

gradient   E[G_{l−1}²] = E[G_l²] · m Var[W] / 2 through ReLU and m outputs, so Var[W] = 2/m keeps it
"""

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from dlref.data import load_digits
from dlref.experiments.registry import Result, claim, experiment
from dlref.experiments.training import Array, digits
from dlref.experiments.training_torch import one_thread
from dlref.numpy.activations import relu
from dlref.numpy.layers import linear

DEPTH, UNITS = 20, 64
SPREADS = {"small": 0.5, "kaiming": math.sqrt(2), "large": 2.5}  # times 1/√n
SEEDS, EPOCHS, BATCH, MOMENTUM = range(5), 12, 32, 0.9
RATE, DEFAULT_RATES = 0.005, (0.005, 0.05, 0.5)


@experiment
def gradients() -> Result:
    """Mean square of the gradient behind each of 20 ReLU layers, from the top down, for three spreads, on digits."""
    images = load_digits(np.float64)[0].reshape(-1, 64)[:256]
    found = {}
    for name, spread in SPREADS.items():
        rng = np.random.default_rng(0)
        hidden, pullbacks = images, []
        for _ in range(DEPTH):
            weight = rng.normal(0, spread / math.sqrt(UNITS), (UNITS, UNITS))
            sums, back_linear = linear.vjp(hidden, weight, np.zeros(UNITS))
            hidden, back_relu = relu.vjp(sums)
            pullbacks += [back_linear, back_relu]
        gradient, squares = rng.normal(size=hidden.shape), [1.0]
        start = float(np.mean(gradient**2))
        for pullback in reversed(pullbacks):
            gradient = pullback(gradient)[0]
            squares.append(float(np.mean(gradient**2)) / start)
        found[name] = squares[::2]  # behind ReLU and linear layer together
    return {"squares": found, "layers": list(range(DEPTH, -1, -1))}


@claim("C-init-gradient")
def kept_gradient() -> Result:
    """Mean squares of the gradient that arrives below 20 layers, against the rule: spread² / 2 for each layer."""
    squares = gradients()["squares"]
    result: Result = {"layers": DEPTH}
    for name, spread in SPREADS.items():
        result[f"{name}_first"] = squares[name][-1]
        result[f"{name}_per_layer"] = squares[name][-1] ** (1 / DEPTH)
        result[f"{name}_rule"] = spread**2 / 2
    return result


@claim("C-init-trains")
def trains() -> Result:
    """Held-out accuracy on digits of a network of 20 hidden layers, from Kaiming's start and from PyTorch's default."""
    with one_thread():
        kaiming = [_accuracy(seed, RATE, kaiming=True) for seed in SEEDS]
        default = {rate: [_accuracy(seed, rate, kaiming=False) for seed in SEEDS] for rate in DEFAULT_RATES}
    return {
        "layers": DEPTH,
        "seeds": len(SEEDS),
        "epochs": EPOCHS,
        "rates": list(DEFAULT_RATES),
        "kaiming_mean": float(np.mean(kaiming)),
        "kaiming_worst": min(kaiming),
        "default_best": max(max(found) for found in default.values()),
    }


def _accuracy(seed: int, rate: float, *, kaiming: bool) -> float:
    data = digits(seed)
    x, y = _as_rows(data.train_images), torch.from_numpy(data.train_labels)
    torch.manual_seed(seed)
    hidden: list[torch.nn.Module] = []
    for _ in range(DEPTH):
        hidden += [torch.nn.Linear(UNITS, UNITS), torch.nn.ReLU()]
    net = torch.nn.Sequential(*hidden, torch.nn.Linear(UNITS, 10))
    if kaiming:
        for name, param in net.named_parameters():
            if name.endswith("weight"):
                torch.nn.init.kaiming_normal_(param, nonlinearity="relu")
            else:
                torch.nn.init.zeros_(param)
    optimizer = torch.optim.SGD(net.parameters(), lr=rate, momentum=MOMENTUM)
    for _ in range(EPOCHS):
        for batch in torch.split(torch.randperm(len(x)), BATCH):
            optimizer.zero_grad()
            cross_entropy(net(x[batch]), y[batch]).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
    found = net(_as_rows(data.test_images)).argmax(dim=1)
    return float((found == torch.from_numpy(data.test_labels)).double().mean())


def _as_rows(images: Array) -> Tensor:
    return torch.from_numpy(images.reshape(len(images), -1))
