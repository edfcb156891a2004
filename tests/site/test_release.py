"""What names a version says the same one, and the changelog says it in both languages."""

import re

import yaml
from samples import ROOT

from dlref import __version__


def headings(name: str) -> list[str]:
    return re.findall(r"^###? .+$", (ROOT / name).read_text("utf-8"), re.MULTILINE)


def test_the_citation_names_the_version():
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))["version"] == __version__


def test_the_changelog_has_the_same_versions_in_both_languages():
    assert headings("CHANGELOG.md") == headings("CHANGELOG.zh.md")
    assert "## [Unreleased]" in headings("CHANGELOG.md")
