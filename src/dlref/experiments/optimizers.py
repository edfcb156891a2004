"""What the optimisers of the page optimizers are and are not: equal to PyTorch's, blind to scale, and not always right.

    the stream on which Adam walks uphill:    slope C in every n-th round, −1 in all others, x in [−1, 1]

Its mean slope, (C − n + 1) / n, is positive, so that the best constant x is −1.
Reference: Reddi, Kale and Kumar, On the convergence of Adam and beyond (2018), arXiv:1904.09237.
"""

import math
from itertools import product
from typing import Any

import numpy as np
import torch

import dlref.numpy.optim
import dlref.torch.optim
from dlref.experiments.optimizers_digits import SEEDS, races, tuning
from dlref.experiments.registry import Result, claim, experiment
from dlref.experiments.training import Array
from dlref.experiments.training_torch import one_thread

Options = dict[str, Any]

STEPS = 200


def _every(**choices: list[Any]) -> list[Options]:
    return [dict(zip(choices, chosen, strict=True)) for chosen in product(*choices.values())]


_DECAY = [0.0, 0.3]
OPTIONS: dict[str, list[Options]] = {
    "SGD": [
        *_every(lr=[0.05], weight_decay=_DECAY),
        *_every(lr=[0.05], momentum=[0.9], dampening=[0.0, 0.3], weight_decay=_DECAY),
        *_every(lr=[0.05], momentum=[0.9], nesterov=[True], weight_decay=_DECAY),
    ],
    "Adagrad": _every(lr=[0.1], lr_decay=[0.0, 0.1], weight_decay=_DECAY, initial_accumulator_value=[0.0, 0.7]),
    "RMSprop": _every(lr=[0.02], alpha=[0.9], eps=[0.01], weight_decay=_DECAY, momentum=[0.0, 0.8],
                      centered=[False, True]),
    "Adam": _every(lr=[0.05], betas=[(0.8, 0.99)], eps=[0.01], weight_decay=_DECAY, amsgrad=[False, True]),
    "AdamW": _every(lr=[0.05], betas=[(0.8, 0.99)], eps=[0.01], weight_decay=_DECAY, amsgrad=[False, True]),
}  # fmt: skip


def compare(name: str, options: Options) -> tuple[float, float]:
    """How far either backend ever is from PyTorch on one path, and how far that leads: largest absolute differences."""
    rng = np.random.default_rng(0)
    weight = rng.normal(size=(4, 3))
    start = weight.copy()
    tensors = [torch.tensor(weight) for _ in range(2)]
    first = getattr(dlref.numpy.optim, name)({"weight": weight}, **options)
    others = [
        getattr(library, name)([tensor], **options)
        for library, tensor in zip((dlref.torch.optim, torch.optim), tensors, strict=True)
    ]
    apart = 0.0
    for _ in range(STEPS):
        grad = np.sin(weight) + rng.normal(size=weight.shape)  # jolted at every step, so that no step is small
        first.step({"weight": grad})
        for tensor, other in zip(tensors, others, strict=True):
            tensor.grad = torch.tensor(grad)
            other.step()
        ours, judge = tensors
        apart = max(apart, *(float(np.abs(mine - judge.numpy()).max()) for mine in (weight, ours.numpy())))
    return apart, float(np.abs(weight - start).max())


@claim("C-optimizers-equal-torch")
def optimizers_equal_torch() -> Result:
    """Largest difference from `torch.optim`, in any parameter, after any of 200 steps, under any of the options."""
    with one_thread():
        found = {name: [compare(name, options) for options in cases] for name, cases in OPTIONS.items()}
    return {
        "steps": STEPS,
        "optimizers": len(OPTIONS),
        "combinations": sum(len(cases) for cases in OPTIONS.values()),
        "apart": {name: max(apart for apart, _ in runs) for name, runs in found.items()},
        "largest": max(apart for runs in found.values() for apart, _ in runs),
        "shortest_way": min(way for runs in found.values() for _, way in runs),
    }


@claim("C-adaptive-steps")
def adaptive_steps() -> Result:
    """The moves of four coordinates that get the same 100 gradients, times 1, 10, 100 and 1000; and times 10⁻⁸."""
    grads = np.random.default_rng(0).normal(0.5, 1.0, size=(100, 1))
    factors, tiny = np.array([1.0, 10.0, 100.0, 1000.0]), np.array([1.0, 1e-8])
    found: Result = {"steps": len(grads), "factor": 1000, "spread": {}, "tiny": {}}
    for name in ("SGD", "Adagrad", "RMSprop", "Adam"):
        moves = _moves(name, grads * factors)
        found["spread"][name] = float(np.abs(moves / moves[:, :1] - 1).max())  # 0: no factor is seen at all
        moves = _moves(name, grads * tiny)
        found["tiny"][name] = float(np.median(moves[:, 1] / moves[:, 0]))
    return found


def _moves(name: str, grads: Array) -> Array:
    """What each step (T, n) adds to the parameters (n,), for gradients (T, n)."""
    params = {"w": np.zeros(grads.shape[1])}
    optimizer = getattr(dlref.numpy.optim, name)(params, lr=0.01)
    places = [params["w"].copy()]
    for grad in grads:
        optimizer.step({"w": grad})
        places.append(params["w"].copy())
    return np.diff(places, axis=0)


@experiment
def uncorrected() -> Result:
    """How many times too long Adam's steps are without bias correction, for a gradient that is always 1."""
    steps, m, v, ratios = [1, 2, 3, 5, 8, 12, 20, 35, 60, 100, 200, 400, 700, 1200, 2000, 3500, 6000], 0.0, 0.0, []
    for step in range(1, steps[-1] + 1):
        m, v = 0.9 * m + 0.1, 0.999 * v + 0.001
        if step in steps:
            ratios.append(m / math.sqrt(v))  # with it, the step is 1 every time
    return {"steps": steps, "ratios": ratios}


STREAMS: dict[str, tuple[str, Options]] = {
    "adam": ("Adam", {"betas": (0.0, 0.1)}),
    "amsgrad": ("Adam", {"betas": (0.0, 0.1), "amsgrad": True}),
    "long": ("Adam", {"betas": (0.0, 0.999)}),
    "sgd": ("SGD", {}),
}


def walk(name: str, options: Options, lr: float, slopes: Array) -> Array:
    """The places (T + 1,) of x from 0 on, kept in [−1, 1], for slopes (T,)."""
    params = {"x": np.zeros(1)}
    optimizer = getattr(dlref.numpy.optim, name)(params, lr=lr, **options)
    places = [0.0]
    for slope in slopes:
        optimizer.step({"x": np.array([slope])})
        np.clip(params["x"], -1, 1, out=params["x"])
        places.append(float(params["x"][0]))
    return np.array(places)


def _slopes(large: float, every: int, cycles: int) -> Array:
    return np.tile(np.array([large] + [-1.0] * (every - 1)), cycles)


@experiment
def streams() -> Result:
    """The walks on the stream 3, −1, −1, 3, … at learning rate 0.01."""
    slopes = _slopes(3, 3, 400)
    return {name: walk(cls, options, 0.01, slopes).tolist() for name, (cls, options) in STREAMS.items()}


@claim("C-adam-not-always")
def adam_not_always() -> Result:
    """Where the walks end, the mean cost of standing there; default betas on a rarer slope; and the digits."""
    slopes = _slopes(3, 3, 400)
    found: Result = {"rounds": len(slopes), "mean_slope": float(slopes.mean()), "ends": {}}
    for name, places in streams().items():
        found["ends"][name] = float(np.mean(places[-30:]))  # the last ten cycles
    moved = np.diff(streams()["adam"])[30:33]  # one cycle, far from both ends and from the start
    found["cycle"] = float(moved.sum() / 0.01)  # in units of the learning rate
    rare = _slopes(10_000, 5_001, 6)
    found["rare_mean"] = float(rare.mean())
    for name, rate in (("Adam", 0.005), ("SGD", 4e-5)):  # default betas; each is judged by its mean in the last cycle
        found[f"rare_{name.lower()}"] = float(walk(name, {}, rate, rare)[-5_001:].mean())
    losses, right = races()["losses"], {name: np.array(values) for name, values in races()["right"].items()}
    gaps = {name: right["adam"] - right[name] for name in ("nesterov", "sgd")}
    found |= {
        "seeds": len(SEEDS),
        "rates": tuning()["best"],
        "right": {name: float(values.mean()) for name, values in right.items()},
        "loss": {name: float(np.mean(values[-1])) for name, values in losses.items()},
        "gap": {name: float(gap.mean()) for name, gap in gaps.items()},
        "gap_error": {name: float(gap.std(ddof=1) / np.sqrt(len(gap))) for name, gap in gaps.items()},
    }
    return found
