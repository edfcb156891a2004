"""Tasks in forked processes, each within a time limit."""

import contextlib
import gc
import os
import signal
import time
from collections.abc import Callable, Iterator

Task = tuple[Callable[[], int], float]  # what to do, and the seconds it may take


def run_forked(tasks: list[Task], workers: int) -> Iterator[tuple[int, int]]:
    """Run the tasks, `workers` at a time; yield the place of each and what it returned, as they end.

    A task that takes too long is stopped, with whatever it has started, and counts as having returned -9.
    """
    gc.freeze()  # what is loaded stays; to search it for garbage again and again would take half of the time
    waiting = list(enumerate(tasks))[::-1]
    running: dict[int, tuple[int, float]] = {}  # process -> place and deadline
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                place, (task, limit) = waiting.pop()
                running[_fork(task)] = place, time.monotonic() + limit
            time.sleep(0.01)
            for process, (place, deadline) in list(running.items()):
                if time.monotonic() > deadline:
                    _stop(process)
                ended, status = os.waitpid(process, os.WNOHANG)
                if ended:
                    _stop(process)  # what it has started
                    del running[process]
                    yield place, os.waitstatus_to_exitcode(status)
    finally:
        for process in running:
            _stop(process)


def _fork(task: Callable[[], int]) -> int:
    process = os.fork()
    if process:
        return process
    code = 1
    try:
        os.setsid()  # so that what it starts can be stopped with it
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        code = int(task())
    finally:
        os._exit(code)  # without the cleaning up that is the parent's


def _stop(process: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process, signal.SIGKILL)
