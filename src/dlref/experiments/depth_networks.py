"""Many small perceptrons trained side by side, one for each seed and learning rate: what depth is measured with.

    h_l = f(h_{l−1} W_lᵀ + b_l)      or, with a shortcut where the sizes allow it,
    h_l = h_{l−1} + f(h_{l−1} W_lᵀ + b_l) / K

S networks of one architecture share every operation as the S slices of larger tensors. Their losses are added, so that
each slice gets the gradient of its own loss and the networks do not notice one another. K is the number of shortcuts.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from dlref.experiments.training import digits

Layers = list[tuple[Tensor, Tensor]]  # of each layer: weights (S, in, out) and biases (S, 1, out)

ACTIVATIONS = {"relu": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh}


def drawn(sizes: Sequence[int], seeds: Sequence[int], init: str = "default") -> Layers:
    """Draw one network for each seed: weights U(±1/√in) as `nn.Linear` draws them, or "he", N(0, 2/in); biases 0."""
    generators = [np.random.default_rng(seed) for seed in seeds]
    layers: Layers = []
    for inner, out in pairwise(sizes):
        if init == "he":
            weights = [rng.normal(0, (2 / inner) ** 0.5, (inner, out)) for rng in generators]
        else:
            weights = [rng.uniform(-1, 1, (inner, out)) / inner**0.5 for rng in generators]
        weight = torch.tensor(np.stack(weights), dtype=torch.float32, requires_grad=True)
        layers.append((weight, torch.zeros(len(seeds), 1, out, requires_grad=True)))
    return layers


def hidden(layers: Layers, inputs: Tensor, activation: str = "relu", *, shortcut: bool = False) -> list[Tensor]:
    """Return what every hidden layer puts out, (S, N, width) each, for inputs (S, N, in)."""
    state, states = inputs, []
    for weight, bias in layers[:-1]:
        change = ACTIVATIONS[activation](torch.baddbmm(bias, state, weight))
        joined = shortcut and change.shape == state.shape
        state = state + change / (len(layers) - 2) if joined else change
        states.append(state)
    return states


def outputs(layers: Layers, inputs: Tensor, activation: str = "relu", *, shortcut: bool = False) -> Tensor:
    """Return the outputs (S, N, out) of networks with at least one layer."""
    state = [inputs, *hidden(layers, inputs, activation, shortcut=shortcut)][-1]
    weight, bias = layers[-1]
    return torch.baddbmm(bias, state, weight)


def cross_entropies(logits: Tensor, labels: Tensor) -> Tensor:
    """Return the mean cross-entropy (S,) of each network: logits (S, N, C) against labels (S, N)."""
    flat = torch.nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="none")
    return flat.reshape(labels.shape).mean(dim=1)


def accuracies(logits: Tensor, labels: Tensor) -> list[float]:
    """Return the share of right answers of each network."""
    right: list[float] = (logits.argmax(dim=2) == labels).double().mean(dim=1).tolist()
    return right


def batches(count: int, batch_size: int, epochs: int, seeds: Sequence[int]) -> Iterator[Tensor]:
    """Yield indices (S, batch_size): each seed has an order of its own; short batches are dropped."""
    rngs = [np.random.default_rng(seed) for seed in seeds]
    for _ in range(epochs):
        orders = torch.from_numpy(np.stack([rng.permutation(count) for rng in rngs]))  # (S, count)
        for start in range(0, count - batch_size + 1, batch_size):
            yield orders[:, start : start + batch_size]


def digits_of(seeds: Sequence[int], *, validation: bool = False) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return training images (S, N, 64) and labels (S, N), then the held-out ones: each seed has its own split."""
    splits = [digits(seed, validation=validation) for seed in seeds]
    images = [torch.from_numpy(np.stack([s.train_images for s in splits])).flatten(2)]
    images += [torch.from_numpy(np.stack([s.test_images for s in splits])).flatten(2)]
    train_labels = torch.from_numpy(np.stack([s.train_labels for s in splits]))
    test_labels = torch.from_numpy(np.stack([s.test_labels for s in splits]))
    return images[0], train_labels, images[1], test_labels
