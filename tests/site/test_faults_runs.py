"""Planted faults that only a run brings to light, and the commands an author types."""

import pytest
from faults import EN, PAGES, ZH, Edit, Fault, add
from samples import draw_manifest

from dlref.site.check import check
from dlref.site.verify import run_tests

NUMPY, TORCH = "snippets/sample/double.numpy.md", "snippets/sample/double.torch.md"
TEST, EXPERIMENT = "tests/claims/test_sample.py", "src/dlref/experiments/sample.py"
OPS, SCALING = "tests/ops/test_scaling.py", "src/dlref/numpy/scaling.py"
MEASURED = "`c-double.none`{ .measured }"

BLOCKS = (
    Fault(
        "expected output on a page",
        Edit(EN, "\n2\n4\n", "\n2\n5\n"),
        EN,
        "expected output says `5`, the block prints `4`",
        at="5",
    ),
    Fault(
        "expected output of a snippet",
        (Edit(NUMPY, "\n6\n", "\n7\n"), Edit(TORCH, "\n6\n", "\n7\n")),
        NUMPY,
        "expected output says `7`, the block prints `6`",
        at="7",
        count=2,
    ),
    Fault(
        "a line of output too many",
        Edit(EN, "\n2\n4\n", "\n2\n4\n6\n"),
        EN,
        "expected output says `6`, the block prints `(nothing)`",
        count=1,
    ),
    Fault(
        "exception",
        Edit(EN, "print(2 + 2)", "print(2 / 0)"),
        EN,
        "block fails: ZeroDivisionError: division by zero",
        at="2 / 0",
        count=3,
    ),
    Fault(
        "syntax",
        Edit(EN, "print(2 + 2)", ">>> print(2 + 2)"),
        EN,
        "block fails: SyntaxError: invalid syntax",
        at=">>>",
        count=3,
    ),
    Fault(
        "many lines of message",
        Edit(EN, "print(2 + 2)", "raise ValueError('a\\nb')"),
        EN,
        "block fails: ValueError: a",
        at="raise",
        count=3,
    ),
    Fault("leaves Python", Edit(EN, "print(2 + 2)", "raise SystemExit('x')"), EN, "the block", count=3),
)
EVIDENCE = (
    Fault(
        "the claim no longer holds",
        Edit(EXPERIMENT, "double(2.0)", "double(2.5)"),
        TEST,
        "claim C-double no longer holds: assert 5.0 == 4",
        at='assert found["value"] == 4',
    ),
    Fault(
        "the claim's test is skipped",
        Edit(TEST, "    found =", "    pytest.skip()\n    found ="),
        EN,
        "claim #c-double has no passing test",
        at=".claim",
        count=2,
    ),
    Fault(
        "the claim's test cannot start",
        Edit(TEST, "import measure", "import nothing"),
        TEST,
        "cannot be collected: ImportError",
    ),
    Fault(
        "the implementation is wrong",
        Edit("src/dlref/torch/scaling.py", "number + number", "number + 4"),
        OPS,
        "test_double: assert",
        at="== 6",
        count=2,
    ),
    Fault(
        "an implementation without test",
        add(PAGES, '--8<-- "dlref.numpy.scaling.triple"'),
        ZH,
        "no test covers dlref.numpy.scaling.triple",
        at="triple",
        count=2,
    ),
    Fault(
        "a test that was there is gone",
        Edit(OPS, '"dlref.numpy.double", ', ""),
        EN,
        "no test covers dlref.numpy.double",
        at="dlref.numpy.double",
        count=2,
    ),
    Fault(
        "number that is not measured",
        add(PAGES, MEASURED),
        EN,
        "`c-double.none` gives no number: KeyError",
        at="c-double.none",
        count=2,
    ),
    Fault(
        "number of no format",
        add(PAGES, "`c-double.value:.1q`{ .measured }"),
        EN,
        "gives no number: ValueError",
        at=".1q",
        count=2,
    ),
    Fault(
        "element out of reach",
        add(PAGES, "`c-double.list.2`{ .measured }"),
        EN,
        "gives no number: IndexError",
        at="list.2",
        count=2,
    ),
)
UNREADABLE = (
    Fault(
        "experiment",
        Edit(EXPERIMENT, "def doubling()", "def doubling("),
        EXPERIMENT,
        "Python cannot read this file",
        at="def doubling",
    ),
    Fault(
        "claim's test",
        Edit(TEST, "def test_double_is_twice()", "def test_double_is_twice("),
        TEST,
        "Python cannot read this file",
    ),
    Fault(
        "implementation",
        Edit(SCALING, "def double(number)", "def double(number"),
        SCALING,
        "Python cannot read this file",
        at="def double",
    ),
)


@pytest.mark.parametrize("fault", [*BLOCKS, *EVIDENCE], ids=lambda fault: fault.name)
def test_what_does_not_run_is_found(sample, fault):
    fault.plant(sample)
    draw_manifest(sample)
    fault.judge(sample, check(sample))


@pytest.mark.parametrize("fault", UNREADABLE, ids=lambda fault: fault.name)
def test_python_that_cannot_be_read_is_a_problem_with_its_line(sample, fault):
    fault.plant(sample, stamped=False)
    fault.judge(sample, check(sample))


def test_a_page_that_is_not_utf8_is_a_problem_with_its_line(sample):
    (sample.root / EN).write_bytes(b"---\ndescription: x\n---\n# \xff\n")
    assert list(map(str, check(sample))) == [f"{EN}:4: is not UTF-8 text"]


def test_an_empty_page_is_a_problem(sample):
    (sample.root / EN).write_text("")
    assert f"{EN}:1: no front matter: the page must begin with --- and end it so" in map(str, check(sample))


def test_the_record_spares_what_has_not_changed(sample):
    before = sample.record.read_bytes()
    assert check(sample) == []
    assert sample.record.read_bytes() == before
    assert not (sample.cache / "failures.json").read_text("utf-8").strip("[]")


def test_only_the_tests_of_what_is_shown_are_run(sample):
    path = sample.root / OPS
    text = path.read_text("utf-8")
    failing = '\n\n@pytest.mark.covers("dlref.numpy.{}")\ndef test_of_another():\n    raise AssertionError("was run")\n'
    path.write_text(text + failing.format("other"), "utf-8")
    assert check(sample) == []
    path.write_text(text + failing.format("double"), "utf-8")
    assert [problem.message for problem in check(sample)][:1] == ["test_of_another: was run"]


_SETTING = """```python
import numpy as np
import torch
{then}
print(torch.get_default_dtype(), torch.is_grad_enabled(), np.geterr()["divide"], np.pi)
```

<!--pytest-codeblocks:expected-output-->

```text
{output}
```
"""
_CHANGES = 'torch.set_default_dtype(torch.float64), torch.set_grad_enabled(False), np.seterr(divide="raise")'


def test_what_a_block_sets_ends_with_it(sample):
    changed, usual = "torch.float64 False raise", "torch.float32 True warn"
    blocks = [(_CHANGES, changed), ("None", usual)]
    text = "\n".join(_SETTING.format(then=then, output=f"{output} 3.141592653589793") for then, output in blocks)
    (sample.snippets / "settings.md").write_text(text, "utf-8")
    assert run_tests(sample, ["snippets/settings.md"]) == []
