"""The other data sets, and the tasks made by rule."""

import numpy as np
import pytest

from dlref.data import (
    adding_problem,
    gaussian_ring,
    load_alice,
    load_breast_cancer,
    place_on_canvas,
    shift_images,
)


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.covers("dlref.data.load_breast_cancer")
def test_breast_cancer_is_a_table_with_two_classes():
    features, labels = load_breast_cancer()
    assert features.shape == (569, 30)
    assert features.dtype == np.float64
    assert labels.dtype == np.int64
    assert np.bincount(labels).tolist() == [212, 357]
    features[:] = 0
    assert load_breast_cancer()[0].any()  # everybody gets a table of their own


@pytest.mark.covers("dlref.data.load_alice")
def test_alice_is_one_chapter_of_plain_text():
    text = load_alice()
    assert text.startswith("Alice was beginning")
    assert text.endswith("finished off the cake.\n")
    assert (len(text), len(set(text))) == (11230, 59)
    assert text.isascii()


@pytest.mark.covers("dlref.data.shift_images")
def test_images_are_shifted_evenly_and_lose_what_leaves():
    image = np.zeros((1, 5, 5), np.float32)
    image[0, 2, 2] = 1
    shifted = shift_images(np.repeat(image, 5000, axis=0), 2, rng())
    assert shifted.dtype == np.float32
    places = shifted.reshape(5000, 25).argmax(axis=1)
    np.testing.assert_allclose(np.bincount(places, minlength=25), 200, atol=60)  # four standard deviations
    corner = np.zeros((40, 3, 3))
    corner[:, 0, 0] = 1
    sums = shift_images(corner, 1, rng()).sum(axis=(1, 2))
    assert set(sums) == {0, 1}
    np.testing.assert_array_equal(shift_images(image, 0, rng()), image)


@pytest.mark.covers("dlref.data.shift_images")
@pytest.mark.parametrize(("shape", "shift", "message"), [((5, 5), 1, r"\(5, 5\)"), ((1, 5, 5), -1, "-1")])
def test_what_cannot_be_shifted_is_refused(shape, shift, message):
    with pytest.raises(ValueError, match=rf"images must be \(N, H, W\), max_shift ≥ 0; got .*{message}"):
        shift_images(np.ones(shape), shift, rng())


@pytest.mark.covers("dlref.data.place_on_canvas")
def test_boxes_and_masks_say_where_the_ink_is():
    images = (rng(1).random((200, 3, 4)) > 0.6) * 0.5
    images[:, 1, 2] = 1
    canvases, boxes, masks = place_on_canvas(images, 7, rng())
    np.testing.assert_array_equal(canvases.sum(axis=(1, 2)), images.sum(axis=(1, 2)))
    np.testing.assert_array_equal(masks, canvases > 0)
    for mask, box in zip(masks, np.rint(boxes * 7).astype(int), strict=True):
        rows, columns = np.nonzero(mask)
        assert box.tolist() == [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
    places = {tuple(place) for place in np.argwhere(canvases == 1)[:, 1:]}
    assert places == {(row, column) for row in range(1, 6) for column in range(2, 6)}  # every place is used


@pytest.mark.covers("dlref.data.place_on_canvas")
@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.ones((3, 4)), r"got \(3, 4\)"),
        (np.ones((1, 3, 8)), r"size 7; got \(1, 3, 8\)"),
        (np.zeros((1, 3, 3)), "without ink"),
    ],
)
def test_what_cannot_be_placed_is_refused(images, message):
    with pytest.raises(ValueError, match=message):
        place_on_canvas(images, 7, rng())


@pytest.mark.covers("dlref.data.gaussian_ring")
def test_ring_has_its_modes_evenly_around():
    points, centres = gaussian_ring(8000, rng(), modes=4, radius=3, std=0.2)
    np.testing.assert_allclose(centres, [[3, 0], [0, 3], [-3, 0], [0, -3]], atol=1e-12)
    nearest = np.linalg.norm(points[:, None] - centres, axis=2).argmin(axis=1)
    np.testing.assert_allclose(np.bincount(nearest), 2000, atol=160)
    np.testing.assert_allclose((points - centres[nearest]).std(axis=0), 0.2, rtol=0.04)
    assert gaussian_ring(1, rng())[1].shape == (8, 2)
    assert np.linalg.norm(gaussian_ring(1, rng())[1], axis=1) == pytest.approx(2)
    with pytest.raises(ValueError, match="got 0 and 8"):
        gaussian_ring(0, rng())
    with pytest.raises(ValueError, match="got 1 and 0"):
        gaussian_ring(1, rng(), modes=0)


@pytest.mark.covers("dlref.data.adding_problem")
@pytest.mark.parametrize("length", [2, 5, 10])
def test_targets_are_the_sums_of_the_two_marked_numbers(length):
    sequences, targets = adding_problem(4000, length, rng())
    assert sequences.shape == (4000, length, 2)
    numbers, marks = sequences[..., 0], sequences[..., 1]
    assert 0 <= numbers.min() < numbers.max() < 1
    assert (marks[:, : length // 2].sum(axis=1) == 1).all()
    assert (marks[:, length // 2 :].sum(axis=1) == 1).all()
    assert (marks.sum(axis=0) > 0).all()  # every place can be marked
    np.testing.assert_allclose(targets, [row[mark == 1].sum() for row, mark in zip(numbers, marks, strict=True)])
    np.testing.assert_allclose(((targets - 1) ** 2).mean(), 1 / 6, rtol=0.1)
    for count, wrong in ((0, 5), (1, 1)):
        with pytest.raises(ValueError, match=f"got {count} and {wrong}"):
            adding_problem(count, wrong, rng())
