"""What one step of gradient descent does to a network for digits: numbers of the page weight-update.

L(W − η·g) = L(W) − η·‖g‖² + η²/2·gᵀHg + …     g = ∇L(W),  H the Hessian;  q = gᵀHg / ‖g‖² is the curvature along g
"""

from functools import lru_cache

import numpy as np

from dlref.experiments.registry import Result, claim, experiment
from dlref.experiments.training import Array, Digits, digits
from dlref.experiments.update_networks import Grads, Networks, constant, products, rows, train
from dlref.numpy.activations import softmax

SEEDS = range(8)
EPOCHS, RATE = 3, 0.3  # of training before the step that is looked at
RATES = tuple(10.0**power for power in range(-6, 0))
SIZES = (1, 8, 32, 128)


@lru_cache
def networks_at(seed: int, epochs: int) -> tuple[Networks, Digits]:
    """One network after some epochs, and its data; nobody changes what is remembered."""
    data = digits(seed, dtype=np.float64)
    if epochs == 0:
        return Networks(seed, 1), data
    return train(data, seed, constant(np.array([RATE]), data, 32, epochs), 32)[0], data


def moved(networks: Networks, grads: Grads, lr: float) -> Networks:
    """A copy, one step of length lr·‖g‖ further."""
    copy = Networks(0, 1)
    params = [param - lr * grad for param, grad in zip(networks.params, grads, strict=True)]
    copy.params = (params[0], params[1], params[2], params[3])
    return copy


def falls(networks: Networks, x: Array, y: Array, rates: list[float]) -> Result:
    """Loss, squared length of its gradient, curvature along it, and how far the loss falls at each rate."""
    (loss,), grads = networks.gradients(x, y)
    (squared,) = products(grads, grads)
    ahead, behind = (moved(networks, grads, lr).gradients(x, y)[1] for lr in (1e-5, -1e-5))
    (along,) = products(grads, behind) - products(grads, ahead)  # gᵀHg · 2e-5: by how much the slope changes
    after = [float(moved(networks, grads, lr).gradients(x, y)[0][0]) for lr in rates]
    return {
        "loss": float(loss),
        "squared": float(squared),
        "curvature": float(along / 2e-5 / squared),
        "falls": [float(loss) - value for value in after],
    }


@experiment
def taylor() -> Result:
    """One step of full-batch descent at each rate, fresh and after three epochs, for every seed."""
    found: Result = {"fresh": [], "trained": []}
    for seed in SEEDS:
        for stage, epochs in {"fresh": 0, "trained": EPOCHS}.items():
            networks, data = networks_at(seed, epochs)
            found[stage].append(falls(networks, rows(data.train_images), data.train_labels, list(RATES)))
    return found


@claim("C-update-descends")
def update_descends() -> Result:
    """Falls against η‖g‖², the power with which the remainder vanishes, and its coefficient against the curvature."""
    steps = taylor()
    rates = np.array(RATES)
    result: Result = {"seeds": len(SEEDS), "rates": list(RATES), "epochs": EPOCHS}
    for stage, runs in steps.items():
        fell = np.array([run["falls"] for run in runs])  # (seeds, rates)
        first = rates * np.array([[run["squared"]] for run in runs])
        second = rates**2 / 2 * np.array([[run["squared"] * run["curvature"]] for run in runs])
        result |= {
            f"{stage}_smallest_fall": float((fell / first).min()),
            f"{stage}_off": np.abs(fell / first - 1).max(axis=0).tolist(),  # at each rate, worst seed
            f"{stage}_slopes": [
                float(np.polyfit(np.log(rates[1:]), np.log(np.abs(r[1:])), 1)[0]) for r in first - fell
            ],
            f"{stage}_remainder": ((first - fell) / second).tolist(),
            f"{stage}_curvatures": [run["curvature"] for run in runs],
        }
    slopes, remainder = result["trained_slopes"], np.array(result["trained_remainder"])
    return result | {
        "off_at_thousandth": result["trained_off"][3],
        "off_at_tenth": result["trained_off"][5],
        "lowest_slope": min(slopes),
        "highest_slope": max(slopes),
        "fresh_highest_curvature": max(result["fresh_curvatures"]),
        "remainder_off": float(np.abs(remainder[:, 1:3] - 1).max()),  # 1e-5 and 1e-4
        "lowest_curvature": min(result["trained_curvatures"]),
        "highest_curvature": max(result["trained_curvatures"]),
    }


def slopes(networks: Networks, x: Array, y: Array, grads: Grads) -> Array:
    """∇L_n · ∇L (N,): how fast the loss of each example changes along `grads`."""
    w1, b1, w2, b2 = (param[0] for param in networks.params)
    v1, c1, v2, c2 = (grad[0] for grad in grads)
    a = x @ w1.T + b1  # (N, 32)
    h, dh = np.maximum(a, 0), (a > 0) * (x @ v1.T + c1)
    dlogits = dh @ w2.T + h @ v2.T + c2  # (N, 10): what the direction does to the logits
    p = softmax(h @ w2.T + b2)
    found: Array = (p * dlogits).sum(axis=1) - dlogits[np.arange(len(y)), y]
    return found


@claim("C-batch-step-uphill")
def batch_step_uphill() -> Result:
    """The share of batches whose gradient leads uphill for all examples, and real steps that raise the batch's loss."""
    count, lr = 1000, 1e-4
    found: Result = {"seeds": len(SEEDS), "sizes": list(SIZES), "epochs": EPOCHS, "batches": count, "lr": lr}
    for stage, epochs in {"fresh": 0, "trained": EPOCHS}.items():
        uphill, rises, off = [], 0, 0.0
        for seed in SEEDS:
            networks, data = networks_at(seed, epochs)
            x, y = rows(data.train_images), data.train_labels
            grads = networks.gradients(x, y)[1]
            along, rng = slopes(networks, x, y, grads), np.random.default_rng(seed)
            order = [rng.permutation(len(y))[:size] for size in SIZES for _ in range(count)]
            uphill.append([np.mean([along[b].mean() < 0 for b in order if len(b) == size]) for size in SIZES])
            for batch in order[:: count // 10]:
                (before,), estimate = networks.gradients(x[batch], y[batch])
                rises += int(moved(networks, estimate, lr).gradients(x[batch], y[batch])[0][0] >= before)
                off = max(off, abs(products(grads, estimate)[0] / along[batch].mean() - 1))
        shares = np.array(uphill)  # (seeds, sizes)
        found |= {f"{stage}_uphill": shares.mean(axis=0).tolist(), f"{stage}_most": shares.max(axis=0).tolist()}
        found |= {f"{stage}_rises": rises, f"{stage}_tried": 10 * len(SIZES) * len(SEEDS), f"{stage}_off": off}
    return found


@experiment
def along() -> Result:
    """The loss along the negative gradient of one trained network, with what slope and curvature predict."""
    networks, data = networks_at(0, EPOCHS)
    rates = np.linspace(0, 1.3, 27).tolist()
    return {"rates": rates, **falls(networks, rows(data.train_images), data.train_labels, rates)}
