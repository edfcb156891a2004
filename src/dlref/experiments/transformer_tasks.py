"""Sequences of 12 digits to write backwards and to sort: a Transformer of one layer beside recurrent networks.

The target is judged with the right beginning given at every place. Where the largest score is right at all places, the
same digits come out when the network reads its own output, so that this is the share of sequences written faultlessly.
All networks see the same batches; the recurrent ones read source, a mark, and the target so far. Recipes were chosen on
seeds 100 to 104.
"""

from types import ModuleType
from typing import Any

import numpy as np
import torch

import dlref.numpy
import dlref.torch
from dlref.blueprints import recurrent_language_model_shapes, transformer_shapes
from dlref.experiments.training import Array
from dlref.experiments.training_torch import as_params, one_thread
from dlref.numpy.autograd import composed
from dlref.numpy.models import initial_params
from dlref.numpy.optim import Adam, CosineAnnealingLR, clip_grad_norm_
from dlref.torch import optim as torch_optim

LENGTH, TOKENS, FEATURES, HEADS, BATCH_SIZE, MAX_NORM = 12, 10, 32, 4, 32, 1.0
STEPS = {"reverse": 350, "sort": 700}
RATES = {"transformer": 0.01, "rnn": 0.003, "lstm": 0.01}
HIDDEN = {"rnn": 128, "lstm": 60}  # about as many parameters as the Transformer has, or more
Params = dict[str, Array]


def start(seed: int) -> Params:
    """Parameters of the Transformer; embeddings are drawn so that, times √d, their entries have variance 1."""
    rng = np.random.default_rng(seed)
    shapes = transformer_shapes(TOKENS, TOKENS + 1, FEATURES, layers=1, feedforward=2 * FEATURES)
    params = initial_params(shapes, generator=rng)
    for name in ("src_embedding.weight", "tgt_embedding.weight"):
        params[name] = (rng.normal(size=params[name].shape) / np.sqrt(FEATURES)).astype(np.float32)
    return params


def start_recurrent(cell: str, seed: int) -> Params:
    shapes = recurrent_language_model_shapes(TOKENS + 1, FEATURES, HIDDEN[cell], cell=cell)
    return initial_params(shapes, generator=np.random.default_rng(seed))


def sequences(task: str, count: int, rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """Sources (count, 12), targets so far, which begin with a mark, and targets (count, 12)."""
    source = rng.integers(0, TOKENS, (count, LENGTH))
    target = np.ascontiguousarray(source[:, ::-1]) if task == "reverse" else np.sort(source, axis=1)
    return source, np.concatenate([np.full((count, 1), TOKENS), target[:, :-1]], axis=1), target


def held_out(task: str) -> tuple[Array, Array, Array]:
    """500 sequences; that one of 10¹² possible ones was trained on is next to impossible."""
    return sequences(task, 500, np.random.default_rng(2**16))


def scores(ops: ModuleType, network: str, source: Any, so_far: Any, params: Any) -> Any:
    """Scores (N, 10 or 11, 12) of the next token, as the loss wants them."""
    if network == "transformer":
        return ops.transformer(source, so_far, params, HEADS, norm_first=True).transpose(1, 2)
    text = np.concatenate if ops is dlref.numpy else torch.cat
    logits, _ = ops.recurrent_language_model(text([source, so_far], 1), params, cell=network)
    return logits[:, LENGTH:].transpose(1, 2)


@composed
def numpy_loss(source: Array, params: Params, so_far: Array, target: Array) -> Array:
    """Mean cross-entropy on the tape of NumPy."""
    logits = scores(dlref.numpy, "transformer", source, so_far, params)
    loss: Array = dlref.numpy.cross_entropy(logits, target)
    return loss


def trained_numpy(task: str, seed: int, *, steps: int | None = None) -> tuple[Params, float]:
    """The Transformer's trained parameters, and the share of held-out sequences that it writes faultlessly."""
    params, rng = start(seed), np.random.default_rng(seed)
    steps = steps or STEPS[task]
    optimizer = Adam(params, lr=RATES["transformer"])
    schedule = CosineAnnealingLR(optimizer, T_max=steps)
    for _ in range(steps):
        source, so_far, target = sequences(task, BATCH_SIZE, rng)
        grads = numpy_loss.vjp(source, params, so_far, target)[1](1.0)[1]
        clip_grad_norm_(grads, MAX_NORM)
        optimizer.step(grads)
        schedule.step()
    source, so_far, target = held_out(task)
    logits = dlref.numpy.transformer(source, so_far, params, HEADS, norm_first=True)
    return params, float((logits.argmax(axis=-1) == target).all(axis=1).mean())


def trained_torch(task: str, seed: int, network: str = "transformer") -> float:
    """The share of held-out sequences that a network writes faultlessly."""
    rng = np.random.default_rng(seed)
    params = as_params(start(seed) if network == "transformer" else start_recurrent(network, seed))
    optimizer = torch_optim.Adam(params.values(), lr=RATES[network])
    schedule = torch_optim.CosineAnnealingLR(optimizer, T_max=STEPS[task])
    with one_thread():
        for _ in range(STEPS[task]):
            source, so_far, target = map(torch.from_numpy, sequences(task, BATCH_SIZE, rng))
            loss = dlref.torch.cross_entropy(scores(dlref.torch, network, source, so_far, params), target)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(params.values(), MAX_NORM)
            optimizer.step()
            schedule.step()
        source, so_far, target = map(torch.from_numpy, held_out(task))
        with torch.no_grad():
            found = scores(dlref.torch, network, source, so_far, params).argmax(dim=1)
    return float((found == target).all(dim=1).double().mean())
