"""What attention is, what it takes, and where it looks. The page transformer.

weights        A = softmax(Q Kᵀ / √d): rows of positive numbers that add up to 1
permutation    f(P x) = P f(x) for a layer without positions
cost           Q Kᵀ and A V take 2 n² d multiplications and additions each; a recurrent layer 2 n d², one after another
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

import dlref.numpy
import dlref.torch
from dlref.blueprints import recurrent_shapes, transformer_shapes
from dlref.checks import scoped
from dlref.experiments.registry import Result, claim, experiment
from dlref.experiments.training import Array
from dlref.experiments.training_torch import one_thread
from dlref.experiments.transformer_tasks import HEADS, LENGTH, held_out, trained_numpy
from dlref.numpy.models import initial_params

LENGTHS = (64, 128, 256, 512)
WIDTH = 64


@claim("C-attention-weights")
def weights() -> Result:
    """The definition, written out, against both implementations and torch's own; and where a trained network looks."""
    rng = np.random.default_rng(0)
    query, key, value = (rng.normal(size=(2, 7, 5)) for _ in range(3))
    scores = query @ key.swapaxes(1, 2) / np.sqrt(5)
    table = np.exp(scores) / np.exp(scores).sum(axis=2, keepdims=True)
    q, k, v = (torch.from_numpy(array) for array in (query, key, value))
    found = (
        dlref.numpy.scaled_dot_product_attention(query, key, value),
        dlref.torch.scaled_dot_product_attention(q, k, v).numpy(),
        torch.nn.functional.scaled_dot_product_attention(q, k, v).numpy(),
    )
    looks = np.array(looked_at()["weights"])
    return {
        "smallest": float(table.min()),
        "sum_off": float(np.abs(table.sum(axis=2) - 1).max()),
        "value_off": float(max(np.abs(other - table @ value).max() for other in found)),
        "mirrored": float(looks[np.arange(LENGTH), LENGTH - 1 - np.arange(LENGTH)].mean()),
        "evenly": 1 / LENGTH,
    }


@claim("C-attention-permutation")
def permutation() -> Result:
    """One layer on sequences and on the same in another order, without and with positions, both backends."""
    rng = np.random.default_rng(0)
    params = _layer(rng)
    x, order = rng.normal(size=(2, 9, 16)), rng.permutation(9)
    places = dlref.numpy.sinusoidal_positions(9, 16, dtype=np.float64)
    result: Result = {}
    for backend, layer in (("numpy", dlref.numpy.transformer_encoder_layer), ("torch", _in_torch)):
        for name, added in (("alone", np.zeros_like(places)), ("positions", places)):
            whole, moved = layer(x + added, params, 4), layer(x[:, order] + added, params, 4)
            result[f"{backend}_{name}"] = float(np.abs(whole[:, order] - moved).max())
    return result


def _layer(rng: np.random.Generator) -> dict[str, Array]:
    shapes = transformer_shapes(1, 1, 16, layers=1)
    params = scoped(initial_params(shapes, generator=rng, dtype=np.float64), "encoder.layers.0")
    return {name: param + rng.normal(0, 0.3, param.shape) for name, param in params.items()}


def _in_torch(x: Array, params: dict[str, Array], num_heads: int) -> Array:
    tensors = {name: torch.from_numpy(param) for name, param in params.items()}
    found: Array = dlref.torch.transformer_encoder_layer(torch.from_numpy(x), tensors, num_heads).numpy()
    return found


@claim("C-attention-parallel")
def parallel() -> Result:
    """Multiplications and additions of both layers, counted; how the first input acts on the last output; times."""
    attention = [_operations(_attend, length) for length in LENGTHS]
    recurrent = [_operations(_recur, length) for length in LENGTHS]
    x = torch.randn(1, 20, WIDTH, generator=torch.Generator().manual_seed(0)).double().requires_grad_()
    (slope,) = torch.autograd.grad(_attend(x)[0, -1].sum(), x)
    return {
        "lengths": list(LENGTHS),
        "width": WIDTH,
        "attention": attention,
        "recurrent": recurrent,
        "attention_growth": attention[-1] / attention[-2],
        "recurrent_growth": recurrent[-1] / recurrent[-2],
        "first_acts": float(slope[0, 0].norm() / slope[0].norm(dim=1).mean()),
        "slower": _slower(LENGTHS[2]),
        "timed_length": LENGTHS[2],
    }


def _attend(x: torch.Tensor) -> torch.Tensor:
    return dlref.torch.scaled_dot_product_attention(x, x, x)


def _recur(x: torch.Tensor) -> torch.Tensor:
    shapes = recurrent_shapes(WIDTH, WIDTH, cell="rnn")
    drawn = initial_params(shapes, generator=np.random.default_rng(0))
    params = {name: torch.from_numpy(param) for name, param in drawn.items()}
    return dlref.torch.rnn(x, params, batch_first=True)[0]


def _operations(layer: Callable[[torch.Tensor], torch.Tensor], length: int) -> int:
    with FlopCounterMode(display=False) as counter:
        layer(torch.randn(1, length, WIDTH))
    return int(counter.get_total_flops())


def _slower(length: int) -> float:
    """How many times as long torch.nn.RNN takes as torch's attention, on one sequence; the best of nine each."""
    x = torch.randn(1, length, WIDTH)
    judge: Any = torch.nn.RNN(WIDTH, WIDTH, batch_first=True)
    attend: Any = torch.nn.functional.scaled_dot_product_attention
    works: dict[str, Callable[[], Any]] = {"rnn": lambda: judge(x), "attention": lambda: attend(x, x, x)}
    times: dict[str, list[float]] = {name: [] for name in works}
    with one_thread(), torch.no_grad():
        for _ in range(9):  # in turns, so that a busy machine is busy for both
            for name, work in works.items():
                began = time.perf_counter()
                for _ in range(5):
                    work()
                times[name].append(time.perf_counter() - began)
    return min(times["rnn"]) / min(times["attention"])


@experiment
def looked_at() -> Result:
    """Where the decoder of a trained network looks in the source while it writes it backwards: (target, source)."""
    params, _ = trained_numpy("reverse", 0)
    source, so_far, _ = held_out("reverse")
    attend = dlref.numpy.scaled_dot_product_attention
    memory, hidden = _before_the_source(source[:50], so_far[:50], params)
    part = scoped(params, "decoder.layers.0.multihead_attn")
    q_weight, k_weight, _ = np.split(part["in_proj_weight"], 3)
    q_bias, k_bias, _ = np.split(part["in_proj_bias"], 3)
    query, key = (_heads(x @ w.T + b) for x, w, b in ((hidden, q_weight, q_bias), (memory, k_weight, k_bias)))
    ones = np.broadcast_to(np.eye(LENGTH, dtype=key.dtype), (*key.shape[:-1], LENGTH))
    table = attend(query, key, np.ascontiguousarray(ones))  # values that tell places give the weights themselves
    return {"weights": table.mean(axis=(0, 1)).tolist()}


def _heads(x: Array) -> Array:
    """(N, L, E) to (N, heads, L, E / heads)."""
    return np.ascontiguousarray(x.reshape(*x.shape[:2], HEADS, -1).swapaxes(1, 2))


def _before_the_source(source: Array, so_far: Array, params: dict[str, Array]) -> tuple[Array, Array]:
    """What the decoder looks at, and what it has when it looks: both (N, 12, d)."""

    def embedded(words: Array, name: str) -> Array:
        weight = params[f"{name}.weight"]
        places = dlref.numpy.sinusoidal_positions(LENGTH, weight.shape[1], dtype=weight.dtype)
        vectors: Array = dlref.numpy.embedding(words, weight) * np.sqrt(np.float32(weight.shape[1])) + places
        return vectors

    memory = dlref.numpy.transformer_encoder_layer(
        embedded(source, "src_embedding"), scoped(params, "encoder.layers.0"), HEADS, norm_first=True
    )
    layer = scoped(params, "decoder.layers.0")
    x = embedded(so_far, "tgt_embedding")
    norms = [scoped(layer, f"norm{number}") for number in (1, 2)]
    features = x.shape[-1:]
    inside = dlref.numpy.layer_norm(x, features, norms[0]["weight"], norms[0]["bias"])
    own = scoped(layer, "self_attn")
    x = x + dlref.numpy.multi_head_attention(inside, inside, inside, own, HEADS, is_causal=True)
    return memory, dlref.numpy.layer_norm(x, features, norms[1]["weight"], norms[1]["bias"])
