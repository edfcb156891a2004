"""Planted faults that can be read off one page: its front matter, headings, includes, formulas, links."""

import pytest
from faults import EN, PAGES, ZH, Edit, Fault, add, static

DESCRIPTION = "description: One of everything that a page can hold.\n"

FRONT_MATTER = (
    Fault(
        "not YAML",
        Edit(EN, DESCRIPTION, "description: a: b\n"),
        EN,
        "front matter: mapping values are not allowed here",
        at="a: b",
    ),
    Fault(
        "absent",
        Edit(EN, f'---\n{DESCRIPTION}counterpart: "', 'counterpart: "'),
        EN,
        "no front matter",
        at="counterpart",
        count=3,
    ),
    Fault("not a mapping", Edit(EN, DESCRIPTION, "- description\n"), EN, "front matter: ", at="counterpart"),
    Fault("unknown key", Edit(EN, DESCRIPTION, f"{DESCRIPTION}author: me\n"), EN, "front matter: unknown key `author`"),
    Fault("missing key", Edit(EN, DESCRIPTION, ""), EN, "front matter: `description` is missing or not text"),
    Fault(
        "wrong type",
        Edit(EN, DESCRIPTION, "description: 3\n"),
        EN,
        "front matter: `description` is missing or not text",
    ),
    Fault(
        "optional of wrong type",
        Edit(EN, DESCRIPTION, f"{DESCRIPTION}hide: toc\n"),
        EN,
        "front matter: `hide` must be a list",
    ),
)

HEADINGS = (
    Fault(
        "no anchor", Edit(PAGES, "{ #boxes }", ""), EN, "every section needs an English anchor", at="## Boxes", count=2
    ),
    Fault(
        "Chinese anchor",
        Edit(PAGES, "#boxes", "#方框"),
        ZH,
        "every section needs an English anchor",
        at="#方框",
        count=2,
    ),
    Fault(
        "anchor twice",
        Edit(PAGES, "#boxes", "#code"),
        ZH,
        "anchor #code stands already at line 23",
        at="## 方框",
        count=2,
    ),
    Fault(
        "claim's anchor twice",
        Edit(PAGES, "#boxes", "#c-double"),
        EN,
        "anchor #c-double stands already",
        at="Boxes",
        count=2,
    ),
    Fault(
        "level left out", Edit(PAGES, "\n### ", "\n#### "), EN, "heading level 4 follows level 2", at="Code", count=2
    ),
    Fault(
        "column without a word",
        add(PAGES, "| $x$ | y |\n| --- | --- |\n| 1 | 2 |"),
        EN,
        "the header of a table's column needs a word; got '$x$'",
        at="| $x$",
        count=2,
    ),
    Fault("two titles", add(PAGES, "# Doubling once more"), EN, "a page has exactly one title", count=2),
    Fault("no title", Edit(EN, "# Doubling\n", ""), EN, "a page has exactly one title", count=2),
)

REFERENCES = (
    Fault(
        "dead link",
        add(PAGES, "[x](nowhere.md)"),
        EN,
        "dead link nowhere.md: there is no docs/en/nowhere.md",
        at="nowhere",
        count=2,
    ),
    Fault(
        "dead anchor",
        add(PAGES, "[x](index.md#no)"),
        ZH,
        "dead anchor index.md#no: docs/zh/index.md has no #no",
        at="#no)",
        count=2,
    ),
    Fault("dead anchor on the page", add(PAGES, "[x](#no)"), ZH, "dead anchor #no", at="#no)", count=2),
    Fault(
        "link to a lab that is not there",
        add(PAGES, "[x](lab-nowhere.ipynb)"),
        ZH,
        "dead link lab-nowhere.ipynb",
        count=2,
    ),
    Fault("link to the other language", add(PAGES, "[x](../xx/index.md)"), ZH, "dead link ../xx/index.md", count=2),
    Fault("by reference", add(PAGES, "[x][y]\n\n[y]: nowhere.md"), ZH, "dead link nowhere.md", at="[x][y]", count=2),
    Fault(
        "http", add(PAGES, "[x](http://example.org)"), EN, "only https links lead out of the site", at="http:", count=2
    ),
    Fault("without a scheme", add(PAGES, "[x](//example.org)"), EN, "only https links lead out of the site", count=2),
    Fault(
        "included file",
        add(PAGES, '--8<-- "sample/no.md"'),
        EN,
        "included file snippets/sample/no.md does not exist",
        at="no.md",
        count=2,
    ),
    Fault(
        "formula's file",
        add(PAGES, '$$\n--8<-- "sample/no.tex"\n$$'),
        EN,
        "snippets/sample/no.tex does not exist",
        at="no.tex",
        count=2,
    ),
    Fault(
        "another form of include",
        add(PAGES, "--8<-- 'sample/double.tex'"),
        EN,
        "an include is written",
        at="--8<-- '",
        count=2,
    ),
    Fault(
        "many lines of include",
        add(PAGES, "--8<--\nsample/x.md\n--8<--"),
        EN,
        "an include is written",
        at="--8<--\n"[:-1],
        count=4,
    ),
    Fault(
        "include in a sentence",
        add(PAGES, 'See --8<-- "sample/x.md"'),
        EN,
        "an include is written",
        at="See --8",
        count=2,
    ),
    Fault(
        "no such implementation",
        add(PAGES, '--8<-- "dlref.numpy.half"'),
        ZH,
        "dlref.numpy.half is not a function or class",
        at="half",
        count=2,
    ),
)

FORMULAS = (
    Fault("inline", add(PAGES, r"$\frac{1}$"), EN, "KaTeX cannot read this formula: ", at=r"\frac", count=2),
    Fault(
        "unknown command",
        add(PAGES, r"$\nonsense$"),
        EN,
        r"Undefined control sequence: \nonsense",
        at="nonsense",
        count=2,
    ),
    Fault("in a table", Edit(EN, "$y$", r"$\y{$"), EN, "KaTeX cannot read", at=r"| $\y", count=3),
    Fault(
        "display", Edit("snippets/sample/double.tex", "2 x", "2 x}"), "snippets/sample/double.tex", "KaTeX cannot read"
    ),
    Fault("typed on the page", add(PAGES, "$$\nx\n$$"), EN, "a display formula is a file of its own", count=2),
)


FOOTNOTES = (
    Fault(
        "not defined", add(PAGES, "See.[^there]"), EN, "footnote [^there] is not defined", at="See.[^there]", count=2
    ),
    Fault(
        "no mark", add(PAGES, "[^there]: A book."), ZH, "footnote [^there] is never referred to", at="[^there]", count=2
    ),
)


@pytest.mark.parametrize(
    "fault", [*FRONT_MATTER, *FOOTNOTES, *HEADINGS, *REFERENCES, *FORMULAS], ids=lambda fault: fault.name
)
def test_what_is_wrong_on_a_page_is_found(sample, fault):
    fault.plant(sample)
    fault.judge(sample, static(sample))
