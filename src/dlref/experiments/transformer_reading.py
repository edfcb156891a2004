"""Encoders that read: a character language model beside the LSTM's, and digits as patches. The page transformer.

The text, its parts and the number of passes are those of `lstm_text`. Every held-out character is judged with at least
half a window before it. Recipes were chosen on seeds 100 and up.
"""

from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import torch

import dlref.numpy
import dlref.torch
from dlref.blueprints import Shapes, linear_shapes, transformer_shapes
from dlref.checks import scoped
from dlref.experiments.lstm_text import BATCH_SIZE, EPOCHS, tokens
from dlref.experiments.training import Array, digits
from dlref.experiments.training_torch import as_params, one_thread
from dlref.numpy.autograd import composed
from dlref.numpy.models import initial_params
from dlref.torch import optim as torch_optim
from dlref.torch import training as torch_training

HEADS, MAX_NORM = 4, 1.0
WINDOW, TEXT_FEATURES, TEXT_LR = 32, 64, 0.005
PATCH, IMAGE_FEATURES, IMAGE_EPOCHS, IMAGE_BATCH, IMAGE_LR = 4, 64, 20, 32, 0.005
Params = dict[str, Array]


def text_scores(ops: ModuleType, text: Any, params: Any) -> Any:
    """Tokens (N, T) to scores of the next one (N, V, T): one causal layer."""
    weight = params["src_embedding.weight"]
    places = ops.sinusoidal_positions(text.shape[1], TEXT_FEATURES, dtype=weight.dtype)
    vectors = ops.embedding(text, weight) * TEXT_FEATURES**0.5 + places
    layer = scoped(params, "encoder.layers.0")
    hidden = ops.transformer_encoder_layer(vectors, layer, HEADS, is_causal=True, norm_first=True)
    return ops.linear(hidden, params["output.weight"], params["output.bias"]).transpose(1, 2)


def image_scores(ops: ModuleType, patches: Any, params: Any) -> Any:
    """Patches (N, 4, 16) to logits (N, 10): one layer, and the mean over places."""
    vectors = ops.linear(patches, params["embedding.weight"], params["embedding.bias"])
    layer = scoped(params, "encoder.layers.0")
    placed = ops.learned_positions(vectors, params["positions.weight"])
    hidden = ops.transformer_encoder_layer(placed, layer, HEADS, norm_first=True)
    return ops.linear(hidden.mean(dim=1), params["output.weight"], params["output.bias"])


def patches_of(images: Array) -> Array:
    """Images (N, 1, 8, 8) as a sequence of four patches (N, 4, 16)."""
    side = 8 // PATCH
    split = images.reshape(-1, side, PATCH, side, PATCH).transpose(0, 1, 3, 2, 4)
    return np.ascontiguousarray(split.reshape(-1, side * side, PATCH * PATCH))


def text_start(seed: int) -> Params:
    rng, size = np.random.default_rng(seed), len(tokens()[2])
    shapes = transformer_shapes(size, size, TEXT_FEATURES, layers=1, feedforward=2 * TEXT_FEATURES)
    params = initial_params(_encoder(shapes), generator=rng)
    words = rng.normal(size=(size, TEXT_FEATURES)) / np.sqrt(TEXT_FEATURES)
    return params | {"src_embedding.weight": words.astype(np.float32)}


def image_start(seed: int) -> Params:
    whole = transformer_shapes(1, 1, IMAGE_FEATURES, layers=1, feedforward=2 * IMAGE_FEATURES)
    shapes = {name: shape for name, shape in _encoder(whole).items() if name.startswith("encoder")}
    shapes = {
        **linear_shapes("embedding", PATCH * PATCH, IMAGE_FEATURES),
        "positions.weight": ((8 // PATCH) ** 2, IMAGE_FEATURES),
        **shapes,
        **linear_shapes("output", IMAGE_FEATURES, 10),
    }
    return initial_params(shapes, generator=np.random.default_rng(seed))


def _encoder(shapes: Shapes) -> Shapes:
    return {name: shape for name, shape in shapes.items() if not name.startswith(("decoder", "tgt_embedding"))}


def windows(numbers: Array) -> tuple[Array, Array]:
    """Stretches (N, 32), each beginning in the middle of the one before, and what comes next."""
    places = np.arange(0, len(numbers) - WINDOW, WINDOW // 2)[:, None] + np.arange(WINDOW + 1)
    places = places[places[:, -1] < len(numbers)]
    return numbers[places[:, :-1]], numbers[places[:, 1:]]


def perplexity(logits: Array, targets: Array) -> float:
    """Of windows (N, V, 32); the second half of each, and the first half of the first one."""
    losses = dlref.numpy.cross_entropy(logits, targets, reduction="none")
    counted = np.concatenate([losses[0], losses[1:, WINDOW // 2 :].ravel()])
    return float(np.exp(counted.mean()))


@composed
def text_model(text: Array, params: Params) -> Array:
    scores: Array = text_scores(dlref.numpy, text, params)
    return scores


@composed
def image_model(patches: Array, params: Params) -> Array:
    logits: Array = image_scores(dlref.numpy, patches, params)
    return logits


@dataclass(frozen=True)
class Recipe:
    """How long, in which steps, how fast, and how strongly weights decay."""

    epochs: int
    batch_size: int
    lr: float
    decay: float

    def options(self, seed: int, schedule: Any) -> dict[str, Any]:
        """What both training loops are told."""
        given = {"epochs": self.epochs, "batch_size": self.batch_size, "seed": seed}
        return given | {"schedule": schedule, "max_norm": MAX_NORM}

    def steps(self, examples: int) -> int:
        return self.epochs * -(-examples // self.batch_size)


TEXT = Recipe(EPOCHS, BATCH_SIZE, TEXT_LR, 0.0)
IMAGES = Recipe(IMAGE_EPOCHS, IMAGE_BATCH, IMAGE_LR, 0.3)


def read_numpy(model: Any, params: Params, inputs: Array, targets: Array, recipe: Recipe, seed: int) -> None:
    """Train in place."""
    optimizer = dlref.numpy.AdamW(params, lr=recipe.lr, weight_decay=recipe.decay)
    options = recipe.options(seed, dlref.numpy.CosineAnnealingLR(optimizer, T_max=recipe.steps(len(inputs))))
    dlref.numpy.fit(model, params, optimizer, dlref.numpy.cross_entropy, inputs, targets, **options)


def read_torch(scores: Any, params: Any, inputs: Array, targets: Array, recipe: Recipe, seed: int) -> None:
    """Train in place."""
    optimizer = torch_optim.AdamW(params.values(), lr=recipe.lr, weight_decay=recipe.decay)
    options = recipe.options(seed, torch_optim.CosineAnnealingLR(optimizer, T_max=recipe.steps(len(inputs))))
    x, y = torch.from_numpy(inputs), torch.from_numpy(targets)

    def model(given: torch.Tensor, params: Any) -> Any:
        return scores(dlref.torch, given, params)

    torch_training.fit(model, params, optimizer, dlref.torch.cross_entropy, x, y, **options)


def text_trained(backend: str, seed: int) -> float:
    """The perplexity of the held-out part of the text."""
    params: Any = text_start(seed)
    given, target = windows(tokens()[1])
    with one_thread():
        if backend == "numpy":
            read_numpy(text_model, params, *windows(tokens()[0]), TEXT, seed)
            return perplexity(text_model(given, params), target)
        params = as_params(params)
        read_torch(text_scores, params, *windows(tokens()[0]), TEXT, seed)
        with torch.no_grad():
            return perplexity(text_scores(dlref.torch, torch.from_numpy(given), params).numpy(), target)


def images_trained(backend: str, seed: int) -> float:
    """The share of held-out digits that are named right."""
    data, params = digits(seed), image_start(seed)
    trains, given = patches_of(data.train_images), patches_of(data.test_images)
    with one_thread():
        if backend == "numpy":
            read_numpy(image_model, params, trains, data.train_labels, IMAGES, seed)
            found = image_model(given, params)
        else:
            tensors = as_params(params)
            read_torch(image_scores, tensors, trains, data.train_labels, IMAGES, seed)
            with torch.no_grad():
                found = image_scores(dlref.torch, torch.from_numpy(given), tensors).numpy()
    return float((found.argmax(axis=1) == data.test_labels).mean())
