"""The sample's operations."""

from dlref.numpy.scaling import double

__all__ = ["double"]
