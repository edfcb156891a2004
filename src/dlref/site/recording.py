"""A pytest plugin that writes what passed into the verification record, and what failed as one line with its place.

Load it with `-p dlref.site.recording --dlref-root=.`; it also works under pytest-xdist, where each test's facts
travel in its report's user properties.
"""

import json
import traceback
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from pytest_codeblocks.plugin import TestBlock

from dlref.experiments.remembering import remembering
from dlref.site.claims import claim_key
from dlref.site.deviations import keep_deviation
from dlref.site.implementations import implementation_key
from dlref.site.project import Project
from dlref.site.record import Record
from dlref.site.snippets import block_key, block_versions, code_digest, output_line

_PROPERTY = "dlref"
_DEVIATIONS = "dlref-deviations"  # the user property in which tests/ops says how far apart the libraries were
FAILURES = "failures.json"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--dlref-root", help="record what passes in the checkout at this path")
    parser.addoption("--dlref-covers", default="", help="of the tests of implementations, only those of these names")


def pytest_configure(config: pytest.Config) -> None:
    root = config.getoption("--dlref-root")
    if root:
        config.pluginmanager.register(Recorder(Project(Path(root).resolve()), config), "dlref-recorder")


class Recorder:
    """Collects the outcome of one pytest session."""

    def __init__(self, project: Project, config: pytest.Config) -> None:
        self.project = project
        self.is_worker = hasattr(config, "workerinput")
        self.wanted = set(filter(None, str(config.getoption("--dlref-covers")).split(",")))
        self.passed: list[tuple[dict[str, Any], float, str]] = []
        self.failed: list[dict[str, Any]] = []

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        others = []
        for item in items:
            facts = _facts(self.project, item)
            item.user_properties.append((_PROPERTY, facts))
            if self.wanted and self.project.tests / "ops" in item.path.parents:
                others += [item] if self.wanted.isdisjoint(facts.get("covers", [])) else []
        if others:
            config.hook.pytest_deselected(items=others)
            unwanted = set(others)
            items[:] = [item for item in items if item not in unwanted]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if report.failed and call.excinfo:
            item.user_properties.append(("dlref-failure", _failure(self.project, item, call.excinfo.value)))
            report.user_properties = item.user_properties
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        properties: dict[str, Any] = dict(report.user_properties)
        if report.failed:
            self.failed.append({**properties.get(_PROPERTY, {}), **properties.get("dlref-failure", {})})
        elif report.when == "call" and report.passed:
            facts = {**properties.get(_PROPERTY, {}), "deviations": properties.get(_DEVIATIONS, [])}
            self.passed.append((facts, report.duration, report.nodeid))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            path = report.nodeid.split("::")[0]
            last = str(report.longreprtext).strip().splitlines()[-1].removeprefix("E").strip()
            self.failed.append({"path": path, "line": 1, "message": f"cannot be collected: {last}"})

    def pytest_sessionfinish(self) -> None:
        if self.is_worker:
            return
        record = Record.load(self.project.record)
        with remembering():
            for facts, seconds, test in self.passed:
                _enter(self.project, record, facts, seconds, test)
        for facts in self.failed:
            record.claims.pop(facts.get("claim", ""), None)
            for name in facts.get("covers", []):
                record.implementations.pop(name, None)
        record.save(self.project.record)
        (self.project.cache / FAILURES).write_text(json.dumps(self.failed, ensure_ascii=False), "utf-8")


def _facts(project: Project, item: pytest.Item) -> dict[str, Any]:
    """What the record has to know about a test, as plain data."""
    facts: dict[str, Any] = {"path": project.relative(item.path), "line": (item.reportinfo()[1] or 0) + 1}
    if isinstance(item, TestBlock):
        return {**facts, "line": item.obj.lineno, "code": item.obj.code, "expected": item.obj.expected_output}
    if mark := item.get_closest_marker("claim"):
        facts["claim"] = mark.args[0]
    if names := [name for mark in item.iter_markers("covers") for name in mark.args]:
        facts["covers"] = names
    return facts


def _enter(project: Project, record: Record, facts: dict[str, Any], seconds: float, test: str) -> None:
    if "code" in facts:
        key = block_key(project, facts["code"], facts["expected"])
        record.blocks[key] = {
            "hash": code_digest(facts["code"]),
            "source": f"{facts['path']}:{facts['line']}",
            "output": facts["expected"],
            "seconds": round(seconds, 3),
            "versions": block_versions(project, facts["code"]),
        }
    if "claim" in facts:
        from dlref.experiments.registry import measure

        record.claims[facts["claim"]] = {
            "key": claim_key(project, facts["claim"]),
            "values": measure(facts["claim"]),
            "test": test,
            "seconds": round(seconds, 3),
        }
    for name in facts.get("covers", []):
        key = implementation_key(project, name)
        entry = record.implementations.get(name)
        if entry is None or entry["key"] != key:
            record.implementations[name] = entry = {"key": key, "tests": []}
        entry["tests"] = sorted({*entry["tests"], test})
        for place in facts.get("deviations", []):
            if place[0] == name.rpartition(".")[2]:
                keep_deviation(entry.setdefault("deviations", {}), place)


def _failure(project: Project, item: pytest.Item, error: BaseException) -> dict[str, Any]:
    if isinstance(item, TestBlock):
        return _block_failure(item, error)
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(item.path)]
    text = (str(error).strip() or type(error).__name__).splitlines()[0]
    mark = item.get_closest_marker("claim")
    said = f"claim {mark.args[0]} no longer holds: {text}" if mark else f"{item.name}: {text}"
    return {"line": (lines[-1] if lines else None) or 1, "message": said}


def _block_failure(item: TestBlock, error: BaseException) -> dict[str, Any]:
    """Name the line: of the exception inside the block, or of the first output line that differs."""
    cause = error.__context__
    if cause is not None:
        frames = [
            frame.lineno or 0 for frame in traceback.extract_tb(cause.__traceback__) if frame.filename == "<string>"
        ]
        line = cause.lineno or 0 if isinstance(cause, SyntaxError) else (frames or [0])[0]
        said = (str(cause).strip().splitlines() or ["(no message)"])[0]
        return {"line": item.obj.lineno + line, "message": f"block fails: {type(cause).__name__}: {said}"}
    expected = (item.obj.expected_output or "").splitlines()
    got = str(error).partition("but got\n```\n")[2].removesuffix("```").splitlines()
    number = next(
        (i for i, (a, b) in enumerate(zip(expected, got, strict=False)) if a != b), min(len(expected), len(got))
    )
    line = output_line(item.path.read_text("utf-8"), item.obj.lineno) + number
    want, have = (lines[number] if number < len(lines) else "(nothing)" for lines in (expected, got))
    return {"line": line, "message": f"expected output says `{want}`, the block prints `{have}`"}
