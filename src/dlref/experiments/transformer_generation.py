"""A decoder that reads its own output, and sequences of lengths that no training had. The page transformer."""

import numpy as np

import dlref.numpy
from dlref.experiments.registry import Result, claim
from dlref.experiments.training import Array
from dlref.experiments.transformer_tasks import HEADS, LENGTH, TOKENS, Params, held_out, trained_numpy

SEEDS = range(5)
HALF = 100  # steps after which sorting is half learnt; chosen on seed 100
OTHER_LENGTHS = (6, 9, 11, 12, 13, 15, 18)


def written(source: Array, params: Params, length: int = LENGTH) -> Array:
    """Greedy decoding: the token with the largest score is appended, and read in the next pass; (N, length)."""
    so_far = np.full((len(source), 1), TOKENS)
    for _ in range(length):
        logits = dlref.numpy.transformer(source, so_far, params, HEADS, norm_first=True)
        so_far = np.concatenate([so_far, logits[:, -1:].argmax(axis=-1)], axis=1)
    return so_far[:, 1:]


@claim("C-transformer-own-output")
def own_output() -> Result:
    """Sorting, half learnt: sequences and digits that are right with the true beginning given, and with its own."""
    result: dict[str, list[float]] = {}
    source, so_far, target = held_out("sort")
    for seed in SEEDS:
        params, _ = trained_numpy("sort", seed, steps=HALF)
        given = dlref.numpy.transformer(source, so_far, params, HEADS, norm_first=True).argmax(axis=-1)
        for name, found in (("given", given), ("own", written(source, params))):
            right = found == target
            result.setdefault(f"{name}_sequences", []).append(float(right.all(axis=1).mean()))
            result.setdefault(f"{name}_wrong_digits", []).append(float(1 - right.mean()))
    means = {f"{name}_mean": float(np.mean(shares)) for name, shares in result.items()}
    return {**result, **means, "steps": HALF}


@claim("C-transformer-lengths")
def lengths() -> Result:
    """Reversing, learnt at length 12, at other lengths: shares of sequences written without a fault, by seed."""
    shares, held_out_shares = [], []
    for seed in SEEDS:
        params, faultless = trained_numpy("reverse", seed)
        held_out_shares.append(faultless)
        rng = np.random.default_rng(2**17)
        sources = [rng.integers(0, TOKENS, (200, length)) for length in OTHER_LENGTHS]
        found = [written(x, params, x.shape[1]) == x[:, ::-1] for x in sources]
        shares.append([float(right.all(axis=1).mean()) for right in found])
    known = OTHER_LENGTHS.index(LENGTH)
    table = np.array(shares)
    return {
        "lengths": list(OTHER_LENGTHS),
        "shares": shares,
        "held_out": held_out_shares,  # with the true beginning given
        "trained_worst": float(table[:, known].min()),
        "other_best": float(np.delete(table, known, axis=1).max()),
    }
