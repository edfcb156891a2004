"""What all optimisers share: they walk through the parameters and remember something of each.

The rule by which one parameter moves is the optimiser's own; it stands in its `_update`.
"""

from collections.abc import Mapping

import numpy as np

from dlref.checks import check_grads, check_not_negative, check_trainable
from dlref.numpy.differentiable import Array


class State(dict[str, Array]):
    """What an optimiser remembers of one parameter: arrays by name, each zero at first, and the number of steps."""

    def __init__(self, param: Array) -> None:
        super().__init__()
        self.param = param
        self.step = 0

    def __missing__(self, name: str) -> Array:
        self[name] = np.zeros_like(self.param)
        return self[name]


class Optimizer:
    """The frame of every optimiser."""

    def __init__(self, params: Mapping[str, Array], lr: float) -> None:
        check_trainable((np.ndarray,), type(self).__name__, params)
        check_not_negative(type(self).__name__, lr=lr)
        self.params = dict(params)
        self.lr = lr
        self.states = {name: State(param) for name, param in self.params.items()}

    def step(self, grads: Mapping[str, Array]) -> None:
        """Move every parameter once, in place.

        Parameters
        ----------
        grads
            the gradient of each parameter, under its name and in its shape and dtype; is not changed

        Raises
        ------
        ValueError
            where names, shapes or dtypes of `grads` differ from those of the parameters
        """
        check_grads((np.ndarray, np.generic), type(self).__name__, self.params, grads)
        for name, param in self.params.items():
            state = self.states[name]
            state.step += 1
            self._update(param, grads[name], state)

    def _update(self, param: Array, grad: Array, state: State) -> None:
        """Move one parameter in place."""
        raise NotImplementedError
