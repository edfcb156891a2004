"""What is measured: an operation of the reference on arguments of a usual size, and PyTorch's own on the same.

`bars` are the largest ratios of time, ours to PyTorch's, that we accept in float32 and float64: measured once on plain
NumPy of 10 to 30 lines an operation, which is what a page can show.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch.func import functional_call

Bars = tuple[float | None, float | None]  # float32, float64; None: told, but not judged
UNJUDGED: Bars = (None, None)


@dataclass
class Work:
    """One row: the operation's name, its size in words, its arguments, and how PyTorch does the same."""

    name: str
    size: str
    arguments: Callable[[np.random.Generator], list[Any]]  # float64 arrays, nested where the operation takes it so
    options: dict[str, Any]
    theirs: Callable[..., Any]
    numpy_bars: Bars = (None, None)
    torch_bars: Bars = (1.5, 1.5)  # UNJUDGED where ours are several passes over memory and PyTorch's is one kernel
    fixed: tuple[int, ...] = ()  # the places of floating arguments that get no gradient
    first_stands_for: int = 1  # so many arguments are the first one; its gradients add up


def normal(*shape: int) -> Callable[[np.random.Generator], np.ndarray]:
    """Draw an array."""
    return lambda rng: rng.normal(size=shape)


def indices(most: int, *shape: int) -> Callable[[np.random.Generator], np.ndarray]:
    """Draw indices below `most`."""
    return lambda rng: rng.integers(0, most, shape)


def each(*draws: Callable) -> Callable[[np.random.Generator], list[Any]]:
    """Draw every argument."""
    return lambda rng: [draw(rng) for draw in draws]


def recurrent_params(gates: int) -> Callable[[np.random.Generator], dict[str, np.ndarray]]:
    """The parameters of a recurrent layer from 64 to 128 features."""
    shapes = {"weight_ih_l0": (gates * 128, 64), "weight_hh_l0": (gates * 128, 128)}
    shapes |= {"bias_ih_l0": (gates * 128,), "bias_hh_l0": (gates * 128,)}
    return lambda rng: {name: rng.normal(scale=0.1, size=shape) for name, shape in shapes.items()}


def attention_params(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """The parameters of multi-head attention on 128 features."""
    shapes = {"in_proj_weight": (384, 128), "in_proj_bias": (384,), "out_proj.weight": (128, 128)}
    shapes["out_proj.bias"] = (128,)
    return {name: rng.normal(scale=0.1, size=shape) for name, shape in shapes.items()}


def module(layer: torch.nn.Module) -> Callable[..., Any]:
    """PyTorch's layer as a function of its input and its parameters."""
    return lambda sequence, params: functional_call(layer, params, (sequence,))


ATTENTION = torch.nn.MultiheadAttention(128, 8, batch_first=True)


def attention(*arguments: Any, num_heads: int) -> torch.Tensor:
    """PyTorch's attention, at its fastest: without returning the weights."""
    return functional_call(ATTENTION, arguments[3], arguments[:3], {"need_weights": False})[0]


def recurrent(name: str, gates: int, layer: type, numpy_bars: Bars) -> Work:
    """A recurrent layer over 64 steps."""
    arguments = each(normal(64, 32, 64), recurrent_params(gates))
    return Work(name, "B 32, T 64, 64 → 128", arguments, {}, module(layer(64, 128)), numpy_bars)


IMAGES = normal(32, 32, 32, 32)
TOKENS = normal(8, 128, 128)

WORKS = [
    Work("linear", "256×784 → 512", each(normal(256, 784), normal(512, 784), normal(512)), {}, F.linear, (1.0, 1.0)),
    Work(
        "conv2d",
        "N 32, C 16, 32×32 → 32, 3×3, padding 1",
        each(normal(32, 16, 32, 32), normal(32, 16, 3, 3), normal(32)),
        {"padding": 1},
        F.conv2d,
        (2.5, 0.65),
        (3.5, None),
    ),
    Work("max_pool2d", "N 32, C 32, 32×32, 2×2", each(IMAGES), {"kernel_size": 2}, F.max_pool2d, (0.4, 0.5)),
    recurrent("rnn", 1, torch.nn.RNN, (0.7, 0.75)),
    recurrent("lstm", 4, torch.nn.LSTM, (2.2, 0.8)),
    recurrent("gru", 3, torch.nn.GRU, (None, None)),
    Work(
        "multi_head_attention",
        "self-attention B 8, S 128, D 128, 8 heads",
        each(TOKENS, attention_params),
        {"num_heads": 8},
        attention,
        (1.0, 0.75),
        first_stands_for=3,
    ),
    Work("cross_entropy", "256×1000", each(normal(256, 1000), indices(1000, 256)), {}, F.cross_entropy, (1.3, 1.1)),
    Work("mse_loss", "256×1000", each(normal(256, 1000), normal(256, 1000)), {}, F.mse_loss, torch_bars=UNJUDGED),
    Work(
        "batch_norm",
        "N 32, C 32, 32×32, training",
        each(IMAGES, normal(32), lambda rng: rng.uniform(1, 2, 32), normal(32), normal(32)),
        {"training": True},
        F.batch_norm,
        (0.8, 1.2),
        fixed=(1, 2),
    ),
    Work(
        "layer_norm",
        "8×128×128, over the last",
        each(TOKENS, lambda rng: (128,), normal(128), normal(128)),
        {},
        F.layer_norm,
        torch_bars=UNJUDGED,
    ),
    Work("embedding", "8×128 of 5000, 128", each(indices(5000, 8, 128), normal(5000, 128)), {}, F.embedding),
    Work("relu", "256×1000", each(normal(256, 1000)), {}, F.relu, torch_bars=UNJUDGED),
    Work("gelu", "256×1000", each(normal(256, 1000)), {}, F.gelu, torch_bars=UNJUDGED),
    Work("softmax", "256×1000", each(normal(256, 1000)), {"dim": -1}, F.softmax, torch_bars=UNJUDGED),
    Work("log_softmax", "256×1000", each(normal(256, 1000)), {"dim": -1}, F.log_softmax, torch_bars=UNJUDGED),
]
