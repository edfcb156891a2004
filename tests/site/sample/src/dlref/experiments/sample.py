"""The numbers of the sample page."""

from dlref.numpy.scaling import double

from dlref.experiments.registry import Result, claim


@claim("C-double")
def doubling() -> Result:
    """Double a number."""
    return {"start": 2, "value": double(2.0), "tiny": -1.2e-13, "list": [1, 2]}
