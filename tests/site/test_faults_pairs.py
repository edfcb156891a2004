"""Planted faults: what stands in one language only. Each is an edit and the problem it must cause."""

import pytest
from faults import EN, PAGES, ZH, Edit, Fault, add, static

from dlref.site.pages import load_pages
from dlref.site.pairs import stamp

FAULTS = (
    Fault(
        "a section is missing",
        Edit(ZH, "### 代码 { #code }\n", ""),
        ZH,
        "no counterpart for heading #code (docs/en/sample.md has it at line 23)",
        at="## 方框",
    ),
    Fault(
        "a display formula is missing",
        Edit(ZH, '$$\n--8<-- "sample/double.tex"\n$$\n', ""),
        ZH,
        "no counterpart for formula sample/double.tex (docs/en/sample.md has it at line 15)",
    ),
    Fault(
        "an inline formula is missing",
        Edit(EN, "A number $x$", "A number"),
        EN,
        "no counterpart for inline formula $x$",
    ),
    Fault(
        "an inline formula differs",
        Edit(EN, "stands $2x$", "stands $3x$"),
        EN,
        "no counterpart for inline formula $2x$",
        count=2,
    ),
    Fault(
        "a snippet is missing",
        Edit(ZH, '    --8<-- "sample/double.torch.md"\n', ""),
        ZH,
        "no counterpart for snippet sample/double.torch.md",
    ),
    Fault(
        "an implementation is missing",
        Edit(EN, '    --8<-- "dlref.torch.double"\n', ""),
        EN,
        "no counterpart for snippet dlref.torch.double",
        at="double.numpy.md",
    ),
    Fault(
        "a figure is missing",
        Edit(EN, "![A straight line through the origin](../assets/figures/sample/line.en.svg)\n", ""),
        EN,
        "no counterpart for figure ../assets/figures/sample/line.svg",
        count=2,  # nobody shows the English drawing either
    ),
    Fault("a claim is missing", Edit(ZH, "{ .claim #c-double }\n", ""), ZH, "no counterpart for claim #c-double"),
    Fault(
        "a measured number is missing",
        Edit(ZH, "`c-double.start`{ .measured }", "2"),
        ZH,
        "no counterpart for measured number `c-double.start`",
    ),
    Fault(
        "a box is of another kind",
        Edit(ZH, "!!! note", "!!! warning"),
        ZH,
        "no counterpart for box note",
        at="!!! warning",
        count=2,
    ),
    Fault("a box is missing", add(EN, '!!! tip "Tip"\n\n    Text.'), ZH, "no counterpart for box tip", at="!!! note"),
    Fault(
        "a link is missing",
        Edit(ZH, "、[标记](about.md#verified)", ""),
        ZH,
        "no counterpart for link about.md#verified",
    ),
    Fault("a tab is missing", add(EN, '=== "JAX"\n\n    Text.'), ZH, "no counterpart for tab JAX"),
    Fault(
        "a code block is missing",
        add(EN, "```console\n$ ls\n```"),
        ZH,
        "no counterpart for code block ```console '$ ls\\n'",
    ),
    Fault(
        "a section's level differs", Edit(ZH, "### 代码", "## 代码"), ZH, "no counterpart for heading #code", count=2
    ),
    Fault(
        "two sections are swapped",
        Edit(ZH, "## 方框 { #boxes }", "## 方框 { #other }"),
        ZH,
        "no counterpart for heading #boxes",
        at="## 方框",
        count=2,
    ),
    Fault("an anchor is missing", add(EN, "Text.\n{ #here }"), ZH, "no counterpart for anchor #here"),
    Fault(
        "a page is missing",
        Edit("docs/zh/extra.md", "", "x"),
        "docs/en/extra.md",
        "page is missing: docs/zh/extra.md",
        count=3,
    ),
    Fault(
        "a page of no language",
        Edit("docs/fr/index.md", "", '---\ndescription: x\ncounterpart: "0"\n---\n# x\n'),
        "docs/fr/index.md",
        "pages stand in docs/zh or docs/en",
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_what_one_language_lacks_is_found(sample, fault):
    fault.plant(sample)
    fault.judge(sample, static(sample))


def test_messages_name_both_places(sample):
    Edit(EN, "### Code { #code }\n", "").apply(sample)
    problems = [str(problem) for problem in static(sample)]
    assert "docs/en/sample.md:40: no counterpart for heading #code (docs/zh/sample.md has it at line 23)" in problems


@pytest.mark.parametrize(("edited", "other"), [(EN, ZH), (ZH, EN)])
def test_a_changed_page_asks_for_its_counterpart(sample, edited, other):
    fault = Fault(
        "prose changed",
        add(edited, "One more paragraph."),
        other,
        f"{edited} has changed since this page was read against it",
    )
    fault.plant(sample, stamped=False)
    fault.judge(sample, static(sample))
    stamp(sample, load_pages(sample))
    assert static(sample) == []


def test_the_same_edit_in_both_languages_is_no_fault(sample):
    Fault("", add(PAGES, "$z$\n\n```yaml\na: 1\n```"), "", "").plant(sample)
    assert static(sample) == []
