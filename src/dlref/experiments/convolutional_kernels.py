"""What training on digits in place makes of the first kernels, and of a digit that moves. The page convolutional.

smooth   the share of a kernel's squared length in its mean and its two slopes; a third, on average, of random numbers
"""

from typing import Any

import numpy as np

from dlref.blueprints import Shapes, mlp_shapes
from dlref.experiments import training_numpy
from dlref.experiments.convolutional_training import BATCH_SIZE, EPOCHS, LR, start
from dlref.experiments.registry import Result, claim, experiment
from dlref.experiments.training import CNN_SHAPES, Array, Digits, digits
from dlref.numpy.losses import cross_entropy
from dlref.numpy.optim import Adam, CosineAnnealingLR
from dlref.numpy.training import fit

SEEDS, SMALL, FIRST = range(5), 0.1, "conv1.weight"
RIVAL = mlp_shapes(64, 128, 10)


@experiment
def networks() -> Result:
    """Kernels before and after training, from the usual start and from a tenth of it; accuracies on moved digits."""
    found: dict[str, list[Any]] = {name: [] for name in ("start", "end", "small", "accuracy_small", "cnn", "mlp")}
    for seed in SEEDS:
        data = digits(seed)
        usual, small, rival = (
            _trained(name, shapes, data, seed, scale)
            for name, shapes, scale in (("cnn", CNN_SHAPES, 1.0), ("cnn", CNN_SHAPES, SMALL), ("mlp", RIVAL, 1.0))
        )
        for name, kernels in (("start", start(CNN_SHAPES, seed)), ("end", usual), ("small", small)):
            found[name].append(kernels[FIRST][:, 0].astype(float).tolist())
        found["accuracy_small"].append(_accuracy("cnn", small, data, 0))
        for name, params in (("cnn", usual), ("mlp", rival)):
            found[name].append([_accuracy(name, params, data, distance) for distance in range(3)])
    return found


def _trained(name: str, shapes: Shapes, data: Digits, seed: int, scale: float) -> dict[str, Array]:
    """The recipe of the digits, with the first layer of the start multiplied by `scale`."""
    params = start(shapes, seed)
    params[next(iter(params))] *= scale
    optimizer = Adam(params, lr=LR)
    schedule = CosineAnnealingLR(optimizer, T_max=EPOCHS * -(-len(data.train_labels) // BATCH_SIZE))
    options: dict[str, Any] = {"epochs": EPOCHS, "batch_size": BATCH_SIZE, "seed": seed, "schedule": schedule}
    model = getattr(training_numpy, name)
    fit(model, params, optimizer, cross_entropy, data.train_images, data.train_labels, **options)
    return params


def _accuracy(name: str, params: dict[str, Array], data: Digits, distance: int) -> float:
    """Held-out accuracy on digits moved that far: the mean of left, right, up and down."""
    model, wide = getattr(training_numpy, name), np.pad(data.test_images, ((0, 0), (0, 0), (2, 2), (2, 2)))
    places = [(2 + distance, 2), (2 - distance, 2), (2, 2 + distance), (2, 2 - distance)]
    moved = [wide[:, :, row : row + 8, column : column + 8] for row, column in places]
    return float(np.mean([training_numpy.accuracy(model, params, images, data.test_labels) for images in moved]))


def smooth(kernels: Array) -> Array:
    """The share of each kernel (3, 3) that brightness and the slopes across and down make up."""
    parts = np.stack([np.ones(9), np.tile([-1.0, 0, 1], 3), np.repeat([-1.0, 0, 1], 3)])
    parts /= np.linalg.norm(parts, axis=1, keepdims=True)
    rows = kernels.reshape(-1, 9)
    share: Array = ((rows @ parts.T) ** 2).sum(axis=1) / (rows**2).sum(axis=1)
    return share


@claim("C-cnn-kernels")
def kernels() -> Result:
    """How like its start each kernel is at the end, and how smooth."""
    found = networks()
    before, after, small = (np.array(found[name]).reshape(-1, 9) for name in ("start", "end", "small"))
    return {
        "seeds": len(SEEDS),
        "alike": float(np.mean(_correlations(before, after))),
        "alike_small": float(np.mean(_correlations(before, small))),
        "smooth_start": float(smooth(before).mean()),
        "smooth_end": float(smooth(after).mean()),
        "smooth_small": float(smooth(small).mean()),
        "accuracy": float(np.mean(found["cnn"], axis=0)[0]),
        "accuracy_small": float(np.mean(found["accuracy_small"])),
    }


def _correlations(kernels: Array, others: Array) -> list[float]:
    return [float(np.corrcoef(one, other)[0, 1]) for one, other in zip(kernels, others, strict=True)]


@claim("C-cnn-moved")
def moved() -> Result:
    """Accuracy of networks that were trained on digits in place, by how far the digit has moved."""
    found = networks()
    result: Result = {"seeds": len(SEEDS)}
    for name in ("cnn", "mlp"):
        for distance, accuracy in enumerate(np.mean(found[name], axis=0)):
            result[f"{name}_{distance}"] = float(accuracy)
    result["lead_1"] = float(np.subtract(found["cnn"], found["mlp"])[:, 1].min())
    return result
