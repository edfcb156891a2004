"""The claims of the page data-parallel, and what happens when a worker fails."""

import os

import pytest
import torch.multiprocessing as mp

from dlref.experiments import data_parallel, workers
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


@pytest.mark.claim("C-ddp-state")
def test_gradients_and_buffers_are_exchanged_and_nothing_else():
    found = measure("C-ddp-state")
    assert found["params_equal"]
    assert found["momentum_equal"]  # never sent: the same gradients have made it
    assert not found["loss_equal"]
    assert not found["random_equal"]
    assert not found["buffers_equal"]  # after the step each has the statistics of its shard
    assert found["buffers_off"] > 0.01
    assert found["buffers_later_equal"]  # the next forward pass hands out those of worker 0
    assert found["buffers_are_rank_0s"]
    assert found["drift"] > 0.01  # where the learning rates differ, and nothing raises


@pytest.mark.claim("C-ddp-accumulate")
def test_one_exchange_for_several_parts_gives_the_same_gradient():
    found = measure("C-ddp-accumulate")
    assert found["each_exchanges"] == found["parts"] > 1
    assert found["last_exchanges"] == 1
    for name in ("each", "last"):
        assert found[f"{name}_off"] < 1e-12
        assert found[f"{name}_equal"]
    assert found["part"] * found["parts"] * found["workers"] == found["batch"]


@pytest.mark.claim("C-ring-cost")
def test_in_a_ring_each_worker_sends_fewer_than_twice_the_parameters():
    found = measure("C-ring-cost")
    assert found["off"] < 1e-12
    assert found["off_before_last_round"] > 0.1  # no round too many
    assert found["sent"] == [[2 * (w - 1) * found["params"] // w] for w in found["workers"]]
    assert found["sent_most"] < 2 * found["params"]
    assert found["central"] == [2 * (w - 1) * found["params"] for w in found["workers"]]


@pytest.fixture
def pids(monkeypatch):
    """The ids of all worker processes that the test starts."""
    found = []
    spawn = mp.spawn

    def start(*args, **kwargs):
        context = spawn(*args, **kwargs)
        found.extend(context.pids())
        return context

    monkeypatch.setattr(mp, "spawn", start)
    return found


def _running(pid):
    try:
        os.kill(pid, 0)  # sends nothing; a process that ended but was not collected still counts
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def late(request, monkeypatch):
    """Look at the workers only when all have ended: the lost one has taken the others with it by then."""
    if request.param:
        wait = workers.wait
        monkeypatch.setattr(workers, "wait", lambda sentinels: [wait([sentinel]) for sentinel in sentinels])


@pytest.mark.usefixtures("late")
@pytest.mark.parametrize(
    ("work", "said", "late"),
    [
        (data_parallel.dies, "exit code 3", False),
        (data_parallel.dies, "exit code 3", True),
        (data_parallel.killed, "signal SIGKILL", False),
    ],
    indirect=["late"],
)
def test_a_worker_that_ends_without_a_word_is_named_and_no_process_is_left(work, said, pids):
    with pytest.raises(mp.ProcessExitedException, match=f"process 1 terminated with {said}"):
        launch(work)
    assert [_running(pid) for pid in pids] == [False, False]


@pytest.mark.usefixtures("late")
@pytest.mark.parametrize("late", [False, True], indirect=True)
def test_the_error_of_a_worker_is_shown_and_no_process_is_left(pids):
    with pytest.raises(mp.ProcessRaisedException, match=r"(?s)Process 1 .*this worker's disk is full"):
        launch(data_parallel.raises)
    assert [_running(pid) for pid in pids] == [False, False]


def test_no_process_is_left_when_all_goes_well(pids):
    launch(data_parallel.goes_on)
    assert [_running(pid) for pid in pids] == [False, False]
