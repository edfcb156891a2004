"""Results are remembered for exactly as long as what produced them stands."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dlref.experiments import registry
from dlref.experiments.provenance import fingerprint, package_versions, reachable
from dlref.experiments.remembering import remembering


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small source tree: an experiment reaches one operation of two."""
    files = {
        "dlref/__init__.py": "",
        "dlref/numpy/__init__.py": "from dlref.numpy.one import one\nfrom dlref.numpy.other import other\n",
        "dlref/numpy/one.py": "from dlref.numpy.below import below\none = below\n",
        "dlref/numpy/other.py": "other = 2\n",
        "dlref/numpy/below.py": "import numpy as np\nbelow = 1\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


CODES = ["from dlref.numpy import one", "from dlref.numpy.one import one", "import dlref.numpy.one"]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(("changed", "differs"), [("one", True), ("below", True), ("other", False)])
def test_fingerprint_covers_what_is_reached_and_nothing_else(tree, code, changed, differs):
    before = fingerprint(code, tree)
    path = tree / f"dlref/numpy/{changed}.py"
    path.write_text(path.read_text("utf-8") + "# changed\n", "utf-8")
    assert (fingerprint(code, tree) != before) is differs


def test_fingerprint_covers_the_code_itself(tree):
    assert fingerprint(CODES[0], tree) != fingerprint(CODES[0] + "\n", tree)


def test_only_versions_of_reached_packages_count(tree):
    assert set(package_versions(CODES[0], tree)) == {"python", "numpy"}
    assert set(package_versions("import torch", tree)) == {"python", "torch"}
    assert reachable("import dlref.numpy.other", tree) == [tree / "dlref/numpy/other.py"]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    registry.load_all()  # before the patch: a module that is imported later would register in vain
    monkeypatch.setattr(registry, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(registry, "CLAIMS", {})
    return tmp_path / "cache"


def test_a_remembered_result_is_not_measured_again(cache):
    calls = []

    @registry.experiment
    def measured() -> registry.Result:
        calls.append(1)
        return {"value": 0.1 + 0.2}

    assert measured() == measured() == {"value": 0.1 + 0.2}
    assert len(calls) == 1
    (kept,) = cache.glob("*.json")
    assert json.loads(kept.read_text("utf-8")) == {"value": 0.1 + 0.2}


@pytest.mark.usefixtures("cache")
def test_what_one_measures_another_waits_for():
    calls = []

    @registry.experiment
    def measured() -> registry.Result:
        calls.append(1)
        time.sleep(0.2)
        return {"count": len(calls)}

    with ThreadPoolExecutor(2) as readers:
        assert list(readers.map(lambda _: measured(), range(2))) == [{"count": 1}] * 2


def test_a_new_fingerprint_measures_again(cache, monkeypatch):
    calls = []

    @registry.experiment
    def measured() -> registry.Result:
        calls.append(1)
        return {"count": len(calls)}

    measured()
    monkeypatch.setattr(registry, "fingerprint", lambda code, root: "another")
    assert measured() == {"count": 2}


def test_two_measurements_of_one_claim_are_refused(cache):
    @registry.claim("C-once")
    def first() -> registry.Result:
        return {}

    with pytest.raises(ValueError, match="claim C-once is measured twice: first, second"):

        @registry.claim("C-once")
        def second() -> registry.Result:
            return {}


@pytest.mark.usefixtures("cache")
def test_an_unknown_claim_is_named():
    with pytest.raises(KeyError, match="no experiment measures claim C-unknown"):
        registry.measure("C-unknown")


def test_while_remembering_nothing_is_read_twice(tree):
    before = fingerprint(CODES[0], tree)
    with remembering():
        assert fingerprint(CODES[0], tree) == before
        for path in tree.rglob("*.py"):
            path.write_text(path.read_text() + "\nchanged = 1\n")
        with remembering():  # the outermost counts
            assert fingerprint(CODES[0], tree) == before
        assert fingerprint(CODES[0], tree) == before
        assert fingerprint(CODES[0] + "\n", tree) != before
    assert fingerprint(CODES[0], tree) != before
