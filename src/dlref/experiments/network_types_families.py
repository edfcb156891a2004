"""Five families that classify, behind one interface: examples (N, T, F) to logits (N, classes), in both backends.

A fully connected network sees T · F numbers in a row, a convolutional one an image of one channel, the recurrent ones T
steps of F features, a Transformer T tokens. What a family takes for granted about T and F is all that differs.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn

from dlref.blueprints import (
    Shapes,
    cnn_shapes,
    linear_shapes,
    mlp_shapes,
    recurrent_classifier_shapes,
    transformer_shapes,
)
from dlref.checks import scoped
from dlref.torch.models import CNN, MLP, RecurrentClassifier

Grid = tuple[int, int]  # T and F of an example
UNITS, CHANNELS, FEATURES, HEADS = {"fc": 64, "rnn": 64, "lstm": 32}, (1, 8, 16), 24, 4


@dataclass(frozen=True)
class Family:
    """A blueprint, the same model in terms of either backend's operations, and as a module of PyTorch's own layers."""

    shapes: Callable[[Grid, int], Shapes]
    scores: Callable[[ModuleType, Any, Any], Any]
    module: Callable[[Grid, int], nn.Module]
    lr: float


def _connected(ops: ModuleType, x: Any, params: Any) -> Any:
    return ops.mlp(x.reshape(len(x), -1), params)


def _convolved(ops: ModuleType, x: Any, params: Any) -> Any:
    return ops.cnn(x.reshape(len(x), 1, *x.shape[1:]), params)


def _read(cell: str, ops: ModuleType, x: Any, params: Any) -> Any:
    return ops.recurrent_classifier(x, params, cell=cell)


def _attended(ops: ModuleType, x: Any, params: Any) -> Any:
    vectors = ops.linear(x, params["embedding.weight"], params["embedding.bias"])
    placed = ops.learned_positions(vectors, params["positions.weight"])
    hidden = ops.transformer_encoder_layer(placed, scoped(params, "encoder.layers.0"), HEADS, norm_first=True)
    return ops.linear(hidden.mean(dim=1), params["output.weight"], params["output.bias"])


def _attention_shapes(grid: Grid, classes: int) -> Shapes:
    whole = transformer_shapes(1, 1, FEATURES, layers=1, feedforward=2 * FEATURES)
    return {
        **linear_shapes("embedding", grid[1], FEATURES),
        "positions.weight": (grid[0], FEATURES),
        **{name: shape for name, shape in whole.items() if name.startswith("encoder")},
        **linear_shapes("output", FEATURES, classes),
    }


class Encoder(nn.Module):
    """The Transformer of this comparison, out of PyTorch's own layers; the names are those of `_attention_shapes`."""

    def __init__(self, grid: Grid, classes: int) -> None:
        super().__init__()
        self.embedding = nn.Linear(grid[1], FEATURES)
        self.positions = nn.Embedding(grid[0], FEATURES)
        layer = nn.TransformerEncoderLayer(
            FEATURES, HEADS, 2 * FEATURES, dropout=0.0, batch_first=True, norm_first=True
        )
        self.encoder = nn.TransformerEncoder(layer, 1, enable_nested_tensor=False)
        self.output = nn.Linear(FEATURES, classes)

    def forward(self, input: Tensor) -> Tensor:
        """Map (N, T, F) to logits (N, classes)."""
        hidden = self.encoder(self.embedding(input) + self.positions.weight)
        logits: Tensor = self.output(hidden.mean(dim=1))
        return logits


def _recurrent(cell: str, lr: float) -> Family:
    return Family(
        lambda grid, classes: recurrent_classifier_shapes(grid[1], UNITS[cell], classes, cell=cell),
        partial(_read, cell),
        lambda grid, classes: RecurrentClassifier(grid[1], UNITS[cell], classes, cell=cell),
        lr,
    )


class _Reshaped(nn.Module):
    def __init__(self, inside: nn.Module, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.inside, self.shape = inside, shape

    def forward(self, input: Tensor) -> Tensor:
        logits: Tensor = self.inside(input.reshape(len(input), *self.shape))
        return logits


# Rates were chosen out of 0.001, 0.003, 0.01 and 0.03 by the mean accuracy over the tasks, on validation parts of seeds
# 100 to 102, in PyTorch.
FAMILIES = {
    "fc": Family(
        lambda grid, classes: mlp_shapes(math.prod(grid), UNITS["fc"], classes),
        _connected,
        lambda grid, classes: _Reshaped(MLP(math.prod(grid), UNITS["fc"], classes), (math.prod(grid),)),
        0.03,
    ),
    "cnn": Family(
        lambda grid, classes: cnn_shapes(CHANNELS, grid, classes),
        _convolved,
        lambda grid, classes: _Reshaped(CNN(CHANNELS, grid, classes), (1, *grid)),
        0.01,
    ),
    "rnn": _recurrent("rnn", 0.01),
    "lstm": _recurrent("lstm", 0.03),
    "transformer": Family(_attention_shapes, _attended, Encoder, 0.03),
}


def module_of(family: str, grid: Grid, classes: int, params: dict[str, Any]) -> nn.Module:
    """The family's module with these parameters, and of their dtype."""
    tensors = {name: torch.as_tensor(param) for name, param in params.items()}
    module = FAMILIES[family].module(grid, classes).to(next(iter(tensors.values())).dtype)
    inner = module.inside if isinstance(module, _Reshaped) else module
    inner.load_state_dict(tensors)
    return module
