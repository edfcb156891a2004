"""The claim of the sample page."""

import pytest

from dlref.experiments.registry import measure


@pytest.mark.claim("C-double")
def test_double_is_twice():
    found = measure("C-double")
    assert found["value"] == 4
