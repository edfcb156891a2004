"""The formula of the sample page."""

import pytest


@pytest.mark.formula("sample/double")
def test_double(formula):
    formula.holds({"y": 4.0, "x": 2.0})
