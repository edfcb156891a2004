"""Steps of an optimiser on a million parameters, ours and PyTorch's from the same start."""

from collections.abc import Callable

import numpy as np
import torch

import dlref.numpy
import dlref.torch

Step = tuple[Callable[[], None], np.ndarray]  # the step, and the parameters that it changes


def optimizer_steps(name: str, backend: str, dtype: str) -> tuple[Step, Step]:
    """Our step and PyTorch's, each on parameters of its own."""
    rng = np.random.default_rng(0)
    start, grad = rng.normal(size=10**6).astype(dtype), rng.normal(size=10**6).astype(dtype)
    ours = _numpy_step if backend == "numpy" else _torch_step
    return ours(getattr(getattr(dlref, backend), name), start, grad), _torch_step(
        getattr(torch.optim, name), start, grad
    )


def _numpy_step(optimizer: type, start: np.ndarray, grad: np.ndarray) -> Step:
    params = {"weight": start.copy()}
    made = optimizer(params, lr=1e-3)
    return lambda: made.step({"weight": grad}), params["weight"]


def _torch_step(optimizer: type, start: np.ndarray, grad: np.ndarray) -> Step:
    param = torch.from_numpy(start.copy()).requires_grad_()
    param.grad = torch.from_numpy(grad)
    return optimizer([param], lr=1e-3).step, param.detach().numpy()
