"""A pytest plugin: what a block sets for its whole process ends with the block.

Readers paste each block into a process of its own; here many share one, with the tests of claims. A default dtype that
one of them sets must neither break the next nor be what makes it run.
"""

import sys
from collections.abc import Generator

import numpy as np
import pytest
from pytest_codeblocks.plugin import TestBlock


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Run a block, then set back what torch and NumPy hold for the whole process."""
    if not isinstance(item, TestBlock):
        return (yield)
    errors, printing = np.geterr(), np.get_printoptions()
    try:
        return (yield)
    finally:
        np.seterr(**errors)
        np.set_printoptions(**printing)
        if torch := sys.modules.get("torch"):
            torch.set_default_dtype(torch.float32)
            torch.set_default_device(None)
            torch.set_grad_enabled(True)
            torch.set_printoptions(profile="default")
