"""The memory that training steps of a small convolutional network take, in NumPy and in PyTorch.

    python tests/benchmarks/memory.py numpy

prints by how many bytes the most memory that the process ever held exceeds what it held before the first large step:
what the step allocates, however the library allocates it. A process of its own measures each, because the most never
sinks. A small step comes first, so that what a library sets up on first use does not count.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

BATCH, SIDE, CLASSES = 256, 28, 10
DESCRIPTION = "float32, 256 images 28×28, 32 and 64 channels"
FEATURES = 64 * (SIDE // 4) ** 2
SHAPES = [(32, 1, 3, 3), (32,), (64, 32, 3, 3), (64,), (CLASSES, FEATURES), (CLASSES,)]


def numpy_step(params: list[np.ndarray]) -> Callable[[np.ndarray, np.ndarray], None]:
    """A step of gradient descent, every pullback written out."""
    import dlref.numpy as ops

    def step(images: np.ndarray, labels: np.ndarray) -> None:
        pullbacks = []

        def apply(operation, *args, **options):
            value, pullback = operation.vjp(*args, **options)
            pullbacks.append(pullback)
            return value

        hidden = images
        for weight, bias in (params[0:2], params[2:4]):
            hidden = apply(ops.conv2d, hidden, weight, bias, padding=1)
            hidden = apply(ops.max_pool2d, apply(ops.relu, hidden), kernel_size=2)
        pooled = hidden.shape
        apply(ops.cross_entropy, apply(ops.linear, hidden.reshape(len(images), -1), *params[4:6]), labels)
        del hidden

        dhidden, *_ = pullbacks.pop()(1.0)
        dhidden, *grads = pullbacks.pop()(dhidden)
        dhidden = dhidden.reshape(pooled)
        while pullbacks:  # what a pullback has kept is free once it has been used
            for _ in ("max_pool2d", "relu"):
                dhidden, *_ = pullbacks.pop()(dhidden)
            dhidden, *layer = pullbacks.pop()(dhidden)
            grads = [*layer, *grads]
        for param, grad in zip(params, grads, strict=True):
            param -= 0.01 * grad

    return step


def torch_step(params: list[np.ndarray]) -> Callable[[np.ndarray, np.ndarray], None]:
    """The same step in torch.nn.functional."""
    import torch
    import torch.nn.functional as F

    torch.set_num_threads(1)
    tensors = [torch.from_numpy(param).requires_grad_() for param in params]

    def step(images: np.ndarray, labels: np.ndarray) -> None:
        hidden = torch.from_numpy(images)
        for weight, bias in (tensors[0:2], tensors[2:4]):
            hidden = F.max_pool2d(F.relu(F.conv2d(hidden, weight, bias, padding=1)), 2)
        F.cross_entropy(F.linear(hidden.flatten(1), *tensors[4:6]), torch.from_numpy(labels)).backward()
        with torch.no_grad():
            for tensor in tensors:
                tensor -= 0.01 * tensor.grad
                tensor.grad = None

    return step


def main(backend: str) -> None:
    """Print the bytes, and the sum of the parameters after the steps."""
    rng = np.random.default_rng(0)
    params = [rng.normal(scale=0.05, size=shape).astype(np.float32) for shape in SHAPES]
    step = {"numpy": numpy_step, "torch": torch_step}[backend](params)
    images = rng.normal(size=(BATCH, 1, SIDE, SIDE)).astype(np.float32)
    labels = rng.integers(0, CLASSES, BATCH)
    step(images[:2], labels[:2])
    held, before = _memory("VmRSS"), _memory("VmHWM")
    for _ in range(3):
        step(images, labels)
    most = _memory("VmHWM")
    if most == before:
        raise RuntimeError("the steps took less than setting up: a larger batch is needed to see them")
    print(most - held, float(sum(np.abs(param).sum(dtype=np.float64) for param in params)))


def _memory(name: str) -> int:
    """What Linux says of this process: VmRSS is what it holds now, VmHWM the most it has held."""
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) * 1024 if found else 0


def step_bytes() -> dict[str, int]:
    """What the steps take, per backend; both must arrive at the same parameters."""
    found, sums = {}, {}
    for backend in ("numpy", "torch"):
        command, environment = [sys.executable, __file__, backend], {**os.environ, "OMP_NUM_THREADS": "1"}
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=environment)
        taken, total = done.stdout.split()
        found[backend], sums[backend] = int(taken), float(total)
    assert abs(sums["numpy"] / sums["torch"] - 1) < 1e-5, sums
    return found


if __name__ == "__main__":
    main(sys.argv[1])
