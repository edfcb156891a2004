"""The claims of the page learning-process."""

import pytest

from dlref.experiments.registry import measure


@pytest.mark.claim("C-init-ignorant")
def test_an_untrained_network_knows_nothing():
    found = measure("C-init-ignorant")
    # Small random logits add half their variance to ln C, and no more.
    assert found["loss_mean"] == pytest.approx(found["ln_classes"], rel=0.02)
    assert found["ln_classes"] == pytest.approx(2.302585, abs=1e-6)
    # The mean of 20 accuracies scatters by std/√20 around chance; four times that is no coincidence.
    assert abs(found["accuracy_mean"] - found["chance"]) < 4 * found["accuracy_std"] / 20**0.5
    assert found["accuracy_max"] < 0.3
    assert found["loss_std"] < 0.05


@pytest.mark.claim("C-loop-learns")
def test_the_loop_learns_what_it_has_not_seen():
    found = measure("C-loop-learns")
    for network, least in {"mlp": 0.97, "cnn": 0.98}.items():
        for backend in ("numpy", "torch"):
            assert found[f"{network}_{backend}_mean"] >= least, (network, backend)
            # A single run is judged by 359 images, where two points are two standard deviations of chance and split.
            assert found[f"{network}_{backend}_worst"] >= least - 0.02, (network, backend)
    assert found["mlp_validation_mean"] >= 0.97


@pytest.mark.claim("C-loss-measures-gap")
def test_cross_entropy_measures_the_distance_between_distributions():
    found = measure("C-loss-measures-gap")
    assert found["identity_deviation"] < 1e-12
    assert found["excess_at_equality"] < 1e-12
    assert found["smallest_excess"] > 0
    assert found["smallest_excess_near"] > 1e-9  # also one per cent beside the truth it is larger
    assert found["pinsker_ratio"] >= 1  # Pinsker: KL ≥ ½ (Σ |p − q|)²
    assert found["descent_start_gap"] > 0.01
    assert found["descent_end_gap"] < 1e-9


@pytest.mark.claim("C-step-not-gradient")
def test_step_computes_no_gradient():
    found = measure("C-step-not-gradient")
    assert found["moved_without_backward"] == 0
    assert found["moved_after_zero_grad"] == 0
    assert found["moved_after_backward"] > 1e-4
    assert found["repeat_difference"] < 1e-15  # two subtractions of one number differ by rounding only
    assert found["stale_against_fresh"] > 1e-4  # although the true gradient has changed
    assert found["twice_backward_ratio"] == pytest.approx(2, abs=1e-12)
    assert found["twice_backward_difference"] < 1e-15
    assert found["numpy_moved"] > 1e-4
    assert found["numpy_repeat_difference"] < 1e-15


@pytest.mark.claim("C-numpy-equals-torch")
def test_numpy_and_torch_take_the_same_path():
    found = measure("C-numpy-equals-torch")
    assert found["steps"] == 100
    assert found["max_difference"] < 1e-10
    assert found["max_difference"] == max(found["dlref_torch_difference"], found["nn_difference"])
    assert found["distance_travelled"] > 0.1
