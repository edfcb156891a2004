"""What a convolution sees, what it shares, and what shifting its input does. The page convolutional."""

from math import prod

import numpy as np

from dlref.blueprints import cnn_shapes, mlp_shapes
from dlref.experiments.convolutional_tasks import judged, outputs, placed, trained
from dlref.experiments.convolutional_training import MAX_SHIFT, numpy_accuracy, shifted, torch_accuracy
from dlref.experiments.registry import Result, claim, experiment
from dlref.experiments.training import CNN_SHAPES, digits
from dlref.numpy.differentiable import Array
from dlref.numpy.layers import avg_pool2d, conv2d, max_pool2d

SEEDS = range(5)
WIDE = cnn_shapes((1, 32, 64), (8, 8), 10)
RIVAL = mlp_shapes(64, 128, 10)  # about as many parameters as CNN_SHAPES


@experiment
def digits_numpy() -> Result:
    """Held-out accuracies on the digits, NumPy."""
    return {"accuracies": [numpy_accuracy("cnn", WIDE, digits(seed), seed) for seed in SEEDS]}


@experiment
def digits_torch() -> Result:
    """Held-out accuracies on the digits, PyTorch."""
    return {"accuracies": [torch_accuracy("cnn", WIDE, digits(seed), seed) for seed in SEEDS]}


@experiment
def shifted_numpy() -> Result:
    """Held-out accuracies of both networks on shifted digits, NumPy."""
    return {
        "cnn": [numpy_accuracy("cnn", CNN_SHAPES, shifted(seed), seed) for seed in SEEDS],
        "mlp": [numpy_accuracy("mlp", RIVAL, shifted(seed), seed) for seed in SEEDS],
    }


@experiment
def shifted_torch() -> Result:
    """Held-out accuracies of both networks on shifted digits, PyTorch."""
    return {
        "cnn": [torch_accuracy("cnn", CNN_SHAPES, shifted(seed), seed) for seed in SEEDS],
        "mlp": [torch_accuracy("mlp", RIVAL, shifted(seed), seed) for seed in SEEDS],
    }


@experiment
def tasks_numpy() -> Result:
    """What the three heads reach, and what those of the first seed say of three held-out canvases, NumPy."""
    networks = [trained("numpy", seed) for seed in SEEDS]
    judgements = [judged(params, seed) for seed, params in zip(SEEDS, networks, strict=True)]
    return {"seeds": judgements, "examples": _examples(networks[0])}


@experiment
def tasks_torch() -> Result:
    """What the three heads reach, PyTorch."""
    return {"seeds": [judged(trained("torch", seed), seed) for seed in SEEDS]}


@experiment
def receptive() -> Result:
    """Size of the gradient of one place of the maps with respect to every pixel: behind one, two and three layers."""
    rng = np.random.default_rng(0)
    fields = []
    for layers in (1, 2, 3):
        pullbacks, maps = [], rng.normal(size=(1, 1, 15, 15))
        for _ in range(layers):
            maps, pullback = conv2d.vjp(maps, rng.normal(size=(4, maps.shape[1], 3, 3)), padding=1)
            pullbacks.append(pullback)
        gradient = np.zeros_like(maps)
        gradient[0, 0, 7, 7] = 1
        for pullback in reversed(pullbacks):
            gradient = pullback(gradient)[0]
        fields.append(np.abs(gradient[0, 0]).tolist())
    return {"fields": fields}


@claim("C-cnn-local")
def local() -> Result:
    """Pixels that act on one place, parameters against a dense layer, and accuracy on the digits."""
    seen = [int(np.count_nonzero(field)) for field in receptive()["fields"]]
    result: Result = {
        "seen": seen,
        "parameters": prod((16, 1, 3, 3)) + 16,
        "dense": 64 * 16 * 64 + 16 * 64,
        "seeds": len(SEEDS),
    }
    for backend, found in (("numpy", digits_numpy()["accuracies"]), ("torch", digits_torch()["accuracies"])):
        result[f"{backend}_mean"] = float(np.mean(found))
        result[f"{backend}_worst"] = min(found)
    return result


@claim("C-cnn-equivariant")
def equivariant() -> Result:
    """A shifted input against shifted maps, what pooling forgives, and both networks on shifted digits."""
    rng = np.random.default_rng(0)
    images = np.pad(digits(0, dtype=np.float64).test_images, ((0, 0), (0, 0), (4, 4), (4, 4)))
    moved = np.roll(images, (0, 1), axis=(2, 3))  # one pixel to the right, into an empty margin
    kernels = rng.normal(size=(16, 1, 3, 3))
    before, after = (conv2d(each, kernels, padding=1) for each in (images, moved))
    inside = np.s_[:, :, 2:-2, 2:-2]
    result: Result = {
        "difference": float(np.abs(np.roll(before, 1, axis=3)[inside] - after[inside]).max()),
        "change": _change(before, after),
        "change_max": _change(max_pool2d(before, 4), max_pool2d(after, 4)),
        "change_mean": _change(avg_pool2d(before, 4), avg_pool2d(after, 4)),
        "max_shift": MAX_SHIFT,
        "cnn_params": sum(prod(shape) for shape in CNN_SHAPES.values()),
        "mlp_params": sum(prod(shape) for shape in RIVAL.values()),
        "seeds": len(SEEDS),
    }
    for backend, found in (("numpy", shifted_numpy()), ("torch", shifted_torch())):
        for name in ("cnn", "mlp"):
            result[f"{name}_{backend}_mean"] = float(np.mean(found[name]))
        result[f"lead_{backend}"] = float(min(np.subtract(found["cnn"], found["mlp"])))
    return result


def _change(before: Array, after: Array) -> float:
    """Length of the difference as a share of the length."""
    return float(np.linalg.norm(before - after) / np.linalg.norm(before))


@claim("C-cnn-tasks")
def tasks() -> Result:
    """Mean and worst of what the three heads reach."""
    result: Result = {"seeds": len(SEEDS)}
    for backend, found in (("numpy", tasks_numpy()["seeds"]), ("torch", tasks_torch()["seeds"])):
        for name in ("accuracy", "box_iou", "mask_iou"):
            values = [each[name] for each in found]
            result[f"{name}_{backend}_mean"] = float(np.mean(values))
            result[f"{name}_{backend}_worst"] = min(values)
    return result


@experiment
def examples() -> Result:
    """Three held-out canvases, with the box and the mask that one network finds."""
    shown: Result = tasks_numpy()["examples"]
    return shown


def _examples(params: dict[str, Array]) -> Result:
    import dlref.numpy  # the operations themselves are handed on

    data = digits(0)
    canvases, boxes, _ = placed(data.test_images[:3], np.random.default_rng(1000))
    logits, found, mask = outputs(dlref.numpy, canvases, params)
    return {
        "canvases": canvases[:, 0].tolist(),
        "true": boxes.tolist(),
        "boxes": found.tolist(),
        "masks": (mask > 0).tolist(),
        "answers": logits.argmax(axis=1).tolist(),
    }
