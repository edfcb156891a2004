"""The training loop in NumPy, written by hand: forward, loss, gradients, update, again."""

import math
from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from dlref.data import minibatches
from dlref.experiments.training import Digits, Recipe
from dlref.numpy.activations import relu
from dlref.numpy.differentiable import Array, Differentiable, Gradients, Pullback, differentiable
from dlref.numpy.init import kaiming_uniform_
from dlref.numpy.layers import conv2d, linear, max_pool2d
from dlref.numpy.losses import cross_entropy
from dlref.numpy.optim import SGD

Params = dict[str, Array]
Model: TypeAlias = Differentiable[..., Array]


def initial_params(
    shapes: Mapping[str, tuple[int, ...]], generator: np.random.Generator, dtype: npt.DTypeLike = np.float32
) -> Params:
    """Draw weights from U(±1/√fan_in), as `torch.nn.Linear` does, and set biases to zero."""
    params = {name: np.zeros(shape, dtype) for name, shape in shapes.items()}
    for param in params.values():
        if param.ndim > 1:
            kaiming_uniform_(param, a=math.sqrt(5), generator=generator)
    return params


def copied(params: Params) -> Params:
    """Return parameters that later steps leave alone."""
    return {name: param.copy() for name, param in params.items()}


@differentiable
def mlp(
    images: Array, hidden_weight: Array, hidden_bias: Array, output_weight: Array, output_bias: Array
) -> tuple[Array, Pullback]:
    """Linear, relu, linear: images (N, 64) to logits (N, 10)."""
    hidden, hidden_pullback = linear.vjp(images, hidden_weight, hidden_bias)  # (N, 64)
    active, relu_pullback = relu.vjp(hidden)
    logits, output_pullback = linear.vjp(active, output_weight, output_bias)  # (N, 10)

    def pullback(dlogits: Array) -> Gradients:
        dactive, *doutput = output_pullback(dlogits)
        (dhidden,) = relu_pullback(dactive)
        return *hidden_pullback(dhidden), *doutput

    return logits, pullback


@differentiable
def cnn(
    images: Array,
    conv1_weight: Array,
    conv1_bias: Array,
    conv2_weight: Array,
    conv2_bias: Array,
    output_weight: Array,
    output_bias: Array,
) -> tuple[Array, Pullback]:
    """Two convolutions with relu, maximum pooling, linear: images (N, 64) to logits (N, 10)."""
    maps1, conv1_pullback = conv2d.vjp(images.reshape(-1, 1, 8, 8), conv1_weight, conv1_bias, padding=1)
    active1, relu1_pullback = relu.vjp(maps1)  # (N, 16, 8, 8)
    maps2, conv2_pullback = conv2d.vjp(active1, conv2_weight, conv2_bias, padding=1)
    active2, relu2_pullback = relu.vjp(maps2)  # (N, 32, 8, 8)
    pooled, pool_pullback = max_pool2d.vjp(active2, kernel_size=2)  # (N, 32, 4, 4)
    logits, output_pullback = linear.vjp(pooled.reshape(len(images), -1), output_weight, output_bias)  # (N, 10)

    def pullback(dlogits: Array) -> Gradients:
        dpooled, *doutput = output_pullback(dlogits)
        (dactive2,) = pool_pullback(dpooled.reshape(pooled.shape))
        (dmaps2,) = relu2_pullback(dactive2)
        dactive1, *dconv2 = conv2_pullback(dmaps2)
        (dmaps1,) = relu1_pullback(dactive1)
        dimages, *dconv1 = conv1_pullback(dmaps1)
        return dimages.reshape(images.shape), *dconv1, *dconv2, *doutput

    return logits, pullback


def loss_and_grads(model: Model, params: Params, images: Array, labels: Array) -> tuple[float, Params]:
    """One forward and one backward pass: the loss, and the gradient of every parameter."""
    logits, model_pullback = model.vjp(images, *params.values())
    loss, loss_pullback = cross_entropy.vjp(logits, labels)
    dlogits, _ = loss_pullback(1.0)
    _, *dparams = model_pullback(dlogits)
    return float(loss), dict(zip(params, dparams, strict=True))


def train(
    model: Model,
    params: Params,
    data: Digits,
    recipe: Recipe,
    rng: np.random.Generator,
    after_epoch: Callable[[int], None] = lambda epoch: None,
) -> None:
    """Train `params` in place, and call `after_epoch(epoch)` after each of the epochs 1, 2, …"""
    optimizer = SGD(params, lr=recipe.lr, momentum=recipe.momentum)
    for epoch in range(1, recipe.epochs + 1):
        for batch in minibatches(len(data.train_images), recipe.batch_size, rng):
            _, grads = loss_and_grads(model, params, data.train_images[batch], data.train_labels[batch])
            optimizer.step(grads)
        after_epoch(epoch)


def accuracy(model: Model, params: Params, images: Array, labels: Array) -> float:
    """The share of images whose largest logit is that of the right class."""
    return float((model(images, *params.values()).argmax(axis=1) == labels).mean())
