"""The same training loop in PyTorch, over the operations of `dlref.torch`; autograd computes the gradients."""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor

from dlref.data import minibatches
from dlref.experiments.training import Array, Digits, Recipe
from dlref.torch.activations import relu
from dlref.torch.init import kaiming_uniform_
from dlref.torch.layers import conv2d, linear, max_pool2d
from dlref.torch.losses import cross_entropy
from dlref.torch.optim import SGD

Params = dict[str, Tensor]
Model = Callable[..., Tensor]


def initial_params(shapes: Mapping[str, tuple[int, ...]], generator: torch.Generator) -> Params:
    """Draw weights from U(±1/√fan_in), as `torch.nn.Linear` does, and set biases to zero."""
    params = {name: torch.zeros(shape, requires_grad=True) for name, shape in shapes.items()}
    for param in params.values():
        if param.ndim > 1:
            kaiming_uniform_(param, a=math.sqrt(5), generator=generator)
    return params


def as_params(arrays: Mapping[str, Array]) -> Params:
    """Copy NumPy parameters into tensors that require gradients."""
    return {name: torch.tensor(array, requires_grad=True) for name, array in arrays.items()}


def mlp(
    images: Tensor, hidden_weight: Tensor, hidden_bias: Tensor, output_weight: Tensor, output_bias: Tensor
) -> Tensor:
    """Linear, relu, linear: images (N, 64) to logits (N, 10)."""
    hidden = linear(images, hidden_weight, hidden_bias)  # (N, 64)
    active = relu(hidden)
    return linear(active, output_weight, output_bias)  # (N, 10)


def cnn(
    images: Tensor,
    conv1_weight: Tensor,
    conv1_bias: Tensor,
    conv2_weight: Tensor,
    conv2_bias: Tensor,
    output_weight: Tensor,
    output_bias: Tensor,
) -> Tensor:
    """Two convolutions with relu, maximum pooling, linear: images (N, 64) to logits (N, 10)."""
    maps1 = conv2d(images.reshape(-1, 1, 8, 8), conv1_weight, conv1_bias, padding=1)
    active1 = relu(maps1)  # (N, 16, 8, 8)
    maps2 = conv2d(active1, conv2_weight, conv2_bias, padding=1)
    active2 = relu(maps2)  # (N, 32, 8, 8)
    pooled = max_pool2d(active2, kernel_size=2)  # (N, 32, 4, 4)
    return linear(pooled.reshape(len(images), -1), output_weight, output_bias)  # (N, 10)


def train(model: Model, params: Params, data: Digits, recipe: Recipe, rng: np.random.Generator) -> None:
    """Train `params` in place."""
    images, labels = torch.from_numpy(data.train_images), torch.from_numpy(data.train_labels)
    optimizer = SGD(params.values(), lr=recipe.lr, momentum=recipe.momentum)
    for _ in range(recipe.epochs):
        for batch in minibatches(len(images), recipe.batch_size, rng):
            loss = cross_entropy(model(images[batch], *params.values()), labels[batch])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()


@torch.no_grad()
def accuracy(model: Model, params: Params, images: Array, labels: Array) -> float:
    """The share of images whose largest logit is that of the right class."""
    logits = model(torch.from_numpy(images), *params.values())
    return float((logits.argmax(dim=1).numpy() == labels).mean())


@contextmanager
def one_thread() -> Iterator[None]:
    """Run PyTorch on one thread: on networks this small more of them only wait, and sums could round differently."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
