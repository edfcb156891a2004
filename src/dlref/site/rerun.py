"""Measure one claim again, whatever is remembered of it, and judge it: `nox -s evidence -- C-batch-noise`."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from dlref.site.bounds import bounds
from dlref.site.claims import Site, claim_tests, experiments
from dlref.site.project import Project

_MEASURE = "import json, sys, dlref.experiments.registry as all; print(json.dumps(all.measure(sys.argv[1])))"


def known_claims(project: Project) -> list[str]:
    """Return the ids of all claims that are measured, sorted."""
    return sorted(site.claim for site in experiments(project))


def find_claim(project: Project, name: str) -> str:
    """Return the id that `name` means, also as pages' anchors write it; raise ValueError with ids like it."""
    known = {claim.lower(): claim for claim in known_claims(project)}
    if name.lower() in known:
        return known[name.lower()]
    parts = [claim for claim in known if name.lower().removeprefix("c-") in claim]
    near = list(dict.fromkeys([*parts, *get_close_matches(name.lower(), known, n=5, cutoff=0.5)]))[:5]
    said = f"; did you mean {', '.join(known[claim] for claim in near)}?" if near else ";"
    raise ValueError(f"no experiment measures claim {name!r}{said} `nox -s evidence` lists all ids")


def rerun(project: Project, claim: str) -> int:
    """Run the experiment of a claim and then its tests, in an empty cache; print all three; return 1 if one fails."""
    site = next(site for site in experiments(project) if site.claim == claim)
    tests = [test for test in claim_tests(project) if test.claim == claim]
    print(f"{claim}: {site.path}:{site.line}, measured anew; what it stands on is measured anew too", flush=True)
    with tempfile.TemporaryDirectory(prefix="dlref-evidence-") as cache:
        begun = time.monotonic()
        measured = _python(project, cache, "-c", _MEASURE, claim, stdout=subprocess.PIPE)
        if measured.returncode:
            print(f"{site.path}:{site.line}: the experiment fails", file=sys.stderr)
            return 1
        values = json.loads(measured.stdout)
        print(f"\nmeasured in {time.monotonic() - begun:.1f} s:")
        print("\n".join(f"    {key} = {json.dumps(value)}" for key, value in values.items()))
        print("\n".join(["\nbounds:", *_asserted(project, tests), ""]), flush=True)
        judged = _python(project, cache, "-m", "pytest", "-q", "--no-header", *(test.test for test in tests))
    print(f"{claim}: {'the test fails' if judged.returncode else 'the test passes'}")
    return min(judged.returncode, 1)


def _asserted(project: Project, tests: list[Site]) -> Iterator[str]:
    for test in tests:
        yield f"{test.path}:{test.line}"
        yield from (f"    {line}" for said in bounds(project, test) for line in said.splitlines())


def _python(project: Project, cache: str, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(project.source), "DLREF_CACHE": cache}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=project.root, env=environment, text=True, check=False, **options)
