"""A mini-batch divided among two processes, for real. The page data-parallel.

equal shards      g = (g₁ + g₂) / 2 is the gradient of the mean loss over the whole batch
unequal shards    it is not, unless the loss of worker w is weighted with n_w W / n
"""

import os
import signal
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DistributedSampler, TensorDataset

from dlref.data import load_digits
from dlref.experiments.registry import Result, claim, experiment
from dlref.experiments.workers import launch

WORKERS, BATCH, STEPS, LR, MOMENTUM = 2, 64, 30, 0.1, 0.9
UNEVEN = (7, 3)  # examples of a last batch that does not divide


def model(seed: int = 0) -> torch.nn.Sequential:
    """A perceptron in float64; a worker with another seed begins with other parameters."""
    torch.manual_seed(seed)
    return torch.nn.Sequential(torch.nn.Linear(64, 16), torch.nn.ReLU(), torch.nn.Linear(16, 10)).double()


def data() -> tuple[Tensor, Tensor]:
    images, labels = load_digits()
    return torch.from_numpy(images.reshape(-1, 64)).double(), torch.from_numpy(labels)


def flat_grad(net: torch.nn.Module) -> Tensor:
    return torch.cat([param.grad.ravel() for param in net.parameters() if param.grad is not None])


def flat_params(net: torch.nn.Module) -> Tensor:
    return torch.cat([param.detach().ravel() for param in net.parameters()])


def gradient_of(net: torch.nn.Module, x: Tensor, y: Tensor, weight: float = 1.0) -> Tensor:
    """The gradient of `weight` times the mean loss, as one long vector."""
    net.zero_grad()
    (weight * cross_entropy(net(x), y)).backward()  # type: ignore[no-untyped-call]
    return flat_grad(net)


def work(rank: int, workers: int) -> dict[str, Any]:
    """What one worker does: gradients of equal and unequal shards, then training."""
    x, y = data()
    net = DistributedDataParallel(model(seed=rank))  # takes the parameters of worker 0 for all
    found = {"start": flat_params(net)}
    found["even"] = gradient_of(net, x[rank:BATCH:workers], y[rank:BATCH:workers])
    begin = sum(UNEVEN[:rank])
    mine = slice(begin, begin + UNEVEN[rank])
    found["uneven"] = gradient_of(net, x[mine], y[mine])
    found["weighted"] = gradient_of(net, x[mine], y[mine], UNEVEN[rank] * workers / sum(UNEVEN))
    optimizer = torch.optim.SGD(net.parameters(), lr=LR, momentum=MOMENTUM)
    for batch in _batches():
        gradient_of(net, x[batch[rank::workers]], y[batch[rank::workers]])
        optimizer.step()
    shard: DistributedSampler[Any] = DistributedSampler(TensorDataset(torch.arange(10)), workers, rank)
    return found | {"end": flat_params(net), "shard": torch.tensor(list(shard))}


def _batches() -> list[Tensor]:
    order = torch.randperm(STEPS * BATCH // 2, generator=torch.Generator().manual_seed(0)).repeat(2)
    return list(torch.split(order, BATCH))


@experiment
def measured() -> Result:
    """Two processes against one: largest differences between gradients and between parameters."""
    first, second = launch(work, WORKERS)
    x, y = data()
    net = model()
    whole, last = gradient_of(net, x[:BATCH], y[:BATCH]), gradient_of(net, x[: sum(UNEVEN)], y[: sum(UNEVEN)])
    optimizer = torch.optim.SGD(net.parameters(), lr=LR, momentum=MOMENTUM)
    for batch in _batches():
        gradient_of(net, x[batch], y[batch])
        optimizer.step()
    return {
        "gradient_off": _off(first["even"], whole),
        "gradients_equal": torch.equal(first["even"], second["even"]),
        "largest": float(whole.abs().max()),
        "uneven_off": float((first["uneven"] - last).norm() / last.norm()),
        "weighted_off": _off(first["weighted"], last),
        "starts_equal": torch.equal(first["start"], second["start"]),
        "ends_equal": torch.equal(first["end"], second["end"]),
        "training_off": _off(first["end"], flat_params(net)),
        "moved": float((first["end"] - first["start"]).norm() / first["start"].norm()),
        "shards": sorted([*first["shard"].tolist(), *second["shard"].tolist()]),
    }


def _off(found: Tensor, wanted: Tensor) -> float:
    return float((found - wanted).abs().max())


@claim("C-ddp-gradient")
def gradient() -> Result:
    """The averaged gradient of two workers against that of the whole batch in one process."""
    found = measured()
    keys = ("gradient_off", "gradients_equal", "largest", "uneven_off", "weighted_off", "shards")
    return {"workers": WORKERS, "batch": BATCH, "uneven": list(UNEVEN)} | {key: found[key] for key in keys}


@claim("C-ddp-equal")
def equal() -> Result:
    """Parameters of both workers, before and after training, and those of one process."""
    found = measured()
    keys = ("starts_equal", "ends_equal", "training_off", "moved")
    return {"steps": STEPS} | {key: found[key] for key in keys}


def dies(rank: int, workers: int) -> dict[str, Any]:
    """Worker 1 ends without a word in the middle of training; worker 0 waits for its gradient."""
    return _train_until(rank, lambda: os._exit(3))


def killed(rank: int, workers: int) -> dict[str, Any]:
    """Worker 1 is killed, as by a system that is short of memory."""
    return _train_until(rank, lambda: os.kill(os.getpid(), signal.SIGKILL))


def raises(rank: int, workers: int) -> dict[str, Any]:
    """Worker 1 raises."""
    return _train_until(rank, _no_disk)


def _no_disk() -> None:
    raise RuntimeError("this worker's disk is full")


def goes_on(rank: int, workers: int) -> dict[str, Any]:
    """Nothing happens to worker 1."""
    return _train_until(rank, lambda: None)


def _train_until(rank: int, end: Callable[[], None]) -> dict[str, Any]:
    x, y = torch.zeros(BATCH, 64).double(), torch.zeros(BATCH).long()  # no data set, which takes seconds to import
    net = DistributedDataParallel(model())
    for step in range(4):
        if rank == 1 and step == 2:
            end()
        gradient_of(net, x, y)
    return {"gradient": flat_grad(net)}
