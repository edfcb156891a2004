"""The claims of the page mini-batches."""

import numpy as np
import pytest

from dlref.experiments.registry import measure


@pytest.mark.claim("C-batch-unbiased")
def test_equal_batches_of_an_epoch_average_to_the_full_gradient():
    found = measure("C-batch-unbiased")
    assert found["examples"] == 32 * found["batches"]
    assert found["epoch_off"] < 1e-12
    assert found["subsets"] == 56  # 8 choose 3
    assert found["subsets_off"] < 1e-12
    assert found["one_batch_off"] > 0.5  # one batch by itself is far off: the mean is no accident


@pytest.mark.claim("C-batch-unbiased")
def test_a_short_last_batch_must_be_weighted_by_its_size():
    found = measure("C-batch-unbiased")
    assert found["train_images"] % 100 == found["short_size"] < 100
    assert found["weighted_off"] < 1e-12
    assert found["plain_off"] > 0.01
    assert found["dropped_off"] > 0.01


@pytest.mark.claim("C-batch-noise")
@pytest.mark.parametrize("stage", ["start", "later"])
def test_the_variance_of_the_gradient_falls_as_one_over_the_batch(stage):
    found = measure("C-batch-noise")
    assert abs(found[f"{stage}_slope"] + 1) < 0.1
    # Normal noise in one direction would scatter the mean of 300 squares by √(2/300) = 8 %, in several by less.
    # At 256 of 1,438 the plain 1/B is 22 % too much, so that drawing with replacement would be noticed.
    assert found[f"{stage}_measured"] == pytest.approx(found[f"{stage}_predicted"], rel=0.15)
    sizes = np.array(found["sizes"])
    rest = (found["count"] - sizes) / (found["count"] - 1)
    assert found[f"{stage}_predicted"] == pytest.approx(list(found[f"{stage}_sigma2"] / sizes * rest))


@pytest.mark.claim("C-batch-noise")
def test_the_noise_of_a_usual_batch_is_not_small():
    assert measure("C-batch-noise")["noise_at_32"] > 0.5


@pytest.mark.claim("C-batch-memory")
def test_what_is_kept_for_the_backward_pass_grows_with_the_batch():
    found = measure("C-batch-memory")
    # float32: 64 inputs, 32 hidden units and 10 log-probabilities; the label is an int64
    assert found["saved_per_image"] == 4 * (64 + 32 + 10) + 8
    rest = [saved - 432 * size for size, saved in zip(found["sizes"], found["saved"], strict=True)]
    assert rest == [found["saved_anyway"]] * 5
    assert found["saved_anyway"] < 100  # next to nothing
    assert found["params"] == 4 * 2410


@pytest.mark.claim("C-batch-memory")
def test_the_peak_of_a_numpy_step_grows_with_the_batch():
    found = measure("C-batch-memory")
    assert found["peak_misfit"] < 0.02  # on a straight line
    # hidden layer, before and after its activation, and its gradient must exist at once
    assert found["peak_per_image"] > 3 * 4 * 32
    assert found["peak_growth"] > 8  # from 64 images to 1,024: 16, less what does not depend on the batch


@pytest.mark.claim("C-batch-throughput")
@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_larger_batches_use_the_hardware_better_up_to_a_point(backend):
    found = measure("C-batch-throughput")
    assert found["sizes"][0] == 1
    assert found["sizes"][3] == 64
    gain, more = found[f"{backend}_gain"], found[f"{backend}_more"]
    assert 4 < gain < 64 * 1.5  # a step on 64 images cannot be cheaper than a step on one
    assert more < 6  # another 16 times as many would bring a factor of 16, if a step took the same time still


@pytest.mark.claim("C-sum-vs-mean")
def test_a_sum_has_the_gradient_of_the_mean_times_the_batch():
    found = measure("C-sum-vs-mean")
    assert found["ratios"] == pytest.approx(found["sizes"], rel=1e-12)
    assert found["max_deviation"] < 1e-12  # entry by entry, in both backends
    assert found["mean_loss"] == pytest.approx(found["sum_loss"], rel=1e-9)  # a 32nd of the rate: the same path
    assert found["sum_same_rate_loss"] > np.log(10) > 2 * found["mean_loss"]  # worse than knowing nothing


@pytest.mark.claim("C-batch-convergence")
def test_each_batch_size_needs_its_own_learning_rate():
    found = measure("C-batch-convergence")
    rates = found["best_rates"]
    assert rates == sorted(rates)
    assert rates[-1] > 10 * rates[0]
    ignorant = np.log(10)
    assert found["full_at_single_rate"] > 0.9 * ignorant  # hardly begun
    assert found["single_at_full_rate"] > ignorant  # worse than knowing nothing
    # one learning rate for all ranks the sizes either way, as one pleases
    assert found["single_at_low"] < found["middle_at_low"] / 5
    assert found["middle_at_high"] < found["single_at_high"] / 5


@pytest.mark.claim("C-batch-convergence")
def test_small_batches_get_further_in_an_epoch():
    found = measure("C-batch-convergence")
    losses, steps = found["best_losses"], found["steps"]
    assert losses[0] < losses[2] < losses[3] < losses[4]  # 1, 32, 128 and all at once, each at its own best rate
    assert losses[0] < losses[-1] / 5
    assert steps[0] == 1438 * found["epochs"]
    assert steps[-1] == found["epochs"]
    assert found["full_same_steps"] < found["middle_same_steps"] / 2  # by step it is the other way round
    assert found["twin_difference"] < 1e-10  # trained side by side or by the library's own loop
    assert found["twin_progress"] > 0.1
