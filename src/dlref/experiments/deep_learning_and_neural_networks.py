"""What layers can express: a zigzag folded by a deep network, and the best a shallow one of its size can do.

    t(x) = 2 relu(x) − 4 relu(x − 1/2)        t maps [0, 1/2] and [1/2, 1] onto [0, 1] each: a fold

k folds in a row, t(t(…t(x)…)), make 2ᵏ straight pieces with 6 k + 1 parameters: k hidden layers of two units.
One hidden layer of 2 k units has 6 k + 1 parameters as well, and at most 2 k + 1 pieces on a line.
Reference: Telgarsky, Benefits of depth in neural networks (2016), arXiv:1602.04485.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from dlref.experiments.depth_networks import drawn, outputs
from dlref.experiments.registry import Result, claim, experiment
from dlref.experiments.training_torch import one_thread
from dlref.numpy.models import mlp

Array = npt.NDArray[Any]

FOLDS = 5  # of the zigzag that is fitted
WIDE = 2 * 2**FOLDS  # units of a shallow network that could draw it
STEPS, LR = 600, 0.01


def folding(folds: int) -> dict[str, Array]:
    """Return the parameters of the network that folds [0, 1] so often: `folds` hidden layers of two units."""
    weights = [np.ones((2, 1)), *[np.array([[2.0, -4.0]] * 2)] * (folds - 1), np.array([[2.0, -4.0]])]
    biases = [np.array([0.0, -0.5])] * folds + [np.zeros(1)]
    params: dict[str, Array] = {}
    for layer, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        params |= {f"layers.{layer}.weight": weight, f"layers.{layer}.bias": bias}
    return params


def zigzag(folds: int, per_piece: int = 8) -> tuple[Array, Array]:
    """Return points x of [0, 1], `per_piece` to a piece, and what the folding network makes of them."""
    x = np.linspace(0, 1, 2**folds * per_piece + 1)
    output: Array = mlp(x[:, None], folding(folds))[:, 0]
    return x, output


def pieces(x: Array, y: Array) -> int:
    """Count the straight pieces of a function by the changes of its slope between the points."""
    slopes = np.diff(y) / np.diff(x)
    return 1 + int((np.abs(np.diff(slopes)) > 1e-6 * np.abs(slopes).max()).sum())


def least_error(x: Array, y: Array, parts: int) -> float:
    """Return the share of the variance of y that no function of at most `parts` straight pieces can explain.

    Dynamic programming over all divisions of the points into consecutive groups, each with its least-squares line. The
    pieces need not even join, so that no continuous function with so few pieces does better.
    """
    sums = [np.append(0.0, np.cumsum(term)) for term in (np.ones_like(x), x, y, x * x, x * y, y * y)]
    n, sx, sy, sxx, sxy, syy = (total[None, :] - total[:, None] for total in sums)  # [i, j]: over the points i … j − 1
    count = np.maximum(n, 1)
    spread, along = sxx - sx * sx / count, sxy - sx * sy / count
    slope = np.divide(along, spread, out=np.zeros_like(along), where=spread > 1e-12)
    error = np.where(n > 0, np.maximum(syy - sy * sy / count - slope * along, 0), np.inf)
    best = error[0]
    for _ in range(parts - 1):
        best = np.minimum(best, np.min(best[:, None] + error, axis=0))
    return float(best[-1] / (len(x) * y.var()))


@claim("C-depth-composition")
def depth_composition() -> Result:
    """Pieces and parameters of folding networks, the least error of shallow ones, and what training finds."""
    folds = range(1, 7)
    curves = {k: zigzag(k) for k in folds}
    sizes = {k: sum(param.size for param in folding(k).values()) for k in folds}
    x, y = curves[FOLDS]
    shallow, deep = _trained([1, 2 * FOLDS, 1], x, y), _trained([1, *[2] * FOLDS, 1], x, y)
    wide = _trained([1, WIDE, 1], x, y, seeds=4)
    return {
        "folds": list(folds),
        "parameters_deep": [sizes[k] for k in folds],
        "parameters_shallow": [3 * (2 * k) + 1 for k in folds],
        "pieces_deep": [pieces(*curves[k]) for k in folds],
        "pieces_shallow": [2 * k + 1 for k in folds],
        "least_error": [least_error(*curves[k], 2 * k + 1) for k in folds],
        "error_deep": float(np.abs(y - np.abs(1 - np.abs(1 - x * 2**FOLDS % 2))).max()),
        "fitted_folds": FOLDS,
        "fitted_parameters": sizes[FOLDS],
        "fitted_pieces": 2**FOLDS,
        "fitted_units": 2 * FOLDS,
        "fitted_pieces_shallow": 2 * FOLDS + 1,
        "fitted_least_error": least_error(x, y, 2 * FOLDS + 1),
        "seeds": len(shallow["errors"]),
        "trained_shallow": min(shallow["errors"]),
        "trained_shallow_largest": min(shallow["largest"]),
        "trained_deep": min(deep["errors"]),
        "deep_constant": deep["constant"],
        "wide_units": WIDE,
        "trained_wide": min(wide["errors"]),
    }


@experiment
def zigzags() -> Result:
    """Zigzags of several folds, and the best trained shallow network beside the finest: for the figures."""
    x, y = zigzag(FOLDS)
    fitted = _trained([1, 2 * FOLDS, 1], x, y)
    best = int(np.argmin(fitted["errors"]))
    corners = {str(k): mlp(np.linspace(0, 1, 2**k + 1)[:, None], folding(k))[:, 0].tolist() for k in (1, 2, 3, FOLDS)}
    return {"corners": corners, "x": x.tolist(), "shallow": fitted["outputs"][best], "folds": FOLDS}


def _trained(sizes: list[int], x: Array, y: Array, seeds: int = 10) -> Result:
    """Fit y by the first `seeds` of many networks that are no constant: He's weights, first bends all over [0, 1]."""
    draws = 5 * seeds
    with one_thread():
        layers = drawn(sizes, range(draws), "he")
        bends = torch.tensor(np.random.default_rng(0).uniform(size=(draws, 1, sizes[1])), dtype=torch.float32)
        inputs = torch.tensor(x, dtype=torch.float32)[None, :, None]
        target = torch.tensor(y, dtype=torch.float32)[:, None]
        with torch.no_grad():
            layers[0][1].copy_(-bends * layers[0][0])
            varied = outputs(layers, inputs.expand(draws, -1, -1)).std(dim=1)[:, 0] > 1e-6  # (draws,)
        kept = torch.nonzero(varied)[:seeds, 0]
        layers = [(w.detach()[kept].requires_grad_(), b.detach()[kept].requires_grad_()) for w, b in layers]
        inputs = inputs.expand(len(kept), -1, -1)
        optimizer = torch.optim.Adam([param for layer in layers for param in layer], lr=LR)
        for _ in range(STEPS):
            optimizer.zero_grad()
            torch.autograd.backward((outputs(layers, inputs) - target).square().mean(dim=(1, 2)).sum())
            optimizer.step()
        with torch.no_grad():
            gaps = outputs(layers, inputs) - target  # (S, N, 1)
        return {
            "errors": (gaps.square().mean(dim=(1, 2)) / y.var()).tolist(),
            "largest": gaps.abs().amax(dim=(1, 2)).tolist(),
            "outputs": (gaps + target)[..., 0].tolist(),
            "constant": 1 - float(varied.double().mean()),
        }
