"""KaTeX, run at build time: formulas reach the reader as finished HTML and MathML, without JavaScript.

KaTeX's own script runs inside QuickJS, so that no Node process is started for a formula.
"""

import json
import re
from functools import lru_cache
from pathlib import Path

import quickjs

from dlref.site.project import Project

_RENDER = """
function render(tex, display) {
  try {
    return JSON.stringify({html: katex.renderToString(tex, {displayMode: display, strict: "error", trust: false})});
  } catch (error) {
    return JSON.stringify({error: String(error.message)});
  }
}
"""


class FormulaError(ValueError):
    """KaTeX cannot read a formula; the message says why, in KaTeX's words."""


def katex_folder(project: Project) -> Path:
    """Return where npm has put KaTeX; a clear error if it has not been fetched yet."""
    folder = project.root / "node_modules" / "katex" / "dist"
    if not (folder / "katex.min.js").is_file():
        raise FileNotFoundError("KaTeX is missing: run `npm ci` in the repository's root (every nox session does so)")
    return folder


def render_formula(project: Project, tex: str, *, display: bool) -> str:
    """Return the HTML of a formula, or raise FormulaError."""
    return _render(str(katex_folder(project)), tex.strip(), display)


@lru_cache(maxsize=4096)
def _render(folder: str, tex: str, display: bool) -> str:
    answer = json.loads(str(_engine(folder)(tex, display)))
    if "error" in answer:
        raise FormulaError(re.sub(r"^KaTeX parse error: ", "", answer["error"]))
    return str(answer["html"])


@lru_cache(maxsize=1)
def _engine(folder: str) -> quickjs.Function:
    # KaTeX looks for a document's compatMode at load time and for console when it warns
    prelude = "var console = {warn() {}, error() {}, log() {}};"
    return quickjs.Function("render", prelude + (Path(folder) / "katex.min.js").read_text("utf-8") + _RENDER)
