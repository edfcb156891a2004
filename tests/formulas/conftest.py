"""Each test names the formula it judges; here its file is read, and what judged nothing does not pass."""

from collections.abc import Iterator

import numpy as np
import pytest
from examples import N, P
from latex.formula import SNIPPETS, Formula

from dlref.site.formula_tests import formula_digest


@pytest.fixture
def formula(request: pytest.FixtureRequest) -> Iterator[Formula]:
    """The formula that `@pytest.mark.formula("page/name")` names."""
    (name,) = request.node.get_closest_marker("formula").args
    formula = Formula.of_file(SNIPPETS / f"{name}.tex")
    yield formula
    assert formula.judged, f"{name}: the test never asked for the formula"


@pytest.fixture(autouse=True)
def _transcribed(request: pytest.FixtureRequest) -> None:
    """A formula that was written down by hand is the one that was read then: `transcription("page/name", sha256)`."""
    marker = request.node.get_closest_marker("transcription")
    if marker:
        name, known = marker.args
        found = formula_digest((SNIPPETS / f"{name}.tex").read_text("utf-8"))
        assert found == known, f"snippets/{name}.tex was changed: compare it with this test, then write {found} here"


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """Random numbers of the test's own, the same in every run."""
    return np.random.default_rng(sum(request.node.originalname.encode()))


@pytest.fixture
def examples(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and targets of a linear regression."""
    return rng.normal(size=(N, P)), rng.normal(size=N)
