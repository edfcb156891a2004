"""A character language model on the first chapter of Alice, in both backends. The page lstm.

The first nine tenths of the text train, the last tenth judges. Perplexity is e to the mean cross-entropy of a
character: 20 means as unsure as between 20 equally likely ones. The recipe was chosen on seeds 100 and up.
"""

from functools import cache

import numpy as np
import torch

from dlref.blueprints import recurrent_language_model_shapes
from dlref.data import load_alice
from dlref.experiments.registry import Result, claim, experiment
from dlref.experiments.training import Array
from dlref.experiments.training_torch import as_params, one_thread
from dlref.numpy.autograd import composed
from dlref.numpy.losses import cross_entropy
from dlref.numpy.models import initial_params, recurrent_language_model
from dlref.numpy.optim import Adam, CosineAnnealingLR
from dlref.numpy.training import fit
from dlref.torch import losses as torch_losses
from dlref.torch import models as torch_models
from dlref.torch import optim as torch_optim
from dlref.torch import training as torch_training

SEEDS = range(5)
FEATURES, UNITS, WINDOW, EPOCHS, BATCH_SIZE, LR, MAX_NORM = 16, 64, 48, 8, 8, 0.01, 1.0
Params = dict[str, Array]


@cache
def tokens() -> tuple[Array, Array, str]:
    """The two parts of the text as numbers, and the characters that they stand for."""
    text = load_alice()
    characters = "".join(sorted(set(text)))
    numbers = np.array([characters.index(character) for character in text])
    cut = len(numbers) * 9 // 10
    return numbers[:cut], numbers[cut:], characters


def windows() -> tuple[Array, Array]:
    """Stretches of the training part (N, 48), each beginning in the middle of the one before, and what comes next."""
    train, _, _ = tokens()
    places = np.arange(0, len(train) - WINDOW - 1, WINDOW // 2)[:, None] + np.arange(WINDOW + 1)
    return train[places[:, :-1]], train[places[:, 1:]]


def start(seed: int) -> Params:
    shapes = recurrent_language_model_shapes(len(tokens()[2]), FEATURES, UNITS)
    return initial_params(shapes, generator=np.random.default_rng(seed))


@composed
def model(text: Array, params: Params) -> Array:
    """Tokens (N, T) to scores of the next one (N, V, T), as the loss wants them."""
    logits, _ = recurrent_language_model(text, params)
    scores: Array = logits.transpose(1, 2)
    return scores


def trained_numpy(seed: int) -> float:
    """The perplexity of the held-out part."""
    params, (inputs, targets) = start(seed), windows()
    optimizer = Adam(params, lr=LR)
    schedule = CosineAnnealingLR(optimizer, T_max=EPOCHS * -(-len(inputs) // BATCH_SIZE))
    fit(
        model,
        params,
        optimizer,
        cross_entropy,
        inputs,
        targets,
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        seed=seed,
        schedule=schedule,
        max_norm=MAX_NORM,
    )
    held_out = tokens()[1][None]
    return float(np.exp(cross_entropy(model(held_out[:, :-1], params), held_out[:, 1:])))


def trained_torch(seed: int) -> float:
    """The perplexity of the held-out part."""
    params, (inputs, targets) = as_params(start(seed)), (torch.from_numpy(array) for array in windows())
    optimizer = torch_optim.Adam(params.values(), lr=LR)
    schedule = torch_optim.CosineAnnealingLR(optimizer, T_max=EPOCHS * -(-len(inputs) // BATCH_SIZE))

    def read(text: torch.Tensor, params: dict[str, torch.Tensor]) -> torch.Tensor:
        return torch_models.recurrent_language_model(text, params)[0].transpose(1, 2)

    with one_thread():
        torch_training.fit(
            read,
            params,
            optimizer,
            torch_losses.cross_entropy,
            inputs,
            targets,
            epochs=EPOCHS,
            batch_size=BATCH_SIZE,
            seed=seed,
            schedule=schedule,
            max_norm=MAX_NORM,
        )
        held_out = torch.from_numpy(tokens()[1])[None]
        with torch.no_grad():
            return float(torch_losses.cross_entropy(read(held_out[:, :-1], params), held_out[:, 1:]).exp())


def counted() -> tuple[float, float]:
    """The held-out perplexity of counting single characters and of counting pairs, each smoothed."""
    train, held_out, characters = tokens()
    size = len(characters)
    alone = (np.bincount(train, minlength=size) + 1) / (len(train) + size)
    pairs = np.zeros((size, size))
    np.add.at(pairs, (train[:-1], train[1:]), 1)
    after = (pairs + 3 * alone) / (pairs + 3 * alone).sum(axis=1, keepdims=True)  # three made-up pairs of each first
    before, now = held_out[:-1], held_out[1:]
    return _perplexity(alone[now]), _perplexity(after[before, now])


def _perplexity(chances: Array) -> float:
    return float(np.exp(-np.log(chances).mean()))


@experiment
def text_numpy() -> Result:
    """Held-out perplexities, NumPy."""
    return {"perplexities": [trained_numpy(seed) for seed in SEEDS]}


@experiment
def text_torch() -> Result:
    """Held-out perplexities, PyTorch."""
    return {"perplexities": [trained_torch(seed) for seed in SEEDS]}


@claim("C-lstm-text")
def text() -> Result:
    """Perplexities of counting and of the network."""
    alone, pairs = counted()
    result: Result = {"alone": alone, "pairs": pairs, "characters": len(tokens()[2]), "seeds": len(SEEDS)}
    result["params"] = sum(param.size for param in start(0).values())
    for backend, found in (("numpy", text_numpy()["perplexities"]), ("torch", text_torch()["perplexities"])):
        result[f"{backend}_mean"] = float(np.mean(found))
        result[f"{backend}_worst"] = max(found)
        result[f"factor_{backend}"] = alone / max(found)
    return result
