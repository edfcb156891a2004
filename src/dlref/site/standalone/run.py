"""Run each program of a folder by itself and compare what it prints with the .txt beside it; needs nothing of dlref.

    python -I run.py FOLDER [--report FILE] [--jobs N]

Each runs in an empty folder and a namespace of its own and cannot import dlref; one that does not name torch cannot
import that either. Where Python can fork, NumPy and PyTorch are imported once for all.
"""

import argparse
import builtins
import gc
import importlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import traceback
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PATIENCE = 300  # seconds
PRELOADED = ("numpy", "sklearn.datasets", "torch", "torch.nn.functional")
IMPORT = re.compile(r"^\s*(?:import|from) (\w+)", re.MULTILINE)
CAN_FORK = hasattr(os, "fork")
Result = dict[str, Any]


class Refusal:
    """An import hook to which some packages do not exist."""

    def __init__(self) -> None:
        self.packages = {"dlref"}

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Raise for a package that is refused; leave all others to Python."""
        if name.partition(".")[0] in self.packages:
            raise ModuleNotFoundError(f"No module named {name!r}: standalone programs do without", name=name)


def main() -> int:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("folder", type=Path)
    asked.add_argument("--report", type=Path, help="write what came of each program to this file, as JSON")
    asked.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many run at the same time")
    asked.add_argument("--one", action="store_true", help=argparse.SUPPRESS)  # the folder is a program: be it
    options = asked.parse_args()
    if not sys.flags.isolated:
        sys.exit("run.py: run with python -I, so that modules come neither from here nor from PYTHONPATH")
    if "dlref" in sys.modules:
        sys.exit("run.py: dlref is imported already")
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # the threads of several programs would block each other
    os.environ.setdefault("MPLBACKEND", "agg")
    refusal = Refusal()
    sys.meta_path.insert(0, refusal)
    if options.one:
        refusal.packages |= set() if "torch" in imported(options.folder) else {"torch"}
        return execute(options.folder)
    begun = time.monotonic()
    results = run_all(options.folder.resolve(), options.jobs, refusal)
    failed = [f"{name}: {result['said']}" for name, result in sorted(results.items()) if not result["passed"]]
    print(*failed, f"{len(results)} programs, {len(failed)} failed, {time.monotonic() - begun:.1f} s", sep="\n")
    if options.report:
        options.report.write_text(json.dumps(results, indent=1, ensure_ascii=False), "utf-8")
    return int(bool(failed) or not results)


def imported(program: Path) -> set[str]:
    """The packages that a program seems to import."""
    return set(IMPORT.findall(program.read_text("utf-8")))


def run_all(folder: Path, jobs: int, refusal: Refusal) -> dict[str, Result]:
    """Run those without PyTorch before it is imported, then the others."""
    packages = {program: imported(program) for program in sorted(folder.rglob("*.py"))}
    results = {}
    for with_torch in (False, True):
        programs = [program for program, names in packages.items() if ("torch" in names) == with_torch]
        refusal.packages = {"dlref"} if with_torch else {"dlref", "torch"}
        if CAN_FORK:
            preload({name for program in programs for name in packages[program]})
        for program, output, error, seconds in run_some(programs, jobs):
            name = program.relative_to(folder).as_posix()
            results[name] = {**judged(program, output, error), "seconds": round(seconds, 3)}
    return results


def preload(packages: set[str]) -> None:
    """Import what takes long, for all that come after."""
    for module in PRELOADED:
        if module.partition(".")[0] in packages:
            importlib.import_module(module)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)  # threads do not survive a fork
    gc.collect()
    gc.freeze()  # so that no child copies what it never touches


def judged(program: Path, output: str, error: str) -> Result:
    """Compare what a program printed with what it has to print."""
    expected = program.with_suffix(".txt")
    if error:
        return {"passed": False, "said": f"fails: {error.strip().splitlines()[-1]}"}
    if not expected.is_file():
        return {"passed": False, "said": f"there is no {expected.name} that says what it has to print"}
    if (wanted := expected.read_text("utf-8")) == output:
        return {"passed": True, "said": ""}
    both = [text.splitlines() for text in (wanted, output)]
    pairs = enumerate(zip(*both, strict=False))
    number = next((number for number, (want, have) in pairs if want != have), min(map(len, both)))
    want, have = (lines[number] if number < len(lines) else "(nothing)" for lines in both)
    return {"passed": False, "said": f"expected output says `{want}`, it prints `{have}`"}


def run_some(programs: list[Path], jobs: int) -> Iterator[tuple[Path, str, str, float]]:
    """Run programs, some at a time; gives each with what it printed, why it failed, and how long it took."""
    begin, wait = (fork, wait_for_fork) if CAN_FORK else (start, wait_for_start)
    waiting = list(enumerate(programs))
    running: dict[Any, tuple[Path, Path, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        while waiting or running:
            while waiting and len(running) < jobs:
                number, program = waiting.pop(0)
                place = Path(folder) / str(number)
                (place / "empty").mkdir(parents=True)
                running[begin(program, place)] = (program, place, time.monotonic())
            handle, code = wait(running)
            program, place, begun = running.pop(handle)
            output, error = (place.joinpath(name).read_text("utf-8", "replace") for name in ("out", "err"))
            yield program, output, (error or f"ended with {code}") if code else "", time.monotonic() - begun


def fork(program: Path, place: Path) -> int:
    """Begin a program in a copy of this process."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        import signal

        signal.alarm(PATIENCE)
        os.chdir(place / "empty")
        for number, name in ((1, "out"), (2, "err")):
            os.dup2(os.open(place / name, os.O_WRONLY | os.O_CREAT), number)
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        code = execute(program)
    finally:
        os._exit(code)


def wait_for_fork(running: dict[Any, Any]) -> tuple[Any, int]:
    """Wait for whichever ends first."""
    child, status = os.wait()
    return child, os.waitstatus_to_exitcode(status)


def start(program: Path, place: Path) -> subprocess.Popen[bytes]:
    """Begin a program in a new process."""
    command = [sys.executable, "-I", "-X", "utf8", __file__, "--one", str(program)]
    with (place / "out").open("wb") as out, (place / "err").open("wb") as err:
        return subprocess.Popen(command, cwd=place / "empty", stdout=out, stderr=err)


def wait_for_start(running: dict[Any, Any]) -> tuple[Any, int]:
    """Wait for the one that began first."""
    handle = next(iter(running))
    return handle, handle.wait(PATIENCE)


def execute(program: Path) -> int:
    """Be the program: run its text as the main module."""
    module = types.ModuleType("__main__")
    module.__dict__.update(__file__=str(program), __builtins__=builtins)
    sys.modules["__main__"], sys.argv = module, [str(program)]
    try:
        exec(compile(program.read_text("utf-8"), str(program), "exec"), module.__dict__)
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
