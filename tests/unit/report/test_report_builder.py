"""What is gathered: every part once, each optional, and what is missing said."""

import re

import pytest

import reports
from conjuncture.analysis.clauses import event_in_words
from conjuncture.analysis.explain.sample import StoppedEarly
from conjuncture.api import load
from conjuncture.engine.progress import SilentProgress
from conjuncture.ensemble import Ensemble
from conjuncture.errors import QueryError, UsageError
from conjuncture.presentation.explanation import WORDING
from conjuncture.report import builder
from conjuncture.report.builder import build_report, commonest_end_of, default_outcome_of
from conjuncture.report.document import as_html, as_markdown

pytestmark = pytest.mark.usefixtures("without_compiler")


class StopsAfter(SilentProgress):
    """Wants the answer so far once a kind of work is announced that its label names."""

    def __init__(self, label):
        self.label, self.reached = label, False

    @property
    def is_stopped(self):
        return self.reached

    def expect(self, label, blocks):
        self.reached = self.reached or label.startswith(self.label)


@pytest.fixture(scope="module")
def scenario(write_crisis):
    return load(write_crisis(reports.QUOTING, reports.ACCOUNT))


@pytest.fixture(scope="module")
def report(scenario):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Ensemble, "explain", lambda _, event: reports.explanation(event))
        return build_report(scenario.run(worlds=20))


def test_every_part_is_there(report):
    assert report.missing == ()
    assert [one.anchor for one in report.claims] == ["claim-crowd", "claim-likely"]
    assert [one.anchor for one in report.cast] == [
        "force-red", "force-blue", "force-guard", "force-line", "force-crowd", "force-friends",
    ]  # fmt: skip
    assert [one.title for one in report.explained[0].sections] == [
        one.title for one in WORDING.values()
    ]
    assert [one.anchor for one in report.stories] == ["typical", "turning"]
    assert report.outcomes.drawings
    names = [one.name for one in report.all_drawings]
    assert len(set(names)) == len(names) == 11


def test_the_first_screen_has_each_claim_and_each_stage(report):
    assert [(one.number, one.anchor) for one in report.strips] == [
        (one.number, one.anchor) for one in report.claims
    ]
    for strip, claim in zip(report.strips, report.claims, strict=True):
        assert [one.word for one in strip.extents] == [one.word for one in claim.text.readings]
        assert all(0.0 <= one.low <= one.share <= one.high <= 1.0 for one in strip.extents)
    (stage,) = report.course
    assert [(one.name, one.happened) for one in stage.ends] == [("A", True), ("b", False)]
    assert sum(one.share for one in stage.ends) == pytest.approx(1.0)
    assert [one.shown for one in stage.ends] == [row[2] for row in report.outcomes.tables[0].rows]
    assert report.question == report.summary[0]
    assert report.answers == report.summary[1:]


def test_markdown_has_the_order_of_the_page(report):
    text = as_markdown(report, "x")
    heads = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert heads[:4] == ["Summary", "The claims", "The account", "What is not modelled"]
    assert heads[-5:] == ["What this cannot do", "The cast", "The stages", "References", "The run"]
    assert text.index("x/claims.svg") < text.index("x/outcomes.svg") < text.index("## The claims")


def test_values_say_what_they_are_and_where_they_come_from(report):
    guard = next(one for one in report.cast if one.anchor == "force-guard")
    troops, towards_a, _, tie = guard.values
    assert (troops.what, troops.shown, troops.unit) == ("troops", "1 to 2", "battalion equivalents")
    assert troops.origin.note == "Two companies."
    assert re.fullmatch(r"passage \d", troops.origin.passage.text)
    assert towards_a.written == "warm + mood"
    assert re.fullmatch(r"[−\d.]+ to [−\d.]+", towards_a.shown)
    assert (tie.what, tie.shown, tie.written) == ("tie to the line", "0.5 to 1.5", "")
    mood = report.unknowns[0].values[0]
    assert (mood.shown, mood.origin.source.target) == ("−0.5 to 0.5", "work-papers")


def test_passages_and_parts_lead_to_one_another(report):
    page = re.sub(r'href="data:image/png;base64,[^"]*"', 'href="#summary"', as_html(report))
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(set(ids)) == len(ids)
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
    assert not re.search(r'\b(?:src|href)="(?!#)', page)
    assert not re.search(r"url\((?!#)", page)
    assert "http:" not in page
    assert "https" not in page


def test_texts_of_the_scenario_are_escaped_in_pictures_as_well(report):
    page = as_html(report)
    assert "<b>" not in page
    assert "The &lt;b&gt;blues&lt;/b&gt; &amp; friends" in page
    assert "&lt;b&gt;blues" in as_markdown(report, "x")


def test_a_history_that_turns_is_told_beside_itself(report):
    typical, turning = report.stories
    assert not any(scene.parts for scene in typical.scenes)
    assert turning.scenes[0].parts
    assert turning.heads[0] == "As it was"
    assert turning.heads[1].endswith("standing aside")
    assert turning.why[0].startswith("Here A wins the showdown; with ")


def test_the_typical_history_went_as_observed(report):
    typical, _ = report.stories
    assert "histories that went as observed took this course" in typical.why[0]


def test_a_probability_has_one_value_or_says_of_which_histories_it_is(report):
    """That of the outcome: in the summary and the explanation; in its parts, and as it was drawn."""
    shown = re.search(r"In (.*?) of all histories", report.summary[2]).group(1)
    assert report.explained[0].sentence.startswith(f"It comes about in {shown} of all histories")
    assert "it is that of the histories it looks at" in report.explained[0].sentence
    parts = {one.anchor.rpartition("-")[2]: one for one in report.explained[0].sections}
    for part in ("attribution", "conditions", "tipping"):
        assert parts[part].sentences[0].startswith("In the histories looked at, ")
    assert "Histories are counted here as they ended." in report.outcomes.sentences[-1]


def test_the_summary_is_in_plain_words(report):
    assert "a model of 5 forces and one stage" in report.summary[0]
    assert "20 times (each draw is a world)" in report.summary[0]
    assert re.match(r"(?:Of|All) 2 claims ", report.summary[1])
    assert "In 70\u00a0% of all histories" in report.summary[2]


def test_references_of_what_was_used(report):
    keys = [one.key for one in report.cited]
    assert keys[0] == "papers"
    assert {"shapley1953", "skaperdas1996"} <= set(keys)


@pytest.mark.parametrize("missing", [("discovery",), tuple(WORDING)])
def test_parts_that_are_missing_are_named(scenario, monkeypatch, missing):
    monkeypatch.setattr(Ensemble, "explain", lambda _, event: reports.explanation(event, missing))
    report = build_report(scenario.run(worlds=20), ["showdown = b", "showdown = a"])
    assert [one.event for one in report.explained] == ["showdown = b", "showdown = a"]
    assert len(report.explained[0].sections) == len(WORDING) - len(missing)
    assert all("“In which worlds it comes about”" in one for one in report.missing)
    assert "This report is not complete" in as_html(report)
    assert "This report is not complete" in as_markdown(report, "x")


def test_a_run_that_is_stopped_at_the_first_claims_gives_a_report(scenario):
    report = build_report(scenario.run(worlds=20, progress=StopsAfter("histories")))
    assert report.missing == (
        "Only 0 of 2 claims were tested.",
        "Nothing explains why A wins the showdown.",
        "How often each stage ends in which way was not counted.",
        "There is no comparison with similar cases.",
        "No history is told.",
    )
    assert "No claim was tested." in as_html(report)


def test_a_run_that_is_stopped_before_the_explanation_has_anything(scenario, monkeypatch):
    def enough(_, __):
        raise StoppedEarly

    monkeypatch.setattr(Ensemble, "explain", enough)
    report = build_report(scenario.run(worlds=20))
    assert report.missing == ("Nothing explains why A wins the showdown.",)
    assert len(report.stories) == 1


def test_what_cannot_be_explained_is_refused_before_anything_runs(scenario, write_crisis):
    ensemble = scenario.run(worlds=20)
    with pytest.raises(QueryError, match="showdow"):
        build_report(ensemble, ["showdow = a"])
    unseen = reports.QUOTING.replace("observed: {showdown: a}", "observed: {}")
    with pytest.raises(UsageError, match="does not say how it ended"):
        default_outcome_of(load(write_crisis(unseen, reports.ACCOUNT)).crisis)


def gathered_where_nothing(event, scenario, outcomes=None):
    """Return the report where an event never comes about, and what was explained."""

    def explain(_, asked):
        if asked == event:
            raise UsageError(f"in none of 10,240 histories is '{event}' true")
        return reports.explanation(asked)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Ensemble, "explain", explain)
        patch.setattr(builder, "commonest_end_of", lambda *_: OTHER)
        return build_report(scenario.run(worlds=20), outcomes)


OTHER = "showdown = b"


def test_what_never_came_about_is_said_and_how_it_does_end_is_explained(scenario):
    first = default_outcome_of(scenario.crisis)
    clause = event_in_words(scenario.crisis, first)
    found = gathered_where_nothing(first, scenario)
    assert f"Nothing explains why {clause}: in none of 10,240 histories" in found.missing[0]
    [explained] = found.explained
    assert explained.event == OTHER
    assert found.claims
    assert found.outcomes is not None
    assert found.stories


def test_commonest_end_of_a_stage(scenario):
    ensemble = scenario.run(worlds=20)
    first = default_outcome_of(scenario.crisis)
    shares = ensemble.outcomes()[first.partition(" = ")[0]]
    assert commonest_end_of(ensemble, first).partition(" = ")[2] == max(
        shares, key=lambda outcome: shares[outcome].value
    )


def test_outcome_asked_for_that_never_came_about_leaves_the_others(scenario):
    first = default_outcome_of(scenario.crisis)
    clause = event_in_words(scenario.crisis, first)
    found = gathered_where_nothing(first, scenario, [first, OTHER])
    assert [one.event for one in found.explained] == [OTHER]
    assert any(one.startswith(f"Nothing explains why {clause}: ") for one in found.missing)
    assert gathered_where_nothing(first, scenario, [first]).explained == ()


def test_markdown_tells_what_something_rests_on_from_what_nothing_rests_on(report):
    text = as_markdown(report, "x")
    assert "<mark>The crowd filled the square.</mark>" in text
    assert "<u>Nobody gave an order.</u>" in text
    assert "<u>It rained.</u>" in text
    assert "What is underlined is left out on purpose, or nothing rests on it" in text


def test_a_quote_with_marks_of_its_own_has_them_single(write_crisis):
    asked = "\u201cWhy?\u201d he asked."
    crisis = load(write_crisis(reports.QUOTING, reports.ACCOUNT + asked + "\n"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Ensemble, "explain", lambda _, event: reports.explanation(event))
        found = build_report(crisis.run(worlds=20))
    for text in (as_html(found), as_markdown(found, "x")):
        assert "\u201c\u2018Why?\u2019 he asked.\u201d" in text
        assert "\u201c\u201c" not in text
