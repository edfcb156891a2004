"""Metrics against scikit-learn's."""

import numpy as np
import pytest
import torch
from sklearn import metrics

import dlref.numpy
import dlref.torch

RNG = np.random.default_rng(0)
TARGET, GUESSED = RNG.integers(0, 4, 60), RNG.integers(0, 4, 60)
GUESSED[::2] = TARGET[::2]


def covers(name: str):
    return pytest.mark.covers(f"dlref.numpy.{name}", f"dlref.torch.{name}")


def both(name: str, *arrays, **options):
    tensors = [torch.from_numpy(a) if isinstance(a, np.ndarray) else a for a in arrays]
    return getattr(dlref.numpy, name)(*arrays, **options), getattr(dlref.torch, name)(*tensors, **options)


@covers("accuracy")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_accuracy_is_scikit_learns(dtype):
    logits = RNG.normal(size=(60, 4)).astype(dtype)
    expected = metrics.accuracy_score(TARGET, logits.argmax(1))
    assert both("accuracy", logits, TARGET) == (expected, expected)
    many = np.eye(3, dtype=dtype)[np.zeros(9, int)]
    third = np.repeat([0, 1, 2], 3)
    assert both("accuracy", many, third) == (1 / 3, 1 / 3)  # a float of full precision, whatever the dtype


@covers("confusion_matrix")
def test_confusion_matrix_has_right_classes_as_rows_and_predicted_ones_as_columns():
    expected = metrics.confusion_matrix(TARGET, GUESSED)
    for found in both("confusion_matrix", GUESSED, TARGET, 4):
        np.testing.assert_array_equal(np.asarray(found), expected)
    for found in both("confusion_matrix", GUESSED, TARGET, 6):
        assert tuple(found.shape) == (6, 6)
        assert found.sum() == 60
    for found in both("confusion_matrix", np.zeros(0, int), np.zeros(0, int), 2):
        assert found.tolist() == [[0, 0], [0, 0]]


@covers("precision_recall_f1")
def test_precision_recall_and_f1_are_scikit_learns():
    once = np.array([0, 0, 1]), np.array([0, 1, 1])  # a class that is there once, one that is called once
    for guessed, target in ((GUESSED, TARGET), once):
        expected = metrics.precision_recall_fscore_support(target, guessed, labels=range(5), zero_division=0)[:3]
        for found in both("precision_recall_f1", guessed, target, 5):
            for one, judged in zip(found, expected, strict=True):
                assert np.asarray(one).dtype == np.float64
                np.testing.assert_allclose(np.asarray(one), judged, rtol=1e-12)


@covers("mmd")
def test_mmd_is_zero_for_equal_samples_and_tells_different_ones_apart():
    x, y = RNG.normal(size=(200, 2)), RNG.normal(size=(200, 2))
    for same, near, far in zip(both("mmd", x, x, 1.0), both("mmd", x, y, 1.0), both("mmd", x, y + 2, 1.0), strict=True):
        assert abs(float(same)) < 1e-12
        assert 0 < float(near) < 0.02 < 0.3 < float(far)
