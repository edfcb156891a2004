"""What the page `evidence` shows: every claim, formula, operation and block, with what speaks for it.

Its sections stand on the page, each with an include: `--8<-- "evidence/claims"` and so on. What they stand for is
written here, in plain HTML that a reader without JavaScript reads as it is; theme/assets/evidence.js sorts and filters.
Only the sentences are Markdown: they are those of the pages.
"""

from dataclasses import dataclass
from html import escape
from typing import Any

from dlref.site.bounds import looked_at
from dlref.site.claims import Site, experiments
from dlref.site.deviations import DTYPES, PARTS, Operation, operations
from dlref.site.evidence import Proof, proofs, source_text
from dlref.site.evidence_parts import BLOCKS, CLAIMS, EVIDENCE, FORMULAS, OPERATIONS, source_file
from dlref.site.formula_tests import formulas_on
from dlref.site.pages import Page
from dlref.site.project import LANGUAGES, Project, write_changed
from dlref.site.record import PACKAGES, Record
from dlref.site.verify import shown_on

_SHOWN = 3  # numbers of a list; of a longer one the ends, and all of them in evidence.json


@dataclass(frozen=True)
class Builder:
    """What all sections need to know: the language's words, and where the code can be read."""

    project: Project
    language: str
    words: dict[str, str]
    repository: str = ""

    def code(self, site: Site, text: str) -> str:
        """A link to the line of a test or an experiment in the repository."""
        address = f"{self.repository.rstrip('/')}/blob/main/{site.path}#L{site.line}"
        return f'<a href="{escape(address)}">{text}</a>'

    def page(self, slug: str, anchor: str, text: str) -> str:
        """A link to another page, which lies beside this one."""
        return f'<a href="../{slug}/{"#" if anchor else ""}{anchor}">{escape(text)}</a>'

    def root(self, path: str) -> str:
        """The address of a file at the root of the site, which both languages share."""
        return f"{'../' if self.language == LANGUAGES[0] else '../../'}{path}"


def write_evidence(
    project: Project, pages: list[Page], language: str, words: dict[str, str], repository: str = ""
) -> None:
    """Write what pymdownx.snippets includes for the sections, in one language, if there is such a page."""
    if not any(page.slug == EVIDENCE for page in pages):
        return
    builder = Builder(project, language, words, repository)
    texts = {
        CLAIMS: _claims(builder, proofs(project, pages, language)),
        FORMULAS: _formulas(builder, [page for page in pages if page.language == language]),
        OPERATIONS: _operations(builder, operations(project)),
        BLOCKS: _blocks(builder, [page for page in pages if page.language == language]),
    }
    for name, text in texts.items():
        write_changed(project.fragments / language / name, text + "\n")


def code_files(project: Project) -> dict[str, str]:
    """Return what the site publishes of the code behind its claims, by address: for where there is no repository."""
    if not (project.docs / LANGUAGES[0] / f"{EVIDENCE}.md").is_file():
        return {}
    # the mark at the beginning tells a browser that it is UTF-8, whatever a server says of text files
    return {source_file(one.claim): f"\ufeff{source_text(project, one.claim)}" for one in experiments(project)}


def _claims(builder: Builder, found: list[Proof]) -> str:
    tools, script = _tools(builder.words), '<script src="../assets/evidence.js" defer></script>'
    cards = [_claim(builder, one) for one in found]
    return "\n".join([tools, "", '<div class="evidence proofs" markdown>', "", *cards, "</div>", "", script, ""])


def _tools(words: dict[str, str]) -> str:
    """What the script needs; where there is none, dlref.css does not show it."""
    orders = "".join(f'<option value="{by}">{words[f"evidence_by_{by}"]}</option>' for by in ("page", "name", "data"))
    return (
        f'<div class="evidence-tools" data-search-exclude><label>{words["evidence_filter"]}'
        f'<input type="search" autocomplete="off"></label><label>{words["evidence_order"]}'
        f'<select>{orders}</select></label><output data-said="{words["evidence_count"]}"></output></div>'
    )


def _claim(builder: Builder, proof: Proof) -> str:
    words, page = builder.words, proof.page
    links = [builder.page(page.slug, proof.anchor, page.title)]
    if builder.repository:
        for number, test in enumerate(proof.tests, 1):
            links.append(builder.code(test, words["evidence_test"] + (f" {number}" if len(proof.tests) > 1 else "")))
        links += [builder.code(proof.experiment, words["evidence_experiment"])]
    else:
        links += [f'<a href="{builder.root(source_file(proof.claim))}">{words["evidence_code"]}</a>']
    if proof.figures:
        links += [builder.page(page.slug, proof.section, words["evidence_figure"])]
    asserted = "\n".join(line for _, lines in proof.bounds for line in lines)
    data = ", ".join(f'<a href="../api-data/#{name}"><code>{name}</code></a>' for name in proof.data)
    facts = [(words["evidence_seeds"], _codes(proof.seeds)), (words["evidence_data"], data)]
    said = "".join(f"<p>{name}{words['colon']}{text}</p>" for name, text in facts if text)
    parts = [(words["evidence_measured"], "\n".join(_measured(builder, proof))), (words["evidence_bound"], asserted)]
    said += "".join(f"<p>{name}</p><pre><code>{escape(text, quote=False)}</code></pre>" for name, text in parts if text)
    kept = f'data-page="{page.slug}" data-data="{" ".join(proof.data)}"'
    # no line of what is folded may be empty: that would end the piece of HTML
    return "\n".join(
        [
            f'<div class="proof" role="group" id="{proof.anchor}" aria-label="{proof.claim}" {kept} markdown>',
            f'<p class="proof-head"><strong>{proof.claim}</strong> {" · ".join(links)}</p>',
            "",
            proof.sentence,
            "{ .sentence }",
            "",
            f"<details><summary>{words['evidence_details']}</summary>{said}</details>",
            "",
            "</div>",
            "",
        ]
    )


def _codes(names: list[str]) -> str:
    return ", ".join(f"<code>{escape(name, quote=False)}</code>" for name in names)


def _measured(builder: Builder, proof: Proof) -> list[str]:
    """The values that the tests look at; the others are in the sentence, and all of them in evidence.json."""
    names = looked_at(builder.project, proof.tests, proof.values)
    return [f"{name} = {_short(proof.values[name])}" for name in names]


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_short(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        if len(value) > _SHOWN:
            return f"[{_short(value[0])}, …, {_short(value[-1])}] ({len(value)})"
        return f"[{', '.join(map(_short, value))}]"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _formulas(builder: Builder, pages: list[Page]) -> str:
    """By page, how many formulas are executed from their own LaTeX, and which by transcription."""
    rows: list[tuple[str, ...]] = []
    for page in pages:
        executed = formulas_on(builder.project, page)
        transcribed = [name for name, from_latex in executed.items() if not from_latex]
        if executed:
            row = builder.page(page.slug, "", page.title), str(len(executed) - len(transcribed))
            rows.append((*row, f"{len(transcribed)} {_codes(transcribed)}".strip()))
    return _table(builder.words["evidence_formula"].split("|"), rows)


def _operations(builder: Builder, found: list[Operation]) -> str:
    rows = []
    for one in found:
        numbers = [_number(one.largest(dtype, part)) for dtype in DTYPES for part in PARTS]
        bounds = [_number(one.bound(dtype)) for dtype in DTYPES]
        name = f'<a href="../api-{one.topic}/#{one.name}"><code>{one.name}</code></a>'
        rows.append((name, *numbers[:2], bounds[0], *numbers[2:], bounds[1], str(one.tests or "–")))
    return _table(builder.words["evidence_operation"].split("|"), rows)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.1e}" if value else "0"


def _blocks(builder: Builder, pages: list[Page]) -> str:
    record, rows = Record.load(builder.project.record), []
    for page in pages:
        entries = [(block.backend, record.block(block) or {}) for block in shown_on(builder.project, [page]).blocks]
        if entries:
            backends = [sum(backend == name for backend, _ in entries) for name in ("numpy", "torch")]
            seconds = sum(entry.get("seconds", 0.0) for _, entry in entries)
            versions = {name: number for _, entry in entries for name, number in entry.get("versions", {}).items()}
            used = ", ".join(
                f"{PACKAGES[name]} {versions[name].split('+')[0]}" for name in PACKAGES if name in versions
            )
            title = builder.page("" if page.slug == "index" else page.slug, "", page.title).replace("..//", "../")
            rows.append((title, *map(str, backends), f"{seconds:.2f}", used))
    return _table(builder.words["evidence_block"].split("|"), rows)


def _table(heads: list[str], rows: list[tuple[str, ...]]) -> str:
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    lines = [f'<th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}' for first, *rest in rows]
    body = "\n".join(f"<tr>{line}</tr>" for line in lines)
    table = f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"
    return f'<div class="evidence sortable">\n{table}\n</div>'
