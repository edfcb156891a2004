"""What a network knows before, during and after training on real digits: the numbers of the page learning-process."""

import math

import numpy as np
import torch

from dlref.experiments import training_numpy as in_numpy
from dlref.experiments import training_torch as in_torch
from dlref.experiments.registry import Result, claim, experiment
from dlref.experiments.training import CNN_RECIPE, CNN_SHAPES, MLP_RECIPE, MLP_SHAPES, Array, Digits, digits
from dlref.numpy.activations import softmax
from dlref.numpy.losses import cross_entropy
from dlref.numpy.models import initial_params
from dlref.torch.models import initial_params as torch_params

MLP_SEEDS, CNN_SEEDS = range(5), range(4)
NETWORKS = {"mlp": (MLP_SHAPES, MLP_RECIPE, MLP_SEEDS), "cnn": (CNN_SHAPES, CNN_RECIPE, CNN_SEEDS)}
IN_NUMPY: dict[str, in_numpy.Model] = {"mlp": in_numpy.mlp, "cnn": in_numpy.cnn}
IN_TORCH: dict[str, in_torch.Model] = {"mlp": in_torch.mlp, "cnn": in_torch.cnn}


@claim("C-init-ignorant")
def init_ignorant() -> Result:
    """Loss and accuracy on the test images of 20 networks that have learnt nothing yet."""
    data = digits(0)
    losses, accuracies = [], []
    for seed in range(20):
        params = initial_params(MLP_SHAPES, generator=np.random.default_rng(seed))
        losses.append(_loss(params, data.test_images, data.test_labels))
        accuracies.append(in_numpy.accuracy(in_numpy.mlp, params, data.test_images, data.test_labels))
    return {
        "seeds": len(losses),
        "ln_classes": math.log(10),
        "chance": 1 / 10,
        **_spread("loss", losses),
        **_spread("accuracy", accuracies),
    }


@claim("C-loop-learns")
def loop_learns() -> Result:
    """Accuracy on unseen images after training, mean and worst over seeds, for both networks in both backends.

    A seed decides everything that chance decides: which images are held out, the initial weights, and the order of the
    batches. With 359 held-out images one image is 0.28 points; the split moves the accuracy more than the weights do.
    """
    data = digits(0)
    result: Result = {"n_train": len(data.train_labels), "n_test": len(data.test_labels)}
    for name, (_, recipe, seeds) in NETWORKS.items():
        result |= {f"{name}_epochs": recipe.epochs, f"{name}_lr": recipe.lr, f"{name}_batch_size": recipe.batch_size}
        result |= {f"{name}_seeds": len(seeds), "momentum": recipe.momentum}
        for backend in ("numpy", "torch"):
            accuracies = _accuracies(name, backend, seeds)
            result[f"{name}_{backend}_accuracies"] = accuracies
            result[f"{name}_{backend}_worst"] = min(accuracies)
            result[f"{name}_{backend}_mean"] = float(np.mean(accuracies))
    held_back = [_numpy_accuracy("mlp", digits(seed, validation=True), seed) for seed in MLP_SEEDS]
    result["mlp_validation_mean"] = float(np.mean(held_back))
    return result


@claim("C-loss-measures-gap")
def loss_measures_gap() -> Result:
    """Cross-entropy against entropy + KL over 1,000 random pairs, at equality, and where descent on it ends."""
    rng = np.random.default_rng(0)
    p, q = rng.dirichlet(np.ones(10), 1000), rng.dirichlet(np.ones(10), 1000)  # (1000, 10) truth and prediction
    entropy = -(p * np.log(p)).sum(axis=1)
    divergence = (p * np.log(p / q)).sum(axis=1)
    measured = cross_entropy(np.log(q), p, reduction="none")
    at_equality = cross_entropy(np.log(p), p, reduction="none")
    near = 0.99 * p + 0.01 * q  # (1000, 10) almost the truth, but not quite
    target, logits = rng.dirichlet(np.full(10, 5.0), 1), np.zeros((1, 10))
    start_gap = np.abs(softmax(logits) - target).max()
    for _ in range(5000):
        _, pullback = cross_entropy.vjp(logits, target)
        logits = logits - 2.0 * pullback(1.0)[0]
    return {
        "pairs": len(p),
        "identity_deviation": float(np.abs(measured - (entropy + divergence)).max()),
        "excess_at_equality": float(np.abs(at_equality - entropy).max()),
        "smallest_excess": float((measured - entropy).min()),
        "smallest_excess_near": float((cross_entropy(np.log(near), p, reduction="none") - entropy).min()),
        "pinsker_ratio": float((divergence / (np.abs(p - q).sum(axis=1) ** 2 / 2)).min()),
        "descent_start_gap": float(start_gap),
        "descent_end_gap": float(np.abs(softmax(logits) - target).max()),
    }


@experiment
def learning_curves() -> Result:
    """Training loss and test accuracy of the MLP in NumPy before training and after each epoch, one curve per seed."""
    curves: Result = {"epochs": list(range(MLP_RECIPE.epochs + 1)), "train_loss": [], "test_accuracy": []}
    for seed in MLP_SEEDS:
        data = digits(seed)
        stages = list(_stages(data, seed))
        curves["train_loss"].append([_loss(params, data.train_images, data.train_labels) for params in stages])
        curves["test_accuracy"].append(
            [in_numpy.accuracy(in_numpy.mlp, params, data.test_images, data.test_labels) for params in stages]
        )
    return curves


@experiment
def probabilities() -> Result:
    """What one network thinks of one test image per digit: before training, after 1, after 10 and after all epochs."""
    data = digits(0)
    shown = [int(np.flatnonzero(data.test_labels == digit)[0]) for digit in range(10)]
    epochs = [0, 1, 10, MLP_RECIPE.epochs]
    stages = list(_stages(data, seed=0))
    return {
        "images": data.test_images[shown].reshape(-1, 8, 8).tolist(),
        "labels": data.test_labels[shown].tolist(),
        "epochs": epochs,
        "probabilities": [softmax(in_numpy.mlp(data.test_images[shown], stages[epoch])).tolist() for epoch in epochs],
    }


def _stages(data: Digits, seed: int) -> list[in_numpy.Params]:
    """The parameters before training and after each epoch."""
    params = initial_params(MLP_SHAPES, generator=np.random.default_rng(seed))
    stages = [in_numpy.copied(params)]
    in_numpy.train(in_numpy.mlp, params, data, MLP_RECIPE, seed, lambda: stages.append(in_numpy.copied(params)))
    return stages


def _accuracies(name: str, backend: str, seeds: range) -> list[float]:
    if (name, backend) == ("mlp", "numpy"):  # trained already, for the curves
        return [curve[-1] for curve in learning_curves()["test_accuracy"]]
    measure = _numpy_accuracy if backend == "numpy" else _torch_accuracy
    return [measure(name, digits(seed), seed) for seed in seeds]


def _numpy_accuracy(name: str, data: Digits, seed: int) -> float:
    shapes, recipe, _ = NETWORKS[name]
    model = IN_NUMPY[name]
    params = initial_params(shapes, generator=np.random.default_rng(seed))
    in_numpy.train(model, params, data, recipe, seed)
    return in_numpy.accuracy(model, params, data.test_images, data.test_labels)


def _torch_accuracy(name: str, data: Digits, seed: int) -> float:
    shapes, recipe, _ = NETWORKS[name]
    model = IN_TORCH[name]
    with in_torch.one_thread():
        params = torch_params(shapes, generator=torch.Generator().manual_seed(seed))
        in_torch.train(model, params, data, recipe, seed)
        return in_torch.accuracy(model, params, data.test_images, data.test_labels)


def _loss(params: in_numpy.Params, images: Array, labels: Array) -> float:
    return float(cross_entropy(in_numpy.mlp(images, params), labels))


def _spread(name: str, values: list[float]) -> Result:
    return {
        f"{name}_mean": float(np.mean(values)),
        f"{name}_std": float(np.std(values)),
        f"{name}_min": min(values),
        f"{name}_max": max(values),
    }
