"""Defaults in the API reference: what a docstring names together (`kernel_size, stride`) need not share a default.

Griffe, which reads the docstrings for mkdocstrings, gives all of them that of the first.
"""

from collections.abc import Iterator
from typing import Any

import griffe


class OwnDefaults(griffe.Extension):
    """Give each parameter of a docstring the default that it has in the signature."""

    def on_package(self, *, pkg: griffe.Module, **kwargs: Any) -> None:
        for documented in _documented(pkg):
            for section in documented.docstring.parsed if documented.docstring else ():
                if isinstance(section, griffe.DocstringSectionParameters):
                    for shown in section.value:
                        if shown.name in documented.parameters:
                            shown.value = documented.parameters[shown.name].default


def _documented(holder: griffe.Module | griffe.Class) -> Iterator[griffe.Class | griffe.Function]:
    """Every function, and every class with a signature of its own, below `holder`."""
    for member in holder.members.values():
        if isinstance(member, griffe.Module | griffe.Class):
            yield from _documented(member)
        if isinstance(member, griffe.Function) or (isinstance(member, griffe.Class) and "__init__" in member.members):
            yield member
