"""Planted faults: code written so that it would silently not be run."""

import pytest
from faults import EN, PAGES, ZH, Edit, Fault, add, static

OUTPUT = "\n\n<!--pytest-codeblocks:expected-output-->\n```text\n1\n```"
NOT_RUN = "would not be run as Python"


def fence(name: str, opening: str, words: str = NOT_RUN, closing: str = "```", count: int = 1) -> Fault:
    """A Python block, written in both languages so that it would not be run."""
    return Fault(
        name, add(PAGES, f"{opening}\nprint(1)\n{closing}"), EN, words, at=opening.splitlines()[0], count=2 * count
    )


def directive(text: str) -> Fault:
    block = f"{text}\n```python\nprint(1)\n```{OUTPUT}"
    return Fault(text, add(PAGES, block), EN, "no block may be skipped or merged", at=text, count=2)


FENCES = (
    fence("py", "```py"),
    fence("Python", "```Python"),
    fence("titled", '```python title="x.py"'),
    fence("attributes", "```{.python}"),
    fence("attributes with braces", "```{ .python .annotate }"),
    fence("tildes", "~~~python", closing="~~~"),
    fence("space", "``` python"),
    fence("trailing space", "```python ", count=2),
    fence("session", "```pycon"),
    fence("shell", "```bash"),
    fence("unnamed", "```"),
    fence("quoted", "> ```python\n> print(2)\n> ```\n\n```yaml", "outside of lists and quotations"),
    fence("in a list", "- ```python", "outside of lists and quotations", closing="  ```", count=3),
    Fault(
        "indented in a tab",
        add(PAGES, '=== "NumPy"\n\n    ```python\n    print(1)\n    ```'),
        EN,
        "an indented Python block loses its blank lines",
        at="    ```python",
        count=4,  # and it has no output
    ),
    Fault(
        "indented code",
        add(PAGES, "Text:\n\n    print(1)"),
        ZH,
        "indented code is never run",
        at="    print(1)",
        count=2,
    ),
    Fault(
        "without output",
        add(PAGES, "```python\nprint(1)\n```"),
        ZH,
        "a Python block is followed by what it prints",
        at="```python",
        count=2,
    ),
    Fault("never closed", Edit(EN, "```text\n2\n4\n```", "```text\n2\n4"), EN, "this fence is never closed", count=5),
    directive("<!--pytest.mark.skip-->"),
    directive("<!-- pytest.mark.xfail -->"),
    directive("<!--pytest.mark.skipif(True, reason='')-->"),
    directive("<!--pytest-codeblocks:skip-->"),
    directive("<!--pytest-codeblocks:cont-->"),
    directive("<!--pytest-codeblocks:importorskip(nothing)-->"),
    directive("<!--pytest-codeblocks:expect-error-->"),
    directive("<!--pytest-codeblocks:expected-output-ignore-whitespace-->"),
    directive("<!--pytest-codeblocks:nonsense-->"),
    Fault(
        "skipfile",
        Edit("snippets/sample/double.numpy.md", "```python", "<!--pytest-codeblocks:skipfile-->\n```python"),
        "snippets/sample/double.numpy.md",
        "no block may be skipped or merged",
        at="skipfile",
        count=2,
    ),
    Fault(
        "output without a block",
        Edit(EN, "```python\nprint(1 + 1)\nprint(2 + 2)\n```\n", ""),
        EN,
        "pytest-codeblocks cannot read this file: Found",
        at="---",
        count=2,
    ),
)


@pytest.mark.parametrize("fault", FENCES, ids=lambda fault: fault.name)
def test_code_that_would_not_be_run_is_found(sample, fault):
    fault.plant(sample)
    fault.judge(sample, static(sample))
