"""Optimisers: how a gradient becomes a step. They compute no gradients; they read what `backward()` left in `.grad`.

    SGD     g ← ∇L + λ·w                        (weight decay λ)
            v ← μ·v + (1 − τ)·g,  v = g at first (momentum μ, dampening τ)
            w ← w − η·v,  or with Nesterov  w ← w − η·(g + μ·v)

References: Polyak, Some methods of speeding up the convergence of iteration methods (1964);
Sutskever, Martens, Dahl and Hinton, On the importance of initialization and momentum in deep learning (2013).
"""

from collections.abc import Iterable

import torch
from torch import Tensor

from dlref.checks import check_sgd


class SGD:
    """Stochastic gradient descent with momentum, by the rule of `torch.optim.SGD`.

    Parameters
    ----------
    params
        the tensors to train; `step` changes them in place
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
    >>> weight = torch.tensor([1.0], requires_grad=True)
    >>> (2 * weight).sum().backward()
    >>> SGD([weight], lr=0.1).step()
    >>> print(weight.detach())
    tensor([0.8000])
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        check_sgd(lr, momentum, dampening, weight_decay, nesterov)
        self.params = list(params)
        self.lr, self.momentum, self.dampening = lr, momentum, dampening
        self.weight_decay, self.nesterov = weight_decay, nesterov
        self.velocities: dict[int, Tensor] = {}

    def zero_grad(self) -> None:
        """Forget the gradients; without this, the next `backward()` adds to them."""
        for param in self.params:
            param.grad = None

    @torch.no_grad()
    def step(self) -> None:
        """Move every parameter that has a gradient once, in place."""
        for index, param in enumerate(self.params):
            if param.grad is None:
                continue
            grad = param.grad
            if self.weight_decay:
                grad = grad + self.weight_decay * param
            if self.momentum:
                grad = self._with_momentum(index, grad)
            param -= self.lr * grad

    def _with_momentum(self, index: int, grad: Tensor) -> Tensor:
        if index in self.velocities:
            self.velocities[index] = self.momentum * self.velocities[index] + (1 - self.dampening) * grad
        else:
            self.velocities[index] = grad.clone()  # the first velocity is the gradient itself, undampened
        return grad + self.momentum * self.velocities[index] if self.nesterov else self.velocities[index]
