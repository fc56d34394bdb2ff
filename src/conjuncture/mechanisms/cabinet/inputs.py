"""What a scenario may say of the making of a cabinet, and which coalitions carry a proposal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from math import prod
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from conjuncture.language.names import unknown_name
from conjuncture.language.symbols import (
    COUNT,
    DIMENSIONLESS,
    NON_NEGATIVE,
    REAL,
    UNIT_INTERVAL,
    Domain,
    Kind,
    MeasureSymbol,
    StageSymbols,
)
from conjuncture.scenario.stage_model import Cast, StageMistake, StageModel, StageValue, ValueText

MOST_COALITIONS = 1_000
"""Coalitions of the voting game that the solver weighs against each other."""

MOST_CANDIDATES = 70_000
"""Coalitions that are looked at to find them."""


@dataclass(frozen=True)
class VotingGame:
    """A weighted voting game with veto.

    Attributes
    ----------
    weights : tuple of int
        Votes by member.
    vetoes : tuple of bool
        Whether nothing passes without the member.
    alike : tuple of bool
        Whether the member may be treated like others of the same weight: members that propose
        equally often and weigh the same have the same value in equilibrium.
    quota : int
        Votes that carry a proposal.
    """

    weights: tuple[int, ...]
    vetoes: tuple[bool, ...]
    alike: tuple[bool, ...]
    quota: int

    @property
    def kinds(self) -> tuple[tuple[int, ...], ...]:
        """The members, those that cannot be told apart put together.

        Examples
        --------
        >>> VotingGame((3, 1, 1), (False, False, False), (True, True, True), 3).kinds
        ((0,), (1, 2))
        """
        found: dict[tuple[int, ...], list[int]] = {}
        for place, (weight, veto, alike) in enumerate(
            zip(self.weights, self.vetoes, self.alike, strict=True)
        ):
            own = (-1,) if alike and not veto else (place,)
            found.setdefault((weight, *own), []).append(place)
        return tuple(tuple(places) for places in found.values())


def count_candidates(game: VotingGame) -> int:
    """Return how many coalitions, up to members that are alike, there are.

    Examples
    --------
    >>> count_candidates(VotingGame((3, 1, 1), (False, False, False), (True, True, True), 3))
    6
    """
    return prod(len(kind) + 1 for kind in game.kinds)


def is_too_large(game: VotingGame) -> bool:
    """Return whether the game is too large to be solved."""
    return (
        count_candidates(game) > MOST_CANDIDATES
        or len(minimal_winning_coalitions(game)) > MOST_COALITIONS
    )


@cache
def minimal_winning_coalitions(game: VotingGame) -> tuple[tuple[int, ...], ...]:
    """Return the coalitions that win, and would not without any one member that has no veto.

    Where members with a veto are absent the others must do without their votes: coalitions are
    listed for every set of them, and the one set that is there picks its own.

    Returns
    -------
    tuple of tuple of int
        For each coalition how many members of each of :attr:`VotingGame.kinds` are in it.

    Examples
    --------
    >>> minimal_winning_coalitions(VotingGame((2, 1, 1, 1), (False,) * 4, (True,) * 4, 3))
    ((0, 3), (1, 1))
    """
    weights = [game.weights[kind[0]] for kind in game.kinds]
    vetoes = [game.vetoes[kind[0]] for kind in game.kinds]
    found = []
    for counts in product(*(range(len(kind) + 1) for kind in game.kinds)):
        votes = sum(count * weight for count, weight in zip(counts, weights, strict=True))
        needed = all(
            veto or count == 0 or votes - weight < game.quota
            for count, weight, veto in zip(counts, weights, vetoes, strict=True)
        )
        if votes >= game.quota and needed:
            found.append(counts)
    return tuple(found)


OUTCOMES = ("formed", "refused", "vetoed", "not_offered")
FORMED, REFUSED, VETOED, NOT_OFFERED = range(len(OUTCOMES))
NOBODY = "nobody"

SETTER_ONLY = ("privacy", "benefit", "no_cabinet", "failed", "veto_players")
CLOSED_RULE_ONLY = ("quota", "discount")


class Claimant(BaseModel):
    """Who bargains over posts: with a reservation before a setter, with votes under closed rule."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reservation: ValueText = Field(
        default=None,
        description="setter: median of the smallest share of the posts that it accepts, 0 to 1; "
        "default 0.05 to 0.6",
    )
    weight: int | None = Field(
        default=None, ge=0, description="closed_rule: its votes, a whole number"
    )
    recognition: ValueText = Field(
        default=None,
        description="closed_rule: how likely it is to propose, relative to the others; "
        "default: its weight",
    )
    veto: bool = Field(
        default=False, description="closed_rule: true if nothing passes without its consent"
    )


class VetoPlayer(BaseModel):
    """Who can object to a cabinet that the claimants have accepted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tolerance: ValueText = Field(
        default=None,
        description="median of the largest share for all claimants together that it bears, 0 to 1; "
        "default 0.1 to 0.9",
    )


class Stage(StageModel):
    """The making of a cabinet: posts are offered, accepted or refused, and perhaps vetoed."""

    compile_seconds: ClassVar[tuple[float, float]] = (0.4, 0.15)
    references: ClassVar[tuple[str, ...]] = (
        "romerrosenthal1978", "tsebelis2002", "baronferejohn1989", "winter1996",
    )  # fmt: skip

    words: ClassVar[Mapping[str, str]] = {
        "outcome = formed": "{stage} is formed",
        "outcome = refused": "{stage} is refused",
        "outcome = vetoed": "{stage} is vetoed",
        "outcome = not_offered": "{stage} is never offered",
        "*.reservation": "the least that {0} would take in {stage}",
        "*.tolerance": "how large a share of {stage} {0} would bear",
        "*.recognition": "how likely {0} [is|are] to propose in {stage}",
        "privacy": "how much the bargainers over {stage} hide from each other",
        "benefit": "what {stage} would be worth beside the posts",
        "no_cabinet": "what governing without {stage} is worth",
        "failed": "what is left after an offer of {stage} that fails",
        "discount": "how patient the bargainers over {stage} are",
        "posts[*]": "the posts of {0} in {stage}",
        "offered[*]": "the posts offered to {0} in {stage}",
        "refused[*] = 1": "{0} [refuses|refuse] {stage}",
        "refused[*] = 0": "{0} [accepts|accept] {stage}",
        "refused[*]": "whether {0} [refuses|refuse] {stage}",
        "vetoed[*] = 1": "{0} [vetoes|veto] {stage}",
        "vetoed[*] = 0": "{0} [lets|let] {stage} pass",
        "vetoed[*]": "whether {0} [vetoes|veto] {stage}",
        "total": "the share of posts given away in {stage}",
        "chance": "the chance that {stage} comes about",
        "worth": "what {stage} is worth to whoever forms it",
        "expected[*]": "the posts that {0} can expect in {stage}",
        "partner[*] = 1": "{0} [is|are] among the partners in {stage}",
        "partner[*] = 0": "{0} [is|are] not among the partners in {stage}",
        "partner[*]": "whether {0} [is|are] among the partners in {stage}",
        "proposer = *": "{0} [makes|make] the proposal in {stage}",
        "proposer": "who makes the proposal in {stage}",
    }

    protocol: Literal["setter", "closed_rule"] = Field(
        default="setter",
        description="setter: one offer to all claimants, each with a private reservation; "
        "closed_rule: a proposer buys the cheapest majority",
    )
    formateur: str | None = Field(
        default=None,
        description="the force that makes the offer; under closed_rule the claimant that proposes "
        "first, and if it is left out the first proposer is drawn",
    )
    claimants: dict[str, Claimant] = Field(
        min_length=1, description="the forces or groups that bargain over the posts"
    )
    veto_players: dict[str, VetoPlayer] = Field(
        default_factory=dict,
        description="setter: the forces or groups whose objection brings the cabinet down",
    )
    privacy: ValueText = Field(
        default=None,
        description="setter: standard deviation, in log-odds, of what others do not know of "
        "reservations and tolerances; default 0.2 to 1",
    )
    benefit: ValueText = Field(
        default=None,
        description="setter: what a formed cabinet is worth to the formateur beside the posts it "
        "keeps, all posts being 1; default 0.05 to 0.5",
    )
    no_cabinet: ValueText = Field(
        default=None,
        description="setter: what making no offer is worth to the formateur; default 0.3 to 0.8",
    )
    failed: ValueText = Field(
        default=None,
        description="setter: what an offer that fails is worth to the formateur; default 0",
    )
    quota: int | None = Field(
        default=None,
        ge=1,
        description="closed_rule: the votes that carry a proposal; default: more than half",
    )
    discount: ValueText = Field(
        default=None,
        description="closed_rule: what a share is worth one session later, 0 to 1; "
        "default 0.7 to 0.99",
    )

    @property
    def game(self) -> VotingGame:
        """The voting game of ``closed_rule``."""
        members = tuple(self.claimants.values())
        weights = tuple(member.weight or 0 for member in members)
        return VotingGame(
            weights=weights,
            vetoes=tuple(member.veto for member in members),
            alike=tuple(member.recognition is None for member in members),
            quota=self.quota if self.quota is not None else sum(weights) // 2 + 1,
        )

    def symbols(self, cast: Cast) -> StageSymbols:
        del cast
        claimants = tuple(self.claimants)
        share = Kind(UNIT_INTERVAL, DIMENSIONLESS)
        yes = Kind(COUNT, DIMENSIONLESS)
        measures = {"posts": MeasureSymbol(share, claimants, partial=True)}
        if self.protocol == "setter":
            measures |= {
                "offered": MeasureSymbol(share, claimants, partial=True),
                "refused": MeasureSymbol(yes, claimants, partial=True),
                "total": MeasureSymbol(share),
                "chance": MeasureSymbol(share),
                "worth": MeasureSymbol(Kind(REAL, DIMENSIONLESS), partial=True),
            }
            if self.veto_players:
                measures["vetoed"] = MeasureSymbol(yes, tuple(self.veto_players), partial=True)
        else:
            measures |= {
                "expected": MeasureSymbol(share, claimants, partial=True),
                "partner": MeasureSymbol(yes, claimants, partial=True),
                "proposer": MeasureSymbol(Kind(labels=(NOBODY, *claimants))),
                "residual": MeasureSymbol(Kind(NON_NEGATIVE, DIMENSIONLESS)),
            }
        return StageSymbols(outcomes=OUTCOMES, measures=measures)

    def values(self) -> Sequence[StageValue]:
        if self.protocol == "closed_rule":
            return tuple(self._closed_rule_values())
        return tuple(self._setter_values())

    def _setter_values(self) -> Iterator[StageValue]:
        def value_of(name: str, domain: Domain, default: str, widest: str) -> StageValue:
            written = getattr(self, name)
            return StageValue(name, domain, DIMENSIONLESS, default, widest, written, (name,))

        for name, claimant in self.claimants.items():
            path = ("claimants", name, "reservation")
            yield StageValue(
                f"{name}.reservation", UNIT_INTERVAL, DIMENSIONLESS, "0.05 to 0.6", "0.02 to 0.9",
                claimant.reservation, path,
            )  # fmt: skip
        for name, player in self.veto_players.items():
            path = ("veto_players", name, "tolerance")
            yield StageValue(
                f"{name}.tolerance", UNIT_INTERVAL, DIMENSIONLESS, "0.1 to 0.9", "0.02 to 0.98",
                player.tolerance, path,
            )  # fmt: skip
        yield value_of("privacy", NON_NEGATIVE, "0.2 to 1", "0.1 to 2")
        yield value_of("benefit", NON_NEGATIVE, "0.05 to 0.5", "0.01 to 1")
        yield value_of("no_cabinet", NON_NEGATIVE, "0.3 to 0.8", "0.1 to 1.5")
        yield value_of("failed", NON_NEGATIVE, "0", "0.01 to 0.8")

    def _closed_rule_values(self) -> Iterator[StageValue]:
        yield StageValue(
            "discount", UNIT_INTERVAL, DIMENSIONLESS, "0.7 to 0.99", "0.3 to 0.99",
            self.discount, ("discount",),
        )  # fmt: skip
        for name, claimant in self.claimants.items():
            if claimant.recognition is not None:
                path = ("claimants", name, "recognition")
                yield StageValue(
                    f"{name}.recognition", NON_NEGATIVE, DIMENSIONLESS, "1", "0.1 to 10",
                    claimant.recognition, path,
                )  # fmt: skip

    def world_fixed_keys(self) -> Sequence[str]:
        if self.protocol == "setter":
            return ()
        return tuple(value.key for value in self.values())

    def takes_part(self, cast: Cast) -> Sequence[str]:
        formateur = () if self.formateur is None else (self.formateur,)
        return cast.all_members((*formateur, *self.claimants, *self.veto_players))

    def mistakes(self, cast: Cast) -> Sequence[StageMistake]:
        own = self._setter_mistakes if self.protocol == "setter" else self._closed_rule_mistakes
        return (
            *self._unknown_names(cast),
            *self._repeated_forces(cast),
            *self._misplaced_keys(),
            *own(),
        )

    def _unknown_names(self, cast: Cast) -> Iterator[StageMistake]:
        for part in ("claimants", "veto_players"):
            for name in getattr(self, part):
                if name not in cast.names:
                    yield (part, name), *unknown_name("force or group", name, cast.names)
        if self.formateur is not None and self.formateur not in cast.names:
            yield ("formateur",), *unknown_name("force or group", self.formateur, cast.names)

    def _repeated_forces(self, cast: Cast) -> Iterator[StageMistake]:
        """Yield the parts that share a force with an earlier one."""
        taken: dict[str, tuple[str, str]] = {}
        for part in ("claimants", "veto_players"):
            for name in getattr(self, part):
                for force in cast.members(name):
                    before, role = taken.setdefault(force, (name, part))
                    if (before, role) == (name, part):
                        continue
                    if before == name == force:
                        problem = f"'{name}' is a claimant already"
                    else:
                        problem = f"'{force}' stands in both '{before}' and '{name}'"
                    remedy = "let each force be a claimant, or a veto player, once"
                    yield (part, name), problem, remedy
                    break

    def _misplaced_keys(self) -> Iterator[StageMistake]:
        """Yield what belongs to the other protocol."""
        setter = self.protocol == "setter"
        other = "closed_rule" if setter else "setter"
        remedy = f"delete it, or write 'protocol: {other}'"
        for name in CLOSED_RULE_ONLY if setter else SETTER_ONLY:
            if getattr(self, name):
                yield (name,), f"'{name}' means nothing under '{self.protocol}'", (
                    "write 'veto: true' at the claimant whose consent is needed"
                    if name == "veto_players" else remedy
                )  # fmt: skip
        for name, claimant in self.claimants.items():
            for key in ("weight", "recognition", "veto") if setter else ("reservation",):
                if getattr(claimant, key) not in (None, False):
                    problem = f"'{key}' means nothing under '{self.protocol}'"
                    yield ("claimants", name, key), problem, remedy

    def _setter_mistakes(self) -> Iterator[StageMistake]:
        if self.formateur is None:
            yield (), "nobody offers the posts", "add 'formateur: ...', the force that does"
        elif self.formateur in self.claimants:
            problem = f"'{self.formateur}' is a claimant: it would make itself an offer"
            yield ("formateur",), problem, "take it out of 'claimants', or let another offer"
        elif self.formateur in self.veto_players:
            problem = f"'{self.formateur}' would veto its own offer"
            yield ("formateur",), problem, "take it out of 'veto_players', or let another offer"

    def _closed_rule_mistakes(self) -> Iterator[StageMistake]:
        if self.formateur is not None and self.formateur not in self.claimants:
            problem = f"'{self.formateur}' is no claimant and has no vote"
            yield ("formateur",), problem, "name a claimant, or delete it to have one drawn"
        unweighed = [name for name, one in self.claimants.items() if one.weight is None]
        for name in unweighed:
            problem = f"'{name}' has no weight"
            yield ("claimants", name), problem, "add 'weight: ...', its votes as a whole number"
        if unweighed:
            return
        game = self.game
        votes = sum(game.weights)
        if game.quota > votes:
            problem = f"the quota is {game.quota}, but all claimants together have {votes} votes"
            least = f"write at most {votes}, or give" if votes else "give"
            yield ("quota",), problem, f"{least} them their votes"
        elif is_too_large(game):
            problem = f"there are more than {MOST_COALITIONS:,} ways to just carry a proposal"
            remedy = "join small claimants, or leave out 'recognition' where it is the weight"
            yield ("claimants",), problem, remedy
