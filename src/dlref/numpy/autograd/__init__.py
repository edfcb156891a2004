"""Automatic differentiation: a tape over the operations' own pullbacks, so that gradients need not be chained by hand.

`dlref.torch` hands on PyTorch's own under the same names.
"""

from dlref.numpy.autograd.composing import composed
from dlref.numpy.autograd.shapes import cat, stack, where
from dlref.numpy.autograd.tape import no_grad
from dlref.numpy.autograd.tensor import Tensor

__all__ = ["Tensor", "cat", "composed", "no_grad", "stack", "where"]
