"""The site: reads the pages, runs what they show, checks that both languages agree, and builds the HTML.

The only part of dlref that knows Markdown and MkDocs. Run it as `python -m dlref.site`; nox does.
"""

from importlib.util import find_spec

if missing := [
    name for name in ("mkdocs", "bs4", "markdown_it", "quickjs", "pytest_codeblocks") if not find_spec(name)
]:
    raise ImportError(f'dlref.site needs {", ".join(missing)}: pip install "dlref[site]"')
