"""What is asked of arguments, in both backends: every error names the operation, what it expected and what it got."""

from dlref.checks.arrays import check_arrays, check_double
from dlref.checks.attention import (
    check_heads,
    check_length,
    check_mask,
    check_mask_broadcasts,
    check_mask_of_heads,
    check_sequences,
)
from dlref.checks.files import check_npz_names, check_suffix, needs, replacing
from dlref.checks.layers import (
    check_batch_norm,
    check_dropout,
    check_flatten,
    check_half_window,
    check_indices,
    check_int,
    check_normalized_shape,
    check_padding_idx,
    check_residual,
)
from dlref.checks.losses import check_broadcast, check_label_smoothing, check_probabilities, class_layouts
from dlref.checks.optim import (
    check_at_most_one,
    check_betas,
    check_counts,
    check_grads,
    check_nesterov,
    check_not_negative,
    check_positive,
    check_trainable,
)
from dlref.checks.options import check_choice, check_classes, check_dim, pair, span
from dlref.checks.params import check_layers, check_layouts, check_names, scoped
from dlref.checks.recurrent import ROLES, check_recurrent, check_state_pair

__all__ = [
    "ROLES",
    "check_arrays",
    "check_at_most_one",
    "check_batch_norm",
    "check_betas",
    "check_broadcast",
    "check_choice",
    "check_classes",
    "check_counts",
    "check_dim",
    "check_double",
    "check_dropout",
    "check_flatten",
    "check_grads",
    "check_half_window",
    "check_heads",
    "check_indices",
    "check_int",
    "check_label_smoothing",
    "check_layers",
    "check_layouts",
    "check_length",
    "check_mask",
    "check_mask_broadcasts",
    "check_mask_of_heads",
    "check_names",
    "check_nesterov",
    "check_normalized_shape",
    "check_not_negative",
    "check_npz_names",
    "check_padding_idx",
    "check_positive",
    "check_probabilities",
    "check_recurrent",
    "check_residual",
    "check_sequences",
    "check_state_pair",
    "check_suffix",
    "check_trainable",
    "class_layouts",
    "needs",
    "pair",
    "replacing",
    "scoped",
    "span",
]
