"""Figures: drawn by code from what the experiments return, once for each language.

`python -m dlref.figures` redraws them; `--check` redraws them in memory and compares with the committed ones.
"""
