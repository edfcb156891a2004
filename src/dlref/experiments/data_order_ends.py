"""Where training ends in one order and in another: the claim C-order-sensitive-solution of the page data-order."""

import numpy as np

from dlref.experiments.data_order_training import (
    BATCH_SIZE,
    BLOCK,
    CLASSES,
    EPOCHS,
    LR,
    Params,
    by_class,
    epochs,
    feed,
    logits_of,
    parts,
    start,
)
from dlref.experiments.registry import Result, claim, experiment
from dlref.experiments.training import Array

SEEDS = range(5)
SMALL_LR = 0.003


@claim("C-order-sensitive-solution")
def order_sensitive_solution() -> Result:
    """How far two runs end from each other, in parameters and predictions: two class orders against two shuffles."""
    result: Result = {"seeds": len(SEEDS), "small_lr": SMALL_LR}
    for lr, suffix in ((LR, ""), (SMALL_LR, "_small")):
        found = np.array([_ends(seed, lr) for seed in SEEDS])  # (seeds, 4)
        for at, name in enumerate(("sorted_distance", "shuffled_distance", "sorted_differ", "shuffled_differ")):
            result[f"{name}{suffix}"] = float(found[:, at].mean())
            result[f"{name}_least{suffix}"] = float(found[:, at].min())
            result[f"{name}_most{suffix}"] = float(found[:, at].max())
    return result


@experiment
def paths() -> Result:
    """Where four runs from one start go, in the plane of the sorted ends and the shuffled ones."""
    fed, _, _ = parts(0)
    beginning = _flat(start(0))
    walked = {}
    for name, passes in _passes(fed.labels, seed=0).items():
        params = start(0)
        points = [beginning]
        for order in passes:
            for begin in range(0, len(order), 2 * BLOCK * BATCH_SIZE):  # two classes, where the images are sorted
                feed(params, fed, order[begin : begin + 2 * BLOCK * BATCH_SIZE])
                points.append(_flat(params))
        walked[name] = np.array(points) - beginning
    across = walked["up"][-1] - walked["down"][-1]
    along = walked["first"][-1] + walked["second"][-1]
    axes = np.linalg.qr(np.stack([across, along], axis=1))[0]  # (4810, 2)
    axes *= np.sign(axes.T @ across)[0], np.sign(axes[:, 1] @ along)
    return {"epoch": CLASSES // 2, **{name: (points @ axes).tolist() for name, points in walked.items()}}


def _ends(seed: int, lr: float) -> list[float]:
    """Distance over distance travelled, and share of test images judged differently, for both pairs of runs."""
    fed, _, test = parts(seed)
    beginning = start(seed)
    ends: dict[str, Params] = {}
    for name, passes in _passes(fed.labels, seed).items():
        ends[name] = start(seed)
        for order in passes:
            feed(ends[name], fed, order, lr)
    distances, differ = [], []
    for one, other in (("up", "down"), ("first", "second")):
        travelled = np.mean([np.linalg.norm(_flat(ends[name]) - _flat(beginning)) for name in (one, other)])
        distances.append(float(np.linalg.norm(_flat(ends[one]) - _flat(ends[other])) / travelled))
        judged = [logits_of(ends[name], test.images).argmax(axis=1) for name in (one, other)]
        differ.append(float((judged[0] != judged[1]).mean()))
    return distances + differ


def _passes(labels: Array, seed: int) -> dict[str, list[Array]]:
    """The orders of all epochs of four runs: by class from 0 up and from 9 down, and two that are reshuffled."""
    rngs = [np.random.default_rng([seed, run]) for run in (1, 2)]
    return {
        "up": [by_class(labels)] * EPOCHS,
        "down": [by_class(labels, range(CLASSES)[::-1])] * EPOCHS,
        "first": list(epochs("reshuffled", labels, rngs[0])),
        "second": list(epochs("reshuffled", labels, rngs[1])),
    }


def _flat(params: Params) -> Array:
    return np.concatenate([param.ravel() for param in params])
