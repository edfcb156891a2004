"""The claims of the page deep-learning-and-neural-networks."""

from itertools import pairwise

import pytest

from dlref.experiments.registry import measure


@pytest.mark.claim("C-depth-composition")
def test_layers_express_what_one_layer_of_equal_size_cannot():
    found = measure("C-depth-composition")
    assert found["parameters_deep"] == found["parameters_shallow"] == [6 * k + 1 for k in found["folds"]]
    assert found["pieces_deep"] == [2**k for k in found["folds"]]
    assert found["error_deep"] < 1e-12
    # A shallow network of 2 k units has 2 k + 1 pieces: enough for 2ᵏ of them up to k = 2, and ever less so after that.
    least = found["least_error"]
    assert max(least[:2]) < 1e-9
    assert all(before + 0.1 < after for before, after in pairwise(least[1:]))
    assert found["fitted_least_error"] > 0.5
    # What no function with so few pieces can do, training cannot do either, and nowhere does it come closer than 1/2.
    assert found["trained_shallow"] >= found["fitted_least_error"]
    assert found["trained_shallow_largest"] >= 0.5
    # That a deep or a wide network can does not mean that it learns to, even if it is no constant from the start.
    assert found["trained_deep"] > 0.5
    assert found["trained_wide"] > 0.5
    assert 0 < found["deep_constant"] < 0.8  # so that there are as many others as are trained


@pytest.mark.claim("C-depth-features")
def test_later_layers_hold_what_is_asked_for():
    found = measure("C-depth-features")
    same, left, untrained = (found[name]["mean"] for name in ("same", "left", "untrained"))
    # 2,000 pairs and five seeds: chance has a standard deviation of 0.5 points, and the pixels' probe is no better.
    assert abs(same[0] - 0.5) < 0.02
    assert same[1] > same[0] + 0.1
    assert same[2] > same[1] + 0.05
    assert same[-1] > same[2] - 0.02  # and then it stays
    assert same[-1] > 0.85
    assert found["runs_that_rise"] == found["seeds"]
    assert left[0] > 0.9
    assert left[-1] < left[0] - 0.3
    assert max(untrained) < same[1]


@pytest.mark.claim("C-shallow-enough")
def test_one_hidden_layer_does_what_four_do():
    found = measure("C-shallow-enough")
    mean = dict(zip(found["hidden_layers"], found["mean"], strict=True))
    # Two points, and three standard errors below them: four layers would have to be clearly better to break this.
    assert found["gain"] + 3 * found["gain_error"] < 2
    assert mean[1] > 0.965
    assert max(mean.values()) - mean[1] < 0.01
    assert mean[0] > 0.93


@pytest.mark.claim("C-depth-not-free")
def test_layers_alone_do_not_help():
    found = measure("C-depth-not-free")
    guessing = found["ln_classes"]
    for stuck in ("sigmoid", "relu"):
        assert found[stuck]["lowest"] > guessing - 0.01, stuck  # at every learning rate and seed
        assert found[stuck]["first_gradient"] < 1e-3, stuck
    assert found["shallow_sigmoid"]["loss"] < 0.5
    assert found["relu_he"]["loss"] < guessing / 2
    assert found["relu_he_shortcut"]["loss"] < found["relu_he"]["loss"] / 2
    assert found["relu_he_shortcut"]["loss"] < 0.3
    assert found["shallow_relu"]["loss"] < found["relu_he_shortcut"]["loss"]  # the repairs catch up, no more
    # Ten slopes of at most 1/4, and nine weight matrices that shorten to about 1/√3.
    assert found["sigmoid"]["first_gradient"] < 0.25**10 * 3**-4.5 * 10
