"""What one neuron cannot do and two hidden units can: XOR, on the page neuron.

    one neuron        Σ_n s_n (w·x_n + b) = 0 for signs s = (−, +, +, −)
    two hidden units  y = relu(x₁ + x₂) − 2 relu(x₁ + x₂ − 1)

The sum is 0 whatever w and b are, so that its four terms cannot all be positive.
"""

from itertools import product

import numpy as np

from dlref.experiments.registry import Result, claim
from dlref.numpy import activations
from dlref.numpy.differentiable import Array
from dlref.numpy.layers import linear

XOR_INPUTS = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
XOR = np.array([0.0, 1, 1, 0])
HIDDEN_WEIGHT, HIDDEN_BIAS = np.array([[1.0, 1], [1, 1]]), np.array([0.0, -1])
OUTPUT_WEIGHT, OUTPUT_BIAS = np.array([[1.0, -2]]), np.zeros(1)


@claim("C-xor")
def xor() -> Result:
    """The proof that one neuron cannot, in numbers; two hidden units that can; and what training finds of either."""
    rng = np.random.default_rng(0)
    design = np.append(XOR_INPUTS, np.ones((4, 1)), axis=1)  # (4, 3)
    z = rng.normal(size=(100_000, 3)) @ design.T  # (lines, 4)
    right = ((z > 0) == (XOR > 0)).sum(axis=1)
    hidden = activations.relu(linear(XOR_INPUTS, HIDDEN_WEIGHT, HIDDEN_BIAS))
    output = linear(hidden, OUTPUT_WEIGHT, OUTPUT_BIAS)[:, 0]
    learnt = [_perceptron(design, np.array(bits)) for bits in product((0, 1), repeat=4)]
    one_loss, _ = _trained(0)
    two_loss, two_right = _trained(2)
    four_right = _trained(4)[1]
    return {
        "signed_sum": ((2 * XOR - 1) @ design).tolist(),  # of (x₁, x₂, 1): zero, so no w and b can make it positive
        "lines": len(z),
        "most_right": int(right.max()),
        "hidden": hidden.tolist(),
        "output": output.tolist(),
        "functions": len(learnt),
        "functions_learnt": sum(learnt),
        "seeds": len(one_loss),
        "one_loss_min": float(one_loss.min()),
        "one_loss_max": float(one_loss.max()),
        "two_solved": int((two_right == 4).sum()),
        "two_solved_loss_max": float(two_loss[two_right == 4].max()),
        "four_solved": int((four_right == 4).sum()),
    }


def _perceptron(design: Array, target: Array, epochs: int = 100) -> bool:
    """Tell whether the perceptron rule finds a line that gets all four points right."""
    w = np.zeros(3)
    for _ in range(epochs):
        for x, t in zip(design, target, strict=True):
            w = w + (t - float(x @ w > 0)) * x
    return bool((((design @ w) > 0) == target).all())


def _trained(hidden: int, seeds: int = 100, steps: int = 4000, lr: float = 1.0) -> tuple[Array, Array]:
    """Train one neuron (`hidden` = 0) or a tanh network on XOR, all seeds at once; losses and points right (seeds,)."""
    rng = np.random.default_rng(0)
    inputs = hidden or 2
    w1, b1 = rng.normal(size=(seeds, 2, inputs)), np.zeros((seeds, 1, inputs))
    w2, b2 = rng.normal(size=(seeds, inputs, 1)), np.zeros((seeds, 1, 1))
    target = XOR[:, None]  # (4, 1)
    for _ in range(steps):
        h = np.tanh(XOR_INPUTS @ w1 + b1) if hidden else np.broadcast_to(XOR_INPUTS, (seeds, 4, 2))
        z = h @ w2 + b2  # (seeds, 4, 1)
        dz = (activations.sigmoid(z) - target) / 4
        da = dz @ w2.swapaxes(1, 2) * (1 - h**2)
        w2, b2 = w2 - lr * h.swapaxes(1, 2) @ dz, b2 - lr * dz.sum(axis=1, keepdims=True)
        if hidden:
            w1, b1 = w1 - lr * XOR_INPUTS.T @ da, b1 - lr * da.sum(axis=1, keepdims=True)
    losses = activations.softplus(np.where(target > 0, -z, z)).mean(axis=(1, 2))
    return losses, ((z > 0) == (target > 0)).sum(axis=(1, 2))
