"""Explanations, posteriors, rivalries, comparisons, sweeps and reports show themselves."""

import json
import re

import pytest
from rich.cells import cell_len

import conjuncture
import sample_results as sample
from conjuncture.analysis.answers import Answer
from conjuncture.analysis.explain.explanation import Explanation
from conjuncture.analysis.parameter_sweep import SweepResults
from conjuncture.presentation.text import Paragraph, text_of_groups
from reports import ACCOUNT, QUOTING, hostile_report

EXPLANATION = Explanation(
    sample.EVENT,
    Answer(0.4, (0.1, 0.7), 0.01, 400, 204_800),
    sample.FORCES,
    causes=sample.CAUSES,
    discovery=sample.DISCOVERY,
    missing=("tipping",),
    says="Torres wins <the showdown>",
)
ROW = {"scenario": "free", "reading": "prior", "value": 0.5, "standard_error": 0.01}
SWEEP = SweepResults(
    [
        {**ROW, "asked": "question", "name": "wins", "verdict": None, "problem": None},
        {**ROW, "asked": "claim", "name": "a<b", "verdict": "holds", "problem": None},
        {**ROW, "asked": "claim", "name": "c", "value": None, "verdict": None, "problem": "x"},
    ]
)
RESULTS = {
    "explanation": EXPLANATION,
    "attribution": sample.FORCES,
    "conditions": sample.CONDITIONS,
    "causes": sample.CAUSES,
    "sensitivity": sample.SENSITIVITY,
    "tipping": sample.TIPPING,
    "discovery": sample.DISCOVERY,
    "posterior": sample.POSTERIOR,
    "rivalry": sample.RIVALRY,
    "comparison": sample.COMPARISON,
    "untagged": sample.UNTAGGED,
    "sweep": SWEEP,
}
WITHOUT_PICTURE = ("sweep",)


@pytest.mark.parametrize("result", RESULTS.values(), ids=RESULTS)
def test_a_result_is_printed_in_80_columns(result):
    lines = str(result).splitlines()
    assert lines
    assert all(cell_len(line) <= 80 and line == line.rstrip() for line in lines)
    assert "\x1b" not in str(result)


@pytest.mark.parametrize("name", RESULTS)
def test_a_notebook_shows_a_result_with_its_picture_and_no_mark_of_its_texts(name):
    page = RESULTS[name]._repr_html_()
    assert ("<img " in page) == (name not in WITHOUT_PICTURE)
    tags = set(re.findall(r"<(\w+)", page))
    assert tags <= {"p", "b", "i", "small", "img", "table", "thead", "tbody", "tr", "th", "td"}


@pytest.mark.parametrize("result", RESULTS.values(), ids=RESULTS)
def test_what_a_result_holds_is_json_and_a_tidy_table(result):
    content = result.to_dict()
    assert json.loads(json.dumps(content, allow_nan=False)) == content
    frame = result.to_frame()
    assert len(frame)
    assert not frame.map(lambda cell: isinstance(cell, (list, dict, tuple))).any(axis=None)


def test_an_explanation_has_the_figures_of_its_parts_in_one_table():
    frame = EXPLANATION.to_frame()
    assert list(dict.fromkeys(frame.part)) == ["attribution", "causes", "discovery"]
    first = frame[frame.part == "attribution"].iloc[0]
    share = sample.FORCES.shares[0]
    assert (first.key, first.value, first.low, first.high) == (
        share.factor,
        share.value,
        *share.interval,
    )
    assert str(EXPLANATION).startswith("Why Torres wins <the showdown>  (showdown = torres)\n")
    assert "missing: where it tips" in str(EXPLANATION)


def test_a_sweep_is_a_list_that_says_what_each_row_found():
    assert list(SWEEP) == SWEEP
    words = [line.split()[-1] for line in str(SWEEP).splitlines()[3:]]
    assert words == ["0.50", "holds", "wrong"]


def test_a_report_is_a_page_in_a_frame_and_markdown(hostile):
    assert hostile._repr_html_().startswith("<iframe ")
    assert hostile._repr_html_().count("<") == 2
    assert str(hostile).startswith("# ")
    content = hostile.to_dict()
    assert json.loads(json.dumps(content, allow_nan=False)) == content
    assert list(hostile.to_frame().columns)[:4] == ["claim", "says", "reading", "verdict"]


@pytest.fixture
def hostile(write_crisis):
    return hostile_report(conjuncture.load(write_crisis(QUOTING, ACCOUNT)).crisis)


def test_groups_stand_apart():
    assert text_of_groups([[Paragraph("a"), Paragraph("b")], [Paragraph("c")]]) == "a\nb\n\nc"
