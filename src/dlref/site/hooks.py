"""The site's side of MkDocs: which files a language has, and when our passes over a page run.

Thin on purpose. What they do is in `html`, `embed`, `formulas` and `record`, which know nothing of MkDocs.
"""

import json
import logging
import os
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import CombinedEvent, event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.structure.toc import get_toc
from mkdocs.utils import get_relative_url

from dlref.experiments.remembering import remembering
from dlref.site import html
from dlref.site.bibliography import write_references
from dlref.site.contribute import contribution_links
from dlref.site.elsewhere import ADDRESSES
from dlref.site.embed import embed
from dlref.site.evidence_page import code_files, write_evidence
from dlref.site.fonts import katex_styles
from dlref.site.formulas import katex_folder, render_formula
from dlref.site.glossary import write_glossary
from dlref.site.implementations import write_fragments
from dlref.site.lab_notebooks import pictures, write_notebooks
from dlref.site.marks import Marks
from dlref.site.notebooks import dressed
from dlref.site.pages import load_page, load_pages
from dlref.site.project import LANGUAGES, Problem, ProblemsFoundError, Project
from dlref.site.reference import write_reference

_THEME = Path(__file__).parent / "theme"
ENTRY_BOOST, INTRODUCTION_BOOST = 2, 0.2  # in search, of a name in the reference and of the text above the names


class _Build:
    """What one build of one language knows."""

    def __init__(self, config: MkDocsConfig) -> None:
        self.project = Project(Path(config.config_file_path).parent)
        self.language = str(config.theme["language"])
        self.words: dict[str, str] = config.extra["words"][self.language]
        self.lenient = os.environ.get("DLREF_LENIENT") == "1"
        self.marks = Marks(self.project, self.words)
        self.problems: list[Problem] = []


_build: _Build
_whole_build = ExitStack()


def on_startup(command: str, dirty: bool) -> None:
    """Begin a build that reads each source once; the preview says itself for how long its sources rest."""
    _whole_build.enter_context(remembering())


def on_shutdown() -> None:
    """Forget what was read."""
    _whole_build.close()


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Turn the one configuration into that of the language being built."""
    global _build
    _build = _Build(config)
    logging.getLogger("jieba").setLevel(logging.WARNING)  # it tells of its dictionary
    language, words = _build.language, _build.words
    write_fragments(_build.project, _build.marks.implementations)
    pages = load_pages(_build.project)
    write_reference(_build.project, pages, language, words)
    write_glossary(_build.project, pages, language, words)
    write_references(_build.project, pages, language, words)
    write_evidence(_build.project, pages, language, words, config.repo_url or "")
    fragments = str(_build.project.fragments / language)
    config.mdx_configs["pymdownx.snippets"]["base_path"].insert(0, fragments)  # what is made for this language alone
    config.extra_css.remove("assets/_mkdocstrings.css")  # a request on every page; what we need of it is in ours
    config.site_name = words["site_name"]
    config.site_description = words["site_description"]
    config.copyright = words["copyright"]
    config.nav = [_localised(item, language, words) for item in config.nav or []]
    if not config.repo_url:
        config.edit_uri = None  # without an address there is nothing to edit at
    for palette in config.theme["palette"]:
        palette["toggle"]["name"] = words[palette["toggle"]["name"]]
    if config.site_url and language != LANGUAGES[0]:
        config.site_url = f"{config.site_url.rstrip('/')}/{language}/"
    return config


def _localised(item: Any, language: str, words: dict[str, str]) -> Any:
    if isinstance(item, dict):
        return {
            words[f"section_{key}"]: [_localised(one, language, words) for one in value] for key, value in item.items()
        }
    return f"{language}/{item}"


@event_priority(50)  # before mkdocs-jupyter looks for notebooks
def _add_labs(files: Files, config: MkDocsConfig) -> Files:
    """Add the notebooks of the labs in this language, run."""
    for path in write_notebooks(_build.project, _build.language):
        address = f"{_build.language}/{path.name}"
        files.append(File(address, str(path.parents[1]), config.site_dir, config.use_directory_urls))
    return files


def _select(files: Files, config: MkDocsConfig) -> Files:
    """Keep this language's pages, at addresses without the language, and add the front end's own files."""
    kept = []
    for file in files:
        parts = file.src_uri.split("/")
        if parts[0] == _build.language:
            _at_root(file, config)
            kept.append(file)
        elif parts[0] not in (*LANGUAGES, "labs") and parts[:2] != ["assets", "readme"] and not _is_foreign(file):
            kept.append(file)
    katex = katex_folder(_build.project)
    kept.append(File.generated(config, "assets/katex/katex.min.css", content=katex_styles(katex)))
    kept += [
        _generated(f"assets/katex/fonts/{path.name}", path, config) for path in sorted(katex.glob("fonts/*.woff2"))
    ]
    if not config.repo_url and _build.language == LANGUAGES[0]:  # once for both languages
        codes = code_files(_build.project)
        kept += [File.generated(config, address, content=text) for address, text in codes.items()]
    return Files(kept)


on_files = CombinedEvent(_add_labs, _select)


def _at_root(file: File, config: MkDocsConfig) -> None:
    """Put a page at its address without the language."""
    file.dest_uri = file.dest_uri.removeprefix(f"{_build.language}/")
    if file.src_uri.endswith(".ipynb"):  # mkdocs-jupyter wraps the file and works its addresses out beforehand
        file.dest_path, file.url = file.dest_uri, file.url.removeprefix(f"{_build.language}/")
        file.abs_dest_path = str(Path(config.site_dir) / file.dest_uri)


def _is_foreign(file: File) -> bool:
    """Tell whether a figure is labelled in another language."""
    return file.src_uri.startswith("assets/figures/") and not file.src_uri.endswith(f".{_build.language}.svg")


def _generated(uri: str, path: Path, config: MkDocsConfig) -> File:
    return File.generated(config, uri, abs_src_path=str(path))


@event_priority(60)  # before autorefs resolves the references
def on_env(env: Environment, config: MkDocsConfig, files: Files) -> Environment:
    """Keep the compiled templates: compiling Material's takes longer than rendering a page."""
    folder = _build.project.cache / "templates"
    folder.mkdir(parents=True, exist_ok=True)
    env.bytecode_cache = FileSystemBytecodeCache(str(folder))
    for name, address in ADDRESSES.items():  # instead of inventories, which would be fetched
        config.plugins["autorefs"].register_url(name, address)  # type: ignore[attr-defined]
    return env


def on_page_content(content: str, page: MkDocsPage, config: MkDocsConfig, files: Files) -> str:
    """First pass: numbers, marks and captions, before the page is indexed for search."""
    if page.file.src_uri.endswith(".ipynb"):
        return _lab(content, page, files)
    source = load_page(_build.project, _build.project.docs / page.file.src_uri)

    def link(slug: str) -> str:
        file = files.get_file_from_path(f"{_build.language}/{slug}.md")
        return get_relative_url(file.url, page.url) if file else ""

    if source.of_kind("entry"):
        page.meta["search"] = {"boost": ENTRY_BOOST}  # who types the name of an operation wants its entry first
    top = "../" * (page.url.count("/") + (_build.language != LANGUAGES[0]))
    content, missing = html.annotate(content, _build.marks.evidence(source, link, top), _build.words)
    _build.problems += _build.marks.locate(source, missing)
    return content


def _lab(content: str, page: MkDocsPage, files: Files) -> str:
    notebook = Path(str(page.file.abs_src_path))
    subject, leads = f"{_build.language}/{notebook.stem.removeprefix('lab-')}.md", ""
    if file := files.get_file_from_path(subject):
        title = load_page(_build.project, _build.project.docs / subject).title
        link = f'<a href="{get_relative_url(file.url, page.url)}">{title}</a>'
        leads = f" · {_build.words['explained'].format(pages=link)}"
    lab = dressed(content, pictures(notebook), notebook.name, _build.words, leads)
    page.title, page.meta["description"], page.toc = lab.title, lab.description, get_toc(lab.headings)
    return lab.content


@event_priority(-100)  # after the search plugin has read the page
def on_page_context(context: Any, page: MkDocsPage, config: MkDocsConfig, nav: Any) -> Any:
    """Second pass: formulas and drawings."""
    page.content = embed(
        page.content or "",
        lambda tex, display: render_formula(_build.project, tex, display=display),
        _build.project.figures,
    )
    context["language_links"] = _language_links(page.url)
    if config.repo_url:  # without an address there is nowhere to lead to
        context["contribution"] = contribution_links(
            config.repo_url, config.edit_uri or "", page.file.src_uri, str(page.title), _build.words
        )
    return context


def _language_links(url: str) -> list[dict[str, str]]:
    """Links to this same page in every language, relative, so that the site works below any address."""
    current = url if _build.language == LANGUAGES[0] else f"{_build.language}/{url}"
    links = []
    for language in LANGUAGES:
        target = url if language == LANGUAGES[0] else f"{language}/{url}"
        links.append({"language": language, "href": get_relative_url(target or ".", current)})
    return links


@event_priority(-100)  # after the search plugin has written the index
def on_post_build(config: MkDocsConfig) -> None:
    """Refuse to finish with anything on a page that was not verified."""
    if _build.problems and not _build.lenient:
        raise PluginError(str(ProblemsFoundError(_build.problems)))
    _rank_reference(Path(config.site_dir) / "search" / "search_index.json")


def _rank_reference(index: Path) -> None:
    """Rank the introductions of the reference below the pages that explain; of the rest, only names are to be found."""
    content = json.loads(index.read_text("utf-8"))
    content["docs"] = [entry for entry in content["docs"] if "#module-" not in entry["location"]]
    for entry in content["docs"]:
        if entry.get("boost") == ENTRY_BOOST and "#" not in entry["location"]:
            entry["boost"] = INTRODUCTION_BOOST
    index.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), "utf-8")
