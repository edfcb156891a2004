"""How the networks of the page fully-connected are trained: tumours and digits, the same way in both backends.

Both backends start at the same parameters and see the same batches. The recipe of the tumours was chosen on
validation parts, a fifth of the training part, out of rates 0.005, 0.02 and 0.05 and 8 or 20 epochs, never by test
accuracy; that of the digits is `MLP_RECIPE`. One split of the tumours holds out about 114 of them, so that a single
answer counts 0.9 points; each seed therefore goes through five folds, and every tumour is held out once.
"""

from collections.abc import Callable

import numpy as np

from dlref.blueprints import Shapes, mlp_shapes
from dlref.data import load_breast_cancer, standardize
from dlref.experiments import training_numpy, training_torch
from dlref.experiments.training import MLP_RECIPE, MLP_SHAPES, Array, Digits, Recipe, digits
from dlref.numpy.init import kaiming_normal_
from dlref.numpy.models import mlp
from dlref.torch.models import mlp as torch_mlp

SEEDS = range(5)
FOLDS = 5
TUMOUR_SHAPES = mlp_shapes(30, 16, 2)
TUMOUR_RECIPE = Recipe(epochs=8, batch_size=16, lr=0.02, momentum=0.9)


def folds(labels: Array, seed: int) -> list[Array]:
    """Indices of five parts with the classes in equal shares; together they hold every example once."""
    rng = np.random.default_rng(seed)
    place = np.empty(len(labels), int)
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        place[members] = np.arange(len(members)) % FOLDS
    return [np.flatnonzero(place == fold) for fold in range(FOLDS)]


def tumours(seed: int, fold: int) -> Digits:
    """One fold to judge by, the other four to train on; all are standardised by the training part's statistics."""
    features, labels = load_breast_cancer()
    test = folds(labels, seed)[fold]
    train = np.setdiff1d(np.arange(len(labels)), test)
    scaled = [part.astype(np.float32) for part in standardize(features[train], features[test])]
    return Digits(scaled[0], labels[train], scaled[1], labels[test])


def drawn(shapes: Shapes, seed: int) -> dict[str, Array]:
    """Kaiming's weights and zero biases, float32."""
    rng = np.random.default_rng(seed)
    params = {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}
    for param in params.values():
        if param.ndim == 2:
            kaiming_normal_(param, nonlinearity="relu", generator=rng)
    return params


def numpy_accuracy(data: Digits, start: dict[str, Array], recipe: Recipe, seed: int) -> float:
    """Train in NumPy from a copy of `start`, return held-out accuracy."""
    model = mlp if data.train_images.ndim == 2 else training_numpy.mlp
    params = training_numpy.copied(start)
    training_numpy.train(model, params, data, recipe, seed)
    return training_numpy.accuracy(model, params, data.test_images, data.test_labels)


def torch_accuracy(data: Digits, start: dict[str, Array], recipe: Recipe, seed: int) -> float:
    """Train in PyTorch from the same start and batches, return held-out accuracy."""
    model = torch_mlp if data.train_images.ndim == 2 else training_torch.mlp
    params = training_torch.as_params(start)
    with training_torch.one_thread():
        training_torch.train(model, params, data, recipe, seed)
        return training_torch.accuracy(model, params, data.test_images, data.test_labels)


def tumour_accuracies(backend: str) -> list[list[float]]:
    """For each seed, the held-out accuracy of each fold: 5 rows of 5."""
    run = numpy_accuracy if backend == "numpy" else torch_accuracy
    return [[_tumour_fold(run, seed, fold) for fold in range(FOLDS)] for seed in SEEDS]


def _tumour_fold(run: Callable[..., float], seed: int, fold: int) -> float:
    return run(tumours(seed, fold), drawn(TUMOUR_SHAPES, seed), TUMOUR_RECIPE, seed)


def digit_accuracies(backend: str) -> list[float]:
    """Held-out accuracy on the digits, for each seed."""
    run = numpy_accuracy if backend == "numpy" else torch_accuracy
    return [run(digits(seed), drawn(MLP_SHAPES, seed), MLP_RECIPE, seed) for seed in SEEDS]
