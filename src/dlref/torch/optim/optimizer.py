"""What all optimisers share: they walk through the parameters and remember something of each.

The rule by which one parameter moves is the optimiser's own; it stands in its `_update`.
"""

from collections.abc import Iterable

import torch
from torch import Tensor

from dlref.checks import check_not_negative, check_trainable


class State(dict[str, Tensor]):
    """What an optimiser remembers of one parameter: tensors by name, each zero at first, and the number of steps."""

    def __init__(self, param: Tensor) -> None:
        super().__init__()
        self.param = param
        self.step = 0

    def __missing__(self, name: str) -> Tensor:
        self[name] = torch.zeros_like(self.param)
        return self[name]


class Optimizer:
    """The frame of every optimiser."""

    def __init__(self, params: Iterable[Tensor], lr: float) -> None:
        self.params = list(params)
        check_trainable((Tensor,), type(self).__name__, dict(enumerate(self.params)))
        for index, param in enumerate(self.params):
            if not param.is_leaf:  # autograd leaves gradients in leaves only
                raise ValueError(f"{type(self).__name__}: params[{index}] must be a leaf; got a result of operations")
        check_not_negative(type(self).__name__, lr=lr)
        self.lr = lr
        self.states = [State(param) for param in self.params]

    def zero_grad(self) -> None:
        """Forget the gradients; without this, the next `backward()` adds to them."""
        for param in self.params:
            param.grad = None

    @torch.no_grad()
    def step(self) -> None:
        """Move every parameter that has a gradient in `.grad` once, in place."""
        for param, state in zip(self.params, self.states, strict=True):
            if param.grad is not None:
                state.step += 1
                self._update(param, param.grad, state)

    def _update(self, param: Tensor, grad: Tensor, state: State) -> None:
        """Move one parameter in place."""
        raise NotImplementedError
