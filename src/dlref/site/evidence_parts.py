"""The sections of the page `evidence` by the names of their includes, and the anchors that they bring to it."""

from dlref.site.claims import claim_anchor, experiments
from dlref.site.project import Project

EVIDENCE = "evidence"  # the page, the folder of its includes, and that of the code it leads to
CLAIMS, FORMULAS, OPERATIONS, BLOCKS = (f"{EVIDENCE}/{name}" for name in ("claims", "formulas", "operations", "blocks"))


def is_evidence(include: str) -> bool:
    """Tell whether an include names a section of the evidence, and not a file."""
    return include in (CLAIMS, FORMULAS, OPERATIONS, BLOCKS)


def evidence_anchors(project: Project, include: str) -> list[str]:
    """Return the anchors that an include brings to the page."""
    return [claim_anchor(site.claim) for site in experiments(project)] if include == CLAIMS else []


def source_file(claim: str) -> str:
    """Return where the site publishes the code behind a claim, relative to its root."""
    return f"{EVIDENCE}/{claim_anchor(claim)}.txt"
