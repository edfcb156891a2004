"""The sample's other operations."""

from dlref.torch.scaling import double

__all__ = ["double"]
