"""One architecture with several parameter sets: are they several models? The numbers of the page networks-and-models.

Networks of one blueprint from different starts, a copy, a network whose hidden units stand in another order, and what
lies between two of them. What a blueprint can represent at all is in networks_capacity.py.
"""

from functools import lru_cache
from itertools import combinations

import numpy as np

from dlref.blueprints import mlp_shapes
from dlref.experiments import training_numpy as in_numpy
from dlref.experiments.registry import Result, claim, experiment
from dlref.experiments.training import Recipe, digits
from dlref.numpy.activations import softmax
from dlref.numpy.models import initial_params

SHAPES = mlp_shapes(64, 32, 10)
RECIPE = Recipe(epochs=12, batch_size=16, lr=0.1, momentum=0.9)
SEEDS = range(5)


@lru_cache
def trained(seed: int) -> in_numpy.Params:
    """A trained network of the blueprint `SHAPES`, not to be changed: the seed decides only where it starts."""
    params = initial_params(SHAPES, generator=np.random.default_rng(seed))
    in_numpy.train(in_numpy.mlp, params, digits(0), RECIPE, seed=0)
    return params


def shuffled_units(params: in_numpy.Params, seed: int = 0) -> in_numpy.Params:
    """The same network with its hidden units in another order."""
    order = np.random.default_rng(seed).permutation(len(params["layers.0.bias"]))
    return {
        "layers.0.weight": params["layers.0.weight"][order],
        "layers.0.bias": params["layers.0.bias"][order],
        "layers.1.weight": params["layers.1.weight"][:, order],
        "layers.1.bias": params["layers.1.bias"].copy(),
    }


def between(one: in_numpy.Params, other: in_numpy.Params, share: float) -> in_numpy.Params:
    """Parameters on the straight line from `one` (share 0) to `other` (share 1)."""
    return {name: ((1 - share) * one[name] + share * other[name]).astype(one[name].dtype) for name in one}


@claim("C-same-blueprint")
def same_blueprint() -> Result:
    """Five networks of one blueprint against each other, a copy, and one of them with its units reordered."""
    data = digits(0)
    images, labels = data.test_images, data.test_labels
    models = [trained(seed) for seed in SEEDS]
    logits = [in_numpy.mlp(images, params) for params in models]
    accuracies = [in_numpy.accuracy(in_numpy.mlp, params, images, labels) for params in models]
    pairs = list(combinations(SEEDS, 2))
    apart = [float(np.mean(logits[i].argmax(axis=1) != logits[j].argmax(axis=1))) for i, j in pairs]
    halfway = [in_numpy.accuracy(in_numpy.mlp, between(models[i], models[j], 0.5), images, labels) for i, j in pairs]
    copy, reordered = in_numpy.copied(models[0]), shuffled_units(models[0])
    return {
        "models": len(models),
        "pairs": len(pairs),
        "accuracy_worst": min(accuracies),
        "accuracy_best": max(accuracies),
        "smallest_logit_gap": min(float(np.abs(logits[i] - logits[j]).max()) for i, j in pairs),
        "disagree_mean": float(np.mean(apart)),
        "disagree_least": min(apart),
        "copy_difference": float(np.abs(in_numpy.mlp(images, copy) - logits[0]).max()),
        "reordered_params_gap": max(float(np.abs(reordered[name] - models[0][name]).max()) for name in reordered),
        "reordered_difference": float(np.abs(in_numpy.mlp(images, reordered) - logits[0]).max()),
        "largest_logit": float(np.abs(logits[0]).max()),
        "halfway_mean": float(np.mean(halfway)),
        "halfway_best": max(halfway),
    }


@experiment
def two_models() -> Result:
    """What a blueprint says of one image with four sets of parameters: two drawn at random, two trained from them."""
    data = digits(0)
    at = int(np.flatnonzero(data.test_labels == 4)[0])
    image = data.test_images[at : at + 1]
    drawn = [initial_params(SHAPES, generator=np.random.default_rng(seed)) for seed in (0, 1)]
    return {
        "image": image.reshape(8, 8).tolist(),
        "label": int(data.test_labels[at]),
        "values": [params["layers.1.weight"].ravel()[:28].tolist() for params in (drawn[0], trained(0))],
        "drawn": [softmax(in_numpy.mlp(image, params))[0].tolist() for params in drawn],
        "trained": [softmax(in_numpy.mlp(image, trained(seed)))[0].tolist() for seed in (0, 1)],
    }


@experiment
def mixtures() -> Result:
    """Accuracy on held-out images between two models, and between one and itself with its units reordered."""
    data = digits(0)
    one, other = trained(0), trained(1)
    shares = np.linspace(0, 1, 21)
    judged = {
        name: [
            in_numpy.accuracy(in_numpy.mlp, between(one, end, share), data.test_images, data.test_labels)
            for share in shares
        ]
        for name, end in {"other": other, "itself": shuffled_units(one)}.items()
    }
    return {"shares": shares.tolist(), **judged}
