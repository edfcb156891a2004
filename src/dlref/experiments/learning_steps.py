"""What each call of the training loop does, in NumPy and in PyTorch: the other claims of the page learning-process."""

from itertools import pairwise

import numpy as np
import torch
from torch import nn

from dlref.data import minibatches
from dlref.experiments import training_numpy as in_numpy
from dlref.experiments import training_torch as in_torch
from dlref.experiments.registry import Result, claim
from dlref.experiments.training import MLP_SHAPES, Array, Digits, digits
from dlref.numpy.models import initial_params
from dlref.numpy.optim import SGD
from dlref.torch import losses as torch_losses
from dlref.torch import optim as torch_optim


@claim("C-step-not-gradient")
def step_not_gradient() -> Result:
    """How far parameters move when `step()` is called without, and after, `backward()`."""
    data = digits(0, dtype=np.float64)
    images, labels = torch.from_numpy(data.train_images[:32]), torch.from_numpy(data.train_labels[:32])
    model = _network(initial_params(MLP_SHAPES, generator=np.random.default_rng(0), dtype=np.float64))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def move() -> Array:
        before = _flat(model)
        optimizer.step()
        return _flat(model) - before

    def backward() -> Array:
        nn.functional.cross_entropy(model(images), labels).backward()  # type: ignore[no-untyped-call]
        return np.concatenate([param.grad.numpy().ravel() for param in model.parameters() if param.grad is not None])

    without_backward = move()
    once = backward().copy()
    twice = backward()  # no zero_grad() in between: the second gradient is added to the first
    optimizer.zero_grad()
    after_zero_grad = move()
    stale = backward().copy()
    first, repeated = move(), move()
    optimizer.zero_grad()
    fresh = backward()
    return {
        "moved_without_backward": float(np.abs(without_backward).max()),
        "moved_after_zero_grad": float(np.abs(after_zero_grad).max()),
        "moved_after_backward": float(np.abs(first).max()),
        "repeat_difference": float(np.abs(repeated - first).max()),
        "stale_against_fresh": float(np.abs(fresh - stale).max()),
        "twice_backward_ratio": float((twice @ once) / (once @ once)),
        "twice_backward_difference": float(np.abs(twice - 2 * once).max()),
        **_numpy_step(data),
    }


def _numpy_step(data: Digits) -> Result:
    """The same question to NumPy's SGD, which has to be handed the gradients: given stale ones, it repeats the move."""
    params = initial_params(MLP_SHAPES, generator=np.random.default_rng(0), dtype=np.float64)
    _, grads = in_numpy.loss_and_grads(in_numpy.mlp, params, data.train_images[:32], data.train_labels[:32])
    optimizer = SGD(params, lr=0.1)
    ends = [in_numpy.copied(params)]
    for _ in range(2):
        optimizer.step(grads)
        ends.append(in_numpy.copied(params))
    first, repeated = ({name: end[name] - start[name] for name in end} for start, end in pairwise(ends))
    return {
        "numpy_moved": max(float(np.abs(move).max()) for move in first.values()),
        "numpy_repeat_difference": max(float(np.abs(repeated[name] - first[name]).max()) for name in first),
    }


@claim("C-numpy-equals-torch")
def numpy_equals_torch() -> Result:
    """The largest difference between any parameter of the three loops after 100 equal steps in float64."""
    data = digits(0, dtype=np.float64)
    rng = np.random.default_rng(0)
    initial = initial_params(MLP_SHAPES, generator=rng, dtype=np.float64)
    batches = [batch for _ in range(3) for batch in minibatches(len(data.train_labels), 32, rng)][:100]
    with in_torch.one_thread():
        ends = {loop.__name__: loop(initial, data, batches) for loop in (_numpy_loop, _dlref_torch_loop, _nn_loop)}
    differences = {
        name: max(float(np.abs(end[key] - ends["_numpy_loop"][key]).max()) for key in initial)
        for name, end in ends.items()
    }
    return {
        "steps": len(batches),
        "batch_size": 32,
        "dlref_torch_difference": differences["_dlref_torch_loop"],
        "nn_difference": differences["_nn_loop"],
        "max_difference": max(differences.values()),
        "distance_travelled": max(float(np.abs(ends["_numpy_loop"][key] - initial[key]).max()) for key in initial),
    }


def _numpy_loop(initial: in_numpy.Params, data: Digits, batches: list[Array]) -> in_numpy.Params:
    params = in_numpy.copied(initial)
    optimizer = SGD(params, lr=0.1, momentum=0.9)
    for batch in batches:
        _, grads = in_numpy.loss_and_grads(in_numpy.mlp, params, data.train_images[batch], data.train_labels[batch])
        optimizer.step(grads)
    return params


def _dlref_torch_loop(initial: in_numpy.Params, data: Digits, batches: list[Array]) -> in_numpy.Params:
    params = in_torch.as_params(initial)
    optimizer = torch_optim.SGD(params.values(), lr=0.1, momentum=0.9)
    images, labels = torch.from_numpy(data.train_images), torch.from_numpy(data.train_labels)
    for batch in batches:
        loss = torch_losses.cross_entropy(in_torch.mlp(images[batch], params), labels[batch])
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return {name: param.detach().numpy() for name, param in params.items()}


def _nn_loop(initial: in_numpy.Params, data: Digits, batches: list[Array]) -> in_numpy.Params:
    model = _network(initial)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    images, labels = torch.from_numpy(data.train_images), torch.from_numpy(data.train_labels)
    for batch in batches:
        loss = nn.functional.cross_entropy(model(images[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return {name: param.detach().numpy() for name, param in zip(initial, model.parameters(), strict=True)}


def _network(params: in_numpy.Params) -> nn.Sequential:
    """The MLP as an `nn.Module` that starts from the given parameters."""
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10)).double()
    with torch.no_grad():
        for param, array in zip(model.parameters(), params.values(), strict=True):
            param.copy_(torch.from_numpy(array))
    return model


def _flat(model: nn.Module) -> Array:
    return np.concatenate([param.detach().numpy().ravel() for param in model.parameters()])
