"""Is the gradient of every operation right? One claim of the page backpropagation.

Each operation is turned into one number, the sum of its outputs with random weights g. By the chain rule the pullback
of g is the gradient of that number, and three ways to it are compared: the pullback written by hand, PyTorch's autograd
on the same operation, and central differences. A deviation is that of the worst entry over the largest of the gradient.
"""

from typing import Any

import numpy as np
import torch
from torch.nn import functional

import dlref.torch
from dlref.experiments.backpropagation_operations import Array, Call, calls, operations
from dlref.experiments.registry import Result, claim, experiment
from dlref.numpy.trees import leaves, mapped

EPS = 1e-5
INPUTS = {"w": 3.0, "x": 2.0, "b": -1.0, "y": 3.0}  # of the circuit


@claim("C-backprop-exact")
def backprop_exact() -> Result:
    """The deviation of every operation's gradient from finite differences and from autograd."""
    found = operations()
    known = calls()
    shown = {name: compared(name, found[name], known[name]) for name in sorted(set(found) & set(known))}
    differences = {name: worst for name, (worst, _, _) in shown.items()}
    autograd = {name: worst for name, (_, worst, _) in shown.items()}
    return {
        "without_a_call": sorted(set(found) ^ set(known)),
        "operations": len(shown),
        "derivatives": sum(count for _, _, count in shown.values()),
        "differences": differences,
        "autograd": autograd,
        "worst_differences": max(differences.values()),
        "worst_autograd": max(autograd.values()),
        "counts": {name: count for name, (_, _, count) in shown.items()},
    }


@experiment
def circuit() -> Result:
    """Every value of the page's circuit and its gradient, and the two gradients that meet in w."""
    values = {name: torch.tensor(number, requires_grad=True) for name, number in INPUTS.items()}
    values["a"] = values["w"] * values["x"]
    values["p"] = values["a"] + values["b"]
    values["e"] = values["p"] - values["y"]
    values["s"] = values["e"] ** 2
    values["r"] = values["w"] ** 2
    values["L"] = values["s"] + values["r"]
    grads = torch.autograd.grad(values["L"], list(values.values()), retain_graph=True)
    met = [torch.autograd.grad(values[name], values["w"])[0].item() for name in ("s", "r")]
    return {
        "values": {name: value.item() for name, value in values.items()},
        "gradients": {name: grad.item() for name, grad in zip(values, grads, strict=True)},
        "first": met[0],
        "second": met[1],
    }


def compared(name: str, operation: Any, call: Call) -> tuple[float, float, int]:
    """The deviation from differences, that from autograd, and how many derivatives were compared."""
    arguments, options = call
    value, pullback = operation.vjp(*arguments, **options)
    rng = np.random.default_rng(1)
    upstream = mapped(lambda part: rng.normal(size=part.shape), value)
    ours = gradients(arguments, pullback(upstream))
    numeric = by_differences(operation, arguments, options, upstream)
    theirs = by_autograd(name, arguments, options, upstream)
    return deviation(ours, numeric), deviation(ours, theirs), sum(grad.size for grad in ours)


def gradients(arguments: list[Any], grads: Any) -> list[Array]:
    """The gradient of each floating array among the arguments, in order."""
    pairs: list[tuple[Any, Any]] = []
    given = list(grads)[: len(arguments)]  # options that were left out have no gradient
    mapped(lambda leaf, grad: pairs.append((leaf, grad)), arguments, given)
    return [grad for leaf, grad in pairs if is_floating(leaf)]


def by_differences(operation: Any, arguments: list[Any], options: dict[str, Any], upstream: Any) -> list[Array]:
    """Central differences, one number at a time, each put back before the next is moved."""

    def total() -> float:
        value = operation(*arguments, **options)
        return float(sum((part * g).sum() for part, g in zip(leaves(value), leaves(upstream), strict=True)))

    grads = []
    for array in filter(is_floating, leaves(arguments)):
        grad = np.empty_like(array)
        for index in np.ndindex(array.shape):
            kept = array[index]
            array[index] = kept + EPS
            above = total()
            array[index] = kept - EPS
            below = total()
            array[index] = kept
            grad[index] = (above - below) / (2 * EPS)
        grads.append(grad)
    return grads


def by_autograd(name: str, arguments: list[Any], options: dict[str, Any], upstream: Any) -> list[Array]:
    """PyTorch's own gradients: of its operator of that name, else of the operation in dlref.torch.

    With `create_graph`, dlref.torch's lstm, whose pullback is by hand, leaves it to autograd, too.
    """
    theirs = mapped(as_tensor, arguments)
    places = (getattr(module, name, None) for module in (functional, dlref.torch, torch))
    operation = next(filter(None, places), lambda x, at: x[at])
    values = list(leaves(operation(*theirs, **options)))
    asked = [leaf for leaf in leaves(theirs) if getattr(leaf, "requires_grad", False)]
    given = [torch.from_numpy(g) for g in leaves(upstream)]
    found = torch.autograd.grad(values, asked, given, create_graph=True, materialize_grads=True)
    return [grad.detach().numpy() for grad in found]


def as_tensor(leaf: Any) -> Any:
    """An array as a tensor, which asks for its gradient if it is floating."""
    if not isinstance(leaf, np.ndarray):
        return leaf
    return torch.from_numpy(leaf.copy()).requires_grad_(is_floating(leaf))


def is_floating(leaf: Any) -> bool:
    """Tell whether a leaf has a gradient."""
    return isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f"


def deviation(grads: list[Array], others: list[Array]) -> float:
    """The largest difference of two gradients over the largest entry."""
    pairs = list(zip(grads, others, strict=True))
    largest = max(float(np.abs(other).max()) for _, other in pairs)
    return max(float(np.abs(grad - other).max()) for grad, other in pairs) / largest
