"""What a backward pass keeps: memory, layer by layer (page backpropagation).

A layer of weights and an activation keep one array each until the backward pass has been through them.
"""

import gc
import tracemalloc

import numpy as np

from dlref.blueprints import mlp_shapes
from dlref.experiments.registry import Result, experiment
from dlref.experiments.training import Array
from dlref.numpy import initial_params, linear, relu

DEEP = (64,) * 9  # eight layers


@experiment
def memory_curve() -> Result:
    """Bytes in use after each layer, on the way forward and on the way back."""
    return held()


def held() -> Result:
    """Bytes beyond input and parameters, layer by layer: with the pullbacks kept, and with outputs alone."""
    x = np.random.default_rng(0).normal(size=(1024, DEEP[0]))
    arrays = initial_params(mlp_shapes(*DEEP), generator=np.random.default_rng(0), dtype=np.float64)
    layers = [(arrays[f"layers.{i}.weight"], arrays[f"layers.{i}.bias"]) for i in range(len(DEEP) - 1)]
    _walk(x, layers, keep=True)  # what is allocated once only is not counted
    return {"layers": len(layers), "kept": _walk(x, layers, keep=True), "alone": _walk(x, layers, keep=False)}


def _walk(x: Array, layers: list[tuple[Array, Array]], keep: bool) -> list[int]:
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    used = [0]

    def note() -> None:
        used.append(tracemalloc.get_traced_memory()[0] - before)

    pullbacks = []
    for weight, bias in layers:
        if keep:
            x, back_through_linear = linear.vjp(x, weight, bias)
            x, back_through_relu = relu.vjp(x)
            pullbacks.append((back_through_linear, back_through_relu))
            del back_through_linear, back_through_relu
        else:
            x = relu(linear(x, weight, bias))
        note()
    grad = np.ones_like(x)
    while pullbacks:
        back_through_linear, back_through_relu = pullbacks.pop()
        (grad,) = back_through_relu(grad)
        grad, _, _ = back_through_linear(grad)
        del back_through_linear, back_through_relu
        note()
    tracemalloc.stop()
    return used
