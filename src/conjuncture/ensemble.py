"""An ensemble: the worlds and histories of one scenario, ready to be asked and to be kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conjuncture.analysis.alternatives import Alternative, Alternatives, try_alternatives
from conjuncture.analysis.answers import Answer, Counts, answer
from conjuncture.analysis.chronicle import Chronicle, tell_claim, tell_one
from conjuncture.analysis.claim_tests import keep_secret, test_claims
from conjuncture.analysis.conditioning.posterior import Posterior
from conjuncture.analysis.conditioning.worlds_given import has_collapsed, worlds_given
from conjuncture.analysis.courses import Courses, Flow, flows_of, survey_courses
from conjuncture.analysis.explain.discovery import LEVEL, discover_claim, discover_event
from conjuncture.analysis.explain.discovery_result import Discovery
from conjuncture.analysis.explain.explanation import ExplainOptions, Explanation
from conjuncture.analysis.explain.procedure import explain
from conjuncture.analysis.explain.sensitivity import Sensitivity, sensitivity_of_query
from conjuncture.analysis.explain.uncertain_inputs import Grouping
from conjuncture.analysis.history_export import HistoryExport
from conjuncture.analysis.outcome_tree import LEAST, OutcomeTree, outcome_tree, refuse_no_share
from conjuncture.analysis.questions import compile_question, observed_event_of
from conjuncture.analysis.readings import Rerun
from conjuncture.analysis.reference_classes.comparison import Comparison
from conjuncture.analysis.reference_classes.outside_view import compare_crisis
from conjuncture.analysis.screening import wider_worlds
from conjuncture.analysis.simulator import Simulator
from conjuncture.analysis.stage_summaries import StageSummaries, questions_of, summarise
from conjuncture.analysis.unmet_conditions import UnansweredQuestion, explain_missing
from conjuncture.analysis.verdicts import ClaimResult, FailedClaim
from conjuncture.engine.addresses import BLOCK, blocks_for
from conjuncture.engine.files import RESULT_KEY
from conjuncture.engine.likelihood_weighting import Likelihood, likelihood_of
from conjuncture.engine.machine import DOCUMENTED, run_record
from conjuncture.engine.progress import Progress, SilentProgress
from conjuncture.engine.worlds import Worlds
from conjuncture.errors import UsageError
from conjuncture.language.names import unknown_name
from conjuncture.learned_constants import constants_of
from conjuncture.presentation.claim_results import ClaimResults
from conjuncture.presentation.notebook import html_of_pictures
from conjuncture.scenario.crisis import Claim, Crisis
from conjuncture.scenario.queries import read_event, read_query

if TYPE_CHECKING:
    import xarray
    from distributed import Client

__all__ = ["ClaimResults", "Ensemble"]


class Ensemble:
    """Worlds and histories of a scenario, ready to be asked.

    A method simulates what its answer needs when it is first called; what several answers need is
    kept. An attribute never simulates.

    Parameters
    ----------
    crisis : Crisis
    worlds : int
        Draws of everything the historian does not know.
    histories : int
        Runs of the crisis in each world; a multiple of 512 (the next one is taken).
    seed : int
        From 0 to 2**64 - 1. The same seed gives the same draws, always.
    progress : Progress, optional
    client : distributed.Client, optional
        Of a cluster that runs what is counted; saved histories are run by this process.
    constants : str
        ``documented``, or ``learned``: what attempts in other countries leave of the structural
        constants that the scenario leaves open.

    Raises
    ------
    UsageError
        When a number is out of range.
    """

    def __init__(
        self,
        crisis: Crisis,
        worlds: int = 400,
        histories: int = BLOCK,
        seed: int = 1,
        progress: Progress | None = None,
        client: Client | None = None,
        constants: str = DOCUMENTED,
    ) -> None:
        blocks = blocks_for(worlds, histories, seed)
        self.crisis = crisis
        self.seed = seed
        self.blocks = blocks
        self.constants, placed = constants_of(crisis, seed, worlds, constants)
        self.worlds = Worlds(crisis, seed, worlds, placed=placed)
        self.simulator = Simulator(self.worlds, self.blocks, progress or SilentProgress(), client)

    def worlds_for_late_claims(self) -> Worlds:
        """Return the same worlds and more after them, in which a late claim may be asked."""
        count = wider_worlds(replace(self.worlds, placed={})).count
        _, placed = constants_of(self.crisis, self.seed, count, self.constants.split()[0])
        return replace(self.worlds, count=count, placed=placed)

    @property
    def histories(self) -> int:
        """Histories in each world."""
        return self.blocks * BLOCK

    @property
    def record(self) -> dict[str, Any]:
        """The run record."""
        return run_record(self.crisis, self.seed, self.worlds.count, self.histories, self.constants)

    def to_xarray(self) -> xarray.DataTree:
        """Return worlds and histories as a tree of labelled arrays.

        Returns
        -------
        xarray.DataTree
            ``/worlds`` has the values of every world, ``/numbers`` those that effects move, as each
            history leaves them, and ``/stages/NAME`` the ``outcome`` and the measures of a stage.
            They share the axes world, history, visit, force, other (the second force of a number
            of two), camp and issue. Words are codes whose ``labels`` are an attribute; -1 or NaN is
            what was not reached. The run record is in ``attrs``.

        Raises
        ------
        UsageError
            When there are more than five million histories.

        Examples
        --------
        >>> import conjuncture
        >>> tree = conjuncture.load("bolivia-1970").run(worlds=4).to_xarray()
        >>> tree["stages/showdown/side"].sel(force="unions").dims
        ('world', 'history')
        >>> tree["worlds/troops"].dims, tree["stages/demands/outcome"].dims
        (('force', 'world'), ('visit', 'world', 'history'))
        """
        return self._histories.tree(self.record)

    def save(
        self,
        path: str | Path,
        content: Callable[[str], Mapping[str, Any]] | None = None,
        tell: Callable[[str], None] | None = None,
    ) -> None:
        """Write every history into a file, in the form that its ending says.

        ``.parquet`` has a row for each history, however many there are. They are kept part by part
        in a folder beside the file, ``NAME.parquet.parts``, and joined at the end; called again
        after it was stopped, or killed, it goes on from the parts that are there. ``.nc`` is
        :meth:`to_xarray` as NetCDF. The file is there whole or not at all.

        Parameters
        ----------
        path : str or Path
        content : callable, optional
            From the digest of the histories to what is kept with them as JSON; the run record and
            the digest when absent.
        tell : callable, optional
            Told in a sentence when parts are there from before.

        Raises
        ------
        UsageError
            When the file cannot be written, or not in this form, or when beside it lie parts of
            another run.
        """
        target = Path(path)
        if target.suffix not in (".parquet", ".nc"):
            raise UsageError(f"'{target}' ends in neither .parquet nor .nc; choose one of them")

        def note(digest: str) -> dict[str, str]:
            found = content(digest) if content else {"histories_sha256": digest, "run": self.record}
            return {RESULT_KEY: json.dumps(found, ensure_ascii=False, allow_nan=False)}

        if target.suffix == ".parquet":
            self._histories.save_parquet(target, self.record, note, tell or (lambda _: None))
        else:
            self._histories.save_netcdf(target, self.record, note)

    def fingerprint(self) -> str:
        """Simulate every history, keep none, and return the digest that a saved file carries."""
        return self._histories.fingerprint()

    @property
    def _histories(self) -> HistoryExport:
        return HistoryExport(self.simulator)

    def query(self, text: str, *, as_it_happened: bool = False) -> Answer:
        """Answer one question.

        Parameters
        ----------
        text : str
            For example ``"P(showdown = torres | do(unions aside))"``.
        as_it_happened : bool
            Count only histories that went as observed up to the last stage that is named.

        Returns
        -------
        Answer

        Raises
        ------
        QueryError
            When the question is not one, with the place of each mistake.
        """
        asked = read_query(text, self.crisis)
        happened = observed_event_of(self.crisis, asked) if as_it_happened else None
        question = compile_question(asked, happened, self.crisis)
        found = answer(self.simulator.count([question], "histories")[0])
        found = explain_missing(self.simulator, found, UnansweredQuestion(asked, happened))
        # Bounds that hold for any coupling need histories chosen before they ran.
        return replace(found, query=text, coupling=None if as_it_happened else found.coupling)

    def test(
        self,
        claims: Sequence[str] | None = None,
        *,
        rerun: bool = False,
        secretly: bool = False,
        tell: Callable[[ClaimResult | FailedClaim], None] | None = None,
    ) -> ClaimResults:
        """Test the claims of the scenario, in the account's order.

        Parameters
        ----------
        claims : sequence of str, optional
            The keys of the claims to test; all of them if not given.
        rerun : bool
            Add the reading *re-run*: fresh histories in worlds weighted by the probability of
            what happened or, where these are worth too few, in those of :meth:`posterior`.
        secretly : bool
            Ask what players do under interventions as if the others did not know of it.
        tell : callable, optional
            Called with each claim as soon as it is tested.

        Returns
        -------
        ClaimResults
            Those that were tested; the rest is missing where ``progress.is_stopped`` came true, and
            stands under ``failed`` where a number went wrong in its runs.

        Raises
        ------
        UsageError
            When the scenario makes no claim of that name.
        """
        chosen = self._find_claims(claims)
        weighing = self.likelihood() if rerun else None
        given = self.posterior() if weighing is not None and has_collapsed(weighing) else None
        again = None if weighing is None else Rerun(weighing.weights, given)
        tested: list[ClaimResult] = []
        failed: list[FailedClaim] = []
        for one in test_claims(
            self.simulator,
            chosen,
            wide=self.worlds_for_late_claims(),
            rerun=again,
            secretly=secretly,
        ):
            if isinstance(one, FailedClaim):
                failed.append(one)
            else:
                tested.append(one)
            if tell is not None:
                tell(one)
        return ClaimResults(self.crisis, tested, weighing, given, failed)

    def compare(
        self, tags: Mapping[str, str] | None = None, *, among: str | None = None
    ) -> Comparison:
        """Compare with cases on record that are like this one.

        Parameters and errors are those of :func:`.compare_crisis`.
        """
        return compare_crisis(self.simulator, tags, among)

    def alternatives(
        self,
        claims: Sequence[str] | None = None,
        *,
        tell: Callable[[Alternative, Alternative], None] | None = None,
    ) -> Alternatives:
        """Test the claims again under each choice between models, made otherwise one at a time.

        Parameters
        ----------
        claims : sequence of str, optional
            The keys of the claims to test; all of them if not given.
        tell : callable, optional
            Called with things as the scenario has them and each alternative, as it is done.

        Returns
        -------
        Alternatives
            Those that were tried; the rest is missing where ``progress.is_stopped`` came true.

        Raises
        ------
        UsageError
            When the scenario makes no claim of that name, or none at all.
        """
        return try_alternatives(self.simulator, self._find_claims(claims), tell=tell)

    def _find_claims(self, claims: Sequence[str] | None) -> list[Claim]:
        """Return the claims of these names in the account's order, all of them for None."""
        made = self.crisis.claims
        for key in claims or ():
            if key not in made:
                raise UsageError("; ".join(unknown_name("claim", key, made)))
        return [claim for key, claim in made.items() if claims is None or key in claims]

    def posterior(self) -> Posterior | None:
        """Return worlds that could have produced what was observed, as many as the run has.

        They are found by sequential Monte Carlo over the unknowns, once.

        Returns
        -------
        Posterior or None
            None where ``progress.is_stopped`` came true.

        Raises
        ------
        UsageError
            When nothing was observed, or no history of any world ended so.
        """
        self._refuse_learned("the posterior")
        return self._posterior

    @cached_property
    def _posterior(self) -> Posterior | None:
        return worlds_given(self.worlds, self.blocks, self.simulator.progress)

    def likelihood(self) -> Likelihood:
        """Return the probability of what was observed, by world; it is found once."""
        return self._likelihood

    @cached_property
    def _likelihood(self) -> Likelihood:
        return likelihood_of(self.worlds, self.blocks, self.simulator.progress)

    def stages(self) -> StageSummaries:
        """Return outcomes and measures of every stage.

        All histories are simulated for them once, and for :meth:`outcomes`, :meth:`tree`,
        :meth:`courses` and :meth:`flows` as well.

        Examples
        --------
        >>> import conjuncture
        >>> ensemble = conjuncture.load("bolivia-1970").run(worlds=20)
        >>> ensemble.stages()["showdown"].reached_share
        1.0
        """
        return self._stages

    @cached_property
    def _stages(self) -> StageSummaries:
        return summarise(self.crisis, self._survey[1])

    @cached_property
    def _survey(self) -> tuple[Courses, list[Counts]]:
        questions = [compile_question(one) for one in questions_of(self.crisis)]
        return survey_courses(self.simulator, questions)

    def outcomes(self) -> dict[str, dict[str, Answer]]:
        """Return the probability of every outcome of every stage.

        Histories that end before a stage have none of its outcomes.
        """
        return {name: stage.outcomes for name, stage in self._stages.items()}

    def explain(
        self,
        outcome: str,
        asked: ExplainOptions | None = None,
        *,
        tell: Callable[[str, Any], None] | None = None,
    ) -> Explanation:
        """Explain an outcome: who made the difference, on what it hangs, where it tips.

        Parameters
        ----------
        outcome : str
            An event, for example ``"showdown = torres"``.
        asked : ExplainOptions, optional
            Which parts, and how; all of them if not given.
        tell : callable, optional
            Called with the name of a part and the part, as soon as it is there.

        Raises
        ------
        QueryError
            When ``outcome`` is no event.
        UsageError
            When no history has it, with what the nearest possible is.
        """
        self._refuse_learned("an explanation")
        return explain(self.simulator, read_event(outcome, self.crisis), asked, tell)

    def _refuse_learned(self, what: str) -> None:
        """Refuse what draws the unknowns by a design of its own, one independent of the other."""
        if self.constants != DOCUMENTED:
            raise UsageError(
                f"{what} takes each unknown by itself, and learned constants belong together; "
                "run the scenario with documented constants for it"
            )

    def discover(
        self, claim: str | None = None, *, event: str | None = None, level: float = LEVEL
    ) -> Discovery:
        """Say in which worlds a claim holds, or an event has at least some probability.

        Parameters
        ----------
        claim : str, optional
            Its key.
        event : str, optional
            In the place of a claim, for example ``"showdown = torres"``.
        level : float
            The probability, from 0 to 1; of an event alone.

        Raises
        ------
        QueryError
            When ``event`` is none.
        UsageError
            When the scenario makes no claim of that name, no world can be called, or not one of
            both is given.
        """
        if (claim is None) == (event is None):
            raise UsageError("worlds are told apart by a claim or by an event; give one of them")
        if event is not None:
            return discover_event(self.simulator, read_event(event, self.crisis), level)
        return discover_claim(self.simulator, self._find_claims([claim or ""])[0])

    def sensitivity(self, query: str, by: Grouping = "force") -> Sensitivity:
        """Say on which unknowns a number hangs.

        Parameters
        ----------
        query : str
            For example ``"E(showdown.margin)"``.
        by : {"force", "value"}
            Whether the draws of all values of a force are one factor, or every value is one.

        Raises
        ------
        QueryError
            When the question is not one.
        UsageError
            When its condition is never met in some world.
        """
        self._refuse_learned("sensitivity")
        return sensitivity_of_query(self.simulator, query, by)

    def tree(self, least: float = LEAST) -> OutcomeTree:
        """Return the tree of the courses that the crisis can take.

        Parameters
        ----------
        least : float
            Branches that a smaller share of all histories takes are folded together.

        Returns
        -------
        OutcomeTree
            ``print`` shows it.

        Examples
        --------
        >>> import conjuncture
        >>> tree = conjuncture.load("bolivia-1970").run(worlds=20).tree()
        >>> sorted(branch.outcome for branch in tree.root.branches)
        ['miranda', 'torres']
        """
        refuse_no_share(least)
        return outcome_tree(self.courses(), least)

    def courses(self) -> Courses:
        """Return how many histories of each world took each course."""
        return self._survey[0]

    def flows(self) -> tuple[Flow, ...]:
        """Return how many histories go from each stage, by which outcome, to which stage.

        Raises
        ------
        UsageError
            When the run was stopped before it had a history.
        """
        return flows_of(self.courses())

    def chronicle(
        self,
        given: str | None = None,
        do: str | None = None,
        *,
        world: int | None = None,
        history: int | None = None,
        claim: str | None = None,
        secretly: bool = False,
    ) -> Chronicle:
        """Tell one history in plain words, and beside it the same under interventions.

        Without an address it is the first history, in the order of addresses, that took the
        commonest course (stages and their outcomes) of all in which ``given`` is true. For a claim
        it is one in its condition that goes as the claim says, or, where that fails in most worlds,
        one that does not; it is told under what the claim imposes as well.

        Parameters
        ----------
        given : str, optional
            An event, for example ``"showdown = torres"``.
        do : str, optional
            Interventions, for example ``"unions aside"``.
        world, history : int, optional
            The address of a history, in the place of ``given``.
        claim : str, optional
            The key of a claim, in the place of all of these.
        secretly : bool
            Whether what players do under the claim's interventions is kept from the others.

        Returns
        -------
        Chronicle
            ``print`` shows it.

        Raises
        ------
        QueryError
            When ``given`` is no event or ``do`` no interventions.
        UsageError
            When there is no such history or claim, or the condition of the claim never comes about.

        Examples
        --------
        >>> import conjuncture
        >>> ensemble = conjuncture.load("bolivia-1970").run(worlds=20)
        >>> ensemble.chronicle("showdown = torres").as_it_was[0].lines[0][:18]
        'In the first round'
        """
        if claim is not None:
            if any(one is not None for one in (given, do, world, history)):
                raise UsageError(
                    "a claim says itself which history is told and under what; leave out given, "
                    "do, world and history, or the claim"
                )
            (chosen,) = self._find_claims([claim])
            if secretly:
                chosen = replace(chosen, test=keep_secret(chosen.test))
            return tell_claim(self.simulator, chosen)
        if secretly:
            raise UsageError(
                "secretly is said of the interventions of a claim; give a claim, or write "
                "'secretly' within do, as in 'unions aside secretly'"
            )
        if (world is None) != (history is None):
            raise UsageError("a history has an address of two parts: give both world and history")
        address = None if world is None or history is None else (world, history)
        return tell_one(self.simulator, given, do, address)

    def __repr__(self) -> str:
        size = f"worlds={self.worlds.count}, histories={self.histories}, seed={self.seed}"
        return f"Ensemble({self.crisis.slug!r}, {size})"

    def _repr_html_(self) -> str:
        size = f"{self.worlds.count} worlds × {self.histories} histories, seed {self.seed}"
        head = f"<p><b>{escape(self.crisis.title)}</b><br>{size}</p>"
        return head + self._stages._repr_html_() + html_of_pictures(self)
