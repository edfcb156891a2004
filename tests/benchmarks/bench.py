"""Measure the speed of the reference against PyTorch: forward and all gradients, on one thread, as a ratio.

    python tests/benchmarks/bench.py                 everything
    python tests/benchmarks/bench.py conv2d memory   these

Results are compared before time is. A ratio below 1 means faster than PyTorch. The status is 1 where a ratio exceeds
its bar twice, at two times of the run; rows without a bar are told only. The time is the processor's, so that what
else runs counts little.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import memory
import numpy as np
import torch
from measuring import assert_same, ratio
from optimizers import optimizer_steps
from threadpoolctl import threadpool_limits
from works import WORKS, Work

import dlref.numpy
import dlref.torch
from dlref.numpy.trees import leaves, mapped

BACKENDS = ("numpy", "torch")
DTYPES = ("float32", "float64")
OPTIMIZERS = {"Adam": ((1.0, 1.0), (1.5, 1.5)), "SGD": ((None, None), (1.5, 1.5))}  # bars, as those of the works
MEMORY_BAR = 3.0
Run = Callable[[], list[Any]]  # does the work once; returns the value's and the gradients' arrays


@dataclass
class Cell:
    """One measurement."""

    ratio: float
    bar: float | None
    milliseconds: float  # PyTorch's

    def within(self) -> bool:
        """Whether the ratio keeps to its bar."""
        return self.bar is None or self.ratio <= self.bar


Row = tuple[str, str, Callable[[], Iterator[Cell]]]  # name, size, and what measures it


def numpy_run(work: Work, args: list[Any], upstream: list[np.ndarray]) -> Run:
    """Value and gradients by dlref.numpy."""
    operation, same = getattr(dlref.numpy, work.name), work.first_stands_for

    def run() -> list[Any]:
        value, pullback = operation.vjp(*[args[0]] * same, *args[1:], **work.options)
        parts = iter(upstream)
        grads = pullback(mapped(lambda part: next(parts), value))
        found = list(leaves(value))
        for arg, grad in zip(args, (sum(grads[1:same], grads[0]), *grads[same:]), strict=False):
            mapped(lambda leaf, dleaf: None if dleaf is None else found.append(dleaf), arg, grad)
        return found

    return run


def torch_run(work: Work, operation: Callable[..., Any], args: list[Any], upstream: list[np.ndarray]) -> Run:
    """Value and gradients by a function of tensors."""
    tensors = mapped(lambda leaf: torch.from_numpy(leaf.copy()) if isinstance(leaf, np.ndarray) else leaf, args)
    learned = leaves([tensor for place, tensor in enumerate(tensors) if place not in work.fixed])
    wanted = [leaf.requires_grad_() for leaf in learned if torch.is_tensor(leaf) and leaf.is_floating_point()]
    dvalues = [torch.from_numpy(dvalue) for dvalue in upstream]

    def run() -> list[Any]:
        values = list(leaves(operation(*[tensors[0]] * work.first_stands_for, *tensors[1:], **work.options)))
        return [value.detach() for value in values] + list(torch.autograd.grad(values, wanted, dvalues))

    return run


def drawn(work: Work, dtype: str) -> list[Any]:
    """The work's arguments, the same at every call, floating arrays in the dtype."""

    def of_dtype(leaf: Any) -> Any:
        return leaf.astype(dtype) if isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f" else leaf

    return mapped(of_dtype, work.arguments(np.random.default_rng(0)))


def compared(ours: Run, theirs: Run, dtype: str, bar: float | None) -> Cell:
    """The measurement of one pair, after a look at the results."""
    assert_same(ours(), theirs(), dtype)
    relative, milliseconds = ratio(ours, theirs)
    return Cell(relative, bar, milliseconds)


def operation_cells(work: Work, backend: str) -> Iterator[Cell]:
    """The operation in both dtypes."""
    bars = {"numpy": work.numpy_bars, "torch": work.torch_bars}[backend]
    for dtype, bar in zip(DTYPES, bars, strict=True):
        # batch_norm writes running statistics: everyone has arrays of their own
        args, for_shapes, for_torch = (drawn(work, dtype) for _ in range(3))
        value = getattr(dlref.numpy, work.name)(
            *[for_shapes[0]] * work.first_stands_for, *for_shapes[1:], **work.options
        )
        upstream = [np.random.default_rng(1).normal(size=part.shape).astype(dtype) for part in leaves(value)]
        theirs = torch_run(work, work.theirs, for_torch, upstream)
        if backend == "numpy":
            ours = numpy_run(work, args, upstream)
        else:
            ours = torch_run(work, getattr(dlref.torch, work.name), args, upstream)
        yield compared(ours, theirs, dtype, bar)


def optimizer_cells(name: str, backend: str) -> Iterator[Cell]:
    """One step on a million parameters, against PyTorch's optimiser as it comes."""
    for dtype, bar in zip(DTYPES, OPTIMIZERS[name][BACKENDS.index(backend)], strict=True):
        (our_step, our_param), (their_step, their_param) = optimizer_steps(name, backend, dtype)
        for _ in range(3):
            our_step()
            their_step()
        assert_same([our_param], [their_param], dtype)
        relative, milliseconds = ratio(our_step, their_step)
        yield Cell(relative, bar, milliseconds)


def rows(names: list[str]) -> Iterator[Row]:
    """The rows of what is named, or of everything."""
    for backend in BACKENDS:
        for work in WORKS:
            if work.name in (names or [work.name]):
                yield f"dlref.{backend}.{work.name}", work.size, partial(operation_cells, work, backend)
        for name in OPTIMIZERS:
            if name in (names or [name]):
                yield f"dlref.{backend}.{name}", "10⁶ parameters", partial(optimizer_cells, name, backend)


def show(name: str, size: str, measure: Callable[[], Iterator[Cell]]) -> bool:
    """Measure and print a row; return whether it keeps to its bars."""
    row, cells = f"{name:36}{size:44}", list(measure())
    for cell in cells:
        bar = "" if cell.bar is None else f"≤ {cell.bar:.2f}"
        row += f"{cell.ratio:8.2f} {bar:7}{'' if cell.within() else 'OVER':5}{cell.milliseconds:9.2f}"
    print(row, flush=True)
    return all(cell.within() for cell in cells)


def show_memory() -> bool:
    """Print what a step takes, in parts of what PyTorch's takes."""
    taken = memory.step_bytes()
    relative = taken["numpy"] / taken["torch"]
    mark = "" if relative <= MEMORY_BAR else "OVER"
    print(f"{'memory of a training step':36}{memory.DESCRIPTION:44}{relative:8.2f} ≤ {MEMORY_BAR:.2f} {mark}")
    print(f"{'':36}{', '.join(f'{name} {size / 2**20:.0f} MiB' for name, size in taken.items())}")
    return relative <= MEMORY_BAR


def main(names: list[str]) -> int:
    """Measure everything, or what is named; return the exit status."""
    torch.set_num_threads(1)
    threadpool_limits(1)  # NumPy's
    unknown = set(names) - {work.name for work in WORKS} - set(OPTIMIZERS) - {"memory"}
    if unknown:
        sys.exit(f"nothing to measure has the name {', '.join(sorted(unknown))}")
    columns = "".join(f"{dtype:>8} {'bar':7}{'':5}{'torch, ms':>9}" for dtype in DTYPES)
    print(f"{'time of ours / time of PyTorch':36}{'':44}{columns}")
    over = [row for row in rows(names) if not show(*row)]
    if over:
        print("what is over, once more: a neighbour on the machine that fills the caches counts in one of the two")
        over = [row for row in over if not show(*row)]
    memory_kept = show_memory() if "memory" in (names or ["memory"]) else True
    if not names:
        without = sorted(set(dlref.torch.__all__) - {work.name for work in WORKS} - set(OPTIMIZERS))
        print(f"\nnot measured: {', '.join(without)}")
    exceeding = len(over) + (not memory_kept)
    print(f"{exceeding} row(s) exceed a bar")
    return int(exceeding > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
