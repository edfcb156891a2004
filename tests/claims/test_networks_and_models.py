"""The claims of the page networks-and-models."""

import pytest

from dlref.experiments.registry import measure


@pytest.mark.claim("C-architecture-capacity")
def test_the_architecture_fixes_what_a_network_can_represent():
    found = measure("C-architecture-capacity")
    assert found["formula"] == found["in_blueprint"] == found["in_torch"]
    assert found["formula"][0] == 64 * 32 + 32 + 32 * 10 + 10 == 2410
    for width, most in found["most_bends"].items():
        assert most == int(width), "as many kinks as hidden units, and never more"
    assert found["zigzag_error"] < 1e-12
    # One hidden unit puts the images in one order and cuts it into ten stretches at most, which shuffled labels ignore.
    for width in (1, 2):
        assert max(found[f"shuffled_{width}"]) < 0.5
    assert found["shuffled_8_best"] < 0.9
    assert found["shuffled_32_worst"] == 1  # the same images, labels, loss, optimiser and steps
    assert found["true_8_worst"] == 1  # so that the narrow net's failure is not one of the training
    assert found["runs"] >= 3


@pytest.mark.claim("C-same-blueprint")
def test_one_blueprint_with_two_parameter_sets_is_two_models():
    found = measure("C-same-blueprint")
    assert found["pairs"] == 10
    assert found["accuracy_worst"] > 0.93  # each has learnt the digits
    assert found["smallest_logit_gap"] > 1  # and no two are the same function
    assert found["disagree_least"] > 0
    assert found["copy_difference"] == 0
    # Reordered units: other parameters, and the same function, but for the order in which 32 products are added.
    assert found["reordered_params_gap"] > 0.5
    assert found["reordered_difference"] < 64 * 2**-23 * found["largest_logit"]
    assert found["halfway_best"] < found["accuracy_worst"]  # the mean of two sets is not a better model


@pytest.mark.claim("C-portable-parameters")
def test_saved_parameters_give_the_same_predictions_in_the_other_backend():
    found = measure("C-portable-parameters")
    assert found["params_equal"]
    assert found["max_probability_difference"] < 1e-5  # float32: sums of 64 products with logits up to 40
    assert found["max_probability_difference_double"] < 1e-12
    assert found["changed_predictions"] == 0
    for suffix in ("npz", "safetensors"):
        assert 2410 * 4 < found[f"bytes_{suffix}"] < 2410 * 4 + 2000
    # The file does not hold the activation: another one is accepted, and makes another function of it.
    assert found["accuracy_tanh"] < found["accuracy_relu"] - 0.05
    assert found["accuracy_sigmoid"] < found["accuracy_relu"] - 0.05


@pytest.mark.claim("C-frozen-inference")
def test_prediction_changes_no_parameter_and_needs_no_gradient():
    found = measure("C-frozen-inference")
    assert found["numpy_unchanged"]
    assert found["torch_unchanged"]
    assert found["records_graph"]  # without no_grad, prediction records what it does not need
    assert not found["no_grad_records"]
    assert not found["inference_mode_records"]
    assert found["outputs_equal"]
    assert found["kept_bytes"] == found["kept_bytes_expected"] > 0
    assert found["kept_bytes_no_grad"] == 0
    # Batch normalisation in training mode: parameters stay, the running statistics do not.
    assert found["batch_norm_params_unchanged"]
    assert found["state_unchanged_in_evaluation"]
    assert not found["state_unchanged_in_training"]
    # Freezing
    assert found["numpy_frozen_moved"] == 0
    assert found["torch_frozen_equal"]
    assert min(found["numpy_output_moved"], found["torch_output_moved"], found["free_hidden_moved"]) > 1
    assert found["loss_after"] < 0.7 * found["loss_before"]
    assert found["loss_after_free"] < 0.5 * found["loss_after"]  # the price of freezing random features
