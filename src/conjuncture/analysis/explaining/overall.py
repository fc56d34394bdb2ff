"""How probable the event to be explained is, from a subsample, with what an answer tells."""

from __future__ import annotations

import numpy as np

from conjuncture.analysis.answers import Answer, Counts, answer
from conjuncture.analysis.explaining.sample import Sample
from conjuncture.analysis.questions import compile_question
from conjuncture.engine.adding import Sums
from conjuncture.engine.intervening import AS_THINGS_WERE
from conjuncture.language.nodes import Probability


def probability_of(sample: Sample) -> Answer:
    """Return the probability of the event of a sample.

    Parameters
    ----------
    sample : Sample

    Returns
    -------
    Answer
        Pooled over worlds, with its interval over worlds and its error.

    Raises
    ------
    Enough
        When somebody wants the answer so far.

    Examples
    --------
    >>> import conjuncture
    >>> from conjuncture.scenario.asking import linked_event
    >>> ensemble = conjuncture.load("bolivia-1970").run(worlds=20)
    >>> event = linked_event("showdown = torres", ensemble.crisis)
    >>> probability_of(Sample(ensemble.laboratory, event)).worlds
    20
    """
    chances = sample.chances((AS_THINGS_WERE,), label="histories as they were")[0]
    unknown = sample.undefined((AS_THINGS_WERE,), label="histories as they were")[0]
    question = compile_question(Probability(sample.event))
    ratio = next(iter(question.ratios.values()))
    values = np.empty((len(question.terms), *chances.shape))
    values[ratio.top[0]] = chances
    values[ratio.extra["undefined"]] = unknown
    values[ratio.bottom] = 1.0
    sums = Sums(
        np.full(len(chances), sample.each, np.int64),
        values.sum(axis=2).T,
        np.einsum("awh,bwh->wab", values, values),
    )
    return answer(Counts(question, sums))
