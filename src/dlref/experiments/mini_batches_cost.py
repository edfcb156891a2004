"""What a mini-batch costs in memory and in time: two more claims of the page mini-batches."""

import gc
import tracemalloc
from collections.abc import Callable
from itertools import pairwise
from time import perf_counter

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from dlref.blueprints import mlp_shapes
from dlref.experiments import training_numpy as in_numpy
from dlref.experiments.registry import Result, claim
from dlref.experiments.training import Array, digits
from dlref.experiments.training_torch import one_thread
from dlref.numpy.models import initial_params

SMALL = (64, 32, 10)  # the network of the other claims
LARGE = (64, 256, 256, 10)  # with enough work in it to keep a processor busy
MEMORY_SIZES = (64, 128, 256, 512, 1024)
TIMED_SIZES = (1, 4, 16, 64, 256, 1024)
ROUNDS, LEAST_SECONDS = 9, 0.004


@claim("C-batch-memory")
def batch_memory() -> Result:
    """Bytes that PyTorch keeps for the backward pass, and the peak of NumPy's allocations during both passes."""
    saved = [_saved_bytes(size) for size in MEMORY_SIZES]
    peaks = [_peak_bytes(size) for size in MEMORY_SIZES]
    fit = np.polyfit(MEMORY_SIZES, peaks, 1)
    return {
        "sizes": list(MEMORY_SIZES),
        "saved": saved,
        "saved_per_image": (per_image := (saved[-1] - saved[0]) / (MEMORY_SIZES[-1] - MEMORY_SIZES[0])),
        "saved_anyway": saved[0] - per_image * MEMORY_SIZES[0],
        "peaks": peaks,
        "peak_per_image": float(fit[0]),
        "peak_misfit": float(np.abs(np.polyval(fit, MEMORY_SIZES) - peaks).max() / peaks[-1]),
        "peak_growth": peaks[-1] / peaks[0],
        "params": sum(array.nbytes for array in _params(SMALL).values()),
    }


def _saved_bytes(size: int) -> int:
    """Bytes of all that autograd holds on to between forward and backward pass, parameters not counted."""
    images, labels = (torch.from_numpy(array) for array in _batch(size))
    model = _network(SMALL)
    known = {param.untyped_storage().data_ptr() for param in model.parameters()}
    held: dict[int, int] = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in known:  # what two operations both keep is held once
            held[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        cross_entropy(model(images), labels)
    return sum(held.values())


def _peak_bytes(size: int) -> int:
    """The most memory that one forward and backward pass in NumPy has in use at a time, inputs not counted."""
    images, labels = _batch(size)
    params = _params(SMALL)
    in_numpy.loss_and_grads(in_numpy.mlp, params, images, labels)  # what is allocated once only is not counted
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        in_numpy.loss_and_grads(in_numpy.mlp, params, images, labels)
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


@claim("C-batch-throughput")
def batch_throughput() -> Result:
    """Images a second of forward, backward and update, for each batch size in both backends, on one thread.

    Each size takes its turn in each round and keeps its best time: whatever else the machine does only takes time away.
    """
    result: Result = {"sizes": list(TIMED_SIZES), "rounds": ROUNDS}
    with one_thread():
        for backend, step_of in {"numpy": _numpy_step, "torch": _torch_step}.items():
            steps = {size: step_of(size) for size in TIMED_SIZES}
            best = dict.fromkeys(TIMED_SIZES, float("inf"))
            for _ in range(ROUNDS):
                for size, step in steps.items():
                    best[size] = min(best[size], _seconds(step))
            rates = [size / best[size] for size in TIMED_SIZES]
            result |= {
                f"{backend}_rates": rates,
                f"{backend}_microseconds_1": 1e6 * best[1],
                f"{backend}_microseconds_64": 1e6 * best[64],
                f"{backend}_gain": rates[3] / rates[0],  # 64 over 1
                f"{backend}_more": rates[5] / rates[3],  # 1,024 over 64
            }
    return result


def _seconds(step: Callable[[], None]) -> float:
    """The mean time of a step, over enough of them to be read off the clock."""
    done, start = 0, perf_counter()
    while (spent := perf_counter() - start) < LEAST_SECONDS or done < 3:
        step()
        done += 1
    return spent / done


def _numpy_step(size: int) -> Callable[[], None]:
    images, labels = _batch(size)
    params = _params(LARGE)

    def step() -> None:
        _, grads = in_numpy.loss_and_grads(in_numpy.mlp, params, images, labels)
        for name, param in params.items():
            param -= 0.01 * grads[name]

    return step


def _torch_step(size: int) -> Callable[[], None]:
    images, labels = (torch.from_numpy(array) for array in _batch(size))
    model = _network(LARGE)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)

    def step() -> None:
        optimizer.zero_grad()
        cross_entropy(model(images), labels).backward()  # type: ignore[no-untyped-call]
        optimizer.step()

    return step


def _params(sizes: tuple[int, ...]) -> in_numpy.Params:
    return initial_params(mlp_shapes(*sizes), generator=np.random.default_rng(0))


def _network(sizes: tuple[int, ...]) -> nn.Sequential:
    layers = [nn.Linear(inner, out) for inner, out in pairwise(sizes)]
    return nn.Sequential(nn.Flatten(), *[part for layer in layers[:-1] for part in (layer, nn.ReLU())], layers[-1])


def _batch(size: int) -> tuple[Array, Array]:
    data = digits(0)
    return data.train_images[:size].copy(), data.train_labels[:size].copy()
