"""What the training loops of both backends share: their history, when they stop, and the bar that shows how far.

>>> history = History([2.3, 0.4], [2.4, 0.6])
>>> print(history.best_epoch, history.stopped_early)
2 False
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dlref.checks import needs

__all__ = ["EarlyStopping", "History"]


@dataclass
class History:
    """The losses after each epoch.

    Parameters
    ----------
    train_loss
        mean over the training examples, each measured when its mini-batch was used
    valid_loss
        mean over the validation examples, measured after the epoch; empty without validation
    stopped_early
        whether patience ran out
    """

    train_loss: list[float] = field(default_factory=list)
    valid_loss: list[float] = field(default_factory=list)
    stopped_early: bool = False

    @property
    def best_epoch(self) -> int:
        """The epoch, counted from 1, with the lowest validation loss; without validation, the last one."""
        if not self.valid_loss:
            return len(self.train_loss)
        return 1 + min(range(len(self.valid_loss)), key=self.valid_loss.__getitem__)

    def check_finite(self, loss: float, epoch: int) -> None:
        """Raise FloatingPointError where a loss is not a finite number: nothing that follows would mean anything."""
        if not math.isfinite(loss):
            raise FloatingPointError(f"fit: the loss is {loss} in epoch {epoch}; try a lower learning rate or max_norm")


class EarlyStopping:
    """Keeps the parameters of the best epoch, and says when to stop.

    Parameters
    ----------
    patience
        epochs to wait for a new lowest validation loss; None never stops and keeps nothing

    Examples
    --------
    >>> stopping = EarlyStopping(patience=1)
    >>> print(stopping.update(History(valid_loss=[0.5]), {}), stopping.update(History(valid_loss=[0.5, 0.6]), {}))
    False True
    """

    def __init__(self, patience: int | None) -> None:
        self.patience = patience
        self.best: dict[str, Any] | None = None

    def update(self, history: History, params: dict[str, Any]) -> bool:
        """Take note of the epoch that `history` ends with; return whether to stop.

        Parameters
        ----------
        history
            with the epoch's validation loss
        params
            a copy of the parameters after the epoch
        """
        if self.patience is None:
            return False
        epoch = len(history.valid_loss)
        if history.best_epoch == epoch:
            self.best = params
        history.stopped_early = epoch - history.best_epoch >= self.patience
        return history.stopped_early


def order_of(seed: int) -> np.random.Generator:
    """Return the generator that decides the order of examples, in both backends."""
    return np.random.default_rng(seed)


def epochs_of(epochs: int, history: History, progress: bool) -> Iterator[int]:
    """Yield 1, …, epochs; with `progress`, behind a bar that shows the last losses."""
    numbers = range(1, epochs + 1)
    if not progress:
        yield from numbers
        return
    with needs("tqdm", "fit(progress=True)").tqdm(numbers, unit="epoch") as bar:
        for epoch in bar:
            yield epoch
            losses = {"train": history.train_loss, "valid": history.valid_loss}
            bar.set_postfix({name: f"{values[-1]:.4f}" for name, values in losses.items() if values})


def check_fit(inputs: int, targets: int, validation: tuple[Any, Any] | None, patience: int | None) -> None:
    """Raise ValueError where numbers of examples differ or there are none, or patience has nothing to wait for."""
    parts = {"inputs and targets": (inputs, targets)}
    if validation is not None:
        parts["inputs and targets of validation"] = (len(validation[0]), len(validation[1]))
    for name, (left, right) in parts.items():
        if left != right or left == 0:
            raise ValueError(f"fit: {name} must be as many, and some; got {left} and {right}")
    if patience is not None and (validation is None or patience < 1):
        raise ValueError(f"fit: patience must be at least 1 and needs validation; got {patience}")
