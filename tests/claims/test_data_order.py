"""The claims of the page data-order."""

import numpy as np
import pytest

from dlref.experiments.data_order_training import gradients, parts, start
from dlref.experiments.registry import measure
from dlref.numpy.losses import cross_entropy
from dlref.numpy.models import mlp


def test_the_gradients_written_out_are_those_of_the_operations():
    fed, _, _ = parts(0)
    names = ("layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias")
    params = start(0)
    images, labels = fed.images[:20], fed.labels[:20]
    logits, model_pullback = mlp.vjp(images, dict(zip(names, params, strict=True)))
    _, loss_pullback = cross_entropy.vjp(logits, labels)
    _, expected = model_pullback(loss_pullback(1.0)[0])
    for name, found in zip(names, gradients(params, images, labels), strict=True):
        np.testing.assert_allclose(found, expected[name], rtol=1e-9, atol=1e-12)


@pytest.mark.claim("C-sorted-hurts")
def test_classes_fed_one_after_another_are_forgotten():
    found = measure("C-sorted-hurts")
    # Each class is learnt while it is fed, and hardly anything is left of it when the next one has been fed.
    assert found["zero_learnt"] > 0.95
    assert found["zero_left"] < 0.05
    assert found["learnt"] > 0.95
    assert found["left"] < 0.1  # someone who guesses has 0.1
    assert found["one_pass"] < 0.15  # only the last of ten classes is left
    assert found["one_pass_shuffled"] > 0.6
    # The same number of steps on the same images, reshuffled, learns; sorted, every single seed stays far behind.
    assert found["shuffled_mean"] > 0.94
    assert found["smallest_gap"] > 10
    # Not one of the first half is named any more; told that it is one of five (a guess has 0.2), most are still known.
    assert found["half_before"] > 0.95
    assert found["half_after_most"] < 0.1
    assert found["half_among_least"] > 0.8


@pytest.mark.claim("C-shuffle-generalises")
def test_reshuffling_generalises_better_than_a_sorted_order():
    found = measure("C-shuffle-generalises")
    # Each order has its own best learning rate: it is not the rate that makes the difference. Every seed agrees.
    assert found["over_sorted_smallest"] > 5
    assert found["over_sorted"] > 10 * found["over_sorted_error"]
    assert found["over_sorted_same_rate"] > 10 * found["over_sorted_same_rate_error"]
    # It is the images that were fed which sorted training fits badly; the step from seen to unseen is small.
    assert found["sorted_train"] < found["reshuffled_train"] - 0.1
    assert abs(found["sorted_train"] - found["sorted_test"]) < 0.05
    # One fixed shuffle does nearly as well: within two points, where sorting costs more than ten.
    assert abs(found["over_once"]) < 2
    assert abs(found["over_once_same_rate"]) < 1
    # With small steps a whole epoch acts like one, and the order does not matter.
    assert found["sorted_smallest_lr"] == pytest.approx(found["reshuffled_smallest_lr"], abs=0.02)


@pytest.mark.claim("C-order-sensitive-solution")
def test_sorted_training_ends_where_the_order_leads():
    found = measure("C-order-sensitive-solution")
    # The nearest pair of sorted ends lies farther apart than the farthest pair of shuffled ones, for both step sizes.
    for suffix in ("", "_small"):
        assert found[f"sorted_distance_least{suffix}"] > 4 * found[f"shuffled_distance_most{suffix}"]
        assert found[f"sorted_differ_least{suffix}"] > 2 * found[f"shuffled_differ_most{suffix}"]
    assert found["sorted_distance"] > 0.5  # of the way that the runs have gone
    assert found["shuffled_distance"] < 0.2
    assert found["shuffled_distance_least"] > 0  # two shuffles end in two places too
    assert found["sorted_distance_small"] < found["sorted_distance"] / 4  # small steps make the order matter less


@pytest.mark.claim("C-shuffle-mixes")
def test_a_shuffled_batch_holds_what_chance_gives_and_a_stratified_one_the_exact_shares():
    found = measure("C-shuffle-mixes")
    size, n = found["batch_size"], found["n"]
    # Counts drawn without replacement: mean B π, variance B π (1 − π) (N − B) / (N − 1), summed to chi-squared.
    assert found["expected_chi2"] == pytest.approx(9 * (n - size) / (n - 1))
    error = (2 * 9 / found["batches"]) ** 0.5  # chi-squared with 9 degrees of freedom has variance 18
    assert abs(found["shuffled_chi2"] - found["expected_chi2"]) < 4 * error
    assert abs(found["real_shuffled_chi2"] - 9 * (1797 - size) / 1796) < 4 * error
    assert found["shuffled_count"] == pytest.approx(size / 10, abs=0.05)
    assert found["shuffled_std"] == pytest.approx((size * 0.09 * (n - size) / (n - 1)) ** 0.5, rel=0.02)
    # 10 classes, each missing with probability (900 over 20) / (1000 over 20)
    missing = 10 * np.prod((900 - np.arange(size)) / (1000 - np.arange(size)))
    assert found["missing"] == pytest.approx(missing, abs=0.05)
    # All twenty of one class: (20 − 2)² / 2 + 9 · 2² / 2
    assert found["sorted_chi2"] == 180
    assert found["stratified_chi2"] == 0
    # Where classes are of unequal size, exact shares are no whole numbers; the counts stay within 1½ images of them.
    assert found["real_stratified_off"] < 1.5
    assert found["real_stratified_missing"] == 0
