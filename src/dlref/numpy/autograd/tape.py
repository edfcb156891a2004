"""The tape: which operation made which array, and how to walk back from a result to what it depends on.

Each operation that is applied to a `Tensor` leaves a `Node`, numbered in the order of application. Going backward, the
nodes are visited from the highest number down, so that the gradient of a value is complete, summed over all its uses,
before it is handed on. That order is what makes one backward pass cost no more than a few forward passes.
Reference: Baydin, Pearlmutter, Radul and Siskind, Automatic differentiation in machine learning (2018),
arXiv:1502.05767.
"""

import heapq
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import count
from typing import TYPE_CHECKING, Any

from dlref.numpy.differentiable import Array, Pullback
from dlref.numpy.trees import leaves, mapped

if TYPE_CHECKING:
    from dlref.numpy.autograd.tensor import Tensor

_recording = ContextVar("recording", default=True)
_numbers = count()


@contextmanager
def no_grad() -> Iterator[None]:
    """Record nothing inside this block: results need no gradient, and nothing is kept for a backward pass.

    Examples
    --------
    >>> from dlref.numpy import Tensor
    >>> weight = Tensor(1.0, requires_grad=True)
    >>> with no_grad():
    ...     print((weight + weight).requires_grad)
    False
    """
    token = _recording.set(False)
    try:
        yield
    finally:
        _recording.reset(token)


@contextmanager
def recording() -> Iterator[None]:
    """Record inside this block, even within `no_grad`."""
    token = _recording.set(True)
    try:
        yield
    finally:
        _recording.reset(token)


def is_recording() -> bool:
    """Tell whether operations are being recorded here."""
    return _recording.get()


class Node:
    """One application of an operation: what went in, how many arrays came out, and the way back."""

    def __init__(self, name: str, args: tuple[Any, ...], value: Any, pullback: Pullback) -> None:
        self.name, self.args, self.value, self.pullback = name, args, value, pullback
        self.number = next(_numbers)
        self.freed = False

    def gradients(self, dvalues: list[Array | None]) -> Iterator[tuple[Any, Array | None]]:
        """Pair every leaf of the arguments with its gradient, given one per leaf of the value (None for zero)."""
        if self.freed:
            raise RuntimeError(
                f"backward: the way back through {self.name} was already taken and freed; "
                "pass retain_graph=True to the first backward()"
            )
        waiting = iter(dvalues)
        grads = self.pullback(mapped(lambda leaf: next(waiting), self.value))
        pairs: list[tuple[Any, Array | None]] = []
        mapped(lambda leaf, grad: pairs.append((leaf, grad)), self.args, grads)
        yield from pairs

    def free(self) -> None:
        """Let go of the arrays that the pullback holds."""
        self.freed, self.args, self.pullback = True, (), lambda dvalue: ()


def backpropagate(
    outputs: list["Tensor"], doutputs: list[Array], *, retain_graph: bool
) -> list[tuple["Tensor", Array]]:
    """Walk the tape backward from `outputs`.

    Parameters
    ----------
    outputs
        where to start
    doutputs
        the gradient of each of them
    retain_graph
        keep the tape, so that it can be walked again

    Returns
    -------
    each tensor that was made with `requires_grad=True` and was reached, with its gradient
    """
    found: dict[int, tuple[Tensor, Array]] = {}
    arrived: dict[int, list[Array | None]] = {}  # node number -> gradients of its value, so far
    queue: list[tuple[int, Node]] = []  # highest number first

    def deliver(tensor: "Tensor", grad: Array) -> None:
        node = tensor.node
        if node is None:
            known = found.get(id(tensor))
            found[id(tensor)] = (tensor, grad if known is None else known[1] + grad)
            return
        if node.number not in arrived:
            arrived[node.number] = [None] * len(list(leaves(node.value)))
            heapq.heappush(queue, (-node.number, node))
        sums = arrived[node.number]
        before = sums[tensor.place]
        sums[tensor.place] = grad if before is None else before + grad

    for output, doutput in zip(outputs, doutputs, strict=True):
        deliver(output, doutput)
    while queue:
        _, node = heapq.heappop(queue)
        for leaf, grad in node.gradients(arrived.pop(node.number)):
            if grad is not None and getattr(leaf, "requires_grad", False):
                deliver(leaf, grad)
        if not retain_graph:
            node.free()
    return list(found.values())
