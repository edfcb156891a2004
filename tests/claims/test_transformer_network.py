"""The claims of the page transformer."""

import numpy as np
import pytest

from dlref.experiments.registry import measure
from dlref.experiments.transformer import looked_at
from dlref.experiments.transformer_generation import OTHER_LENGTHS
from dlref.experiments.transformer_learning import reading, tasks_numpy, tasks_torch
from dlref.experiments.transformer_reading import WINDOW, patches_of, windows
from dlref.experiments.transformer_tasks import LENGTH, sequences


@pytest.mark.claim("C-attention-weights")
def test_attention_is_a_weighted_mean():
    found = measure("C-attention-weights")
    assert found["smallest"] > 0
    assert found["sum_off"] < 1e-12
    assert found["value_off"] < 1e-12
    looks = np.array(looked_at()["weights"])
    assert looks.sum(axis=1) == pytest.approx(np.ones(LENGTH), rel=1e-5)
    assert found["mirrored"] > 5 * found["evenly"]
    mirrored = LENGTH - 1 - np.arange(LENGTH)
    assert (looks.argmax(axis=1) == mirrored).mean() > 0.9  # written backwards: it looks where the digit is


@pytest.mark.claim("C-attention-permutation")
def test_without_positions_order_is_invisible():
    found = measure("C-attention-permutation")
    for backend in ("numpy", "torch"):
        assert found[f"{backend}_alone"] < 1e-12
        assert found[f"{backend}_positions"] > 0.1


@pytest.mark.claim("C-attention-parallel")
def test_all_places_at_once_at_the_cost_of_a_square():
    found = measure("C-attention-parallel")
    n, d = np.array(found["lengths"]), found["width"]
    assert found["attention"] == (4 * n**2 * d).tolist()  # Q Kᵀ and A V, each n² d products and as many sums
    assert found["recurrent"] == (4 * n * d**2).tolist()  # W x and U h
    assert found["attention_growth"] == 4
    assert found["recurrent_growth"] == 2
    assert found["first_acts"] > 0
    assert found["slower"] > 1  # same number of operations or more, but none waits for another


@pytest.mark.claim("C-transformer-learns")
def test_a_small_transformer_learns_what_recurrent_networks_do_not():
    found = measure("C-transformer-learns")
    assert found["seeds"] >= 5
    for backend in ("numpy", "torch"):
        for task in ("reverse", "sort"):
            assert found[f"{task}_{backend}_worst"] >= 0.99
        assert found[f"text_{backend}_worst"] < 0.4 * found["lstm_text_alone"]
        assert found[f"images_{backend}_worst"] >= 0.96
    for task in ("reverse", "sort"):
        assert found[f"{task}_rnn_best"] < 0.05
    assert found["reverse_lstm_best"] < 0.05
    assert min(found["rnn_params"], found["lstm_params"]) > 0.9 * found["params"]  # the comparison is a fair one
    for name in ("numpy", "torch"):  # beside the LSTM's: close, whichever is ahead
        assert found[f"text_{name}_mean"] == pytest.approx(found[f"lstm_text_{name}_mean"], rel=0.15)


@pytest.mark.claim("C-transformer-learns")
def test_the_worst_is_that_of_five_seeds_in_each_backend():
    found, shares = measure("C-transformer-learns"), {"numpy": tasks_numpy(), "torch": tasks_torch()["transformer"]}
    for backend, of_tasks in shares.items():
        for task in ("reverse", "sort"):
            assert len(of_tasks[task]) == 5
            assert found[f"{task}_{backend}_worst"] == min(of_tasks[task])
        assert len(reading()[backend]["text"]) == len(reading()[backend]["images"]) == 5
        assert found[f"text_{backend}_worst"] == max(reading()[backend]["text"])
        assert found[f"images_{backend}_worst"] == min(reading()[backend]["images"])


@pytest.mark.claim("C-transformer-own-output")
def test_mistakes_follow_from_mistakes_where_the_output_is_read_back():
    found = measure("C-transformer-own-output")
    assert len(found["own_sequences"]) == 5
    assert found["own_sequences"] == found["given_sequences"]  # until the first mistake nothing differs
    for own, given in zip(found["own_wrong_digits"], found["given_wrong_digits"], strict=True):
        assert own > 1.5 * given > 0


@pytest.mark.claim("C-transformer-lengths")
def test_what_is_learnt_at_one_length_does_not_carry_to_others():
    found = measure("C-transformer-lengths")
    assert found["trained_worst"] >= 0.99
    assert found["other_best"] < 0.2
    assert set(OTHER_LENGTHS) - {LENGTH} == {6, 9, 11, 13, 15, 18}  # as the page says
    assert np.shape(found["shares"]) == (5, len(OTHER_LENGTHS))


@pytest.mark.claim("C-transformer-learns")
def test_the_tasks_are_what_their_names_say():
    source, so_far, target = sequences("reverse", 3, np.random.default_rng(0))
    assert np.array_equal(target, source[:, ::-1])
    assert np.array_equal(so_far[:, 1:], target[:, :-1])  # what is given at a place never holds its answer
    source, _, target = sequences("sort", 3, np.random.default_rng(0))
    assert (np.diff(target, axis=1) >= 0).all()
    assert [sorted(row) for row in source.tolist()] == target.tolist()
    given, after = windows(np.arange(200))
    assert np.array_equal(after, given + 1)
    assert given.shape[1] == WINDOW
    assert after.max() >= 200 - WINDOW // 2  # hardly anything is left over
    image = np.arange(64.0).reshape(1, 1, 8, 8)
    assert np.array_equal(patches_of(image)[0, 1], image[0, 0, :4, 4:].ravel())
