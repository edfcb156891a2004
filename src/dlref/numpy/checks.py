"""The argument check of the NumPy backend."""

from functools import partial

import numpy as np

from dlref.checks import check_arrays

check = partial(check_arrays, (np.ndarray, np.generic))
