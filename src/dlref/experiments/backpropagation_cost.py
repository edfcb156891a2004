"""What a gradient costs: evaluations, multiplications and time (page backpropagation).

    central differences    2 forward passes for each parameter
    backpropagation        1 forward and 1 backward pass, for all of them together

A linear layer multiplies B·in·out numbers forward, and twice as many backward: as many for dW, and again as many for
dX, which the first layer of a network does not need.
"""

from collections.abc import Callable
from itertools import pairwise
from math import prod
from time import process_time
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.utils.flop_counter import FlopCounterMode

from dlref.blueprints import mlp_shapes
from dlref.data import load_digits
from dlref.experiments.backpropagation_memory import held
from dlref.experiments.registry import Result, claim, experiment
from dlref.experiments.training import Array
from dlref.experiments.training_torch import one_thread
from dlref.numpy import Tensor, initial_params, linear, mlp, no_grad, numerical_gradient, relu
from dlref.numpy import cross_entropy as cross_entropy_of

COUNTED = ((64, 2, 10), (64, 10), (64, 16, 10))  # small enough for differences in every parameter
SCALED = tuple((64, *[width] * 3, 10) for width in (4, 16, 64, 256, 1024, 4096, 16384))
TIMED = (64, 512, 512, 512, 10)
BATCH, ROUNDS = 256, 12


def params_of(sizes: tuple[int, ...]) -> int:
    """How many parameters a perceptron of these sizes has."""
    return sum(prod(shape) for shape in mlp_shapes(*sizes).values())


@claim("C-backprop-cheap")
def backprop_cheap() -> Result:
    """Forward passes of differences and of backpropagation; multiplications, time and memory of the latter."""
    counted = prices()
    with one_thread():
        seconds = {"numpy": timed(*_numpy_passes()), "torch": timed(*_torch_passes())}
    memory = held()
    return {
        "params": counted["counted_params"],
        "evaluations": counted["counted"],
        "forward_passes": counted["forward_passes"],
        "largest_difference": counted["largest_difference"],
        "most_params": counted["counted_params"][-1],
        "most_evaluations": counted["counted"][-1],
        "scaled_params": counted["params"],
        "scaled_ratios": [both - 1 for both in counted["backpropagation"]],
        "timed_params": params_of(TIMED),
        "timed_flops": multiplications(TIMED)[1] / multiplications(TIMED)[0],
        **{f"{backend}_ratio": both / forward for backend, (forward, both) in seconds.items()},
        "held_kept": max(memory["kept"]),
        "held_alone": max(memory["alone"]),
        "held_ratio": max(memory["kept"]) / max(memory["alone"]),
    }


def evaluations(sizes: tuple[int, ...]) -> tuple[int, int, float]:
    """Calls of the loss by differences and by backpropagation, and how far the gradients differ, on 32 digits."""
    images, labels = load_digits(np.float64)
    x, y = images[:32].reshape(32, 64), labels[:32]
    shapes = mlp_shapes(*sizes)
    start = initial_params(shapes, generator=np.random.default_rng(0), dtype=np.float64)
    ends = np.cumsum([prod(shape) for shape in shapes.values()])
    calls = 0

    def loss(flat: Any) -> Any:
        nonlocal calls
        calls += 1
        begins = [0, *ends[:-1]]
        parts = zip(shapes.items(), begins, ends, strict=True)
        return cross_entropy_of(mlp(x, {name: flat[a:b].reshape(*shape) for (name, shape), a, b in parts}), y)

    flat = np.concatenate([param.ravel() for param in start.values()])
    numeric = numerical_gradient(loss, flat)
    by_differences, calls = calls, 0
    tensor = Tensor(flat, requires_grad=True)
    loss(tensor).backward()
    assert tensor.grad is not None
    return by_differences, calls, float(np.abs(tensor.grad - numeric).max())


def multiplications(sizes: tuple[int, ...]) -> tuple[int, int]:
    """Operations in matrix products, forward and backward, as PyTorch counts them; on shapes alone, without numbers."""
    with torch.device("meta"):
        model, images, labels = _network(sizes), torch.empty(BATCH, sizes[0]), torch.zeros(BATCH, dtype=torch.long)
    with FlopCounterMode(display=False) as forward:
        loss = cross_entropy(model(images), labels)
    with FlopCounterMode(display=False) as backward:
        loss.backward()  # type: ignore[no-untyped-call]
    return forward.get_total_flops(), backward.get_total_flops()


def timed(forward: Callable[[], object], both: Callable[[], object]) -> tuple[float, float]:
    """The least processor time of each, taken in turns; waiting for other programs is not counted."""
    best = [float("inf"), float("inf")]
    for _ in range(ROUNDS):
        for place, run in enumerate((forward, both)):
            start = process_time()
            run()
            best[place] = min(best[place], process_time() - start)
    return best[0], best[1]


def _numpy_passes() -> tuple[Callable[[], object], Callable[[], object]]:
    images, labels = _batch()
    arrays = initial_params(mlp_shapes(*TIMED), generator=np.random.default_rng(0))
    params: dict[str, Any] = {name: Tensor(array, requires_grad=True) for name, array in arrays.items()}

    def forward() -> None:
        with no_grad():
            loss()

    def loss() -> Any:
        hidden: Any = Tensor(images)
        for layer in range(len(TIMED) - 1):
            hidden = relu(hidden) if layer else hidden
            hidden = linear(hidden, params[f"layers.{layer}.weight"], params[f"layers.{layer}.bias"])
        return cross_entropy_of(hidden, labels)

    return forward, lambda: loss().backward()


def _torch_passes() -> tuple[Callable[[], object], Callable[[], object]]:
    images, labels = (torch.from_numpy(array) for array in _batch())
    model = _network(TIMED)

    def loss() -> torch.Tensor:
        return cross_entropy(model(images), labels)

    return torch.no_grad()(loss), lambda: loss().backward()  # type: ignore[no-untyped-call]


@experiment
def prices() -> Result:
    """A gradient in forward passes: by differences, counted, and by backpropagation, in multiplications."""
    scaled = [multiplications(sizes) for sizes in SCALED]
    counted = [evaluations(sizes) for sizes in COUNTED]
    return {
        "params": [params_of(sizes) for sizes in SCALED],
        "backpropagation": [1 + backward / forward for forward, backward in scaled],
        "counted_params": [params_of(sizes) for sizes in COUNTED],
        "counted": [calls for calls, _, _ in counted],
        "forward_passes": [passes for _, passes, _ in counted],
        "largest_difference": max(difference for _, _, difference in counted),
    }


def _network(sizes: tuple[int, ...]) -> nn.Sequential:
    layers = [nn.Linear(inner, out) for inner, out in pairwise(sizes)]
    return nn.Sequential(*[part for layer in layers[:-1] for part in (layer, nn.ReLU())], layers[-1])


def _batch() -> tuple[Array, Array]:
    images, labels = load_digits(np.float32)
    return images[:BATCH].reshape(BATCH, 64), labels[:BATCH]
