"""The claims of the page data-parallel, and what happens when a worker fails."""

import multiprocessing

import pytest
import torch.multiprocessing as mp

from dlref.experiments import data_parallel
from dlref.experiments.registry import measure
from dlref.experiments.workers import launch


@pytest.mark.claim("C-ddp-gradient")
def test_the_mean_over_workers_is_the_gradient_of_the_whole_batch():
    found = measure("C-ddp-gradient")
    assert found["gradients_equal"]
    assert found["gradient_off"] < 1e-12
    assert found["largest"] > 1e-3  # so that the comparison means something
    assert found["uneven_off"] > 0.01
    assert found["weighted_off"] < 1e-12
    assert sum(found["uneven"]) % found["workers"] == 0
    assert found["shards"] == list(range(10))  # a sampler's shards cover everything once


@pytest.mark.claim("C-ddp-equal")
def test_parameters_stay_equal_on_all_workers():
    found = measure("C-ddp-equal")
    assert found["starts_equal"]  # although they were drawn with different seeds
    assert found["ends_equal"]
    assert found["training_off"] < 1e-9
    assert found["moved"] > 0.1


def test_a_worker_that_ends_without_a_word_is_named_and_takes_the_others_with_it():
    with pytest.raises(mp.ProcessExitedException, match="process 1 terminated with exit code 3"):
        launch(data_parallel.dies)
    assert multiprocessing.active_children() == []


def test_the_error_of_a_worker_is_shown_and_takes_the_others_with_it():
    with pytest.raises(mp.ProcessRaisedException, match=r"(?s)Process 1 .*this worker's disk is full"):
        launch(data_parallel.raises)
    assert multiprocessing.active_children() == []
