"""One data set, the right loss and a wrong one: for the page loss-functions."""

from typing import Any

import numpy as np
import numpy.typing as npt

from dlref.data import load_diabetes_column, standardize
from dlref.experiments.registry import Result, claim
from dlref.experiments.training import Digits, digits
from dlref.numpy.activations import softmax
from dlref.numpy.losses import cross_entropy, kmeans_inertia

Array = npt.NDArray[Any]

SEEDS = range(5)
COLUMNS = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")


@claim("C-loss-by-task")
def loss_by_task() -> Result:
    """What each task loses by the loss of another, on held-out data, averaged over seeds."""
    runs = [{**classification(digits(seed)), **clustering(digits(seed), seed), **regression(seed)} for seed in SEEDS]
    result: Result = {name: float(np.mean([run[name] for run in runs])) for name in runs[0]}
    return {**result, "seeds": len(SEEDS), "worst_gap": min(r["digits_ce"] - r["digits_number"] for r in runs)}


def classification(data: Digits) -> dict[str, float]:
    """Accuracy of a linear layer: cross-entropy, squared error on the digit as a number, squared error on one-hot."""
    inputs, test = _rows(data.train_images), _rows(data.test_images)
    labels, wanted = data.train_labels, data.test_labels
    weights = _softmax_regression(inputs, labels, 10)
    number = np.linalg.lstsq(inputs, labels.astype(float))[0]  # (65,)
    one_hot = np.linalg.lstsq(inputs, np.eye(10)[labels])[0]  # (65, 10)
    return {
        "digits_ce": float(((test @ weights).argmax(axis=1) == wanted).mean()),
        "digits_number": float((np.clip(np.rint(test @ number), 0, 9) == wanted).mean()),
        "digits_one_hot": float(((test @ one_hot).argmax(axis=1) == wanted).mean()),
    }


def clustering(data: Digits, seed: int) -> dict[str, float]:
    """Purity of ten groups of digits made without labels: by inertia, by cross-entropy on invented labels, by lot."""
    rng = np.random.default_rng(seed)
    inputs, test = _rows(data.train_images), _rows(data.test_images)
    invented = rng.integers(0, 10, len(inputs))
    weights = _softmax_regression(inputs, invented, 10)
    runs = [_kmeans(inputs, rng) for _ in range(3)]
    centroids = min(runs, key=lambda found: float(kmeans_inertia(inputs, found)))
    nearest = ((test[:, None] - centroids) ** 2).sum(axis=-1).argmin(axis=1)
    return {
        "clusters_inertia": _purity(nearest, data.test_labels),
        "clusters_ce": _purity((test @ weights).argmax(axis=1), data.test_labels),
        "clusters_random": _purity(rng.integers(0, 10, len(test)), data.test_labels),
    }


def regression(seed: int) -> dict[str, float]:
    """Root mean squared error on a fifth of the patients: squared error, and cross-entropy over ten classes."""
    rng = np.random.default_rng(seed)
    columns = [load_diabetes_column(name) for name in COLUMNS]
    features, targets = np.stack([column for column, _ in columns], axis=1), columns[0][1]
    order = rng.permutation(len(targets))
    train, test = order[:354], order[354:]
    inputs, held_out = (_rows(part) for part in standardize(features[train], features[test]))
    line = np.linalg.lstsq(inputs, targets[train])[0]  # (11,)
    edges = np.quantile(targets[train], np.arange(1, 10) / 10)
    classes = np.searchsorted(edges, targets[train], side="right")  # ten classes of about 35 patients
    means = np.array([targets[train][classes == one].mean() for one in range(10)])
    probs = softmax(held_out @ _softmax_regression(inputs, classes, 10, lr=0.1))  # (88, 10)
    answers = {
        "progress_mse": held_out @ line,
        "progress_class": means[probs.argmax(axis=1)],
        "progress_expected": probs @ means,
        "progress_mean": np.full(len(test), targets[train].mean()),
    }
    return {name: float(np.sqrt(np.mean((answer - targets[test]) ** 2))) for name, answer in answers.items()}


def _rows(examples: Array) -> Array:
    """Rows of features, and a one for the bias."""
    rows = examples.reshape(len(examples), -1).astype(float)
    return np.append(rows, np.ones((len(rows), 1)), axis=1)


def _softmax_regression(inputs: Array, labels: Array, classes: int, lr: float = 0.5, steps: int = 150) -> Array:
    """Weights (D, classes) of a linear layer after descent on cross-entropy, with momentum 0.9."""
    weights, velocity = np.zeros((2, inputs.shape[1], classes))
    for _ in range(steps):
        _, pullback = cross_entropy.vjp(inputs @ weights, labels)
        velocity = 0.9 * velocity + inputs.T @ pullback(1.0)[0]
        weights = weights - lr * velocity
    return weights


def _kmeans(inputs: Array, rng: np.random.Generator, steps: int = 25) -> Array:
    """Ten centroids (10, D): from ten examples, each moves again and again to the mean of those nearest to it."""
    centroids = inputs[rng.choice(len(inputs), 10, replace=False)]
    for _ in range(steps):
        _, pullback = kmeans_inertia.vjp(inputs, centroids)
        nearest = (
            (inputs**2).sum(axis=1, keepdims=True) - 2 * inputs @ centroids.T + (centroids**2).sum(axis=1)
        ).argmin(axis=1)
        sizes = np.bincount(nearest, minlength=10)[:, None]
        # Newton's step: the gradient by a centroid is 2 n (centroid − mean), and its second derivative 2 n
        centroids = centroids - pullback(1.0)[1] / (2 * np.maximum(sizes, 1))
    return centroids


def _purity(groups: Array, labels: Array) -> float:
    """The share of examples that bear the most frequent label of their group."""
    return sum(int(np.bincount(labels[groups == one]).max()) for one in np.unique(groups)) / len(labels)
