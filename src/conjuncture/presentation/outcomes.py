"""How the stages end, and the tree of outcomes: as text, in a report, as JSON, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite

from conjuncture.analysis.answers import Answer
from conjuncture.analysis.clauses import outcome_in_words
from conjuncture.analysis.courses import Flow
from conjuncture.analysis.outcome_tree import Fork, OutcomeBranch, OutcomeTree
from conjuncture.analysis.phrases import stage_heading, stage_in_words
from conjuncture.analysis.plain_words import capitalise, labels_of, plain_label
from conjuncture.analysis.stage_summaries import StageSummaries, StageSummary
from conjuncture.number_format import finite_or_none, from_to, percent
from conjuncture.presentation.documents import (
    Content,
    estimate_document,
    estimate_figure,
    estimate_range,
    flatten_estimate,
)
from conjuncture.presentation.sections import (
    Drawing,
    EndShare,
    Section,
    StageEnds,
    TextTable,
    Tree,
    TreeLine,
)
from conjuncture.presentation.text import Group, Paragraph, notes_of
from conjuncture.scenario.crisis import Crisis

FIGURE_HEADS = ("of all", "from here", "", "likeliest")
TREE_LEGEND = (
    "of all: share of all histories. from here: share of those that came to the stage, with the "
    "middle nine tenths of the worlds. likeliest: share of the worlds that come here in which no "
    "other outcome is likelier. A number in brackets counts visits; without an arrow the crisis "
    "ends."
)
STAGES_LEGEND = (
    "Shares of histories and means, pooled over worlds, with the middle nine tenths of the worlds. "
    "What a stage measures counts the histories that reached it."
)
COUNTED = (
    "Histories are counted here as they ended. A probability elsewhere that is only about how one "
    "stage ends counts each history by its chances just before the last draw, which is more exact; "
    "the two differ by less than their errors."
)
"""Why one probability may read a little otherwise in two places."""

COUNTED_LAST = (
    "A stage that a history comes to more than once counts by how it ended last; in the picture "
    "each visit has a bar of its own."
)
"""Why the picture's shares of a stage are others than those of the table."""


def groups_of(found: OutcomeTree | StageSummaries, *, quiet: bool = False) -> Iterator[Group]:
    """Yield the tree of outcomes, or how each stage ends, and how to read it."""
    if isinstance(found, OutcomeTree):
        yield [tree_of(found)]
        yield from notes_of([TREE_LEGEND], quiet=quiet)
    else:
        yield from stage_groups(found)
        yield from notes_of([STAGES_LEGEND], quiet=quiet)


def groups_of_run(
    tree: OutcomeTree, stages: StageSummaries, *, quiet: bool = False
) -> Iterator[Group]:
    """Yield what a run comes to: the tree, what was not solved, and how each stage ends."""
    yield from groups_of(tree, quiet=quiet)
    for one in stages.unsolved_stages:
        yield [Paragraph(f"Warning: {one.sentence}.", "bold")]
    yield from groups_of(stages, quiet=quiet)
    if quiet:
        yield []


def tree_of(tree: OutcomeTree) -> Tree:
    """Return the tree as it is laid out: the branches, and the figures beside or below each."""
    return Tree(tree.root.name, FIGURE_HEADS, tuple(tree_lines(tree.root, "")))


def tree_lines(fork: Fork, before: str) -> Iterator[TreeLine]:
    """Yield the lines under a stage, each with the guides that lead to it."""
    for place, branch in enumerate(fork.branches):
        last = place == len(fork.branches) - 1 and not fork.rarer
        then = branch.then
        share, here, among, likeliest = figures = figures_of(branch)
        told = f"{share} of all, {here} {among} from here, likeliest in {likeliest} of worlds"
        guides = before + ("└ " if last else "├ ")
        yield TreeLine(guides, branch.outcome, "" if then is None else then.name, figures, told)
        if then is not None:
            yield from tree_lines(then, before + ("  " if last else "│ "))
    if fork.rarer:
        more = f"… and {fork.rarer} rarer" if fork.branches else f"… {fork.rarer}, all of them rare"
        yield TreeLine(before + "└ ", f"{more}, {fork.rarer_probability:.2g} of all")


def figures_of(branch: OutcomeBranch) -> tuple[str, ...]:
    """Return the figures of a branch, in the order of their heads."""
    among = estimate_range(branch.here)
    return (
        estimate_figure(branch.probability),
        estimate_figure(branch.here),
        f"({among})" if among else "",
        f"{100 * branch.likeliest:.0f} %",
    )


def stage_groups(stages: StageSummaries) -> Iterator[Group]:
    """Yield for each stage how often it is reached, and its figures with their intervals."""
    rows = {name: list(figures_of_stage(name, stage)) for name, stage in stages.items()}
    every = [row for some in rows.values() for row in some]
    left, right = (max(len(row[place]) for row in every) for place in (0, 1))
    for name, stage in stages.items():
        reached = f"reached in {100 * stage.reached_share:.3g} % of the histories"
        head = Paragraph(((name, "bold"), ("  ", ""), (reached, "dim")))
        yield [
            head,
            *(
                Paragraph(
                    ((f"{what:<{left}}  {value:>{right}}  ", ""), (f"({among})", "dim")), indent=2
                )
                for what, value, among in rows[name]
            ),
        ]


def figures_of_stage(name: str, stage: StageSummary) -> Iterator[tuple[str, str, str]]:
    """Yield each outcome and measure: what, its value and its interval.

    Labels that never occurred are left out, and so are means of what never had a value.
    """
    for what, answer in answers_of_stage(name, stage):
        yield what, estimate_figure(answer), estimate_range(answer)


def answers_of_stage(name: str, stage: StageSummary) -> Iterator[tuple[str, Answer]]:
    """Yield the outcomes and measures of a stage under their names."""
    for label, share in stage.outcomes.items():
        yield f"{name} = {label}", share
    for measure, shares in stage.labels.items():
        for label, share in shares.items():
            if share.value > 0:
                yield f"{measure} = {label}", share
    for measure, mean in stage.means.items():
        if isfinite(mean.value):
            yield f"mean of {measure}", mean


def section_of(
    stages: StageSummaries, crisis: Crisis, flows: Sequence[Flow], drawings: Sequence[Drawing] = ()
) -> Section:
    """Return how often each stage ends in which way, for a report.

    Parameters
    ----------
    stages : StageSummaries
    crisis : Crisis
    flows : sequence of Flow
    drawings : sequence of Drawing
    """
    rows = []
    for stage, summary in stages.items():
        for label, answer in summary.outcomes.items():
            low, high = (percent(end, answer.standard_error) for end in answer.interval)
            rows.append(
                (
                    stage_heading(crisis, stage),
                    capitalise(outcome_in_words(crisis, stage, label)),
                    percent(answer.value, answer.standard_error),
                    from_to(low, high),
                    "yes" if crisis.observed.get(stage) == label else "",
                )
            )
    table = TextTable(
        "How each stage ended, of all histories; those that never reached it count for none",
        ("stage", "how it ends", "histories", "90\u00a0% of worlds", "so it was"),
        tuple(rows),
        frozenset({2, 3}),
    )
    reached = {
        stage_in_words(crisis, stage): one.reached_share
        for stage, one in stages.items()
        if one.reached_share < 1.0
    }
    visits = [COUNTED_LAST] if any(flow.stage not in crisis.stages for flow in flows) else []
    sentences = [*reached_in_words(reached), COUNTED, *visits]
    sentences += [f"{capitalise(one.sentence)}." for one in stages.unsolved_stages]
    return Section(
        "course", "How it goes in the model", "", tuple(sentences), tuple(drawings), (table,)
    )


def reached_in_words(reached: Mapping[str, float]) -> list[str]:
    r"""Return how many histories come to the stages that not all of them reach, in a sentence.

    Parameters
    ----------
    reached : mapping of str to float
        How sentences call each stage, and the share of histories that come to it.

    Examples
    --------
    >>> [text] = reached_in_words({"the pay": 0.4, "the night": 0.1})
    >>> text.replace("\u00a0", " ")
    'Not every history comes to each stage: 40 % come to the pay, 10 % to the night.'
    """
    parts = [
        f"{percent(share)} {'to' if place else 'come to'} {stage}"
        for place, (stage, share) in enumerate(reached.items())
    ]
    return [f"Not every history comes to each stage: {', '.join(parts)}."] if parts else []


def ends_of(stages: StageSummaries, crisis: Crisis) -> tuple[StageEnds, ...]:
    """Return how often each stage ends in which way, with how it did end, for the first screen."""
    labels = labels_of(crisis)
    return tuple(
        StageEnds(
            plain_label(stage),
            tuple(
                EndShare(
                    labels[label],
                    answer.value,
                    percent(answer.value, answer.standard_error),
                    crisis.observed.get(stage) == label,
                )
                for label, answer in summary.outcomes.items()
            ),
            percent(summary.reached_share) if summary.reached_share < 1.0 else "",
        )
        for stage, summary in stages.items()
    )


def document_of(found: OutcomeTree | StageSummaries) -> Content:
    """Return the outcome tree, or the outcomes and measures of every stage."""
    if isinstance(found, OutcomeTree):
        return {"tree": {"least": found.least, **fork_document(found.root)}}
    return {"stages": {name: stage_document(stage) for name, stage in found.items()}}


def fork_document(fork: Fork) -> Content:
    """Return a stage at one place of the tree, its branches by outcome."""
    return {
        "stage": fork.stage,
        "visit": fork.visit,
        "worlds": finite_or_none(fork.worlds),
        "branches": {
            branch.outcome: {
                "probability": estimate_document(branch.probability),
                "here": estimate_document(branch.here),
                "likeliest": finite_or_none(branch.likeliest),
                "then": branch.then and fork_document(branch.then),
            }
            for branch in fork.branches
        },
        "rarer": {"branches": fork.rarer, "probability": finite_or_none(fork.rarer_probability)},
    }


def stage_document(stage: StageSummary) -> Content:
    """Return how often a stage is reached, and its outcomes and measures."""
    return {
        "reached": finite_or_none(stage.reached_share),
        "outcomes": {label: estimate_document(one) for label, one in stage.outcomes.items()},
        "labels": {
            measure: {label: estimate_document(one) for label, one in shares.items()}
            for measure, shares in stage.labels.items()
        },
        "means": {measure: estimate_document(one) for measure, one in stage.means.items()},
    }


def rows_of(found: OutcomeTree | StageSummaries) -> Iterator[Content]:
    """Yield a row for each branch of the tree, or for each outcome and measure of a stage."""
    if isinstance(found, OutcomeTree):
        yield from branch_rows(found.root, "")
        return
    for name, stage in found.items():
        for what, answer in answers_of_stage(name, stage):
            yield {"stage": name, "what": what, **flatten_estimate(estimate_document(answer))}


def branch_rows(fork: Fork, course: str) -> Iterator[Content]:
    """Yield the branches from a stage on; ``course`` is how the crisis came to it."""
    for branch in fork.branches:
        yield {
            "course": course,
            "stage": fork.stage,
            "visit": fork.visit,
            "outcome": branch.outcome,
            **flatten_estimate(estimate_document(branch.probability)),
            "from_here": finite_or_none(branch.here.value),
            "likeliest": finite_or_none(branch.likeliest),
        }
        if branch.then is not None:
            before = f"{course}, " if course else ""
            yield from branch_rows(branch.then, f"{before}{fork.name} = {branch.outcome}")
