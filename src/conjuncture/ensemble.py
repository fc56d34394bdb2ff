"""An ensemble: the worlds and histories of one scenario, ready to be asked."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conjuncture.analysis.answers import Answer, answer
from conjuncture.analysis.chronicle import Chronicle, tell_one
from conjuncture.analysis.counting import Laboratory
from conjuncture.analysis.questions import compile_question, what_happened
from conjuncture.analysis.summary import StageSummary, summarise
from conjuncture.analysis.testing import Tested, examine
from conjuncture.analysis.tree import LEAST, OutcomeTree, outcome_tree
from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.evidence import Likelihood, likelihood
from conjuncture.engine.files import KEPT, written_whole
from conjuncture.engine.histories import Fingerprint, Part, as_dataset, columns
from conjuncture.engine.intervening import AS_THINGS_WERE
from conjuncture.engine.progress import Progress, Silent
from conjuncture.engine.record import run_record
from conjuncture.engine.runner import Batch, every_block, traces
from conjuncture.engine.sizes import blocks_for
from conjuncture.engine.worlds import Worlds
from conjuncture.errors import UsageError
from conjuncture.language.names import unknown_name
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
        blocks = blocks_for(worlds, histories, seed)
        self.crisis = crisis
        self.seed = seed
        self.blocks = blocks
        self.worlds = Worlds(crisis, seed, worlds)
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
        self, claims: Sequence[str] | None = None, *, extra: float = 1.0, rerun: bool = False
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
        tested = examine(
            self.laboratory,
            chosen,
            extra=extra,
            weights=None if weighing is None else weighing.weights,
        )
        return Tests(self, tested, weighing)

    @cached_property
    def likelihood(self) -> Likelihood:
        """The probability of what was observed, by world."""
        return likelihood(self.worlds, self.blocks, self.laboratory.progress)

    @cached_property
    def stages(self) -> dict[str, StageSummary]:
        """Outcomes and measures of every stage."""
        return summarise(self.laboratory)

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
        return outcome_tree(self.laboratory, least)

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
        self.refuse_too_many()
        return self._dataset(self.parts())

    def save(
        self,
        path: str | Path,
        content: Callable[[str], Mapping[str, Any]] | None = None,
    ) -> None:
        """Write every history into a file, in the form that its ending says.

        ``.parquet`` has a row for each history and is written as they are simulated, however many
        there are; ``.nc`` is :meth:`to_xarray` as NetCDF. The file is there whole or not at all.

        Parameters
        ----------
        path : str or Path
        content : callable, optional
            From the digest of the histories to what is kept with them as JSON; the run record and
            the digest when absent.

        Raises
        ------
        UsageError
            When the file cannot be written, or not in this form.
        """
        target = Path(path)
        if target.suffix not in (".parquet", ".nc"):
            raise UsageError(f"'{target}' ends in neither .parquet nor .nc; choose one of them")
        if target.suffix == ".nc":
            self.refuse_too_many()
        prints = Fingerprint()

        def note() -> str:
            digest = str(prints)
            found = content(digest) if content else {"histories_sha256": digest, "run": self.record}
            return json.dumps(found, ensure_ascii=False, allow_nan=False)

        with written_whole(target) as part:
            parts = prints.passing(self.parts())
            if target.suffix == ".parquet":
                from conjuncture.engine.saving import save_parquet

                structure = self.laboratory.program().structure
                save_parquet(part, structure, self.worlds, parts, lambda: {KEPT: note()})
            else:
                data = self._dataset(parts)
                data.assign_attrs({KEPT: note()}).to_netcdf(part, engine="h5netcdf")

    def fingerprint(self) -> str:
        """Simulate every history, keep none, and return the digest that a saved file carries."""
        prints = Fingerprint()
        for _ in prints.passing(self.parts()):
            pass
        return str(prints)

    def refuse_too_many(self) -> None:
        """Raise when there are more histories than are kept in memory one by one."""
        count = self.worlds.count * self.histories
        if count > MOST_KEPT:
            raise UsageError(
                f"{count:,} histories do not fit into memory one by one; ask for fewer than "
                f"{MOST_KEPT:,}, or write them to a Parquet file with 'conjuncture run --output'"
            )

    def parts(self) -> Iterator[Part]:
        """Simulate every history and yield them in portions: rows (world, block), and columns."""
        program = self.laboratory.program()
        listed = every_block(range(self.worlds.count), 0, self.blocks)
        batch = Batch(program, self.worlds, (AS_THINGS_WERE,))
        self.laboratory.progress.expect("histories, one by one", len(listed))
        for part, trace in traces(batch, listed, self.laboratory.progress):
            found = columns(program.structure, trace)
            yield part, {name: value[..., : len(part), :] for name, value in found.items()}

    def _dataset(self, parts: Iterator[Part]) -> xarray.Dataset:
        structure = self.laboratory.program().structure
        data = as_dataset(structure, parts, self.worlds.count, self.blocks)
        for key, values in self.worlds.table.items():
            labels = self.crisis.vocabulary.cells[key].labels
            attributes = {"labels": list(labels)} if labels else {}
            data[f"value:{key}"] = ("world", values, attributes)
        record = {**self.record, "command": shlex.join(self.record["command"])}
        return data.assign_attrs({key: value for key, value in record.items() if value is not None})

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
