"""What an architecture fixes, whatever the parameters: their number, the kinks of a broken line, what can be memorised.

One hidden layer of ReLU units on one input is a broken line, y(x) = b₂ + Σ_j w₂_j max(0, w₁_j x + b₁_j), with at most
one kink per unit.
"""

import math
from itertools import pairwise

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from dlref.blueprints import cnn_shapes, mlp_shapes
from dlref.experiments.registry import Result, claim, experiment
from dlref.experiments.training import Array, digits
from dlref.experiments.training_numpy import Params
from dlref.experiments.training_torch import one_thread
from dlref.numpy.models import initial_params, mlp
from dlref.torch.models import CNN, MLP

WIDTHS = (1, 2, 4, 8, 16, 32)
# for the blueprint 1–3–1: w1, b1, w2 and b2
HINGES: dict[str, tuple[list[float], list[float], list[float], float]] = {
    "hat": ([1, 1, 1], [0, -1, -2], [1, -2, 1], 0),
    "ramp": ([1, 1, 1], [0, -2, 0], [0.5, -0.5, 0], 0),
    "zigzag": ([-1, 1, 1], [1, -1, -2], [1, 1, -2], 0),
}


def hinges(w1: list[float], b1: list[float], w2: list[float], b2: float) -> Params:
    """Parameters of a perceptron of one input, one hidden layer, one output."""
    first, second = np.array(w1, float)[:, None], np.array(w2, float)[None]
    return {
        "layers.0.weight": first,  # (h, 1)
        "layers.0.bias": np.array(b1, float),
        "layers.1.weight": second,  # (1, h)
        "layers.1.bias": np.array([b2], float),
    }


def through(points: Array, values: Array) -> Params:
    """Parameters of the broken line through n points, with n − 1 hidden units: a kink at every point but the last."""
    slopes = np.diff(values) / np.diff(points)  # (n − 1,)
    kinks = [float(point) for point in points[:-1]]
    changes = np.diff(slopes, prepend=0.0).tolist()
    return hinges([1.0] * len(kinks), [-kink for kink in kinks], changes, float(values[0]))


def kinks_of(params: Params) -> int:
    """Count the bends of a network of one input, from its outputs on a fine grid alone."""
    grid = np.linspace(-8.0, 8.0, 20_001)
    bends = np.abs(np.diff(mlp(grid[:, None], params)[:, 0], 2)) > 1e-9
    return int(bends[0]) + int(np.sum(bends[1:] & ~bends[:-1]))  # neighbours belong to one bend


def fitted(width: int, images: Array, labels: Array, steps: int = 500, lr: float = 0.01) -> list[float]:
    """Train one network per row of `labels` (R, N) on the same images (N, 64); return the share each gets right.

    The networks stand in one array and share nothing but the loop: each has its own loss, and Adam treats every
    parameter by itself.
    """
    starts = [
        initial_params(mlp_shapes(64, width, 10), generator=np.random.default_rng(run)) for run in range(len(labels))
    ]
    stacked = [torch.from_numpy(np.stack([start[name] for start in starts])).requires_grad_() for name in starts[0]]
    w1, b1, w2, b2 = stacked  # (R, width, 64), (R, width), (R, 10, width), (R, 10)
    inputs, targets = torch.from_numpy(images), torch.from_numpy(labels)
    optimizer = torch.optim.Adam(stacked, lr=lr)
    for _ in range(steps):
        hidden = torch.relu(inputs @ w1.mT + b1[:, None])  # (R, N, width)
        logits = hidden @ w2.mT + b2[:, None]  # (R, N, 10)
        optimizer.zero_grad()
        (len(labels) * cross_entropy(logits.flatten(0, 1), targets.flatten())).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return [float(share) for share in (logits.argmax(dim=2) == targets).double().mean(dim=1)]


@claim("C-architecture-capacity")
def architecture_capacity() -> Result:
    """Parameters counted three ways; bends against width; and which labels, true or shuffled, each width can learn."""
    chains = [(64, 32, 10), (64, 64, 10), (1, 3, 1), (784, 128, 64, 10)]
    formula = [sum(n * m + m for n, m in pairwise(chain)) for chain in chains]
    in_blueprint = [sum(math.prod(shape) for shape in mlp_shapes(*chain).values()) for chain in chains]
    in_torch = [sum(param.numel() for param in MLP(*chain).parameters()) for chain in chains]
    convolutional = (1, 16, 32), (8, 8), 10
    in_blueprint.append(sum(math.prod(shape) for shape in cnn_shapes(*convolutional).values()))
    in_torch.append(sum(param.numel() for param in CNN(*convolutional).parameters()))
    formula.append(16 * (1 * 9) + 16 + 32 * (16 * 9) + 32 + 10 * (32 * 4 * 4) + 10)
    rng = np.random.default_rng(0)
    bends = {width: [kinks_of(_random_line(width, rng)) for _ in range(40)] for width in (1, 2, 4, 8)}
    points, values = np.arange(6.0), np.array([-1.0, 1, -1, 1, -1, 1])
    curve = memorising()
    return {
        "formula": formula,
        "in_blueprint": in_blueprint,
        "in_torch": in_torch,
        "most_bends": {str(width): max(found) for width, found in bends.items()},
        "usual_bends": {str(width): float(np.median(found)) for width, found in bends.items()},
        "zigzag_error": float(np.abs(mlp(points[:, None], through(points, values))[:, 0] - values).max()),
        "images": curve["images"],
        "runs": len(curve["shuffled"][0]),
        **{f"true_{width}": found for width, found in zip(WIDTHS, curve["true"], strict=True)},
        **{f"shuffled_{width}": found for width, found in zip(WIDTHS, curve["shuffled"], strict=True)},
        "shuffled_8_best": max(curve["shuffled"][WIDTHS.index(8)]),
        "shuffled_32_worst": min(curve["shuffled"][WIDTHS.index(32)]),
        "true_8_worst": min(curve["true"][WIDTHS.index(8)]),
    }


@experiment
def memorising() -> Result:
    """The share of 200 images that networks of growing width learn by heart, with true and with shuffled labels."""
    data = digits(0)
    images, labels = data.train_images[:200].reshape(200, 64), data.train_labels[:200]
    runs = 4
    orders = [np.random.default_rng(run).permutation(labels) for run in range(runs)]
    both = np.stack([labels] * runs + orders)  # (2 runs, 200)
    with one_thread():
        shares = {width: fitted(width, images, both) for width in WIDTHS}
    return {
        "widths": list(WIDTHS),
        "images": len(labels),
        "true": [shares[width][:runs] for width in WIDTHS],
        "shuffled": [shares[width][runs:] for width in WIDTHS],
    }


@experiment
def broken_lines() -> Result:
    """Three functions of the blueprint 1–3–1: the ends of what is shown, and the kinks between them."""
    lines: Result = {}
    for name, parts in HINGES.items():
        w1, b1, w2, _ = (np.array(part, float) for part in parts)
        inner = sorted((-b1 / w1)[w2 != 0].tolist())
        xs = np.array([-1.0, *inner, 4.0])
        lines[name] = {"x": xs.tolist(), "y": mlp(xs[:, None], hinges(*parts))[:, 0].tolist()}
    return lines


def _random_line(width: int, rng: np.random.Generator) -> Params:
    w1, w2 = rng.normal(size=(2, width))
    return hinges(w1.tolist(), (-w1 * rng.uniform(-7, 7, width)).tolist(), w2.tolist(), 0.0)
