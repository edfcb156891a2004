"""Data sets, splits, batches, scaling."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlref.data import load_diabetes_column, load_digits, minibatches, standardize, stratified_split

BOUNDED = settings(derandomize=True, max_examples=60, deadline=None, database=None)


@pytest.mark.covers("dlref.data.load_digits")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_digits_are_scaled_images_with_integer_labels(dtype):
    images, labels = load_digits(dtype)
    assert images.shape == (1797, 8, 8)
    assert images.dtype == dtype
    assert (images.min(), images.max()) == (0, 1)
    assert labels.dtype == np.int64
    assert set(labels) == set(range(10))


@pytest.mark.covers("dlref.data.load_diabetes_column")
def test_diabetes_column_is_in_its_own_unit():
    bmi, target = load_diabetes_column("bmi")
    assert bmi.shape == target.shape == (442,)
    assert bmi.dtype == target.dtype == np.float64
    assert 15 < bmi.min() < bmi.max() < 45
    with pytest.raises(ValueError, match=r"name must be one of age, sex, bmi, .*; got 'weight'"):
        load_diabetes_column("weight")


@pytest.mark.covers("dlref.data.stratified_split")
@BOUNDED
@given(
    counts=st.lists(st.integers(1, 40), min_size=1, max_size=6),
    fraction=st.floats(0.05, 0.95),
    seed=st.integers(0, 1000),
)
def test_stratified_split_keeps_the_share_of_each_class(counts, fraction, seed):
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.repeat(np.arange(len(counts)), counts))
    train, test = stratified_split(labels, fraction, rng)
    assert sorted([*train, *test]) == list(range(len(labels)))
    for label, count in enumerate(counts):
        assert abs((labels[test] == label).sum() - fraction * count) <= 0.5


@pytest.mark.covers("dlref.data.stratified_split")
def test_stratified_split_is_random_but_decided_by_its_generator():
    labels = np.repeat(np.arange(10), 20)
    splits = [stratified_split(labels, 0.2, np.random.default_rng(seed))[1] for seed in (0, 0, 1)]
    np.testing.assert_array_equal(splits[0], splits[1])
    assert not np.array_equal(splits[0], splits[2])


@pytest.mark.covers("dlref.data.stratified_split")
@pytest.mark.parametrize(
    ("labels", "fraction", "message"),
    [
        (np.zeros((2, 2), int), 0.2, r"labels must be \(N,\); got \(2, 2\)"),
        (np.zeros(4, int), 0.0, r"test_fraction must be in \(0, 1\); got 0.0"),
        (np.zeros(4, int), 1.0, r"test_fraction must be in \(0, 1\); got 1.0"),
    ],
)
def test_stratified_split_refuses(labels, fraction, message):
    with pytest.raises(ValueError, match=message):
        stratified_split(labels, fraction, np.random.default_rng(0))


@pytest.mark.covers("dlref.data.minibatches")
@BOUNDED
@given(count=st.integers(0, 50), batch_size=st.integers(1, 60), seed=st.integers(0, 1000))
def test_minibatches_feed_each_example_once(count, batch_size, seed):
    batches = list(minibatches(count, batch_size, np.random.default_rng(seed)))
    assert sorted(index for batch in batches for index in batch) == list(range(count))
    assert len(batches) == -(-count // batch_size)
    assert all(len(batch) == batch_size for batch in batches[:-1])


@pytest.mark.covers("dlref.data.minibatches")
def test_minibatches_are_shuffled_anew_by_the_same_generator():
    rng = np.random.default_rng(0)
    first, second = (np.concatenate(list(minibatches(100, 8, rng))) for _ in range(2))
    assert not np.array_equal(first, np.arange(100))
    assert not np.array_equal(first, second)
    with pytest.raises(ValueError, match="batch_size must be at least 1; got 0"):
        minibatches(10, 0, rng)


@pytest.mark.covers("dlref.data.standardize")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_standardize_measures_the_training_part_alone(dtype):
    rng = np.random.default_rng(0)
    train, test = rng.normal(5, 3, (50, 4)).astype(dtype), rng.normal(5, 3, (20, 4)).astype(dtype)
    train[:, 3] = 7  # does not vary
    kept = train.copy()
    scaled, scaled_test = standardize(train, test)
    assert scaled.dtype == scaled_test.dtype == dtype
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(scaled.std(axis=0), [1, 1, 1, 0], atol=1e-5)
    np.testing.assert_allclose(
        scaled_test[:, :3], ((test - train.mean(axis=0)) / train.std(axis=0).clip(1e-9))[:, :3], rtol=1e-4, atol=1e-5
    )
    np.testing.assert_array_equal(train, kept)


@pytest.mark.covers("dlref.data.standardize")
def test_standardizing_scales_what_varies_little_too():
    (train,) = standardize(np.array([[0.0, 1.0], [1e-3, 1.0]]))
    np.testing.assert_allclose(train, [[-1, 0], [1, 0]])
