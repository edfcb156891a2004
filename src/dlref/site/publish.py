"""What the site publishes beside its pages: the verification record, and the map of both languages."""

import json
from dataclasses import asdict
from xml.sax.saxutils import escape

from dlref.site.audit import built_at
from dlref.site.formula_tests import count_formulas
from dlref.site.pages import Page
from dlref.site.project import Project
from dlref.site.record import Record, toolchain_versions
from dlref.site.snippets import code_digest
from dlref.site.verify import shown_on


def verification(project: Project, pages: list[Page]) -> str:
    """Return the record of everything that the pages show, as JSON."""
    record = Record.load(project.record)
    blocks: dict[str, dict[str, object]] = {}
    claims: dict[str, dict[str, object]] = {}
    implementations: dict[str, dict[str, object]] = {}
    for page in pages:
        shown = shown_on(project, [page])
        for block in shown.blocks:
            entry = record.block(block) or {}
            found = blocks.setdefault(
                code_digest(block.code),
                {
                    "hash": code_digest(block.code),
                    "source": f"{block.path}:{block.line}",
                    "pages": [],
                    "passed": bool(entry),
                    "seconds": entry.get("seconds"),
                    "backend": block.backend,
                    "versions": entry.get("versions"),
                    "output": block.expected,
                },
            )
            _listed(found).append(page.path)
        for claim in sorted(shown.claims):
            entry = record.claim(project, claim) or {}
            found = claims.setdefault(
                claim,
                {"pages": [], "passed": bool(entry), **{key: entry.get(key) for key in ("test", "values", "seconds")}},
            )
            _listed(found).append(page.path)
        for name in sorted(shown.implementations):
            entry = record.implementation(project, name) or {}
            found = implementations.setdefault(name, {"pages": [], "passed": bool(entry), "tests": entry.get("tests")})
            _listed(found).append(page.path)
    return json.dumps(
        {
            "versions": toolchain_versions(project),
            "blocks": sorted(blocks.values(), key=lambda block: str(block["source"])),
            "claims": claims,
            "implementations": implementations,
            "formulas": asdict(count_formulas(project)),
        },
        indent=1,
        ensure_ascii=False,
    )


def _listed(entry: dict[str, object]) -> list[str]:
    pages = entry["pages"]
    assert isinstance(pages, list)
    return pages


def sitemap(pages: list[Page], address: str) -> str:
    """Return a sitemap in which every page names its counterpart in the other language."""
    root = address.rstrip("/")
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append(
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">'
    )
    for page in pages:
        lines.append(f"<url><loc>{escape(_address(root, page))}</loc>")
        for other in pages:
            if other.slug == page.slug:
                href = escape(_address(root, other))
                lines.append(f'<xhtml:link rel="alternate" hreflang="{other.language}" href="{href}"/>')
        lines.append("</url>")
    return "\n".join([*lines, "</urlset>", ""])


def _address(root: str, page: Page) -> str:
    folder = built_at(page).parent.as_posix()
    return f"{root}/" if folder == "." else f"{root}/{folder}/"
