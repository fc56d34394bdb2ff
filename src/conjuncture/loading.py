"""Loading a scenario: the way in for Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from conjuncture.mechanisms.registry import stage_models
from conjuncture.scenario.catalogue import find_scenario
from conjuncture.scenario.crisis import Crisis
from conjuncture.scenario.reading import read_crisis

if TYPE_CHECKING:
    from distributed import Client

    from conjuncture.analysis.reference_classes.comparison import Comparison
    from conjuncture.engine.progress import Progress
    from conjuncture.ensemble import Ensemble


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
