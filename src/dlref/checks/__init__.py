"""What is asked of arguments, in both backends: every error names the operation, what it expected and what it got."""

from dlref.checks.arrays import check_arrays
from dlref.checks.optim import check_grads, check_sgd
from dlref.checks.options import check_choice, check_classes, check_dim, check_pool_padding, pair, span

__all__ = [
    "check_arrays",
    "check_choice",
    "check_classes",
    "check_dim",
    "check_grads",
    "check_pool_padding",
    "check_sgd",
    "pair",
    "span",
]
