"""Pages, pairs, implementations and snippets as the checks see them."""

import pytest
from faults import EN, ZH

from dlref.site.implementations import find_implementation
from dlref.site.pages import Page, Part, load_page, load_pages
from dlref.site.pairs import check_pairs, stamp
from dlref.site.project import Project
from dlref.site.snippets import Block, all_blocks, block_key, blocks_in, code_digest, output_line

PAGE = """---
description: x
counterpart: "0"
---
# Title

Text with $a$
and $b$ below. [link](x.md)

## Section { #section }

| head |
|---|
| $c$ |

- item [deep](y.md)

    - below $d$

=== "Tab"

    Inside $e$.

    !!! note "Box"

        Deep `c-x.y:.1f`{ .measured }.

        ```text
        fence
        ```

    --8<-- "page/x.numpy.md"

$$
--8<-- "page/x.tex"
$$

![alt](z.svg) ![more](w.svg)

A fact.
{ .claim #c-fact }

Text.
{ #anchor }

<div>
html
</div>
"""
EXPECTED = {
    ("heading", "", 5),
    ("inline-formula", "a", 7),
    ("inline-formula", "b", 8),
    ("link", "x.md", 8),
    ("heading", "section", 10),
    ("column", "", 12),
    ("inline-formula", "c", 14),
    ("link", "y.md", 16),
    ("inline-formula", "d", 18),
    ("tab", "tab", 20),
    ("inline-formula", "e", 22),
    ("admonition", "note", 24),
    ("measured", "c-x.y:.1f", 26),
    ("fence", "text", 28),
    ("include", "page/x.numpy.md", 32),
    ("formula", "page/x.tex", 35),
    ("image", "z.svg", 38),
    ("image", "w.svg", 38),
    ("claim", "c-fact", 41),
    ("anchor", "anchor", 44),
}


@pytest.fixture
def page(tmp_path) -> Page:
    path = tmp_path / "docs/en/x.md"
    path.parent.mkdir(parents=True)
    path.write_text(PAGE, "utf-8")
    return load_page(Project(tmp_path), path)


def test_every_part_knows_its_line(page):
    assert {(part.kind, part.key, part.line) for part in page.parts if part.kind != "html"} == EXPECTED
    assert [part.line for part in page.of_kind("html")] == [46]
    assert page.anchors == {"section", "c-fact", "anchor"}
    assert (page.path, page.language, page.slug) == ("docs/en/x.md", "en", "x")


def made(language: str, *parts: tuple[str, str, int]) -> Page:
    text = "---\ndescription: x\n---\n"
    return Page(
        f"docs/{language}/x.md", language, "x", text, [Part(kind, key, line, level=2) for kind, key, line in parts]
    )


def differences(zh: Page, en: Page) -> list[str]:
    return [str(one) for one in check_pairs([zh, en]) if "no counterpart" in one.message]


def test_a_missing_part_is_placed_before_the_one_it_should_precede():
    zh = made("zh", ("heading", "a", 3), ("heading", "b", 5), ("heading", "c", 7))
    en = made("en", ("heading", "a", 13), ("heading", "c", 17))
    assert differences(zh, en) == ["docs/en/x.md:17: no counterpart for heading #b (docs/zh/x.md has it at line 5)"]


def test_order_counts_for_blocks_and_not_for_what_sentences_hold():
    one, two = ("include", "a.md", 3), ("include", "b.md", 5)
    assert len(differences(made("zh", one, two), made("en", two, one))) == 2
    one, two = ("link", "a.md", 3), ("link", "b.md", 5)
    assert differences(made("zh", one, two), made("en", two, one)) == []
    assert len(differences(made("zh", one, one), made("en", one))) == 1  # twice is not once


def test_a_stamp_is_written_once_and_added_where_there_is_none(sample):
    for name in (ZH, EN):
        path = sample.root / name
        path.write_text(
            "\n".join(one for one in path.read_text("utf-8").split("\n") if "counterpart:" not in one), "utf-8"
        )
    assert {sample.relative(path) for path in stamp(sample, load_pages(sample))} == {ZH, EN}
    assert (sample.root / ZH).read_text("utf-8").startswith('---\ncounterpart: "')
    assert stamp(sample, load_pages(sample)) == []


def test_implementations_are_found_through_packages_with_their_decorators(sample):
    path = sample.source / "dlref/numpy/scaling.py"
    path.write_text(
        "import functools\n\n\n@functools.cache\ndef double(x):\n    return x\n\n\nclass Other:\n    x = 1\n", "utf-8"
    )
    found = find_implementation(sample, "dlref.numpy.double")
    assert (found.path, found.line) == ("src/dlref/numpy/scaling.py", 4)
    assert found.code == "@functools.cache\ndef double(x):\n    return x\n"
    assert find_implementation(sample, "dlref.numpy.scaling.Other").code == "class Other:\n    x = 1\n"
    for name in ("dlref.numpy.none", "dlref.none.double", "dlref.numpy.scaling.functools"):
        assert find_implementation(sample, name) is None


def test_an_implementation_is_shown_with_the_first_line_of_its_docstring(sample):
    path = sample.source / "dlref/numpy/scaling.py"
    path.write_text('@cache\ndef double(x):\n    """Say it.\n\n    At length.\n    """\n    return x\n', "utf-8")
    assert find_implementation(sample, "dlref.numpy.double").code == (
        '@cache\ndef double(x):\n    """Say it."""\n    return x\n'
    )


def test_a_blocks_key_follows_what_it_reaches_and_nothing_else(sample):
    code = "from dlref.numpy import double\n"
    before = block_key(sample, code, "4\n")
    other, reached = sample.source / "dlref/torch/scaling.py", sample.source / "dlref/numpy/scaling.py"
    other.write_text(other.read_text("utf-8") + "# changed\n", "utf-8")
    assert block_key(sample, code, "4\n") == before
    assert block_key(sample, code, "5\n") != before
    assert block_key(sample, code + "x = 1\n", "4\n") != before
    reached.write_text(reached.read_text("utf-8") + "# changed\n", "utf-8")
    assert block_key(sample, code, "4\n") != before


def test_a_blocks_digest_is_blind_to_blank_lines_at_its_ends_only():
    assert code_digest("\nx = 1\n\n") == code_digest("x = 1")
    assert code_digest("x = 1\n\ny = 2") != code_digest("x = 1\ny = 2")


@pytest.mark.parametrize(
    ("code", "backend"),
    [
        ("import torch", "torch"),
        ("from dlref.torch import x", "torch"),
        ("import numpy", "numpy"),
        ("import torchx", "numpy"),
    ],
)
def test_a_blocks_backend_is_what_it_imports(code, backend):
    assert Block("x.md", 1, code, None, "").backend == backend


@pytest.mark.parametrize("blank", ["", "\n", "\n\n"])
def test_the_output_begins_below_its_fence(blank):
    text = f"text\n```python\nprint(1)\n```\n{blank}<!--pytest-codeblocks:expected-output-->\n{blank}```text\n1\n```\n"
    assert text.splitlines()[output_line(text, 2) - 1] == "1"


def test_blocks_name_the_line_of_their_fence(sample):
    (block,) = blocks_in(sample, sample.root / EN)
    assert (block.line, block.expected, block.test) == (51, "2\n4\n", f"{EN}::line 51")
    assert len(all_blocks(sample)) == 4
