"""The claims of the page data-splits."""

import numpy as np
import pytest

from dlref.experiments.registry import measure


@pytest.mark.claim("C-training-flatters")
def test_training_accuracy_overstates_accuracy_on_new_images():
    found = measure("C-training-flatters")
    train, new = np.array(found["train"]), np.array(found["new"])
    assert train.shape == new.shape == (len(found["sizes"]), 5)
    assert found["smallest_gap_points"] > 2  # in every one of the 20 runs, not only on average
    assert train.min() == 1  # training accuracy says the same at every size, accuracy on new images does not
    assert (np.diff(found["mean_new"]) > 0).all()
    assert np.ptp(found["mean_new"]) > 0.08


@pytest.mark.claim("C-choosing-flatters")
def test_the_best_by_test_accuracy_is_overstated_and_the_best_by_validation_tested_once_is_not():
    found = measure("C-choosing-flatters")
    assert len(found["flattery"]) == 5
    assert min(found["flattery"]) > 0.02
    assert found["flattered_splits"] > 0.8
    # the validation accuracy of the chosen one is flattered as well: only the part that chose nothing is honest
    assert found["validation_flattery"] == pytest.approx(found["mean_flattery"], abs=0.005)
    # splits of one seed share their networks, but given these are independent: four standard errors
    assert abs(found["honest_difference"]) < 4 * found["honest_error"] < 0.005
    curves = found["curves"]
    gaps = np.subtract(curves["by_test_test"], curves["by_test_new"])
    assert (np.diff(gaps) > 0).all()  # the more candidates, the more flattery
    # a single candidate is no choice: its test accuracy is honest
    assert abs(gaps[0]) < 4 * found["honest_error"] * 2
    # the search itself helps: new images profit, only by less than the report says
    assert curves["by_validation_new"][-1] > curves["by_validation_new"][0] + 0.05
