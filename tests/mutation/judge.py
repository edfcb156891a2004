"""What judges a mutant: those tests of tests/ops that run the mutated function, in a process of its own.

The processes are forked from one that has NumPy, PyTorch and pytest loaded already, but not the reference: it is
imported with the mutated module's code in place of the file's. Nothing is written, so nothing can be left behind.
"""

import ast
import importlib.abc
import importlib.util
import json
import os
import sys
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from typing import Any

import coverage
import hypothesis
import pytest
import sklearn.datasets  # noqa: F401  loaded once here instead of once a mutant, as PyTorch is
import torch.nn.functional  # noqa: F401
from mutants import Mutant

Reach = dict[str, Any]  # "lines": file -> line -> tests that run it; "seconds": test -> duration; "failed": tests


class Measuring:
    """A pytest plugin that notes which test runs which line, and how long each test takes."""

    def __init__(self, source: Path) -> None:
        self.coverage = coverage.Coverage(data_file=None, config_file=False, source=[str(source)])
        self.coverage.set_option("run:core", "ctrace")  # the one that can name the test
        self.seconds: dict[str, float] = {}
        self.failed: list[str] = []
        self.coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        """Note the lines under the test's name, those that its fixtures run too."""
        self.coverage.switch_context(item.nodeid)
        try:
            return (yield)
        finally:
            self.coverage.switch_context("")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the duration and the outcome."""
        if report.when == "call" and report.passed:
            self.seconds[report.nodeid] = report.duration
        elif report.failed:
            self.failed.append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note what cannot even be collected."""
        if report.failed:
            self.failed.append(report.nodeid)

    def reach(self) -> Reach:
        """What was noted."""
        self.coverage.stop()
        data = self.coverage.get_data()
        lines = {
            file: {line: [name for name in names if name] for line, names in data.contexts_by_lineno(file).items()}
            for file in data.measured_files()
        }
        return {"lines": lines, "seconds": self.seconds, "failed": self.failed}


class Chosen:
    """A pytest plugin that runs the chosen tests only, the quickest first."""

    def __init__(self, seconds: dict[str, float]) -> None:
        self.seconds = seconds

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Choose and sort."""
        items[:] = sorted((i for i in items if i.nodeid in self.seconds), key=lambda i: self.seconds[i.nodeid])


class Mutated(importlib.abc.MetaPathFinder, SourceFileLoader):
    """Finds the mutated module, and gives it the mutated code."""

    def __init__(self, name: str, mutant: Mutant) -> None:
        super().__init__(name, str(mutant.file))
        self.mutated = mutant.code()

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Answer for the mutated module only."""
        return (
            importlib.util.spec_from_file_location(fullname, self.path, loader=self) if fullname == self.name else None
        )

    def get_code(self, fullname: str) -> Any:
        """The mutated code; no byte code is kept of it."""
        return compile(self.mutated, self.path, "exec")


def measure(root: Path, kept: Path) -> int:
    """Run all tests in `root`, unmutated, and write what they reach into the file `kept`."""
    measuring = Measuring(root / "src" / "dlref")
    _run_tests(root, ["--continue-on-collection-errors", "tests/ops"], measuring)
    kept.write_text(json.dumps(measuring.reach()), "utf-8")
    return 0


def judge(root: Path, mutant: Mutant, seconds: dict[str, float]) -> int:
    """Return 0 where none of these tests notices the mutant."""
    name = ".".join(mutant.file.relative_to(root / "src").with_suffix("").parts).removesuffix(".__init__")
    sys.meta_path.insert(0, Mutated(name, mutant))
    files = sorted({test.split("::")[0] for test in seconds})
    return _run_tests(root, ["-x", *files], Chosen(seconds))


def _run_tests(root: Path, arguments: list[str], plugin: object) -> int:
    os.chdir(root)
    sys.path.insert(0, str(root / "src"))
    os.environ["PYTHONPATH"] = str(root / "src")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # the operations' tests need none, and loading takes time
    # to know that a test fails is enough: the failing example need not be made small
    generate = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile("mutation", phases=generate, database=None)
    hypothesis.settings.load_profile("mutation")
    return pytest.main(["-q", "--assert=plain", "-p", "no:terminalreporter", *arguments], plugins=[plugin])


def tests_of(mutant: Mutant, reach: Reach) -> dict[str, float]:
    """The tests that run the mutated definition, with their seconds; for a default also those of the signatures."""
    lines = reach["lines"].get(str(mutant.file), {})
    first, last = _definition_around(mutant)
    tests = {test for line in range(first, last + 1) for test in lines.get(str(line), [])}
    if not lines.get(str(mutant.line)):  # only an import runs it
        tests |= {test for test in reach["seconds"] if "signature" in test or "defaults" in test}
    if mutant.operator.endswith("RemoveDecorator"):  # an operation without a pullback drops out of its own tests
        tests |= {test for test in reach["seconds"] if "every_differentiable_operation" in test}
    return {test: reach["seconds"][test] for test in tests if test in reach["seconds"]}


def _definition_around(mutant: Mutant) -> tuple[int, int]:
    """First and last line of the function or class that holds the mutant, or else of the file."""
    source = mutant.file.read_text("utf-8")
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            if first <= mutant.line <= node.end_lineno:
                return first, node.end_lineno
    return 1, len(source.splitlines())
