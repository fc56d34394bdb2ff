"""The way in: load a scenario and run it, compare it with cases on record, with a rival, sweep."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from conjuncture.mechanisms.registry import stage_models
from conjuncture.scenario.crisis import Crisis
from conjuncture.scenario.scenario_file import find_scenario, read_crisis

if TYPE_CHECKING:
    from distributed import Client

    from conjuncture.analysis.parameter_sweep import SweepResults
    from conjuncture.analysis.reference_classes.comparison import Comparison
    from conjuncture.analysis.rivalry.rivals import Rivalry
    from conjuncture.engine.progress import Progress
    from conjuncture.ensemble import Ensemble


def load(scenario: str | Path) -> Scenario:
    """Load a scenario.

    Parameters
    ----------
    scenario : str or Path
        A folder, its ``scenario.yaml``, or the name of a crisis in the catalogue.

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError
        With everything that is wrong, each mistake with its place and what to write instead.
    UsageError
        When there is no such scenario.

    Examples
    --------
    >>> load("bolivia-1970")
    Scenario('bolivia-1970')
    """
    return Scenario(read_crisis(find_scenario(scenario), stage_models()))


@dataclass(frozen=True)
class Scenario:
    """A scenario that has been read and checked.

    Attributes
    ----------
    crisis : Crisis
        Everything it says.
    """

    crisis: Crisis

    @property
    def title(self) -> str:
        """The title of the crisis."""
        return self.crisis.title

    @property
    def claims(self) -> dict[str, str]:
        """What each claim says."""
        return {key: claim.says for key, claim in self.crisis.claims.items()}

    def run(
        self,
        worlds: int = 400,
        histories: int = 512,
        seed: int = 1,
        progress: Progress | None = None,
        client: Client | None = None,
        constants: str = "documented",
    ) -> Ensemble:
        """Return an ensemble of this scenario.

        Parameters
        ----------
        worlds : int
            Draws of everything the historian does not know.
        histories : int
            Runs of the crisis in each world, taken up to a multiple of 512.
        seed : int
            The same seed gives the same draws, always.
        progress : Progress, optional
            Told how far a run has come.
        client : distributed.Client, optional
            Of a cluster that runs the histories, with the same results.
        constants : str
            Where structural constants come from that the scenario leaves open: ``documented``, or
            ``learned`` from attempts in other countries.

        Examples
        --------
        >>> import conjuncture
        >>> conjuncture.load("bolivia-1970").run(worlds=20)
        Ensemble('bolivia-1970', worlds=20, histories=512, seed=1)
        """
        from conjuncture.ensemble import Ensemble

        return Ensemble(self.crisis, worlds, histories, seed, progress, client, constants)

    def __repr__(self) -> str:
        return f"Scenario({self.crisis.slug!r})"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(key)}</td><td style='text-align:left'>{escape(says)}</td></tr>"
            for key, says in self.claims.items()
        )
        return (
            f"<p><b>{escape(self.title)}</b>: {len(self.crisis.forces)} forces, "
            f"{len(self.crisis.stages)} stages</p><table>{rows}</table>"
        )


def compare(
    scenario: str | Path,
    tags: Mapping[str, str] | None = None,
    *,
    among: str | None = None,
    worlds: int = 400,
    histories: int = 512,
    seed: int = 1,
) -> Comparison:
    """Compare a scenario with cases on record that are like it.

    Parameters
    ----------
    scenario : str or Path
        A folder, its ``scenario.yaml``, or the name of a crisis in the catalogue.
    tags : mapping of str to str, optional
        What the cases have in common, in the place of what the scenario says.
    among : str, optional
        The table of cases, in the place of that which the scenario names.
    worlds, histories, seed : int
        The size of the run, as of :meth:`Scenario.run`.

    Returns
    -------
    Comparison

    Raises
    ------
    ScenarioError
        With everything that is wrong with the scenario.
    UsageError
        When there is no such scenario, table or tag.

    Examples
    --------
    >>> compare("bolivia-1970", worlds=20).among
    'attempts'
    """
    return load(scenario).run(worlds, histories, seed).compare(tags, among=among)


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
    from conjuncture.analysis.rivalry.bayes_factor import hold_against
    from conjuncture.analysis.rivalry.shared_evidence import evidence_for
    from conjuncture.analysis.simulator import Simulator
    from conjuncture.engine.addresses import blocks_for
    from conjuncture.engine.progress import SilentProgress
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


def sweep(
    file: str | Path,
    output: str | Path | None = None,
    *,
    client: Client | None = None,
    progress: Progress | None = None,
    tell: Callable[[str], None] | None = None,
) -> SweepResults:
    """Ask the same of several scenarios, in several settings.

    Parameters
    ----------
    file : str or Path
        The sweep, a YAML file.
    output : str or Path, optional
        Where the table is written, ending in ``.parquet`` or ``.csv``. A sweep that was stopped
        leaves in it what is done, and goes on from there when it is called again.
    client : distributed.Client, optional
        Of a cluster that runs the histories, with the same results.
    progress : Progress, optional
        Told how far a setting has come; where it is stopped, that setting is left out.
    tell : callable, optional
        Told in a line what has been done.

    Returns
    -------
    SweepResults
        A list with a row, a dictionary, for each question and each reading of each claim, in every
        scenario and setting; ``to_frame`` makes it a table.

    Raises
    ------
    ScenarioError
        With every mistake in the sweep or a scenario, each with its place.
    UsageError
        When the table cannot be written.
    """
    from conjuncture.analysis.parameter_sweep import (
        Journal,
        SweepResults,
        journal_beside,
        journal_of,
        points_of,
        refuse_unknown_form,
        write_table,
    )
    from conjuncture.engine.progress import SilentProgress
    from conjuncture.scenario.sweep_file import read_sweep

    target = None if output is None else Path(output)
    if target is not None:
        refuse_unknown_form(target)
    asked = read_sweep(Path(file), stage_models())
    todo = points_of(asked)
    keys = [point.digest for point in todo]
    watching = progress or SilentProgress()
    with nullcontext(Journal()) if target is None else journal_beside(target) as journal:

        def rows() -> SweepResults:
            return SweepResults(row for key in keys for row in journal.done.get(key, ()))

        try:
            before = sum(key in journal.done for key in keys)
            if before and tell:
                tell(f"{before} of {len(keys)} were there already")
            for number, (key, point) in enumerate(zip(keys, todo, strict=True), 1):
                if key in journal.done:
                    continue
                found = point.rows(watching, client)
                if watching.is_stopped:
                    break
                journal.add(key, found)
                if tell:
                    tell(f"{number} of {len(keys)}: {point}")
        finally:
            if target is not None and rows():
                write_table(target, rows(), asked.keys)
        if target is not None and all(key in journal.done for key in keys):
            journal_of(target).unlink()
        return rows()
