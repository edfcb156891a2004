"""Run what the pages show and has not been run as it is now: blocks, the tests of claims, the tests of implementations.

The record is the cache. Each run happens in a process of its own, so that it sees the sources as they are.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field

from dlref.site.claims import CLAIM_ID, claim_tests
from dlref.site.deviations import operation_names
from dlref.site.evidence_parts import OPERATIONS
from dlref.site.implementations import find_implementation, is_implementation, operation_tests
from dlref.site.pages import Page
from dlref.site.project import Problem, Project
from dlref.site.record import Record
from dlref.site.recording import FAILURES
from dlref.site.snippets import Block, blocks_in

_PARALLEL = ["-n", "2", "--dist", "worksteal"]
_PLUGINS = ["-p", "dlref.site.isolation", "-p", "dlref.site.recording", "--dlref-root=."]
_NOTHING_TO_RUN = 5  # pytest's word for it: no test covers what is shown, and each place will be named


@dataclass
class Shown:
    """What a set of pages shows that must have been run."""

    blocks: list[Block] = field(default_factory=list)
    claims: set[str] = field(default_factory=set)
    implementations: set[str] = field(default_factory=set)


def shown_on(project: Project, pages: list[Page]) -> Shown:
    """Collect the blocks, claims and implementations of `pages`."""
    shown = Shown()
    paths = {project.root / page.path for page in pages}
    for page in pages:
        shown.claims |= {f"C{part.key[1:]}" for part in page.of_kind("claim")}
        for part in page.of_kind("include"):
            if is_implementation(part.key):
                shown.implementations.add(part.key)
            elif part.key == OPERATIONS:
                shown.implementations |= operation_names(project)
            elif (path := project.snippets / part.key).suffix == ".md" and path.is_file():
                paths.add(path)
    shown.blocks = [block for path in sorted(paths) for block in blocks_in(project, path)]
    return shown


def stale(project: Project, shown: Shown) -> Shown:
    """Return the part of `shown` that the record does not hold as it is now."""
    record = Record.load(project.record)
    return Shown(
        [block for block in shown.blocks if record.block(block) is None],
        {claim for claim in shown.claims if CLAIM_ID.fullmatch(claim) and record.claim(project, claim) is None},
        {name for name in shown.implementations if _is_stale(project, record, name)},
    )


def verify(project: Project, pages: list[Page]) -> list[Problem]:
    """Run what is stale on `pages` and return what failed; the record then holds what passed."""
    waiting = stale(project, shown_on(project, pages))
    # claims first: the longest must not be what one process is left with while the other waits
    tests = [site.test for site in claim_tests(project) if site.claim in waiting.claims]
    if waiting.implementations and any(operation_tests(project)):
        covered = ",".join(sorted(waiting.implementations))
        tests += [project.relative(project.tests / "ops"), f"--dlref-covers={covered}"]
    tests += [block.test for block in waiting.blocks]
    problems = run_tests(project, tests) if tests else []
    return problems or _never_run(project, pages)


def run_tests(project: Project, tests: list[str]) -> list[Problem]:
    """Run pytest on `tests`, recording, and return its failures as problems."""
    (project.cache / FAILURES).unlink(missing_ok=True)
    heavy = any(test.startswith("tests/") for test in tests)
    command = [sys.executable, "-m", "pytest", "-q", "--no-header", "--tb=short", "--codeblocks"]
    command += [*_PLUGINS, *(_PARALLEL if heavy else ["-p", "no:xdist"])]
    environment = {
        **os.environ,
        "PYTHONPATH": str(project.source),
        "DLREF_CACHE": str(project.cache),
        "OMP_NUM_THREADS": "1",
    }
    done = subprocess.run(
        [*command, *tests], cwd=project.root, env=environment, capture_output=True, text=True, check=False
    )
    try:
        failures = json.loads((project.cache / FAILURES).read_text("utf-8"))
    except (OSError, ValueError):
        failures = []
    if done.returncode not in (0, _NOTHING_TO_RUN) and not failures:
        lines = (done.stdout + done.stderr).strip().splitlines() or ["no output"]
        failures = [{"path": "pyproject.toml", "line": 1, "message": f"pytest did not run: {lines[-1]}"}]
    return [Problem(found["path"], found["line"], found["message"]) for found in failures]


def _is_stale(project: Project, record: Record, name: str) -> bool:
    return find_implementation(project, name) is not None and record.implementation(project, name) is None


def _never_run(project: Project, pages: list[Page]) -> list[Problem]:
    """Whatever is still stale after a run without failures is covered by no test: say where it is shown."""
    left = stale(project, shown_on(project, pages))
    problems = [Problem(block.path, block.line, "this block was not run") for block in left.blocks]
    for page in pages:
        for part in page.of_kind("include", "claim"):
            if part.key in left.implementations:
                said = f'no test covers {part.key}: mark one in tests/ops with @pytest.mark.covers("{part.key}")'
                problems.append(Problem(page.path, part.line, said))
            elif f"C{part.key[1:]}" in left.claims:
                problems.append(Problem(page.path, part.line, f"claim #{part.key} has no passing test"))
    return problems
