"""Plant faults into the operations, one at a time: at least two kinds of check must see each of them.

    python tests/faults                 all
    python tests/faults lstm adam       those whose name has one of these words

operations.toml says what is changed. The kinds of check are independent of each other:

    torch     the comparison with PyTorch, in tests/ops
    slopes    the comparison with differences of nearby values, in tests/ops
    example   the example in the docstring
    formula   the formulas of a page, which know nothing of the code, in tests/formulas

That all of them pass without a fault is for `nox -s tests` to say.
"""

import os
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

from judging import KINDS, Fault, judged

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_name("operations.toml")
LEAST = 2
PATIENCE = 60  # seconds of one core


def main(words: list[str]) -> int:
    """Judge every fault; return the exit status."""
    entries = tomllib.loads(TABLE.read_text("utf-8"))["fault"]
    faults = [Fault(**entry) for entry in entries if not words or any(word in entry["name"] for word in words)]
    names = [fault.name for fault in faults]
    if len(set(names)) < len(names) or not faults:
        sys.exit(f"{TABLE.name}: {len(faults)} faults with {len(set(names))} names for {words or 'all'}")
    began, seen_by, problems = time.monotonic(), dict.fromkeys(KINDS, 0), 0
    for fault, kinds, said in all_judged(faults):
        for kind in kinds:
            seen_by[kind] += 1
        if said or len(kinds) < LEAST:
            problems += 1
            print(f"{TABLE.relative_to(ROOT)}:{line_of(fault)}: {fault.name}: {said or f'seen only by {kinds}'}")
        else:
            print(f"{fault.name}: seen by {', '.join(kinds)}", flush=True)
    counts = ", ".join(f"{kind} {number}" for kind, number in seen_by.items())
    print(f"{len(faults)} faults, {problems} not seen twice; {counts}; {time.monotonic() - began:.0f} s")
    return min(problems, 1)


def all_judged(faults: list[Fault]) -> Iterator[tuple[Fault, list[str], str]]:
    """Judge on every processor, each fault in a process of its own; yield which kinds saw it, or what went wrong."""
    waiting, running = faults[::-1], {}
    with tempfile.TemporaryDirectory() as folder:
        while waiting or running:
            while waiting and len(running) < (os.cpu_count() or 1):
                fault, report = waiting.pop(), Path(folder) / str(len(waiting))
                running[forked(fault, report)] = fault, report
            process, status = os.wait()
            fault, report = running.pop(process)
            if status or not report.is_file():
                yield fault, [], f"its process ended with {os.waitstatus_to_exitcode(status)}"
            else:
                said, *kinds = report.read_text("utf-8").split("\n")
                yield fault, [kind for kind in kinds if kind], said


def forked(fault: Fault, report: Path) -> int:
    """Begin to judge a fault in a copy of this process, which has everything loaded but the reference."""
    process = os.fork()
    if process:
        return process
    code = 1
    try:
        import signal

        signal.setitimer(signal.ITIMER_PROF, PATIENCE)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        said, kinds = judged(ROOT, fault)
        report.write_text("\n".join([said, *kinds]), "utf-8")
        code = 0
    finally:
        os._exit(code)


def line_of(fault: Fault) -> int:
    """The line of the table on which a fault begins."""
    lines = TABLE.read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.startswith("name") and fault.name in line)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
