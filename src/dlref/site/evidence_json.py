"""The evidence for programs: `evidence.json`, which says in full what the page `evidence` shows in part."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag

from dlref.site.audit import built_at
from dlref.site.claims import Site
from dlref.site.deviations import operations
from dlref.site.evidence import Proof, proofs
from dlref.site.evidence_parts import EVIDENCE, source_file
from dlref.site.formula_tests import formula_tests
from dlref.site.pages import Page
from dlref.site.project import LANGUAGES, Project


def evidence_json(project: Project, pages: list[Page], site: Path, record: str) -> str:
    """Return the evidence as JSON: `site` is where the pages were built, `record` what verification.json says."""
    verified = json.loads(record)
    claims: dict[str, dict[str, Any]] = {}
    for language in LANGUAGES:
        said = _sentences(site, pages, language)
        for proof in proofs(project, pages, language):
            claim = claims.setdefault(proof.claim, _claim(site, proof))
            claim["sentence"][language] = said.get(proof.anchor)
            claim["page"][language] = f"{built_at(proof.page).parent.as_posix()}/#{proof.anchor}".removeprefix("./")
    return json.dumps(
        {
            "versions": verified["versions"],
            "claims": dict(sorted(claims.items())),
            "formulas": {test.formula: asdict(test) for test in formula_tests(project)},
            "operations": {one.name: asdict(one) for one in operations(project)},
            "blocks": verified["blocks"],
        },
        indent=1,
        ensure_ascii=False,
    )


def _claim(site: Path, proof: Proof) -> dict[str, Any]:
    code = source_file(proof.claim)
    return {
        "sentence": {},
        "page": {},
        "values": proof.values,
        "bound": [{**_place(test), "asserts": lines} for test, lines in proof.bounds],
        "experiment": _place(proof.experiment),
        "seeds": proof.seeds,
        "data": proof.data,
        "figures": [image.rsplit(".", 2)[0] for image in proof.figures],
        "code": code if (site / code).is_file() else None,
    }


def _place(site: Site) -> dict[str, Any]:
    return {"path": site.path, "line": site.line, "function": site.function}


def _sentences(site: Path, pages: list[Page], language: str) -> dict[str, str]:
    """What the page of evidence says of each claim, as text; a formula as the TeX it was made from."""
    page = next((page for page in pages if (page.slug, page.language) == (EVIDENCE, language)), None)
    if page is None:
        return {}
    soup = BeautifulSoup((site / built_at(page)).read_text("utf-8"), "html.parser")
    found = {}
    for proof in soup.find_all(class_="proof"):
        said = proof.find(class_="sentence")
        if isinstance(said, Tag):
            for formula in said.find_all(class_="katex"):
                tex = formula.find("annotation")
                formula.replace_with(f"${tex.get_text() if isinstance(tex, Tag) else ''}$")
            found[str(proof["id"])] = " ".join(said.get_text().split())
    return found
