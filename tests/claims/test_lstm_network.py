"""The claims of the page lstm."""

import numpy as np
import pytest

from dlref.experiments.lstm import SOLVED, adding_lstm_numpy, adding_torch, reach_at_the_start
from dlref.experiments.lstm_counts import perplexity
from dlref.experiments.lstm_gates import read, traces
from dlref.experiments.lstm_start import half_open, identity
from dlref.experiments.lstm_text import counted, tokens
from dlref.experiments.lstm_training import LENGTH, UNITS, held_out, long_gates, sequences, start
from dlref.experiments.registry import measure
from dlref.numpy import lstm


@pytest.mark.claim("C-lstm-long")
def test_gates_keep_information_where_a_plain_network_does_not():
    found = measure("C-lstm-long")
    assert found["seeds"] >= 5
    assert found["length"] >= 50
    assert found["guess"] == pytest.approx(1 / 6, abs=0.02)
    for backend in ("numpy", "torch"):
        assert found[f"lstm_{backend}_worst"] < SOLVED
        assert found[f"rnn_{backend}_best"] > 0.8 * found["guess"]
    assert found["slow_rnn_best"] > 0.8 * found["guess"]  # a learning rate that suits it better does not help
    assert found["gru_numpy_worst"] < SOLVED
    assert all(len(errors) == found["seeds"] for errors in adding_torch().values())


@pytest.mark.claim("C-lstm-long")
def test_gates_mitigate_vanishing_and_do_not_abolish_it():
    found, begun = measure("C-lstm-long"), reach_at_the_start()
    assert found["left_rnn"] < 1e-6 * found["left_long"]
    assert found["left_half_open"] < 1e-6 * found["left_long"]
    assert found["left_long"] < 1  # it still shrinks
    assert all(len(lengths) == LENGTH for lengths in begun.values())
    assert min(adding_lstm_numpy()["reach"]) > 0


@pytest.mark.claim("C-lstm-long")
def test_gates_that_begin_for_long_memory_keep_about_as_many_steps_as_were_drawn():
    bias = np.zeros(4000)
    long_gates(bias, LENGTH, np.random.default_rng(0))
    opened = 1 / (1 + np.exp(-bias[1000:2000]))
    memory = 1 / (1 - opened) - 1  # f / (1 − f): the steps of which the drawn numbers were logarithms
    assert memory.min() >= 1
    assert memory.max() <= LENGTH - 1
    assert np.array_equal(bias[:1000], -bias[1000:2000])
    assert not bias[2000:].any()
    assert not start("lstm", 0, remember=False)["recurrent.bias_ih_l0"].any()


@pytest.mark.claim("C-lstm-long")
def test_no_held_out_sequence_is_trained_on():
    assert not np.isin(sequences(2**16, 1000)[0][:, :, 0], sequences(0, 1000)[0][:, :, 0]).all(axis=1).any()


@pytest.mark.claim("C-lstm-start")
def test_neither_gates_nor_a_kind_start_are_enough_by_themselves():
    found = measure("C-lstm-start")
    assert found["seeds"] >= 5
    assert found["lstm_best"] > SOLVED  # gates without the biases: no seed solves it
    assert found["lstm_stuck"] > found["seeds"] / 2
    assert found["rnn_stuck"] == found["seeds"]  # a start that keeps gradients, without gates
    assert not half_open("lstm", 0)["recurrent.bias_ih_l0"].any()
    assert np.array_equal(identity("rnn", 0)["recurrent.weight_hh_l0"], np.eye(UNITS))


@pytest.mark.claim("C-lstm-long")
def test_the_gates_that_are_drawn_are_those_of_the_network():
    params, x = start("lstm", 0), held_out()[0][:1]
    gates = read(x[0], params)
    layer = {name.removeprefix("recurrent."): value for name, value in params.items() if name.startswith("recurrent.")}
    _, (_, c_n) = lstm(x, layer, batch_first=True)
    assert gates[2][:, -1] == pytest.approx(c_n.ravel(), rel=1e-4, abs=1e-5)
    seen = traces()
    for name in ("i", "f"):
        assert np.shape(seen[name]) == (UNITS, LENGTH)
        assert 0 <= np.min(seen[name]) <= np.max(seen[name]) <= 1


@pytest.mark.claim("C-lstm-counts")
def test_counting_longer_stretches_is_better_than_the_network_on_so_little_text():
    found = measure("C-lstm-counts")
    one, two, three, *longer = found["perplexities"]
    assert one > two > three
    assert max(longer) < found["network"] < two  # from four characters on
    chances = [perplexity(order) for order in (1, 2)]
    assert chances == [one, two]


@pytest.mark.claim("C-lstm-text")
def test_a_network_that_reads_predicts_better_than_counts():
    found = measure("C-lstm-text")
    assert found["seeds"] >= 5
    for backend in ("numpy", "torch"):
        assert found[f"factor_{backend}"] >= 2.5
        assert found[f"{backend}_worst"] < 0.8 * found["pairs"]
    train, held_out, characters = tokens()
    assert len(held_out) == pytest.approx(len(train) / 9, rel=0.01)
    assert found["alone"] < len(characters)
    assert counted() == (found["alone"], found["pairs"])
