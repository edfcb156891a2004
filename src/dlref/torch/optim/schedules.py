"""Schedules: the learning rate η as a function of the steps taken, t = 0, 1, 2, …

    StepLR              η·γ^⌊t / step_size⌋
    ExponentialLR       η·γᵗ
    CosineAnnealingLR   η_min + (η − η_min)·(1 + cos(π·t / T_max)) / 2
    LinearLR            η·(a + (b − a)·min(t, T) / T)      a = start_factor, b = end_factor, T = total_iters

`optimizer.step(…)` comes first, `schedule.step()` after it. A schedule sets `optimizer.lr` outright from η, the rate
that it found there at first; of several at once only the last would count, so a change by anyone else is refused.
Reference for cosine: Loshchilov and Hutter, SGDR: stochastic gradient descent with warm restarts (2016),
arXiv:1608.03983. Linear warm-up: Goyal and others, Accurate, large minibatch SGD (2017), arXiv:1706.02677.
"""

import math

from dlref.checks import check_at_most_one, check_counts, check_not_negative, check_positive
from dlref.torch.optim.optimizer import Optimizer


class Schedule:
    """What schedules share: they count steps and set the learning rate."""

    def __init__(self, optimizer: Optimizer) -> None:
        name = type(self).__name__
        if not isinstance(optimizer, Optimizer):
            raise ValueError(f"{name}: optimizer must be one of dlref.torch; got {type(optimizer).__name__}")
        self.optimizer = optimizer
        self.base_lr = self.last_lr = optimizer.lr
        self.last_epoch = -1
        self.step()

    def step(self) -> None:
        """Set the learning rate for the next step of the optimiser."""
        if self.optimizer.lr != self.last_lr:
            change = f"{self.last_lr} became {self.optimizer.lr}"
            raise ValueError(f"{type(self).__name__}: nothing else may change the optimizer's lr; {change}")
        self.last_epoch += 1
        self.last_lr = self.optimizer.lr = self._lr_at(self.last_epoch)

    def get_last_lr(self) -> list[float]:
        """Return the learning rate that was set last, in a list as PyTorch's schedules do."""
        return [self.last_lr]

    def _lr_at(self, step: int) -> float:
        """The learning rate after `step` steps."""
        raise NotImplementedError


class StepLR(Schedule):
    """Multiply the rate by `gamma` every `step_size` steps.

    Parameters
    ----------
    optimizer
        an optimiser of this package, whose `lr` is set
    step_size
        how many steps the rate stays
    gamma
        γ above

    Raises
    ------
    ValueError
        for a step_size that is no positive integer, or a negative gamma

    Examples
    --------
    >>> import torch
    >>> from dlref.torch import SGD
    >>> optimizer = SGD([torch.ones(1)], lr=1.0)
    >>> schedule = StepLR(optimizer, step_size=2)
    >>> for _ in range(3):
    ...     print(round(optimizer.lr, 2))
    ...     schedule.step()
    1.0
    1.0
    0.1
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1) -> None:
        check_counts("StepLR", step_size=step_size)
        check_not_negative("StepLR", gamma=gamma)
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer)

    def _lr_at(self, step: int) -> float:
        return self.base_lr * self.gamma ** (step // self.step_size)


class ExponentialLR(Schedule):
    """Multiply the rate by `gamma` at every step.

    Parameters
    ----------
    optimizer
        an optimiser of this package, whose `lr` is set
    gamma
        γ above

    Raises
    ------
    ValueError
        for a negative gamma

    Examples
    --------
    >>> import torch
    >>> from dlref.torch import SGD
    >>> optimizer = SGD([torch.ones(1)], lr=1.0)
    >>> schedule = ExponentialLR(optimizer, gamma=0.5)
    >>> for _ in range(3):
    ...     print(round(optimizer.lr, 2))
    ...     schedule.step()
    1.0
    0.5
    0.25
    """

    def __init__(self, optimizer: Optimizer, gamma: float) -> None:
        check_not_negative("ExponentialLR", gamma=gamma)
        self.gamma = gamma
        super().__init__(optimizer)

    def _lr_at(self, step: int) -> float:
        return self.base_lr * self.gamma**step


class CosineAnnealingLR(Schedule):
    """Lower the rate to `eta_min` along half a cosine; after `T_max` steps it rises again.

    Parameters
    ----------
    optimizer
        an optimiser of this package, whose `lr` is set
    T_max
        how many steps the way down takes
    eta_min
        η_min above

    Raises
    ------
    ValueError
        for a T_max that is no positive integer, or a negative eta_min

    Examples
    --------
    >>> import torch
    >>> from dlref.torch import SGD
    >>> optimizer = SGD([torch.ones(1)], lr=1.0)
    >>> schedule = CosineAnnealingLR(optimizer, T_max=2)
    >>> for _ in range(3):
    ...     print(round(optimizer.lr, 2))
    ...     schedule.step()
    1.0
    0.5
    0.0
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0) -> None:
        check_counts("CosineAnnealingLR", T_max=T_max)
        check_not_negative("CosineAnnealingLR", eta_min=eta_min)
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer)

    def _lr_at(self, step: int) -> float:
        return self.eta_min + (self.base_lr - self.eta_min) * (1 + math.cos(math.pi * step / self.T_max)) / 2


class LinearLR(Schedule):
    """Warm up: raise the rate linearly from `start_factor` to `end_factor` times what it was, then keep it.

    Parameters
    ----------
    optimizer
        an optimiser of this package, whose `lr` is set
    start_factor, end_factor
        factors at the first step and from step `total_iters` on
    total_iters
        how many steps the change takes

    Raises
    ------
    ValueError
        for a start_factor outside (0, 1], an end_factor outside [0, 1], or total_iters that is no positive integer

    Examples
    --------
    >>> import torch
    >>> from dlref.torch import SGD
    >>> optimizer = SGD([torch.ones(1)], lr=1.0)
    >>> schedule = LinearLR(optimizer, start_factor=0.5, total_iters=2)
    >>> for _ in range(4):
    ...     print(round(optimizer.lr, 2))
    ...     schedule.step()
    0.5
    0.75
    1.0
    1.0
    """

    def __init__(
        self, optimizer: Optimizer, start_factor: float = 1 / 3, end_factor: float = 1.0, total_iters: int = 5
    ) -> None:
        check_positive("LinearLR", start_factor=start_factor)
        check_at_most_one("LinearLR", start_factor=start_factor, end_factor=end_factor)
        check_counts("LinearLR", total_iters=total_iters)
        self.start_factor, self.end_factor, self.total_iters = start_factor, end_factor, total_iters
        super().__init__(optimizer)

    def _lr_at(self, step: int) -> float:
        share = min(step, self.total_iters) / self.total_iters
        return self.base_lr * (self.start_factor + (self.end_factor - self.start_factor) * share)
