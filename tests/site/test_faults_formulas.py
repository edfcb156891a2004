"""Planted faults in what binds display formulas to their tests."""

import pytest
from faults import Edit, Fault, static

from dlref.site.formula_tests import count_formulas, formula_digest

TEX, TEST = "snippets/sample/double.tex", "tests/formulas/test_sample_formulas.py"
MARK = '@pytest.mark.formula("sample/double")'


def transcribed(digest):
    return Edit(TEST, MARK, f'@pytest.mark.transcription("sample/double", "{digest}")')


FAULTS = (
    Fault(
        "without test", Edit(TEST, MARK + "\n", ""), TEX, "no test executes this formula; tests/formulas: @pytest.mark."
    ),
    Fault(
        "of nothing",
        Edit(TEST, MARK, MARK + '\n@pytest.mark.formula("sample/no")'),
        TEST,
        "no formula snippets/sample/no",
    ),
    Fault("other text", transcribed("0123456789abcdef"), TEST, "was changed: compare it with this transcription"),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_in_a_formulas_test_is_found(sample, fault):
    fault.plant(sample)
    fault.judge(sample, static(sample))


def test_a_transcription_counts_as_one(sample):
    transcribed(formula_digest((sample.root / TEX).read_text("utf-8"))).apply(sample)
    counts = count_formulas(sample)
    assert (counts.formulas, counts.from_latex, counts.transcribed) == (1, 0, 1)
