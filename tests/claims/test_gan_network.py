"""The claims of the page gan."""

import numpy as np
import pytest

import dlref.numpy
from dlref.data import gaussian_ring
from dlref.experiments.gan import _densities, _formula, digits_numpy, digits_torch, ring_numpy, ring_torch
from dlref.experiments.gan_limits import _modes
from dlref.experiments.gan_training import DIGITS, RING, fool_loss, generated, packed, start
from dlref.experiments.registry import measure


@pytest.mark.claim("C-gan-game")
def test_samples_reach_every_mode_of_the_ring():
    found = measure("C-gan-game")
    assert found["seeds"] >= 5
    assert len(ring_numpy()["shares"]) == len(ring_torch()["shares"]) == found["seeds"]
    for backend in ("numpy", "torch"):
        assert found[f"{backend}_modes_worst"] == 8
        assert found[f"{backend}_near_worst"] > 0.7


@pytest.mark.claim("C-gan-game")
def test_generated_digits_come_close_to_real_ones():
    found = measure("C-gan-game")
    for backend in ("numpy", "torch"):
        assert found[f"{backend}_mmd_worst"] < 0.1
    curves = np.array(digits_numpy()["mmd"])
    assert (np.diff(curves.mean(axis=0)) < 0).all()  # it falls from quarter to quarter
    assert (curves[:, -1] < curves[:, 0] / 10).all()
    assert (curves[:, -1] < curves[:, 1] / 1.5).all()
    # In PyTorch the game starts from the same parameters, so that it falls from the same numbers.
    assert len(digits_torch()["mmd"]) == len(curves) == found["seeds"]
    assert (np.array(digits_torch()["mmd"]) < curves[:, 0] / 10).all()
    assert (np.array(digits_torch()["mmd"]) < curves[:, 1]).all()
    # One blurred mean of all digits would not do, and real digits are closer still.
    assert found["blurred"] > 2 * found["numpy_mmd_worst"]
    assert found["floor"] < found["numpy_mmd_mean"]


@pytest.mark.claim("C-gan-game")
def test_the_discriminator_sees_pairs_and_the_generator_new_noise():
    makes, tells = start(RING, 0)
    samples = generated(RING, makes, 6)
    assert packed(samples).shape == (3, 4)
    assert packed(samples)[0].tolist() == [*samples[0], *samples[1]]
    assert tells["layers.0.weight"].shape == (RING.hidden, 4)
    assert abs(generated(DIGITS, start(DIGITS, 0)[0], 4)).max() <= 1
    noise = np.random.default_rng(0).normal(size=(4, 2)).astype(np.float32)
    logits = dlref.numpy.gan_discriminator(packed(dlref.numpy.gan_generator(noise, makes)), tells)
    by_hand = np.log1p(np.exp(-logits.astype(np.float64))).mean()
    assert float(fool_loss(dlref.numpy, noise, makes, tells)) == pytest.approx(by_hand, rel=1e-5)


@pytest.mark.claim("C-gan-optimum")
def test_the_best_discriminator_is_the_share_of_the_data():
    found = measure("C-gan-optimum")
    assert found["off_mean"] < 0.02
    assert found["off_worst"] < 0.1
    assert found["least"] <= found["loss"] < found["least"] + 0.01
    assert found["least"] < found["guess"]
    p, q = _densities(np.array([0.3]))
    share, other = _formula(np.array([0.3])), np.linspace(0.01, 0.99, 99)
    losses = -p * np.log(other) - q * np.log(1 - other)
    assert (-p * np.log(share) - q * np.log(1 - share) <= losses).all()


@pytest.mark.claim("C-gan-collapse")
def test_a_fast_generator_collapses_unless_samples_are_judged_in_pairs():
    found = measure("C-gan-collapse")
    assert found["seeds"] >= 5
    assert found["alone_best"] <= 2
    assert found["pairs_worst"] == 8
    assert found["alone_spread"] < 0.7 < 1.2 < found["pairs_spread"]


@pytest.mark.claim("C-gan-collapse")
def test_modes_are_counted_by_samples_near_their_centres():
    centres = gaussian_ring(1, np.random.default_rng(0))[1]
    assert _modes(np.repeat(centres, 10, axis=0)) == 8
    assert _modes(np.repeat(centres[:1], 80, axis=0)) == 1
    assert _modes(np.zeros((80, 2))) == 0  # in the middle of the ring
    assert _modes(np.vstack([np.repeat(centres[:1], 99, axis=0), centres[1:2]])) == 1  # one in a hundred is too rare
