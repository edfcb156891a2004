"""The operation of the sample page."""

import pytest

import dlref.numpy
import dlref.torch


@pytest.mark.covers("dlref.numpy.double", "dlref.torch.double")
def test_double():
    assert dlref.numpy.double(3) == dlref.torch.double(3) == 6
