"""One neuron, y = f(w·x + b): what it computes, and what its bias and its activation are for. The page neuron."""

import math
from collections.abc import Callable
from itertools import pairwise, product

import numpy as np
import torch

from dlref.data import load_digits, stratified_split
from dlref.experiments.registry import Result, claim, experiment
from dlref.numpy import activations
from dlref.numpy.differentiable import Array
from dlref.numpy.layers import linear
from dlref.numpy.losses import binary_cross_entropy_with_logits
from dlref.torch import activations as torch_activations
from dlref.torch.layers import linear as torch_linear

ELEMENTWISE = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu", "softplus")
_SCALAR: dict[str, Callable[[float], float]] = {  # the definitions, one number at a time
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "tanh": math.tanh,
    "relu": lambda z: max(z, 0.0),
    "leaky_relu": lambda z: z if z > 0 else 0.01 * z,
    "elu": lambda z: z if z > 0 else math.exp(z) - 1,
    "gelu": lambda z: z * (1 + math.erf(z / math.sqrt(2))) / 2,
    "silu": lambda z: z / (1 + math.exp(-z)),
    "softplus": lambda z: math.log(1 + math.exp(z)),
}


@claim("C-neuron-formula")
def neuron_formula() -> Result:
    """The formula summed term by term against layers of both backends, and one neuron trained on real digits."""
    rng = np.random.default_rng(0)
    differences, neurons = [], 0
    for name in ELEMENTWISE:
        for inputs in (1, 2, 7, 64):
            x, w, b = rng.normal(size=(5, inputs)), rng.normal(size=(3, inputs)), rng.normal(size=3)
            layer = getattr(activations, name)(linear(x, w, b))  # (5, 3)
            tensors = (torch.from_numpy(array) for array in (x, w, b))
            twin = getattr(torch_activations, name)(torch_linear(*tensors)).numpy()
            own = getattr(torch.nn.functional, name)(torch.nn.functional.linear(*map(torch.from_numpy, (x, w, b))))
            for n, unit in product(range(5), range(3)):
                by_hand = _SCALAR[name](float(sum(w[unit, i] * x[n, i] for i in range(inputs)) + b[unit]))
                differences += [abs(by_hand - float(array[n, unit])) for array in (layer, twin, own)]
            neurons += 3
    votes = zero_or_not()
    kept = ("accuracy", "worst", "always_no", "splits", "test_images", "pixels")
    return {"neurons": neurons, "max_difference": max(differences), **{key: votes[key] for key in kept}}


@experiment
def zero_or_not(splits: int = 5) -> Result:
    """One sigmoid neuron with 64 weights learns whether a digit is a zero; the accuracy is that on held-out images."""
    images, labels = load_digits(np.float64)
    x, is_zero = images.reshape(-1, 64), labels == 0  # (N, 64), (N,)
    runs = []
    for seed in range(splits):
        train, test = stratified_split(labels, 0.2, np.random.default_rng(seed))
        weight, bias = _trained_neuron(x[train], is_zero[train])
        z = linear(x, weight, bias)[:, 0]
        runs.append((weight, bias, z, test, float(np.mean((z[test] > 0) == is_zero[test]))))
    weight, bias, z, test, _ = runs[0]  # the one that is drawn
    shown = {digit: int(test[np.flatnonzero(labels[test] == digit)[0]]) for digit in (0, 4)}
    return {
        "weight": weight[0].tolist(),
        "bias": float(bias[0]),
        "images": {str(digit): x[index].tolist() for digit, index in shown.items()},
        "sums": {str(digit): float(z[index]) for digit, index in shown.items()},
        "pixels": 64,
        "splits": splits,
        "test_images": len(test),
        "accuracy": float(np.mean([run[-1] for run in runs])),
        "worst": min(run[-1] for run in runs),
        "always_no": float(np.mean(~is_zero[test])),
    }


def _trained_neuron(x: Array, target: Array, steps: int = 400, lr: float = 1.0) -> tuple[Array, Array]:
    """Weight (1, 64) and bias (1,) after gradient descent on the cross-entropy of all images."""
    weight, bias = np.zeros((1, 64)), np.zeros(1)
    for _ in range(steps):
        z, linear_pullback = linear.vjp(x, weight, bias)
        _, loss_pullback = binary_cross_entropy_with_logits.vjp(z, target[:, None].astype(np.float64))
        _, dweight, dbias = linear_pullback(loss_pullback(1.0)[0])
        weight, bias = weight - lr * dweight, bias - lr * dbias
    return weight, bias


@claim("C-bias-at-zero")
def bias_at_zero() -> Result:
    """Outputs and gradients at zero input, without bias and with one, over random weights."""
    rng = np.random.default_rng(0)
    zero, draws = np.zeros((1, 4)), 200
    stuck: dict[str, list[float]] = {}  # lowest and highest output over all draws
    slopes, against = [], []
    largest: dict[str, float] = {}
    for name in ELEMENTWISE:
        f, outputs = getattr(activations, name), []
        for _ in range(draws):
            weight, bias = rng.normal(0, 10, (3, 4)), rng.normal(size=3)
            z, linear_pullback = linear.vjp(zero, weight)
            output, f_pullback = f.vjp(z)
            outputs.append(output)
            slopes.append(np.abs(linear_pullback(f_pullback(np.ones_like(output))[0])[1]).max())
            lifted = f(linear(zero, weight, bias))
            against.append(np.abs(lifted - f(bias)).max())
            largest[name] = max(largest.get(name, 0.0), float(lifted.max()))
        stuck[name] = [float(np.min(outputs)), float(np.max(outputs))]
    return {
        "draws": draws,
        "stuck": stuck,
        "largest_weight_gradient": float(max(slopes)),
        "with_bias_against_f_of_b": float(max(against)),
        "with_bias_largest_relu": largest["relu"],
    }


@claim("C-linear-collapse")
def linear_collapse() -> Result:
    """Ten linear layers against one with the product of their matrices; the same with tanh between them."""
    rng = np.random.default_rng(0)
    sizes = [64, *rng.integers(20, 80, 9).tolist(), 10]
    layers = [(rng.normal(0, 2 / math.sqrt(n), (m, n)), rng.normal(size=m)) for n, m in pairwise(sizes)]
    images, _ = load_digits(np.float64)
    x = images.reshape(-1, 64)
    weight, bias = np.eye(64), np.zeros(64)
    stack, bent = x, x
    for index, (w, b) in enumerate(layers):
        weight, bias = w @ weight, w @ bias + b
        stack = linear(stack, w, b)
        bent = linear(activations.tanh(bent) if index else bent, w, b)
    once = linear(x, weight, bias)
    design = np.append(x, np.ones((len(x), 1)), axis=1)  # (N, 65): the best single layer, found by least squares
    fitted = design @ np.linalg.lstsq(design, bent)[0]
    return {
        "layers": len(layers),
        "images": len(x),
        "parameters": sum(w.size + b.size for w, b in layers),
        "parameters_collapsed": weight.size + bias.size,
        "relative_difference": float(np.abs(stack - once).max() / np.abs(stack).max()),
        "left_over_linear": _left_over(stack, design @ np.linalg.lstsq(design, stack)[0]),
        "left_over_tanh": _left_over(bent, fitted),
    }


def _left_over(target: Array, fitted: Array) -> float:
    """The share of the variance of `target` (N, out) that `fitted` leaves unexplained."""
    return float(((target - fitted) ** 2).sum() / ((target - target.mean(axis=0)) ** 2).sum())
