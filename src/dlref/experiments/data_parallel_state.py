"""What DistributedDataParallel exchanges, when, and what it leaves to each worker. The page data-parallel.

exchanged         parameters and buffers at the start, gradients in `backward()`, buffers of rank 0 in `forward()`
not exchanged     losses, random numbers, the state and the learning rate of the optimiser
"""

from contextlib import nullcontext
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor
from torch.distributed.algorithms.ddp_comm_hooks.default_hooks import allreduce_hook
from torch.nn.functional import cross_entropy
from torch.nn.parallel import DistributedDataParallel

from dlref.experiments.data_parallel import data, flat_grad, flat_params, gradient_of, model
from dlref.experiments.registry import Result, claim, experiment
from dlref.experiments.workers import launch

WORKERS, BATCH, PARTS, STEPS = 2, 64, 4, 30
RATES = (0.1, 0.05)  # of worker 0 and of worker 1, in the run that goes wrong


def deep(seed: int) -> torch.nn.Sequential:
    """A perceptron with batch normalisation, which has buffers, and dropout, which needs random numbers."""
    torch.manual_seed(seed)
    first, last = torch.nn.Linear(64, 16), torch.nn.Linear(16, 10)
    norm = torch.nn.BatchNorm1d(16)
    return torch.nn.Sequential(first, norm, torch.nn.ReLU(), torch.nn.Dropout(0.5), last).double()


def work(rank: int, workers: int) -> dict[str, Any]:
    """All that one worker does here: one start of processes serves three measurements."""
    return {"state": state(rank, workers), "drift": drifts(rank, workers), "parts": accumulates(rank, workers)}


def state(rank: int, workers: int) -> dict[str, Any]:
    """One step on this worker's shard, what it leaves here, and what the next forward pass makes of the buffers."""
    x, y = data()
    mine = slice(rank, BATCH, workers)
    net = DistributedDataParallel(deep(seed=rank))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    torch.manual_seed(rank)  # other dropout masks on every worker
    loss = cross_entropy(net(x[mine]), y[mine])
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    found = {"loss": loss.detach(), "params": flat_params(net), "random": torch.rand(100)}
    found["momentum"] = torch.cat([kept["momentum_buffer"].ravel() for kept in optimizer.state.values()])
    found["buffers"] = _running_mean(net)
    net.eval()
    with torch.no_grad():
        net(x[mine])
    return found | {"buffers_later": _running_mean(net)}


def _running_mean(net: torch.nn.Module) -> Tensor:
    return dict(net.named_buffers())["module.1.running_mean"].clone()


def drifts(rank: int, workers: int) -> dict[str, Any]:
    """Train with a learning rate that is not that of the other worker; nothing raises."""
    x, y = data()
    net = DistributedDataParallel(model())
    optimizer = torch.optim.SGD(net.parameters(), lr=RATES[rank])
    for step in range(STEPS):
        mine = slice(BATCH * (step % 20) + rank, BATCH * (step % 20 + 1), workers)
        gradient_of(net, x[mine], y[mine])
        optimizer.step()
    return {"end": flat_params(net)}


def accumulates(rank: int, workers: int) -> dict[str, Any]:
    """The gradient of a batch in four parts for each worker: exchanged after each part, and after the last only."""
    x, y = data()
    net = DistributedDataParallel(model())
    exchanges = [0]
    net.register_comm_hook(exchanges, _counted)
    parts = torch.split(torch.arange(rank, BATCH, workers), BATCH // workers // PARTS)
    found: dict[str, Any] = {}
    for name, waits in (("each", 0), ("last", PARTS - 1)):
        net.zero_grad()
        exchanges[0] = 0
        for place, part in enumerate(parts):
            with net.no_sync() if place < waits else nullcontext():
                (cross_entropy(net(x[part]), y[part]) / PARTS).backward()  # type: ignore[no-untyped-call]
        found |= {name: flat_grad(net), f"{name}_exchanges": exchanges[0]}
    return found


def _counted(
    exchanges: list[int],
    bucket: dist.GradBucket,  # type: ignore[name-defined] # DDP insists on this annotation
) -> torch.futures.Future[Tensor]:
    exchanges[0] += 1
    whole: Any = dist.group.WORLD
    return allreduce_hook(whole, bucket)


@experiment
def measured() -> Result:
    """Equality of state after a step, drift where the rates differ, and the gradient of a batch in parts."""
    first, second = launch(work, WORKERS)
    one, other = first["state"], second["state"]
    result: Result = {f"{name}_equal": torch.equal(one[name], other[name]) for name in one}
    result["losses"] = [float(one["loss"]), float(other["loss"])]
    result["buffers_off"] = float((one["buffers"] - other["buffers"]).norm() / one["buffers"].norm())
    result["buffers_are_rank_0s"] = torch.equal(other["buffers_later"], one["buffers"])
    ends = [found["drift"]["end"] for found in (first, second)]
    result["drift"] = float((ends[0] - ends[1]).norm() / ends[0].norm())
    x, y = data()
    whole = gradient_of(model(), x[:BATCH], y[:BATCH])
    for name in ("each", "last"):
        result[f"{name}_exchanges"] = first["parts"][f"{name}_exchanges"]
        result[f"{name}_off"] = float((first["parts"][name] - whole).abs().max())
        result[f"{name}_equal"] = torch.equal(first["parts"][name], second["parts"][name])
    return result


@claim("C-ddp-state")
def exchanged() -> Result:
    """Which state is equal on two workers after a step, and how far parameters drift where the rates differ."""
    return measured() | {"workers": WORKERS, "steps": STEPS, "rates": list(RATES)}


@claim("C-ddp-accumulate")
def accumulated() -> Result:
    """The gradient in parts against that of the whole batch in one process, and how often it was exchanged."""
    return measured() | {"workers": WORKERS, "parts": PARTS, "batch": BATCH, "part": BATCH // WORKERS // PARTS}
