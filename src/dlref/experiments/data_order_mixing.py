"""How well a batch represents the whole set: counts of classes in sorted, shuffled and stratified batches."""

import numpy as np

from dlref.data import load_digits
from dlref.experiments.data_order_training import BATCH_SIZE, CLASSES, PER_CLASS, by_class, spread_evenly
from dlref.experiments.registry import Result, claim, experiment
from dlref.experiments.training import Array

SHUFFLES = 200


def counts(labels: Array, order: Array) -> Array:
    """Images of each class in each full batch: (batches, classes)."""
    batches = labels[order][: len(order) // BATCH_SIZE * BATCH_SIZE].reshape(-1, BATCH_SIZE)
    found: Array = (batches[:, :, None] == np.arange(CLASSES)).sum(axis=1)
    return found


def chi_squared(found: Array, shares: Array) -> Array:
    """How far the counts of each batch lie from the shares of the whole set: (batches,)."""
    expected = BATCH_SIZE * shares
    distance: Array = ((found - expected) ** 2 / expected).sum(axis=1)
    return distance


@claim("C-shuffle-mixes")
def shuffle_mixes() -> Result:
    """Chi-squared of batches of 20, on 100 digits a class and on all 1,797, whose classes are of unequal size."""
    labels = np.repeat(np.arange(CLASSES), PER_CLASS)
    shares = np.full(CLASSES, 1 / CLASSES)
    rng = np.random.default_rng(0)
    shuffled = np.concatenate([counts(labels, rng.permutation(len(labels))) for _ in range(SHUFFLES)])
    stratified = np.concatenate([counts(labels, spread_evenly(labels, rng)) for _ in range(SHUFFLES)])
    _, real = load_digits()
    real_shares = np.bincount(real) / len(real)
    even = np.concatenate([counts(real, spread_evenly(real, rng)) for _ in range(SHUFFLES)])
    mixed = np.concatenate([counts(real, rng.permutation(len(real))) for _ in range(SHUFFLES)])
    return {
        "batch_size": BATCH_SIZE,
        "n": len(labels),
        "batches": len(shuffled),
        "expected_chi2": (CLASSES - 1) * (len(labels) - BATCH_SIZE) / (len(labels) - 1),
        "shuffled_chi2": float(chi_squared(shuffled, shares).mean()),
        "sorted_chi2": float(chi_squared(counts(labels, by_class(labels)), shares).mean()),
        "stratified_chi2": float(chi_squared(stratified, shares).max()),
        "shuffled_count": float(shuffled[:, 0].mean()),
        "shuffled_std": float(shuffled.std()),
        "missing": float((shuffled == 0).sum(axis=1).mean()),
        "real_shuffled_chi2": float(chi_squared(mixed, real_shares).mean()),
        "real_stratified_chi2": float(chi_squared(even, real_shares).mean()),
        "real_stratified_off": float(np.abs(even - BATCH_SIZE * real_shares).max()),
        "real_stratified_missing": int((even == 0).sum()),
    }


@experiment
def batches() -> Result:
    """Counts of classes in the first 12 of 50 batches, in three orders."""
    labels = np.repeat(np.arange(CLASSES), PER_CLASS)
    rng = np.random.default_rng(0)
    orders = {
        "sorted": by_class(labels),
        "shuffled": rng.permutation(len(labels)),
        "stratified": spread_evenly(labels, rng),
    }
    return {name: counts(labels, order)[:12].tolist() for name, order in orders.items()}
