"""Figures: drawn by code from what the experiments return, once for each language.

`python -m dlref.figures` redraws them; `--check` redraws them in memory and compares with the committed ones.
"""

from importlib.util import find_spec

if find_spec("matplotlib") is None:
    raise ImportError('dlref.figures needs matplotlib: pip install "dlref[torch,figures]"')
