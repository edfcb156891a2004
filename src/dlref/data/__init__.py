"""Real data that needs no download, tasks made by rule, and what training on both takes: split, batches, scaling.

Everything random takes an explicit `np.random.Generator`.
"""

from dlref.data.batching import minibatches, standardize, stratified_split
from dlref.data.made import adding_problem, gaussian_ring, place_on_canvas, shift_images
from dlref.data.sets import load_alice, load_breast_cancer, load_diabetes_column, load_digits

__all__ = [
    "adding_problem",
    "gaussian_ring",
    "load_alice",
    "load_breast_cancer",
    "load_diabetes_column",
    "load_digits",
    "minibatches",
    "place_on_canvas",
    "shift_images",
    "standardize",
    "stratified_split",
]
