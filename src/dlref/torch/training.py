"""The training loop: forward, loss, backward, step, for every mini-batch of every epoch.

    for each epoch, for each mini-batch B of the shuffled examples:
        L = loss(model(x_B, params), y_B)        g = ∂L/∂params        params ← optimizer(params, g)

The order of the examples comes from `seed` alone and is the same in both backends.
Reference: Goodfellow, Bengio and Courville, Deep Learning (2016), chapter 8.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from dlref.data import minibatches
from dlref.torch.optim import clip_grad_norm_
from dlref.training import EarlyStopping, History, check_fit, epochs_of, order_of

Params = dict[str, Tensor]
Operation = Callable[..., Any]


def fit(
    model: Operation,
    params: Params,
    optimizer: Any,
    loss: Operation,
    inputs: Tensor,
    targets: Tensor,
    *,
    epochs: int,
    batch_size: int = 32,
    seed: int = 0,
    validation: tuple[Tensor, Tensor] | None = None,
    patience: int | None = None,
    schedule: Any = None,
    max_norm: float | None = None,
    progress: bool = False,
) -> History:
    """Train `params` in place.

    Parameters
    ----------
    model
        a function of (inputs, params)
    params
        what to train: tensors that require a gradient, by name
    optimizer
        was made for `params`
    loss
        a function of (outputs, targets) that is a mean over examples
    inputs, targets : (N, *)
        the training examples
    epochs, batch_size, seed
        how many passes; examples in a step; what decides their order
    validation
        inputs and targets to measure the loss on after each epoch
    patience
        stop after this many epochs without a new lowest validation loss, and go back to the parameters that had it
    schedule
        its `step` is called after each step of the optimizer
    max_norm
        scale gradients that are longer than this, all parameters together, to this length
    progress
        show a bar (needs the package tqdm)

    Returns
    -------
    history
        the losses after each epoch, and which epoch was best

    Raises
    ------
    ValueError
        where the numbers of examples differ, or options do not fit together
    FloatingPointError
        where the loss is not a finite number any more

    Examples
    --------
    >>> from dlref.torch import SGD, initial_params, mlp, mlp_shapes, mse_loss
    >>> params = initial_params(mlp_shapes(1, 1), generator=torch.Generator())
    >>> x = torch.tensor([[0.0], [1.0]])
    >>> history = fit(mlp, params, SGD(params.values(), lr=0.5), mse_loss, x, 2 * x + 1, epochs=60)
    >>> print(f"{history.train_loss[-1]:.4f} {params['layers.0.weight'].item():.1f}")
    0.0000 2.0
    """
    check_fit(len(inputs), len(targets), validation, patience)
    rng, stopping, history = order_of(seed), EarlyStopping(patience), History()
    for epoch in epochs_of(epochs, history, progress):
        total = 0.0
        for batch in minibatches(len(inputs), batch_size, rng):
            value, grads = _loss_and_grads(model, params, loss, inputs[batch], targets[batch])
            history.check_finite(value, epoch)
            if max_norm is not None:
                clip_grad_norm_(grads, max_norm)
            optimizer.step()
            if schedule is not None:
                schedule.step()
            total += value * len(batch)  # the last batch may be shorter, and counts for less
        history.train_loss.append(total / len(inputs))
        if validation is not None:
            history.valid_loss.append(_loss_of(model, params, loss, *validation))
            if stopping.update(history, {name: param.detach().clone() for name, param in params.items()}):
                break
    _restore(params, stopping.best)
    return history


def _loss_and_grads(
    model: Operation, params: Params, loss: Operation, inputs: Tensor, targets: Tensor
) -> tuple[float, Params]:
    """One forward and one backward pass: the loss, and the gradient of every parameter that has one."""
    for param in params.values():
        param.grad = None
    value = loss(model(inputs, params), targets)
    value.backward()
    return value.item(), {name: param.grad for name, param in params.items() if param.grad is not None}


@torch.no_grad()
def _loss_of(model: Operation, params: Params, loss: Operation, inputs: Tensor, targets: Tensor) -> float:
    return float(loss(model(inputs, params), targets))


@torch.no_grad()
def _restore(params: Params, best: Params | None) -> None:
    for name, param in (best or {}).items():
        params[name].copy_(param)
