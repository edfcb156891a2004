"""From the verification record to the words of the marks on the pages, and from what is missing back to a line."""

from collections.abc import Callable, Iterator
from functools import cached_property

from dlref.site.claims import experiments
from dlref.site.evidence_parts import EVIDENCE
from dlref.site.glossary import GLOSSARY, load_terms
from dlref.site.html import Evidence, Unverified
from dlref.site.implementations import find_implementation, is_implementation
from dlref.site.pages import Page, load_pages
from dlref.site.project import Problem, Project
from dlref.site.public import entries
from dlref.site.record import Record
from dlref.site.reference import shown_topics
from dlref.site.snippets import all_blocks, blocks_in, code_digest
from dlref.site.standalone.files import FOLDER, address_of, is_program

_NAMES = {"numpy": "NumPy", "torch": "PyTorch"}


class Marks:
    """What the record, as it is now, allows the pages of one language to say."""

    def __init__(self, project: Project, words: dict[str, str]) -> None:
        self.project = project
        self.words = words
        self.record = Record.load(project.record)

    @cached_property
    def implementations(self) -> set[str]:
        """The names of dlref whose source some page shows."""
        parts = (part for page in load_pages(self.project) for part in page.of_kind("include"))
        return {part.key for part in parts if is_implementation(part.key)}

    @cached_property
    def claims(self) -> dict[str, dict[str, object]]:
        entries = ((site.claim, self.record.claim(self.project, site.claim)) for site in experiments(self.project))
        return {claim.lower(): entry["values"] for claim, entry in entries if entry}

    @cached_property
    def _blocks(self) -> dict[str, str]:
        found = ((block, self.record.block(block)) for block in all_blocks(self.project))
        return {entry["hash"]: self._verified(entry["versions"]) for _, entry in found if entry}

    def _verified(self, versions: dict[str, str]) -> str:
        used = ", ".join(f"{name} {versions[key].split('+')[0]}" for key, name in _NAMES.items() if key in versions)
        return self.words["verified"].format(with_=used or f"Python {versions['python']}")

    @cached_property
    def _reference(self) -> dict[str, str]:
        """The reference page on which each public name has its entry."""
        shown = ((part.key, page.slug) for page in load_pages(self.project) for part in shown_topics(page))
        return {name: slug for topic, slug in shown for name in entries(self.project, topic)}

    def evidence(self, page: Page, link: Callable[[str], str], top: str) -> Evidence:
        """Return what may be said on `page`; `link` gives its link to another page, `top` is that to the site's top."""
        names = {part.key for part in page.of_kind("include") if is_implementation(part.key)}
        found = {name: find_implementation(self.project, name) for name in names if name in self._reference}
        references = {
            code_digest(one.code): f"{link(self._reference[name])}#{name.rpartition('.')[2]}"
            for name, one in found.items()
            if one
        }
        names |= {part.key for part in page.of_kind("entry")}
        unlinked = page.slug in (GLOSSARY, EVIDENCE) or page.of_kind("entry")
        found_terms = [] if unlinked else load_terms(self.project)
        return Evidence(
            self.claims,
            self._blocks,
            self._tested(names),
            link("about"),
            link(EVIDENCE),
            {digest: f"{top}{address}" for digest, address in self._programs(page)},
            references,
            found_terms,
            link(GLOSSARY),
            page.language,
        )

    def _programs(self, page: Page) -> Iterator[tuple[str, str]]:
        """The digest of each snippet on a page, and where on the site its standalone version is."""
        for part in page.of_kind("include"):
            path = self.project.snippets / part.key
            if path.is_file() and is_program(self.project.relative(path)):
                for block in blocks_in(self.project, path):
                    yield code_digest(block.code), f"{FOLDER}/{address_of(block.path)}"

    def _tested(self, names: set[str]) -> dict[str, str]:
        places: dict[str, dict[str, int]] = {}  # by digest: where the code stands (twins may be alike), its tests
        for name in sorted(names):
            implementation = find_implementation(self.project, name)
            entry = self.record.implementation(self.project, name)
            if implementation and entry:
                place = f"{implementation.path}:{implementation.line}"
                places.setdefault(code_digest(implementation.code), {})[place] = len(entry["tests"])
        return {
            digest: self.words["tested"].format(place=self.words["comma"].join(found), n=max(found.values()))
            for digest, found in places.items()
        }

    def locate(self, page: Page, missing: list[Unverified]) -> list[Problem]:
        """Return what is missing as problems with the line of the page that shows it."""
        lines = {**self._block_lines(page), **{part.key: part.line for part in page.of_kind("measured")}}
        return [Problem(page.path, lines.get(one.key, 1), one.message) for one in missing]

    def _block_lines(self, page: Page) -> dict[str, int]:
        lines = {code_digest(part.text): part.line for part in page.of_kind("fence")}
        for part in page.of_kind("include"):
            if implementation := is_implementation(part.key) and find_implementation(self.project, part.key):
                lines[code_digest(implementation.code)] = part.line
            elif (path := self.project.snippets / part.key).is_file():
                lines |= {code_digest(block.code): part.line for block in blocks_in(self.project, path)}
        return lines
