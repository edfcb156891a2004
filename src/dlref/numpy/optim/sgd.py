"""Optimisers: how a gradient becomes a step. They compute no gradients; they are handed them.

    SGD     g ← ∇L + λ·w                        (weight decay λ)
            v ← μ·v + (1 − τ)·g,  v = g at first (momentum μ, dampening τ)
            w ← w − η·v,  or with Nesterov  w ← w − η·(g + μ·v)

References: Polyak, Some methods of speeding up the convergence of iteration methods (1964);
Sutskever, Martens, Dahl and Hinton, On the importance of initialization and momentum in deep learning (2013).
"""

from collections.abc import Mapping

from dlref.checks import check_grads, check_sgd
from dlref.numpy.differentiable import Array


class SGD:
    """Stochastic gradient descent with momentum, by the rule of `torch.optim.SGD`.

    Parameters
    ----------
    params
        the arrays to train, by name; `step` changes them in place
    lr
        learning rate η
    momentum, dampening, weight_decay
        μ, τ and λ above
    nesterov
        step along g + μ·v instead of v

    Raises
    ------
    ValueError
        for a negative option, or for nesterov without momentum or with dampening

    Examples
    --------
    >>> import numpy as np
    >>> params = {"weight": np.array([1.0])}
    >>> SGD(params, lr=0.1).step({"weight": np.array([2.0])})
    >>> print(params["weight"])
    [0.8]
    """

    def __init__(
        self,
        params: Mapping[str, Array],
        lr: float,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        check_sgd(lr, momentum, dampening, weight_decay, nesterov)
        self.params = dict(params)
        self.lr, self.momentum, self.dampening = lr, momentum, dampening
        self.weight_decay, self.nesterov = weight_decay, nesterov
        self.velocities: dict[str, Array] = {}

    def step(self, grads: Mapping[str, Array]) -> None:
        """Move every parameter once, in place.

        Parameters
        ----------
        grads
            the gradient of each parameter, under its name and in its shape

        Raises
        ------
        ValueError
            where names or shapes of `grads` differ from those of the parameters
        """
        check_grads(self.params, grads)
        for name, param in self.params.items():
            grad = grads[name]
            if self.weight_decay:
                grad = grad + self.weight_decay * param
            if self.momentum:
                grad = self._with_momentum(name, grad)
            param -= self.lr * grad

    def _with_momentum(self, name: str, grad: Array) -> Array:
        if name in self.velocities:
            self.velocities[name] = self.momentum * self.velocities[name] + (1 - self.dampening) * grad
        else:
            self.velocities[name] = grad.copy()  # the first velocity is the gradient itself, undampened
        return grad + self.momentum * self.velocities[name] if self.nesterov else self.velocities[name]
