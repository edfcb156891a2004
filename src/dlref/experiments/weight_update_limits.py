"""What changes the gradient or the weights besides the step: clipping and weight decay, for the page weight-update.

clipping by norm     g ← g·min(1, c / ‖g‖)             by value     g_i ← min(max(g_i, −c), c)
weight decay         W ← (1 − η·λ)·W − η·∇L,           the same as a step against ∇(L + λ/2·‖W‖²) without momentum
"""

import math

import numpy as np

from dlref.experiments.registry import Result, claim, experiment
from dlref.experiments.training import Array, digits
from dlref.experiments.update_networks import Networks, constant, rows, train
from dlref.experiments.weight_update_rates import EPOCHS, GRID, SEEDS, SIZE
from dlref.numpy.optim import SGD


@claim("C-clip-widens")
def clip_widens() -> Result:
    """Training loss over the same grid of rates without and with limits on the length of the gradient."""
    result: Result = {"seeds": len(SEEDS), "epochs": EPOCHS, "rates": GRID.tolist()}
    for name, limit in {"none": math.inf, "one": 1.0, "quarter": 0.25}.items():
        ends = []
        for seed in SEEDS:
            data = digits(seed, dtype=np.float64)
            networks, _ = train(data, seed, constant(GRID, data, SIZE, EPOCHS), SIZE, max_norm=limit)
            ends.append(networks.losses(rows(data.train_images), data.train_labels))
        losses = np.array(ends)  # (seeds, rates)
        usable = GRID[(losses < 1).all(axis=0)]
        result |= {f"{name}_mean": losses.mean(axis=0).tolist(), f"{name}_worst": losses.max(axis=0).tolist()}
        result |= {f"{name}_lowest_usable": float(usable.min()), f"{name}_highest_usable": float(usable.max())}
        result |= {f"{name}_best": float(losses.mean(axis=0).min())}
    return result


@claim("C-decay-l2-sgd")
def decay_l2_sgd() -> Result:
    """Penalty in the loss, weight_decay of SGD and shrinking by hand: how far apart they end, and with momentum."""
    lr, decay = 0.3, 0.01
    result: Result = {"steps": 200, "lr": lr, "decay": decay}
    data = digits(0, dtype=np.float64)
    x, y = rows(data.train_images), data.train_labels
    for name, momentum in {"plain": 0.0, "momentum": 0.9}.items():
        ends = {}
        for way in ("none", "penalty", "option", "shrunk", "doubled"):
            networks, rng = Networks(0, 1), np.random.default_rng(0)
            params = {str(i): param for i, param in enumerate(networks.params)}
            rate = lr / 10 if momentum else lr
            optimizer = SGD(params, lr=rate, momentum=momentum, weight_decay=decay if way == "option" else 0.0)
            for _ in range(result["steps"]):
                batch = rng.choice(len(y), 32, replace=False)
                grads = {str(i): grad for i, grad in enumerate(networks.gradients(x[batch], y[batch])[1])}
                if way in ("penalty", "doubled"):  # gradients of λ/2·‖W‖² and of λ·‖W‖²
                    grads = {k: g + (2 if way == "doubled" else 1) * decay * params[k] for k, g in grads.items()}
                if way == "shrunk":
                    for param in params.values():
                        param *= 1 - rate * decay
                optimizer.step(grads)
            ends[way] = _flat(params)
        option = ends["option"]
        result |= {f"{name}_{way}": float(np.abs(end - option).max()) for way, end in ends.items() if way != "option"}
        result |= {f"{name}_length_{way}": float(np.linalg.norm(ends[way])) for way in ("none", "option")}
    return result


@experiment
def cliff() -> Result:
    """Descent on ½(w²⁰ − 1)² from w = 1.2: twenty layers in a row, without and with a limit on the gradient."""
    found: Result = {"lr": 0.01, "limit": 1.0}
    for way, limit in {"plain": math.inf, "clipped": found["limit"]}.items():
        path = [1.2]
        for _ in range(40):
            w = path[-1]
            slope = (w**20 - 1) * 20 * w**19
            path.append(w - found["lr"] * min(max(slope, -limit), limit))
            if abs(path[-1]) > 10:
                break
        found[way] = path
    return found


def _flat(arrays: dict[str, Array]) -> Array:
    return np.concatenate([array.ravel() for array in arrays.values()])
