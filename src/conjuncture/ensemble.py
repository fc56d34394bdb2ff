"""An ensemble: the worlds and histories of one scenario, ready to be asked."""

from __future__ import annotations

from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

from conjuncture.analysis.answers import Answer, answer
from conjuncture.analysis.counting import Laboratory
from conjuncture.analysis.questions import compile_question, what_happened
from conjuncture.analysis.testing import Tested, examine
from conjuncture.engine.addresses import BLOCK, SEED_LIMIT
from conjuncture.engine.evidence import Likelihood, likelihood
from conjuncture.engine.histories import as_dataset
from conjuncture.engine.intervening import AS_THINGS_WERE
from conjuncture.engine.progress import Progress, Silent
from conjuncture.engine.record import run_record
from conjuncture.engine.runner import Batch, every_block, traces
from conjuncture.engine.worlds import draw_worlds
from conjuncture.errors import UsageError
from conjuncture.language.nodes import Compare, Label, Outcome, Probability
from conjuncture.scenario.asking import linked_query
from conjuncture.scenario.crisis import Crisis

if TYPE_CHECKING:
    import xarray

MOST_KEPT = 5_000_000
"""Histories that are kept one by one in memory."""


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
    ) -> None:
        if not 1 <= worlds <= 1_000_000:
            raise UsageError(f"worlds must be 1 to 1,000,000, not {worlds}")
        if not 1 <= histories <= 2**31:
            raise UsageError(f"histories must be 1 to 2,147,483,648, not {histories}")
        if not 0 <= seed < SEED_LIMIT:
            raise UsageError(f"seed must be 0 to 2^64 - 1, not {seed}")
        self.crisis = crisis
        self.seed = seed
        self.blocks = -(-histories // BLOCK)
        self.worlds = draw_worlds(crisis, seed, worlds)
        self.laboratory = Laboratory(self.worlds, self.blocks, progress or Silent())

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
            Count only histories in which what was observed held.

        Returns
        -------
        Answer

        Raises
        ------
        QueryError
            When the question is not one, with the place of each mistake.
        """
        asked = linked_query(text, self.crisis)
        happened = what_happened(self.crisis) if as_it_happened else None
        question = compile_question(asked, happened)
        return answer(self.laboratory.count([question], "histories")[0])

    def test(self, *, extra: float = 1.0, rerun: bool = False) -> Tests:
        """Test every claim of the scenario, in the account's order.

        Parameters
        ----------
        extra : float
            Allowance of extra histories for worlds too close to call, as a multiple of the run.
        rerun : bool
            Add the reading *re-run*: fresh histories in worlds weighted by the probability of
            what happened.
        """
        weighing = self.likelihood if rerun else None
        tested = examine(
            self.laboratory,
            list(self.crisis.claims.values()),
            extra=extra,
            weights=None if weighing is None else weighing.weights,
        )
        return Tests(self, tested, weighing)

    @cached_property
    def likelihood(self) -> Likelihood:
        """The probability of what was observed, by world."""
        return likelihood(self.worlds, self.blocks, self.laboratory.progress)

    @cached_property
    def outcomes(self) -> dict[str, dict[str, Answer]]:
        """The probability of every outcome of every stage; of histories that end before, none."""
        found: dict[str, dict[str, Answer]] = {}
        names, questions = [], []
        for stage in self.crisis.stages:
            for code, label in enumerate(self.crisis.vocabulary.stages[stage].outcomes):
                event = Compare("=", Outcome(stage), Label(label, code))
                names.append((stage, label))
                questions.append(compile_question(Probability(event)))
        for (stage, label), counts in zip(
            names, self.laboratory.count(questions, "histories"), strict=True
        ):
            found.setdefault(stage, {})[label] = answer(counts)
        return found

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
        count = self.worlds.count * self.histories
        if count > MOST_KEPT:
            raise UsageError(
                f"{count:,} histories do not fit into memory one by one; ask for fewer than "
                f"{MOST_KEPT:,}, or write them to a Parquet file with 'conjuncture run --output'"
            )
        program = self.laboratory.program()
        listed = every_block(range(self.worlds.count), 0, self.blocks)
        self.laboratory.progress.expect("histories", len(listed))
        parts = traces(
            Batch(program, self.worlds, (AS_THINGS_WERE,)), listed, self.laboratory.progress
        )
        data = as_dataset(program.structure, parts, self.worlds.count, self.blocks)
        numbers = {key: ("world", value) for key, value in self.worlds.table.items()}
        data = data.assign({f"value:{key}": column for key, column in numbers.items()})
        data.attrs = self.record
        return data

    def __repr__(self) -> str:
        return (
            f"Ensemble({self.crisis.slug!r}, worlds={self.worlds.count}, "
            f"histories={self.histories}, seed={self.seed})"
        )

    def _repr_html_(self) -> str:
        from conjuncture.analysis.tables import html_table, outcome_rows

        return f"<p><b>{escape(self.crisis.title)}</b>, {self.worlds.count} worlds × " + (
            f"{self.histories} histories</p>" + html_table(*outcome_rows(self.outcomes))
        )


class Tests(tuple[Tested, ...]):
    """The tested claims of an ensemble: a sequence of :class:`Tested`, shown as a table."""

    ensemble: Ensemble
    likelihood: Likelihood | None

    def __new__(
        cls, ensemble: Ensemble, tested: list[Tested], weighing: Likelihood | None
    ) -> Tests:
        """Keep the claims and the ensemble they were tested in."""
        made = super().__new__(cls, tested)
        made.ensemble = ensemble
        made.likelihood = weighing
        return made

    def __getitem__(self, key: Any) -> Any:
        """Return a claim by place or by its name in the scenario."""
        if isinstance(key, str):
            return next(one for one in self if one.claim.key == key)
        return super().__getitem__(key)

    def _repr_html_(self) -> str:
        from conjuncture.analysis.tables import claim_rows, html_table

        return html_table(*claim_rows(self))


