"""An ensemble: the worlds and histories of one scenario, ready to be asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conjuncture.analysis.answers import Answer, Counts, answer
from conjuncture.analysis.chronicle import Chronicle, tell_one
from conjuncture.analysis.counting import Laboratory
from conjuncture.analysis.courses import Courses
from conjuncture.analysis.histories import Histories
from conjuncture.analysis.questions import compile_question, what_happened
from conjuncture.analysis.summary import StageSummary, questions_of, summarise
from conjuncture.analysis.surveying import survey
from conjuncture.analysis.testing import MOST_EXTRA, Tested, examine
from conjuncture.analysis.tree import LEAST, OutcomeTree, outcome_tree, refuse_no_share
from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.evidence import Likelihood, likelihood
from conjuncture.engine.files import KEPT
from conjuncture.engine.progress import Progress, Silent
from conjuncture.engine.record import run_record
from conjuncture.engine.sizes import blocks_for
from conjuncture.engine.worlds import Worlds
from conjuncture.errors import UsageError
from conjuncture.language.names import unknown_name
from conjuncture.scenario.asking import linked_query
from conjuncture.scenario.crisis import Crisis

if TYPE_CHECKING:
    import xarray
    from distributed import Client


class Ensemble:
    """Worlds and histories of a scenario.

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
    ) -> None:
        blocks = blocks_for(worlds, histories, seed)
        self.crisis = crisis
        self.seed = seed
        self.blocks = blocks
        self.worlds = Worlds(crisis, seed, worlds)
        self.laboratory = Laboratory(self.worlds, self.blocks, progress or Silent(), client)

    @property
    def histories(self) -> int:
        """Histories in each world."""
        return self.blocks * BLOCK

    @property
    def record(self) -> dict[str, Any]:
        """The run record."""
        return run_record(self.crisis, self.seed, self.worlds.count, self.histories)

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
        asked = linked_query(text, self.crisis)
        happened = what_happened(self.crisis, asked) if as_it_happened else None
        question = compile_question(asked, happened)
        found = answer(self.laboratory.count([question], "histories")[0])
        # Bounds that hold for any coupling need histories chosen before they ran.
        return replace(found, coupling=None) if as_it_happened else found

    def test(
        self,
        claims: Sequence[str] | None = None,
        *,
        extra: float = MOST_EXTRA,
        rerun: bool = False,
        tell: Callable[[Tested], None] | None = None,
    ) -> Tests:
        """Test the claims of the scenario, in the account's order.

        Parameters
        ----------
        claims : sequence of str, optional
            The keys of the claims to test; all of them if not given.
        extra : float
            Allowance of extra histories for worlds too close to call, as a multiple of the run.
        rerun : bool
            Add the reading *re-run*: fresh histories in worlds weighted by the probability of
            what happened.
        tell : callable, optional
            Called with each claim as soon as it is tested.

        Returns
        -------
        Tests
            Those that were tested; the rest is missing where ``progress.stopped`` came true.

        Raises
        ------
        UsageError
            When the scenario makes no claim of that name.
        """
        made = self.crisis.claims
        for key in claims or ():
            if key not in made:
                raise UsageError("; ".join(unknown_name("claim", key, made)))
        chosen = [claim for key, claim in made.items() if claims is None or key in claims]
        weighing = self.likelihood if rerun else None
        tested = []
        for one in examine(
            self.laboratory,
            chosen,
            extra=extra,
            weights=None if weighing is None else weighing.weights,
        ):
            tested.append(one)
            if tell is not None:
                tell(one)
        return Tests(self, tested, weighing)

    @cached_property
    def likelihood(self) -> Likelihood:
        """The probability of what was observed, by world."""
        return likelihood(self.worlds, self.blocks, self.laboratory.progress)

    @cached_property
    def stages(self) -> dict[str, StageSummary]:
        """Outcomes and measures of every stage."""
        return summarise(self.crisis, self._survey[1])

    @cached_property
    def _survey(self) -> tuple[Courses, list[Counts]]:
        questions = [compile_question(one) for one in questions_of(self.crisis)]
        return survey(self.laboratory, questions)

    @property
    def outcomes(self) -> dict[str, dict[str, Answer]]:
        """The probability of every outcome of every stage; of histories that end before, none."""
        return {name: stage.outcomes for name, stage in self.stages.items()}

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
        return outcome_tree(self._survey[0], least)

    def chronicle(
        self,
        given: str | None = None,
        do: str | None = None,
        *,
        world: int | None = None,
        history: int | None = None,
    ) -> Chronicle:
        """Tell one history in plain words, and beside it the same under interventions.

        Without an address it is the first history, in the order of addresses, that took the
        commonest course (stages and their outcomes) of all in which ``given`` is true.

        Parameters
        ----------
        given : str, optional
            An event, for example ``"showdown = torres"``.
        do : str, optional
            Interventions, for example ``"unions aside"``.
        world, history : int, optional
            The address of a history, in the place of ``given``.

        Returns
        -------
        Chronicle
            ``print`` shows it.

        Raises
        ------
        QueryError
            When ``given`` is no event or ``do`` no interventions.
        UsageError
            When there is no such history.

        Examples
        --------
        >>> import conjuncture
        >>> ensemble = conjuncture.load("bolivia-1970").run(worlds=20)
        >>> ensemble.chronicle("showdown = torres").as_it_was[0].lines[0][:18]
        'In the first round'
        """
        if (world is None) != (history is None):
            raise UsageError("a history has an address of two parts: give both world and history")
        address = None if world is None or history is None else (world, history)
        return tell_one(self.laboratory, given, do, address)

    def to_xarray(self) -> xarray.Dataset:
        """Return every history as named arrays.

        Returns
        -------
        xarray.Dataset
            Dimensions world, history, force and, per stage, camp; the run record in ``attrs``.

        Raises
        ------
        UsageError
            When there are more than five million histories.
        """
        return self._histories.dataset(self.record)

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
            return {KEPT: json.dumps(found, ensure_ascii=False, allow_nan=False)}

        if target.suffix == ".parquet":
            self._histories.save_parquet(target, self.record, note, tell or (lambda _: None))
        else:
            self._histories.save_netcdf(target, self.record, note)

    def fingerprint(self) -> str:
        """Simulate every history, keep none, and return the digest that a saved file carries."""
        return self._histories.fingerprint()

    @property
    def _histories(self) -> Histories:
        return Histories(self.laboratory)

    def __repr__(self) -> str:
        return (
            f"Ensemble({self.crisis.slug!r}, worlds={self.worlds.count}, "
            f"histories={self.histories}, seed={self.seed})"
        )

    def _repr_html_(self) -> str:
        from conjuncture.analysis.tables import html_outcomes, outcome_rows

        size = f"{self.worlds.count} worlds × {self.histories} histories, seed {self.seed}"
        head = f"<p><b>{escape(self.crisis.title)}</b><br>{size}</p>"
        return head + html_outcomes(outcome_rows(self.stages))


class Tests(Sequence[Tested]):
    """The tested claims of an ensemble, in the account's order, shown as a table in notebooks.

    Parameters
    ----------
    ensemble : Ensemble
    tested : sequence of Tested
    likelihood : Likelihood or None
        What the reading *re-run* weighs worlds by, where it was asked for.
    """

    def __init__(
        self, ensemble: Ensemble, tested: Sequence[Tested], likelihood: Likelihood | None
    ) -> None:
        self.ensemble = ensemble
        self.likelihood = likelihood
        self._tested = tuple(tested)

    def __len__(self) -> int:
        return len(self._tested)

    def __getitem__(self, key: Any) -> Any:
        """Return a claim by place or by its name in the scenario."""
        if isinstance(key, str):
            return {one.claim.key: one for one in self._tested}[key]
        return self._tested[key]

    def __repr__(self) -> str:
        found = ", ".join(f"{one.claim.key}={one.prior.verdict.word!r}" for one in self._tested)
        return f"Tests({found})"

    def _repr_html_(self) -> str:
        from conjuncture.analysis.tables import claim_rows, html_claims

        return html_claims(claim_rows(self))
