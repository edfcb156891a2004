"""Change the reference in thousands of small ways, one at a time, and see whether the tests notice.

    python tests/mutation                       everything
    python tests/mutation numpy/layers checks   what lies below these in src/dlref

Prints each change that no test noticed, and the share that was noticed, which must be 95 % or more. It works on a copy
in .cache/mutation. The tests that judge are those of tests/ops; equivalent.toml lists what no test can notice.
"""

import functools
import hashlib
import json
import os
import re
import shutil
import sys
import time
import tomllib
from collections import Counter
from pathlib import Path

from judge import Reach, judge, measure, tests_of
from mutants import Mutant, mutants
from processes import Task, run_forked

ROOT = Path(__file__).parents[2]
COPY = ROOT / ".cache" / "mutation"
SOURCE = COPY / "src" / "dlref"
JUDGED_ELSEWHERE = {"site", "figures", "experiments"}  # by tests/site and tests/claims
LEAST = 0.95
WORKERS = len(os.sched_getaffinity(0))


def main(names: list[str]) -> int:
    """Judge every mutant below the named files and folders; return the exit status."""
    copy_project()
    reach = measured_reach()
    files = files_below(names)
    judged, stale = without_equivalent([mutant for file in files for mutant in mutants(file)], files)
    print(f"{len(judged)} mutants in {len(files)} files", flush=True)
    began = time.monotonic()
    survivors = []
    for done, (place, code) in enumerate(run_forked([task(m, reach) for m in judged], WORKERS), start=1):
        if code == 0:
            survivors.append(judged[place])
        if done % 250 == 0:
            print(f"{done} judged, {len(survivors)} survived, {time.monotonic() - began:.0f} s", flush=True)
    seconds = time.monotonic() - began

    count, survived = (
        Counter(where(mutant.file) for mutant in judged),
        Counter(where(mutant.file) for mutant in survivors),
    )
    print(f"\n{'file':40} mutants survived")
    for file, number in sorted(count.items()):
        print(f"{file:40} {number:7} {survived[file]:8}")
    for mutant in sorted(survivors, key=lambda mutant: (where(mutant.file), mutant.line)):
        was, becomes = mutant.change()
        print(f"\nsrc/dlref/{where(mutant.file)}:{mutant.line} ({mutant.operator})\n- {was}\n+ {becomes}")
    noticed = 1 - len(survivors) / max(len(judged), 1)
    print(f"\n{noticed:.1%} of {len(judged)} noticed; {seconds:.0f} s, {seconds / max(len(judged), 1):.2f} s a mutant")
    for entry in stale:
        print(f"equivalent.toml: no such mutant: {entry}")
    for test in reach["failed"]:
        print(f"fails without any mutant: {test}")
    return int(noticed < LEAST or bool(stale or reach["failed"]))


def copy_project() -> None:
    """Copy what is judged and what judges, so that editing meanwhile disturbs nothing."""
    for name in ("src", "tests/ops"):
        shutil.rmtree(COPY / name, ignore_errors=True)
        shutil.copytree(ROOT / name, COPY / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", COPY / "pyproject.toml")


def measured_reach() -> Reach:
    """Which test runs which line, measured once until a file changes."""
    digest = hashlib.sha256()
    for file in sorted(COPY.glob("*/**/*.py")):
        digest.update(str(file).encode() + file.read_bytes())
    kept = COPY / f"reach-{digest.hexdigest()[:16]}.json"
    if not kept.is_file():
        print("measuring which test runs which line", flush=True)
        for old in COPY.glob("reach-*.json"):
            old.unlink()
        for _ in run_forked([(functools.partial(measure, COPY, kept), 3600)], 1):
            pass
    if not kept.is_file() or not (reach := json.loads(kept.read_text("utf-8")))["seconds"]:
        sys.exit("no test passes without any mutant: python -m pytest tests/ops says why")
    return reach


def files_below(names: list[str]) -> list[Path]:
    """The modules of the reference, or those at or below the names."""
    files = sorted(file for file in SOURCE.rglob("*.py") if file.relative_to(SOURCE).parts[0] not in JUDGED_ELSEWHERE)
    chosen = [SOURCE / name for name in names] or [SOURCE]
    missing = [str(path) for path in chosen if not path.exists()]
    if missing:
        sys.exit(f"there is no {', '.join(missing)}")
    return [file for file in files if any(file.is_relative_to(path) for path in chosen)]


def without_equivalent(found: list[Mutant], files: list[Path]) -> tuple[list[Mutant], list[str]]:
    """The mutants that equivalent.toml does not excuse, and the entries for these files that excuse nothing."""
    table = tomllib.loads((Path(__file__).parent / "equivalent.toml").read_text("utf-8"))
    patterns = re.compile("|".join(entry["becomes"] for entry in table.get("everywhere", [])) or "(?!)")
    names = {where(file) for file in files}
    excuses = {(e["file"], e["was"], e["becomes"]) for e in table.get("mutant", []) if e["file"] in names}
    used, left = set(), []
    for mutant in found:
        change = where(mutant.file), *mutant.change()
        if change in excuses:
            used.add(change)
        elif not patterns.search(f"{change[0]}: {change[2]}"):
            left.append(mutant)
    return left, [" | ".join(entry) for entry in sorted(excuses - used)]


def task(mutant: Mutant, reach: Reach) -> Task:
    """Judge the mutant, in at most three times what its tests take; where no test reaches it, it survives."""
    tests = tests_of(mutant, reach)
    return (functools.partial(judge, COPY, mutant, tests) if tests else lambda: 0), 10 + 3 * sum(tests.values())


def where(file: Path) -> str:
    """A file seen from src/dlref."""
    return file.relative_to(SOURCE).as_posix()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
