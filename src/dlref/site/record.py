"""The verification record: what was run, when it was the same as it is now, and that it passed.

One JSON file. An entry counts only while its key is what the sources give today; nothing else has to be remembered, so
a change anywhere below a block makes that block unverified, and nothing but a passing run makes it verified again.
"""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dlref.experiments.provenance import package_versions
from dlref.site.claims import claim_key
from dlref.site.implementations import implementation_key
from dlref.site.project import Project
from dlref.site.snippets import Block

Entry = dict[str, Any]
# distribution name -> as readers know it
PACKAGES = {"numpy": "NumPy", "torch": "PyTorch", "scikit-learn": "scikit-learn", "matplotlib": "Matplotlib"}


@dataclass
class Record:
    """Entries of passed runs: blocks and standalone programs by key, claims by id, implementations by name."""

    blocks: dict[str, Entry] = field(default_factory=dict)
    claims: dict[str, Entry] = field(default_factory=dict)
    implementations: dict[str, Entry] = field(default_factory=dict)
    standalone: dict[str, Entry] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> "Record":
        """Read the record; an absent or unreadable one is empty, which costs a run and nothing else."""
        try:
            stored = json.loads(path.read_text("utf-8"))
            return cls(*(dict(stored[kind]) for kind in ("blocks", "claims", "implementations", "standalone")))
        except (OSError, ValueError, KeyError, TypeError):
            return cls()

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{path.name}.{os.getpid()}")
        partial.write_text(json.dumps(vars(self), indent=1, ensure_ascii=False, sort_keys=True), "utf-8")
        partial.replace(path)

    def block(self, block: Block) -> Entry | None:
        return self.blocks.get(block.key)

    def claim(self, project: Project, claim: str) -> Entry | None:
        return _current(self.claims.get(claim), claim_key(project, claim))

    def implementation(self, project: Project, name: str) -> Entry | None:
        return _current(self.implementations.get(name), implementation_key(project, name))


def _current(entry: Entry | None, key: str) -> Entry | None:
    return entry if entry and entry["key"] == key else None


def toolchain_versions(project: Project) -> dict[str, str]:
    """Return the versions that the whole record was made with."""
    return package_versions("import numpy, torch, sklearn, matplotlib", project.source)
