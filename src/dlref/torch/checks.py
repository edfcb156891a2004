"""The argument check of the PyTorch backend."""

from functools import partial

import torch

from dlref.checks import check_arrays

check = partial(check_arrays, (torch.Tensor,))
