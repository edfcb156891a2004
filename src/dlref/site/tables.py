"""Lists that are kept in TOML files of ours: one [[table]] for each thing; each fault has the line of its table."""

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from dlref.site.project import Problem, ProblemsFoundError, Project

ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
Kind = TypeVar("Kind")
Faults = Callable[[dict[str, Any]], Iterator[str]]


def read_tables(
    project: Project, path: Path, kind: type[Kind], unique: tuple[str, ...], faults: Faults
) -> Iterator[Kind]:
    """Yield a `kind` for each table of its name; raise ProblemsFoundError with all that is wrong.

    `unique` are the keys no two tables may share, and `faults` says what else is wrong with one.
    """
    if not path.is_file():
        return
    where, text, name = project.relative(path), project.read(path), kind.__name__.lower()
    try:
        tables = tomllib.loads(text).get(name, [])
    except tomllib.TOMLDecodeError as error:
        line = int(found[1]) if (found := re.search(r"at line (\d+)", str(error))) else 1
        raise ProblemsFoundError([Problem(where, line, f"is not TOML: {error}")]) from error
    starts = [number for number, line in enumerate(text.splitlines(), 1) if line.strip() == f"[[{name}]]"]
    numbered = list(zip(starts, tables, strict=True))
    said = [(line, fault) for line, table in numbered for fault in (*_unknown(kind, table), *faults(table))]
    said += [one for key in unique for one in _repeated(key, numbered)]
    if said:
        raise ProblemsFoundError([Problem(where, line, fault) for line, fault in said])
    yield from (kind(**table) for table in tables)


def _unknown(kind: type[Any], table: dict[str, Any]) -> Iterator[str]:
    known = {one.name for one in fields(kind)}
    for key in table.keys() - known:
        yield f"unknown key `{key}`; a {kind.__name__.lower()} has {', '.join(sorted(known))}"
    if (named := table.get("id")) and not ID.fullmatch(str(named)):
        yield f"an id is like mini-batch; got {named!r}"


def _repeated(key: str, numbered: list[tuple[int, dict[str, Any]]]) -> Iterator[tuple[int, str]]:
    seen: dict[Any, int] = {}
    for line, table in numbered:
        if (value := table.get(key)) and value in seen:
            yield line, f"{key} {value!r} stands already at line {seen[value]}"
        seen.setdefault(value, line)
