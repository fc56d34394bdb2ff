"""Rivals: the way in for Python and for the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from conjuncture.mechanisms.registry import stage_models
from conjuncture.scenario.catalogue import find_scenario
from conjuncture.scenario.reading import read_crisis

if TYPE_CHECKING:
    from conjuncture.analysis.rivalry.rivals import Rivalry
    from conjuncture.engine.progress import Progress


def rival(
    first: str | Path,
    second: str | Path,
    *,
    evidence: str | Mapping[str, str] | None = None,
    coding: Sequence[str] | Mapping[str, Mapping[str, float]] = (),
    worlds: int = 400,
    histories: int = 512,
    seed: int = 1,
    odds: float | None = None,
    progress: Progress | None = None,
) -> Rivalry:
    """Hold two accounts of one crisis against the same evidence.

    Parameters
    ----------
    first, second : str or Path
        Scenarios: a folder, its ``scenario.yaml``, or the name of a crisis in the catalogue.
    evidence : str or mapping of str to str, optional
        Stage to outcome, or as a text: ``"showdown = torres, cabinet = vetoed"``. What both say
        was observed if not given.
    coding : sequence of str, or mapping, optional
        Stages of which one is not sure what happened: ``"cabinet = vetoed: 0.8, refused: 0.2"``.
    worlds, histories, seed : int
        The size of the run, as of :func:`conjuncture.load`; the same for both.
    odds : float, optional
        Prior odds of the first against the second.
    progress : Progress, optional
        Told how far it has come.

    Returns
    -------
    Rivalry
        ``sentences()`` says what it comes to.

    Raises
    ------
    ScenarioError
        With everything that is wrong with a scenario.
    UsageError
        When there is no such scenario, or this is no evidence for both.

    Examples
    --------
    >>> rival("bolivia-1970", "spain-1981")
    Traceback (most recent call last):
    conjuncture.errors.UsageError: nothing was observed of a stage in both 'bolivia-1970' and \
'spain-1981'; say what they are held against, as in --evidence "showdown = miranda"
    """
    from conjuncture.analysis.counting import Simulator
    from conjuncture.analysis.rivalry.evidence import evidence_for
    from conjuncture.analysis.rivalry.weighing import hold_against
    from conjuncture.engine.progress import SilentProgress
    from conjuncture.engine.sizes import blocks_for
    from conjuncture.engine.worlds import Worlds

    one, two = (
        read_crisis(find_scenario(scenario), stage_models()) for scenario in (first, second)
    )
    blocks = blocks_for(worlds, histories, seed)
    held = evidence_for(one, two, evidence, coding)
    watching = progress or SilentProgress()
    simulators = (
        Simulator(Worlds(one, seed, worlds), blocks, watching),
        Simulator(Worlds(two, seed, worlds), blocks, watching),
    )
    return hold_against(simulators, held, odds)
