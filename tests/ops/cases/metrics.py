"""The one metric that has a gradient."""

import numpy as np
import torch
from hypothesis import strategies as st

from cases import SIZE, WRONG, Case, case, f


def torchs_mmd(x, y, bandwidth):
    """From torch's own distances, by the definition with three means."""

    def kernel(a, b):
        squared = (a[:, None] - b[None]).pow(2).sum(-1)
        return torch.exp(-squared / (2 * bandwidth**2)).mean()

    return kernel(x, x) + kernel(y, y) - 2 * kernel(x, y)


@case(judge=torchs_mmd)
def mmd(draw, array):
    dim = draw(SIZE)
    return Case([array(draw(SIZE), dim), array(draw(SIZE), dim), draw(st.sampled_from([0.5, 1.0, 3.0]))], {})


CLASSES = np.array([0, 1])
WRONG += [
    ("mmd", [f(2, 3), f(2, 4), 1.0], {}, r"mmd: other must be \(M, D\) with D = 3 as input \(2, 3\) has; got \(2, 4\)"),
    ("mmd", [f(2, 3), f(2, 3), 0.0], {}, r"mmd: bandwidth must be more than 0; got 0.0"),
    ("accuracy", [f(2, 3), np.array([0, 1, 2])], {}, r"accuracy: target must be \(N\) with N = 2 as .*; got \(3,\)"),
    ("accuracy", [f(2), CLASSES], {}, r"accuracy: input must be \(N, C\); got \(2,\)"),
    ("accuracy", [f(0, 3), np.zeros(0, int)], {}, r"accuracy: N must be more than 0; got 0"),
    ("confusion_matrix", [f(2), CLASSES, 2], {}, r"confusion_matrix: input must have integer dtype; got float64"),
    ("confusion_matrix", [CLASSES, np.array([0]), 2], {}, r"confusion_matrix: target must be \(N\) .*; got \(1,\)"),
    ("confusion_matrix", [CLASSES, CLASSES, 1], {}, r"confusion_matrix: .* indices in \[0, C\) with C = 1; got 1"),
    ("precision_recall_f1", [np.array([-1, 0]), CLASSES, 2], {}, r"indices in \[0, C\) with C = 2; got -1"),
]
