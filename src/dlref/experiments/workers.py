"""Worker processes that talk through `torch.distributed` with gloo: started together, ended together.

A worker that fails ends the others, and its error is raised here. Every worker is a new process that imports the module
of its work, so that `work` must be a function of a module.
"""

import tempfile
from collections.abc import Callable
from datetime import timedelta
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
import torch.multiprocessing as mp

Work = Callable[[int, int], dict[str, Any]]
PATIENCE = timedelta(minutes=5)  # for a message from another worker, which may still be starting on a busy machine


def launch(work: Work, workers: int = 2) -> list[dict[str, Any]]:
    """Run `work(rank, workers)` in as many processes as there are workers, and return what each returns.

    Raises
    ------
    torch.multiprocessing.ProcessRaisedException
        where a worker raises; the message holds its rank and its traceback
    torch.multiprocessing.ProcessExitedException
        where a worker ends without returning; the message holds its rank and its exit code or signal
    """
    with tempfile.TemporaryDirectory() as folder:
        context = mp.spawn(_enter, (work, workers, folder), workers, join=False)  # type: ignore[attr-defined, no-untyped-call]
        done = False
        while not done:
            wait(list(context.sentinels))  # until a worker ends
            _name_the_first_to_fail(context)
            done = context.join()
        return [torch.load(Path(folder) / f"{rank}.pt", weights_only=True) for rank in range(workers)]


def _name_the_first_to_fail(context: Any) -> None:
    """Let `join` find the worker that failed first, and not one that failed because that one no longer answered.

    Whoever loses another worker fails as well, within milliseconds ("connection reset by peer"). A launcher that is
    late finds several ended, and `join` would name the lowest rank. Who ended without a word was first, since those who
    lose it raise; of those who raised, it is the one that wrote its error first.
    """
    failed = [rank for rank, process in enumerate(context.processes) if process.exitcode]
    if failed:
        first = min(failed, key=lambda rank: _written(context.error_files[rank]))
        context.sentinels = {context.processes[first].sentinel: first}


def _written(error_file: str) -> int:
    path = Path(error_file)
    return path.stat().st_mtime_ns if path.exists() else 0


def _enter(rank: int, work: Work, workers: int, folder: str) -> None:
    torch.set_num_threads(1)
    meeting = (Path(folder) / "meeting").as_uri()  # a file, because a free port could be taken by somebody else
    dist.init_process_group("gloo", init_method=meeting, rank=rank, world_size=workers, timeout=PATIENCE)
    torch.save(work(rank, workers), Path(folder) / f"{rank}.pt")
    dist.barrier()  # nobody leaves while another still needs it
    dist.destroy_process_group()
