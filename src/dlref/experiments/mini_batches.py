"""The gradient of a mini-batch as an estimate of the full one: the numbers of the page mini-batches.

    g_B = 1/B Σ_{n in batch} ∇L_n      E g_B = ∇L      E |g_B − ∇L|² = σ²/B · (N − B)/(N − 1)      (no example twice)

∇L_n is the gradient of example n, σ² the mean of |∇L_n − ∇L|² over all N.
"""

from itertools import combinations

import numpy as np
import torch

from dlref.blueprints import mlp_shapes
from dlref.data import minibatches
from dlref.experiments import training_numpy as in_numpy
from dlref.experiments import training_torch as in_torch
from dlref.experiments.registry import Result, claim
from dlref.experiments.training import Array, Digits, digits
from dlref.numpy.losses import cross_entropy
from dlref.numpy.models import initial_params
from dlref.torch.losses import cross_entropy as torch_cross_entropy

SHAPES = mlp_shapes(64, 32, 10)  # 2,410 parameters
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


def gradient(params: in_numpy.Params, images: Array, labels: Array, reduction: str = "mean") -> Array:
    """The gradient of the loss of some images, all 2,410 entries in a row."""
    logits, model_pullback = in_numpy.mlp.vjp(images, params)
    _, loss_pullback = cross_entropy.vjp(logits, labels, reduction=reduction)
    grads = model_pullback(loss_pullback(1.0)[0])[1]
    return np.concatenate([grads[name].ravel() for name in params])


def example_gradients(data: Digits, params: in_numpy.Params) -> Array:
    """The gradient (N, 2410) of every training image by itself."""
    images, labels = data.train_images, data.train_labels
    return np.stack([gradient(params, images[n : n + 1], labels[n : n + 1]) for n in range(len(labels))])


def _start(seed: int = 0) -> tuple[Digits, in_numpy.Params]:
    data = digits(seed, dtype=np.float64)
    return data, initial_params(SHAPES, generator=np.random.default_rng(seed), dtype=np.float64)


@claim("C-batch-unbiased")
def batch_unbiased() -> Result:
    """How far the mean of mini-batch gradients is from the full gradient: over an epoch, and over all subsets."""
    data, params = _start()
    rng = np.random.default_rng(0)
    count = len(data.train_labels)

    def epoch(chosen: Array, size: int) -> tuple[Array, Array, Array]:
        parts = [chosen[batch] for batch in minibatches(len(chosen), size, rng)]
        grads = np.stack([gradient(params, data.train_images[part], data.train_labels[part]) for part in parts])
        full = gradient(params, data.train_images[chosen], data.train_labels[chosen])
        return full, grads, np.array([len(part) for part in parts])

    equal = np.arange(count - count % 32)
    full, grads, sizes = epoch(equal, 32)
    few = np.stack([gradient(params, data.train_images[n : n + 1], data.train_labels[n : n + 1]) for n in range(8)])
    subsets = np.stack([few[list(chosen)].mean(axis=0) for chosen in combinations(range(8), 3)])
    whole, uneven, lengths = epoch(np.arange(count), 100)  # the last batch is short

    def off(estimate: Array, truth: Array) -> float:
        return float(np.linalg.norm(estimate - truth) / np.linalg.norm(truth))

    return {
        "examples": len(equal),
        "batches": len(sizes),
        "epoch_off": off(grads.mean(axis=0), full),
        "one_batch_off": off(grads[0], full),
        "subsets": len(subsets),
        "subsets_off": off(subsets.mean(axis=0), few.mean(axis=0)),
        "train_images": count,
        "short_size": int(lengths[-1]),
        "overweight": 100 / int(lengths[-1]),
        "plain_off": off(uneven.mean(axis=0), whole),
        "dropped_off": off(uneven[:-1].mean(axis=0), whole),
        "weighted_off": off(np.average(uneven, axis=0, weights=lengths), whole),
    }


@claim("C-batch-noise")
def batch_noise() -> Result:
    """The mean squared distance of mini-batch gradients from the full one, measured and as the formulas have it."""
    result: Result = {"sizes": list(SIZES)}
    for stage, epochs in {"start": 0, "later": 2}.items():
        data, params = _start()
        rng = np.random.default_rng(0)
        for _ in range(epochs):
            for batch in minibatches(len(data.train_labels), 32, rng):
                _, grads = in_numpy.loss_and_grads(
                    in_numpy.mlp, params, data.train_images[batch], data.train_labels[batch]
                )
                for name, param in params.items():
                    param -= 0.1 * grads[name]
        each = example_gradients(data, params)
        full = each.mean(axis=0)
        centred = each - full
        sigma2 = float((centred**2).sum(axis=1).mean())
        without = [_spread(centred, size, rng) for size in SIZES]
        count = len(each)
        result |= {
            f"{stage}_sigma2": sigma2,
            f"{stage}_full2": float((full**2).sum()),
            f"{stage}_ratio": float(np.sqrt(sigma2 / (full**2).sum())),
            f"{stage}_measured": without,
            f"{stage}_predicted": [sigma2 / size * (count - size) / (count - 1) for size in SIZES],
            f"{stage}_slope": _slope(without[:7]),  # up to 64, where the correction is 4 %
        }
    noise = np.sqrt(result["later_measured"][5] / result["later_full2"])
    return {**result, "count": count, "batches": TRIALS, "noise_at_32": float(noise)}


TRIALS = 300  # batches for each size


def _spread(centred: Array, size: int, rng: np.random.Generator) -> float:
    """The mean over random batches of the squared length of their mean."""
    chosen = np.zeros((TRIALS, len(centred)))
    for row in chosen:
        row[rng.choice(len(centred), size, replace=False)] = 1 / size
    return float(((chosen @ centred) ** 2).sum(axis=1).mean())


def _slope(values: list[float]) -> float:
    return float(np.polyfit(np.log(SIZES[: len(values)]), np.log(values), 1)[0])


@claim("C-sum-vs-mean")
def sum_vs_mean() -> Result:
    """The gradient of a summed loss against that of the mean, in both backends, and the paths that they lead to."""
    data, params = _start()
    sizes = [1, 2, 16, 29, 32, 100]
    ratios, deviations = [], []
    for size in sizes:
        part = data.train_images[:size], data.train_labels[:size]
        mean, total = (gradient(params, *part, reduction=reduction) for reduction in ("mean", "sum"))
        torch_total = _torch_sum(params, *part)
        ratios.append(float(total @ mean / (mean @ mean)))
        scale = np.abs(total).max()
        deviations.append(float(max(np.abs(total - size * mean).max(), np.abs(torch_total - total).max()) / scale))
    return {
        "sizes": sizes,
        "ratios": ratios,
        "deviations": deviations,
        "max_deviation": max(deviations),
        "mean_loss": _path("mean", 0.32),
        "sum_loss": _path("sum", 0.01),
        "sum_same_rate_loss": _path("sum", 0.32),
    }


def _torch_sum(params: in_numpy.Params, images: Array, labels: Array) -> Array:
    tensors = in_torch.as_params(params)
    logits = in_torch.mlp(torch.from_numpy(images), tensors)
    loss = torch_cross_entropy(logits, torch.from_numpy(labels), reduction="sum")
    loss.backward()  # type: ignore[no-untyped-call]
    return np.concatenate([tensor.grad.numpy().ravel() for tensor in tensors.values() if tensor.grad is not None])


def _path(reduction: str, lr: float, size: int = 32) -> float:
    """The training loss after one epoch of equal batches."""
    data, params = _start()
    rng = np.random.default_rng(0)
    for batch in minibatches(len(data.train_labels) // size * size, size, rng):
        step = lr * gradient(params, data.train_images[batch], data.train_labels[batch], reduction)
        for param in params.values():
            mine, step = np.split(step, [param.size])
            param -= mine.reshape(param.shape)
    return float(cross_entropy(in_numpy.mlp(data.train_images, params), data.train_labels))
