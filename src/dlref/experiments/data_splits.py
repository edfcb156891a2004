"""What each part of a data set is worth as a judge, measured on handwritten digits: the page data-splits.

Small networks with one hidden layer are trained by full-batch gradient descent, many at a time: a leading axis K holds
the networks. "New" images took no part in training and none in any choice, so that they stand for the world.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from dlref.data import load_digits, stratified_split
from dlref.experiments.registry import Result, claim
from dlref.experiments.training_torch import one_thread

Array = npt.NDArray[Any]

SEEDS = range(5)
SIZES = (50, 100, 200, 400)  # training images
CANDIDATES = (1, 2, 5, 10, 20, 50)
SPLITS = 300  # of the images that no candidate was trained on, a seed
PART = 100  # images in the validation part, and in the test part


def logits(images: Tensor, params: list[Tensor]) -> Tensor:
    """Images (N, 64) or (K, N, 64) through K networks: (K, N, 10)."""
    weight1, bias1, weight2, bias2 = params
    return torch.relu(images @ weight1 + bias1) @ weight2 + bias2


def train(
    images: Tensor, labels: Tensor, lrs: Array, hidden: int, steps: int, rng: np.random.Generator
) -> list[Tensor]:
    """Train one network for each learning rate (K,), on images (N, 64) and labels (N,) or on its own (K, N, …)."""
    count = len(lrs)
    params = [
        torch.tensor(rng.normal(0, (2 / 64) ** 0.5, (count, 64, hidden)), dtype=torch.float32),
        torch.zeros(count, 1, hidden),
        torch.tensor(rng.normal(0, (1 / hidden) ** 0.5, (count, hidden, 10)), dtype=torch.float32),
        torch.zeros(count, 1, 10),
    ]
    for param in params:
        param.requires_grad_()
    rates = torch.tensor(lrs, dtype=torch.float32)[:, None, None]
    targets = labels.expand(count, -1)
    for _ in range(steps):
        scores = logits(images, params)
        # the sum over the networks leaves each one the gradient of its own mean
        loss = cross_entropy(scores.flatten(0, 1), targets.flatten(), reduction="sum") / targets.shape[1]
        for param, gradient in zip(params, torch.autograd.grad(loss, params), strict=True):
            param.data -= rates * gradient
    return params


@torch.no_grad()
def right(images: Tensor, labels: Tensor, params: list[Tensor]) -> Array:
    """Whether each network is right about each image: (K, N)."""
    answers: Array = (logits(images, params).argmax(dim=2) == labels).numpy()
    return answers


def digits() -> tuple[Array, Array]:
    """All images as rows (1797, 64), and their labels."""
    images, labels = load_digits()
    return images.reshape(-1, 64), labels


@claim("C-training-flatters")
def training_flatters() -> Result:
    """Accuracy on the training images and on all the others, for four sizes of the training part and five splits."""
    images, labels = digits()
    x, y = torch.from_numpy(images), torch.from_numpy(labels)
    train_accuracy: list[list[float]] = []
    new_accuracy: list[list[float]] = []
    with one_thread():
        for size in SIZES:
            splits = [stratified_split(labels, 1 - size / len(labels), np.random.default_rng(seed)) for seed in SEEDS]
            inside, outside = (torch.from_numpy(np.stack(part)) for part in zip(*splits, strict=True))  # (seeds, N)
            rng = np.random.default_rng(size)
            params = train(x[inside], y[inside], np.full(len(SEEDS), 0.5), 32, 400, rng)
            for found, part in ((train_accuracy, inside), (new_accuracy, outside)):
                found.append(right(x[part], y[part], params).mean(axis=1).tolist())
    return {
        "sizes": SIZES,
        "seeds": len(SEEDS),
        "train": train_accuracy,
        "new": new_accuracy,
        "mean_train": np.mean(train_accuracy, axis=1).tolist(),
        "mean_new": np.mean(new_accuracy, axis=1).tolist(),
        "smallest_gap_points": float(100 * (np.array(train_accuracy) - new_accuracy).min()),
    }


@claim("C-choosing-flatters")
def choosing_flatters() -> Result:
    """The best of many networks, chosen by test accuracy or by validation accuracy, and what each is worth.

    Every seed draws 100 training images and fifty networks, with learning rates from 0.05 to 1.6 and their own starts.
    The other images are split into validation, test and new ones 300 times; of the fifty networks the first 1, 2, 5, …
    are the candidates. Chosen by validation, the network is independent of the test images, so that test and new
    accuracy agree on average, exactly; chosen by test, nothing keeps them together.
    """
    images, labels = digits()
    x, y = torch.from_numpy(images), torch.from_numpy(labels)
    kinds = ("by_test_test", "by_test_new", "by_validation_validation", "by_validation_test", "by_validation_new")
    found = np.zeros((len(kinds), len(SEEDS), len(CANDIDATES), SPLITS))
    with one_thread():
        for seed in SEEDS:
            rng = np.random.default_rng(seed)
            inside, outside = stratified_split(labels, 1 - 100 / len(labels), rng)
            lrs = 10 ** rng.uniform(-1.3, 0.2, max(CANDIDATES))
            answers = right(x[outside], y[outside], train(x[inside], y[inside], lrs, 16, 100, rng))
            for split in range(SPLITS):
                order = rng.permutation(len(outside))
                parts = order[:PART], order[PART : 2 * PART], order[2 * PART :]
                validation, test, new = (answers[:, part].mean(axis=1) for part in parts)
                for at, count in enumerate(CANDIDATES):
                    by_test, by_validation = test[:count].argmax(), validation[:count].argmax()
                    found[:, seed, at, split] = (
                        test[by_test],
                        new[by_test],
                        validation[by_validation],
                        test[by_validation],
                        new[by_validation],
                    )
    most = found[:, :, -1].mean(axis=2)  # (kinds, seeds): with all fifty candidates
    honest = found[3, :, -1] - found[4, :, -1]
    return {
        "candidates": CANDIDATES,
        "part": PART,
        "splits": len(SEEDS) * SPLITS,
        "seeds": len(SEEDS),
        "flattery": (most[0] - most[1]).tolist(),
        "mean_flattery": float(np.mean(most[0] - most[1])),
        "validation_flattery": float(np.mean(most[2] - most[4])),
        "flattery_points": float(100 * np.mean(most[0] - most[1])),
        "validation_points": float(100 * np.mean(most[2] - most[4])),
        "honest_points": float(100 * honest.mean()),
        "honest_points_error": float(100 * honest.std() / honest.size**0.5),
        "honest_difference": float(honest.mean()),
        "honest_error": float(honest.std() / honest.size**0.5),
        "flattered_splits": float(np.mean(found[0, :, -1] > found[1, :, -1])),
        "honest_over": float(np.mean(honest > 0)),
        "fifty": dict(zip(kinds, most.mean(axis=1).tolist(), strict=True)),
        "curves": dict(zip(kinds, found.mean(axis=(1, 3)).tolist(), strict=True)),
    }
