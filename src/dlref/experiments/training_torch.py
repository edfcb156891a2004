"""The same networks in PyTorch, over the operations of `dlref.torch`; autograd computes the gradients."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor

from dlref.experiments.training import Array, Digits, Recipe
from dlref.torch.losses import cross_entropy
from dlref.torch.metrics import accuracy as share_right
from dlref.torch.models import cnn as cnn_of
from dlref.torch.models import mlp as mlp_of
from dlref.torch.optim import SGD
from dlref.torch.training import fit

Params = dict[str, Tensor]
Model = Callable[[Tensor, Params], Tensor]

cnn: Model = cnn_of  # images (N, 1, 8, 8) to logits (N, 10)


def mlp(images: Tensor, params: Params) -> Tensor:
    """Images (N, 1, 8, 8) to logits (N, 10): to a perceptron, an image is a row of numbers."""
    return mlp_of(images.reshape(len(images), 64), params)


def as_params(arrays: Mapping[str, Array]) -> Params:
    """Copy NumPy parameters into tensors that require gradients."""
    return {name: torch.tensor(array, requires_grad=True) for name, array in arrays.items()}


def train(model: Model, params: Params, data: Digits, recipe: Recipe, seed: int) -> None:
    """Train `params` in place."""
    images, labels = torch.from_numpy(data.train_images), torch.from_numpy(data.train_labels)
    optimizer = SGD(params.values(), lr=recipe.lr, momentum=recipe.momentum)
    for order in recipe.orders(seed):
        fit(model, params, optimizer, cross_entropy, images, labels, epochs=1, batch_size=recipe.batch_size, seed=order)


@torch.no_grad()
def accuracy(model: Model, params: Params, images: Array, labels: Array) -> float:
    """The share of images whose largest logit is that of the right class."""
    return share_right(model(torch.from_numpy(images), params), torch.from_numpy(labels))


@contextmanager
def one_thread() -> Iterator[None]:
    """Run PyTorch on one thread: on networks this small more of them only wait, and sums could round differently."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
