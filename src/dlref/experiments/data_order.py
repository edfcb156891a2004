"""The same images, network and number of steps, and only the order different: the numbers of the page data-order."""

import numpy as np

from dlref.experiments.data_order_training import (
    BATCH_SIZE,
    BLOCK,
    CLASSES,
    EPOCHS,
    LR,
    PER_CLASS,
    Part,
    accuracy,
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
MORE_SEEDS = range(16)  # to see a difference that is smaller than that of two seeds
KINDS = ("sorted", "once", "reshuffled")
RATES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)


@experiment
def rates() -> Result:
    """Accuracies after training in each kind of order at each learning rate: rows of learning rates, columns of seeds.

    A seed decides the split, the initial weights and the shuffles; what is compared shares split and weights.
    """
    result: Result = {"rates": list(RATES)}
    for kind in KINDS:
        ends = [[_trained(kind, seed, lr) for seed in SEEDS] for lr in RATES]
        for name, at in {"train": 0, "validation": 1, "test": 2}.items():
            result[f"{kind}_{name}"] = [[found[at] for found in row] for row in ends]
    return result


@experiment
def traces() -> Result:
    """Accuracy on the test images of each class after every step of one pass, sorted and shuffled: (steps, classes)."""
    fed, _, test = parts(0)
    shuffled = np.random.default_rng(0).permutation(len(fed.labels))
    return {
        "block": BLOCK,
        "sorted": _trace(fed, test, by_class(fed.labels), seed=0),
        "shuffled": _trace(fed, test, shuffled, seed=0),
    }


@claim("C-sorted-hurts")
def sorted_hurts() -> Result:
    """What is left of a class when the next has been fed, and where sorted and shuffled training end."""
    measured = rates()
    at = RATES.index(LR)
    sorted_, shuffled = (np.array(measured[f"{kind}_test"][at]) for kind in ("sorted", "reshuffled"))
    learnt, left, finals, shuffled_finals = [], [], [], []
    for seed in SEEDS:
        fed, _, test = parts(seed)
        trace = np.array(_trace(fed, test, by_class(fed.labels), seed))
        mixed = start(seed)
        feed(mixed, fed, np.random.default_rng(seed).permutation(len(fed.labels)))
        shuffled_finals.append(accuracy(mixed, test))
        learnt.append([trace[BLOCK * (label + 1) - 1, label] for label in range(CLASSES - 1)])
        left.append([trace[BLOCK * (label + 2) - 1, label] for label in range(CLASSES - 1)])
        finals.append(float(trace[-1].mean()))
    halves = np.array([_halves(seed) for seed in SEEDS])  # (seeds, 3)
    return {
        "seeds": len(SEEDS),
        "lr": LR,
        "epochs": EPOCHS,
        "batch_size": BATCH_SIZE,
        "n_train": CLASSES * PER_CLASS,
        "sorted_mean": float(sorted_.mean()),
        "shuffled_mean": float(shuffled.mean()),
        "smallest_gap": float(100 * (shuffled - sorted_).min()),  # points
        "zero_learnt": float(np.mean(learnt, axis=0)[0]),
        "zero_left": float(np.mean(left, axis=0)[0]),
        "learnt": float(np.mean(learnt)),
        "left": float(np.mean(left)),
        "one_pass": float(np.mean(finals)),
        "one_pass_shuffled": float(np.mean(shuffled_finals)),
        "half_before": float(halves[:, 0].mean()),
        "half_after": float(halves[:, 1].mean()),
        "half_after_most": float(halves[:, 1].max()),
        "half_among": float(halves[:, 2].mean()),
        "half_among_least": float(halves[:, 2].min()),
    }


@claim("C-shuffle-generalises")
def shuffle_generalises() -> Result:
    """Accuracy on unseen images of three orders, each at the learning rate that the validation images choose."""
    measured = rates()
    result: Result = {"seeds": len(SEEDS)}
    chosen = {}
    for kind in KINDS:
        best = int(np.argmax(np.mean(measured[f"{kind}_validation"], axis=1)))
        chosen[kind] = np.array(measured[f"{kind}_test"][best])
        result |= {
            f"{kind}_lr": RATES[best],
            f"{kind}_test": float(chosen[kind].mean()),
            f"{kind}_train": float(np.mean(measured[f"{kind}_train"][best])),
            f"{kind}_smallest_lr": float(np.mean(measured[f"{kind}_test"][0])),
        }
    for kind in ("sorted", "once"):
        gains = chosen["reshuffled"] - chosen[kind]
        same_rate = np.subtract(measured["reshuffled_test"][RATES.index(LR)], measured[f"{kind}_test"][RATES.index(LR)])
        if kind == "once":
            more = [
                [_trained(run, seed, result[f"{run}_lr"])[2] for run in ("reshuffled", "once")]
                for seed in MORE_SEEDS[len(SEEDS) :]
            ]
            gains = np.append(gains, [high - low for high, low in more])
        gains, same_rate = 100 * gains, 100 * same_rate  # points
        result |= {
            f"over_{kind}": float(gains.mean()),
            f"over_{kind}_error": float(gains.std(ddof=1) / len(gains) ** 0.5),
            f"over_{kind}_smallest": float(gains.min()),
            f"over_{kind}_seeds": len(gains),
            f"over_{kind}_same_rate": float(same_rate.mean()),
            f"over_{kind}_same_rate_error": float(same_rate.std(ddof=1) / len(same_rate) ** 0.5),
        }
    return result


def _trained(kind: str, seed: int, lr: float) -> tuple[float, float, float]:
    """Accuracy on the training, validation and test images after training in one kind of order."""
    fed, validation, test = parts(seed)
    params = start(seed)
    for order in epochs(kind, fed.labels, np.random.default_rng(seed)):
        feed(params, fed, order, lr)
    return accuracy(params, fed), accuracy(params, validation), accuracy(params, test)


def _trace(fed: Part, test: Part, order: Array, seed: int) -> list[list[float]]:
    params, rows = start(seed), []

    def note() -> None:
        right = logits_of(params, test.images).argmax(axis=1) == test.labels
        rows.append([float(right[test.labels == label].mean()) for label in range(CLASSES)])

    feed(params, fed, order, after_step=note)
    return rows


def _halves(seed: int) -> tuple[float, float, float]:
    """Accuracy on the digits 0 to 4 after training on them, reshuffled, and after then training on 5 to 9 only.

    The third is the accuracy at that point if the answer has to be one of 0 to 4.
    """
    fed, _, test = parts(seed)
    old = test.labels < CLASSES // 2
    early = Part(test.images[old], test.labels[old])
    params, rng, found = start(seed), np.random.default_rng(seed), []
    for half in (np.flatnonzero(fed.labels < CLASSES // 2), np.flatnonzero(fed.labels >= CLASSES // 2)):
        for _ in range(EPOCHS):
            feed(params, fed, rng.permutation(half))
        found.append(accuracy(params, early))
    among = logits_of(params, early.images)[:, : CLASSES // 2].argmax(axis=1)
    return found[0], found[1], float((among == early.labels).mean())
