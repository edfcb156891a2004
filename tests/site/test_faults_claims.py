"""Planted faults in attribute lists, claims and snippets."""

import pytest
from faults import DELETE, EN, PAGES, ZH, Edit, Fault, add, static
from samples import draw_manifest

NUMPY, TORCH = "snippets/sample/double.numpy.md", "snippets/sample/double.torch.md"
EXPERIMENT, TEST = "src/dlref/experiments/sample.py", "tests/claims/test_sample.py"

ATTRIBUTES = (
    Fault(
        "list not closed",
        Edit(PAGES, "{ .claim #c-double }", "{ .claim #c-double"),
        EN,
        "attribute list is not closed",
        at=".claim",
        count=3,
    ),
    Fault(
        "claim without #",
        Edit(PAGES, "{ .claim #c-double }", "{ .claim c-double }"),
        EN,
        "a claim is marked { .claim #c-… }",
        at=".claim",
        count=3,
    ),
    Fault(
        "not a claim's id",
        Edit(PAGES, "#c-double }", "#double }"),
        EN,
        "a claim is marked { .claim #c-… }; got #double",
        at="#double }",
        count=3,
    ),
    Fault(
        "number of nothing",
        add(PAGES, "`c-none.x`{ .measured }"),
        EN,
        "`c-none.x` names no claim that is measured",
        at="c-none",
        count=2,
    ),
    Fault(
        "measured without code",
        add(PAGES, "c-double.x{ .measured }"),
        EN,
        "names no claim that is measured",
        at="c-double.x",
        count=2,
    ),
)

CLAIMS = (
    Fault(
        "without test",
        Edit(TEST, 'claim("C-double")', 'claim("C-other")'),
        EN,
        "claim C-double has no test",
        at=".claim",
        count=4,
    ),
    Fault(
        "test deleted",
        Edit(TEST, "", DELETE),
        EXPERIMENT,
        "claim C-double is measured but has no test",
        at="def doubling",
        count=3,
    ),
    Fault(
        "without experiment",
        Edit(EXPERIMENT, '@claim("C-double")\n', ""),
        EN,
        "claim C-double is not measured",
        at=".claim",
        count=9,
    ),
    Fault(
        "on no page",
        Edit(PAGES, "{ .claim #c-double }\n", ""),
        EXPERIMENT,
        "claim C-double is measured but stands on no page",
        at="def doubling",
    ),
    Fault(
        "test of nothing",
        Edit(TEST, '@pytest.mark.claim("C-double")', '@pytest.mark.claim("C-double", "C-no")'),
        TEST,
        "no experiment measures it",
    ),
    Fault(
        "unknown claim",
        add(PAGES, "Sure.\n{ .claim #c-sure }"),
        ZH,
        "claim C-sure is not measured",
        at="c-sure",
        count=2,
    ),
)

SNIPPETS = (
    Fault(
        "deleted", Edit(NUMPY, "", DELETE), EN, f"included file {NUMPY} does not exist", at="double.numpy.md", count=2
    ),
    Fault("twin deleted", Edit(TORCH, "", DELETE), NUMPY, f"no PyTorch twin: {TORCH} does not exist", count=3),
    Fault(
        "orphan",
        Edit("snippets/sample/x.tex", "", "x"),
        "snippets/sample/x.tex",
        "no page includes this snippet",
        count=2,
    ),
    Fault("misnamed", Edit("snippets/sample/X.py", "", "x"), "snippets/sample/X.py", "a snippet is called"),
    Fault(
        "two blocks",
        Edit(NUMPY, "print(double(2))\n", "```\n\n```python\n"),
        NUMPY,
        "a snippet is one ```python block",
        count=2,
    ),
    Fault("no block", Edit(NUMPY, "", "Text.\n"), NUMPY, "a snippet is one ```python block"),
    Fault("never closed", Edit(NUMPY, "6\n```\n", "6\n"), NUMPY, "this fence is never closed", at="6", count=2),
    Fault(
        "twin prints another number",
        Edit(TORCH, "\n6\n", "\n7\n"),
        TORCH,
        "prints `7` where its NumPy twin snippets/sample/double.numpy.md prints `6`",
        at="7",
    ),
    Fault("twin prints less", Edit(TORCH, "\n6\n", "\n"), TORCH, f"prints more or fewer lines than {NUMPY}"),
)


@pytest.mark.parametrize("fault", [*ATTRIBUTES, *CLAIMS, *SNIPPETS], ids=lambda fault: fault.name)
def test_what_is_wrong_with_marks_claims_and_snippets_is_found(sample, fault):
    fault.plant(sample)
    draw_manifest(sample)  # what changes an experiment would also ask for its figures
    fault.judge(sample, static(sample))
