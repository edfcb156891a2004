"""Automatic differentiation: PyTorch's own, under the names that `dlref.numpy` gives to its tape."""

from torch import Tensor, cat, no_grad, stack, where

__all__ = ["Tensor", "cat", "no_grad", "stack", "where"]
