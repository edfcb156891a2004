"""Worker processes that talk through `torch.distributed` with gloo: started together, ended together.

A worker that fails ends the others, and its error is raised here. Every worker is a new process that imports the module
of its work, so that `work` must be a function of a module.
"""

import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
import torch.multiprocessing as mp

Work = Callable[[int, int], dict[str, Any]]
PATIENCE = timedelta(seconds=60)  # for a message from another worker


def launch(work: Work, workers: int = 2) -> list[dict[str, Any]]:
    """Run `work(rank, workers)` in as many processes as there are workers, and return what each returns.

    Raises
    ------
    torch.multiprocessing.ProcessRaisedException
        where a worker raises; the message holds its rank and its traceback
    torch.multiprocessing.ProcessExitedException
        where a worker ends without returning; the message holds its rank and its exit code
    """
    with tempfile.TemporaryDirectory() as folder:
        mp.spawn(_enter, args=(work, workers, folder), nprocs=workers)  # type: ignore[attr-defined, no-untyped-call]
        return [torch.load(Path(folder) / f"{rank}.pt", weights_only=True) for rank in range(workers)]


def _enter(rank: int, work: Work, workers: int, folder: str) -> None:
    torch.set_num_threads(1)
    meeting = (Path(folder) / "meeting").as_uri()  # a file, because a free port could be taken by somebody else
    dist.init_process_group("gloo", init_method=meeting, rank=rank, world_size=workers, timeout=PATIENCE)
    torch.save(work(rank, workers), Path(folder) / f"{rank}.pt")
    dist.barrier()  # nobody leaves while another still needs it
    dist.destroy_process_group()
