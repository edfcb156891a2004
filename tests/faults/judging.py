"""What judges a planted fault: which kinds of check fail once it is there.

The reference is imported with the changed text in place of the file's. Nothing is written, so that nothing is left.
"""

import importlib.abc
import importlib.util
import os
import sys
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from typing import Any

import hypothesis
import lark  # noqa: F401  loaded once instead of once a fault, as what follows
import numpy as np  # noqa: F401
import pytest
import sklearn.datasets  # noqa: F401
import torch.nn.functional  # noqa: F401

KINDS = ("torch", "slopes", "example", "formula")


@dataclass(frozen=True)
class Fault:
    """One change of the reference."""

    name: str
    file: str  # below src/dlref
    was: str  # stands there once
    becomes: str
    operation: str  # whose tests of tests/ops judge
    page: str = ""  # whose formulas judge


class Changed(importlib.abc.MetaPathFinder, SourceFileLoader):
    """Finds the module with the fault, and gives it the changed text."""

    def __init__(self, name: str, path: Path, text: str) -> None:
        super().__init__(name, str(path))
        self.text = text

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Answer for that module only."""
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(fullname, self.path, loader=self)

    def get_code(self, fullname: str) -> Any:
        """The changed text, compiled; no byte code is kept of it."""
        return compile(self.text, self.path, "exec")


class Judging:
    """A pytest plugin that keeps the checks of one operation and notes which kinds of them fail."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.failed: set[str] = set()
        self.ran: set[str] = set()
        self.broken = ""

    def kind_of(self, nodeid: str) -> str | None:
        """The kind of a check that judges this fault; None for all others."""
        if nodeid.startswith("tests/formulas/"):
            return "formula"
        if nodeid.startswith("src/"):
            return "example"
        operation = self.fault.operation
        mine = f"[{operation}-" in nodeid or f"[{operation}]" in nodeid or f"-{operation}]" in nodeid
        if not mine:
            return None
        return "slopes" if "finite_differences" in nodeid else "torch" if "torch" in nodeid else None

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep what judges."""
        items[:] = [item for item in items if self.kind_of(item.nodeid) and not item.get_closest_marker("gpu")]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what ran and what failed."""
        if report.when == "call" and (kind := self.kind_of(report.nodeid)):
            self.ran.add(kind)
            if report.failed:
                self.failed.add(kind)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A fault that stops an import is no fault that a check has to find."""
        if report.failed:
            self.broken = f"{report.nodeid} cannot be collected: {str(report.longrepr).splitlines()[-1]}"


def judged(root: Path, fault: Fault) -> tuple[str, list[str]]:
    """Return what went wrong, if anything, and the kinds of check that failed with the fault planted."""
    path = root / "src" / "dlref" / fault.file
    text = path.read_text("utf-8")
    if text.count(fault.was) != 1:
        return f"`{fault.was}` stands {text.count(fault.was)} times in src/dlref/{fault.file}", []
    module = ".".join(path.relative_to(root / "src").with_suffix("").parts).removesuffix(".__init__")
    sys.meta_path.insert(0, Changed(module, path, text.replace(fault.was, fault.becomes)))
    os.chdir(root)
    sys.path.insert(0, str(root / "src"))
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    # to know that a check fails is enough: the failing example need not be made small
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile("faults", phases=phases, database=None, derandomize=True)
    hypothesis.settings.load_profile("faults")
    checks = ["tests/ops/test_operations.py", "tests/ops/test_optim.py", str(path.relative_to(root))]
    if fault.page:
        checks.append(f"tests/formulas/test_{fault.page.replace('-', '_')}_formulas.py")
    plugin = Judging(fault)
    pytest.main(["-q", "--assert=plain", "--doctest-modules", "-p", "no:terminalreporter", *checks], plugins=[plugin])
    if not plugin.ran and not plugin.broken:
        return f"no check judges {fault.operation}", []
    return plugin.broken, [kind for kind in KINDS if kind in plugin.failed]
