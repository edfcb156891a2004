"""Experiments: the numbers behind the claims, one module a page; seeded functions that return plain results."""

from importlib.util import find_spec

if missing := [name for name in ("torch", "sklearn") if not find_spec(name)]:
    raise ImportError(f'dlref.experiments needs {", ".join(missing)}: pip install "dlref[torch,figures]"')
