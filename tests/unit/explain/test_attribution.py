"""Attribution to forces and conditions: what is run, what adds up, what is refused."""

from types import SimpleNamespace

import numpy as np
import pytest

from conjuncture.analysis.explain.attribution import (
    Attribution,
    Interaction,
    Share,
    attribute_to_conditions,
    attribute_to_forces,
)
from conjuncture.analysis.explain.conditions import conditions_of, usual_conditions
from conjuncture.analysis.explain.methods.shapley import shapley_values
from conjuncture.analysis.explain.sample import Sample, StoppedEarly
from conjuncture.analysis.simulator import Simulator
from conjuncture.engine.progress import SilentProgress
from conjuncture.engine.worlds import Worlds
from conjuncture.errors import QueryError, UsageError
from conjuncture.language.interventions import Aside
from conjuncture.language.nodes import Compare, Label, Outcome
from conjuncture.presentation.explanation import attribution_tables
from conjuncture.scenario.queries import read_event, read_interventions
from crises import FREE, SWORN

pytestmark = pytest.mark.usefixtures("without_compiler")

ORDER = ["guard", "line", "crowd"]


@pytest.fixture(scope="module")
def free(crisis):
    return crisis(FREE)


@pytest.fixture(scope="module")
def sample(free):
    return Sample(Simulator(Worlds(free, 3, 60), 1), read_event("showdown = a", free))


@pytest.fixture(scope="module")
def forces(sample):
    return attribute_to_forces(sample)


def by_key(attribution):
    return {share.factor: share for share in attribution.shares}


def test_shares_of_forces_are_shapley_values_of_the_runs_and_add_up(sample, forces):
    runs = [
        tuple(Aside(name) for place, name in enumerate(ORDER) if not row >> place & 1)
        for row in range(8)
    ]
    worths = sample.chances(runs).mean(axis=2, dtype=float)
    expected = shapley_values(worths).mean(axis=1)
    found = by_key(forces)
    assert [found[name].value for name in ORDER] == pytest.approx(expected, abs=1e-12)
    assert forces.whole == pytest.approx(worths[-1].mean())
    assert forces.empty == pytest.approx(worths[0].mean())
    assert sum(share.value for share in forces.shares) == pytest.approx(
        forces.whole - forces.empty, abs=1e-12
    )
    assert forces.exact
    assert (forces.orders, forces.worlds, forces.histories) == (0, 60, 16)
    assert (forces.kind, forces.event) == ("forces", "showdown = a")


def test_shares_come_the_largest_first_with_names_and_errors(forces):
    values = [share.value for share in forces.shares]
    assert values == sorted(values, reverse=True)
    assert forces.shares[0].factor == "crowd"
    assert forces.shares[0].label == "crowd"
    assert all(0 < share.error < 0.05 for share in forces.shares)
    sizes = [abs(one.value) for one in forces.interactions]
    assert len(sizes) == 3
    assert sizes == sorted(sizes, reverse=True)


def test_a_group_acts_as_one_and_shares_what_it_brings(sample, free, forces):
    grouped = attribute_to_forces(sample, {"army": (*free.groups["army"], "red")})
    army = by_key(grouped)["army"]
    assert {part.factor for part in army.parts} == {"guard", "line"}  # red is a core
    assert sum(part.value for part in army.parts) == pytest.approx(army.value, abs=1e-12)
    assert sum(share.value for share in grouped.shares) == pytest.approx(
        forces.whole - forces.empty, abs=1e-12
    )
    assert [{one.first, one.second} for one in grouped.interactions] == [{"army", "crowd"}]
    assert grouped.labels["line"] == "line"


@pytest.mark.parametrize(
    ("groups", "problem"),
    [
        ({"army": ["guard", "lines"]}, "'lines'"),
        ({"guard": ["line"]}, "'guard' is a force"),
        ({"army": ["guard", "line"], "street": ["line"]}, "'line' is in two groups"),
        ({"cores": ["red", "blue"]}, "nobody in the group 'cores' could stand aside"),
    ],
)
def test_groups_that_cannot_be_are_refused(sample, groups, problem):
    with pytest.raises(UsageError, match=problem):
        attribute_to_forces(sample, groups)


def test_where_nobody_could_stand_aside_the_user_is_told(crisis):
    text = FREE[: FREE.index("claims:")] + "claims: {}\n"
    alone = crisis(text.replace("camps:", "among: [red]\n    camps:"))
    event = read_event("showdown = a", alone)
    with pytest.raises(UsageError, match="on the way to 'showdown = a'; ask for conditions"):
        attribute_to_forces(Sample(Simulator(Worlds(alone, 1, 4), 1), event))


def test_the_usual_conditions_are_what_a_crisis_has(sample, free):
    conditions = usual_conditions(sample)
    assert [one.key for one in conditions] == ["leans", "ties", "stakes", "mass", "friends"]
    keys = {one.key: [getattr(act, "key", "") for act in one.neutral] for one in conditions}
    assert keys["ties"] == ["guard.ties.line"]
    assert keys["mass"] == ["crowd.mass"]
    found = attribute_to_conditions(sample, conditions)
    assert sum(share.value for share in found.shares) == pytest.approx(
        found.whole - found.empty, abs=1e-12
    )
    assert by_key(found)["mass"].label == "people in the street"
    assert by_key(found)["friends"].value < 0  # the friends back the other camp


def test_sworn_leanings_stay(crisis):
    sworn = crisis(SWORN)
    about = Sample(Simulator(Worlds(sworn, 3, 4), 1), read_event("showdown = a", sworn))
    acts = {one.key: one.neutral for one in usual_conditions(about)}
    assert not {"ties", "mass", "friends"} & set(acts)
    assert "reds.leans.a" not in {act.key for act in acts["leans"]}


def test_conditions_in_words_are_linked_and_held(sample, free):
    conditions = conditions_of(["mood = 0", "crowd.mass = 0,  without friends"], free)
    assert [one.key for one in conditions] == ["mood = 0", "crowd.mass = 0, without friends"]
    assert [one.label for one in conditions] == [
        "the mood as it is (not 0)",
        "the mass of crowd as it is (not 0) and friends",
    ]
    found = attribute_to_conditions(sample, conditions)
    neutral = tuple(act for one in conditions for act in one.neutral)
    assert found.empty == pytest.approx(sample.chances([neutral]).mean(dtype=float))


SIGNALS = FREE.replace(
    "core: blue}}",
    "core: blue}}\n    unity: {army: 0.5 to 1}\n    signals: {radio: {camp: b, chance: 0.4 to 0.8, "
    "reach: {crowd: 3 to 5, line: 2}}, bells: {camp: a, reach: {crowd: 1}}, mute: {camp: a, "
    "reach: {line: 0}}}",
)


@pytest.fixture(scope="module")
def with_signals(crisis):
    about = crisis(SIGNALS)
    return Sample(Simulator(Worlds(about, 3, 30), 1), read_event("showdown = a", about))


def test_signals_backers_and_unity_are_conditions_of_their_own(with_signals):
    conditions = {one.key: one for one in usual_conditions(with_signals)}
    assert list(conditions) == ["leans", "ties", "stakes", "mass", "friends", "radio", "bells"]
    assert conditions["radio"].label == "the signal “radio”"
    assert conditions["friends"].label == "friends"
    ties = [act.key for act in conditions["ties"].neutral]
    assert ties == ["guard.ties.line", "showdown.unity.army"]


def test_a_row_says_what_the_thing_brings_however_it_is_taken_away(with_signals):
    """With it, less without it: the signal for the other camp lowers the chance of the first."""
    crisis = with_signals.crisis
    texts = ["without radio", "showdown.radio.chance = 0"]
    labels = [
        "the signal “radio”",
        "the chance that the signal “radio” is heard in the showdown as it is (not 0)",
    ]
    found = [attribute_to_conditions(with_signals, conditions_of([one], crisis)) for one in texts]
    with_it, without = (
        with_signals.chances([run]).mean(dtype=float)
        for run in ((), read_interventions("without radio", crisis))
    )
    for attribution, label in zip(found, labels, strict=True):
        share = attribution.shares[0]
        assert share.label == label
        assert share.value == pytest.approx(with_it - without)
        assert attribution.empty == pytest.approx(without)
    assert with_it - without < -0.05


@pytest.mark.parametrize(
    ("texts", "kind", "problem"),
    [
        (["mood = 0 at showdown"], QueryError, "leave out 'at showdown'"),
        (["mod = 0"], QueryError, "'mod'"),
        (["mood = 0", "mood = 1"], UsageError, "both change 'mood'"),
        (["mood = 0", "mood = 0"], UsageError, "named twice"),
        ([], UsageError, "there is no condition"),
    ],
)
def test_conditions_that_cannot_be_are_refused(sample, free, texts, kind, problem):
    with pytest.raises(kind, match=problem):
        attribute_to_conditions(sample, conditions_of(texts, free))


class Toy:
    """Stands in for a sample of thirteen forces: each adds to the chance what it can."""

    def __init__(self, stops_after=10**9):
        self.forces = tuple(f"force_{one}" for one in range(13))
        named = {key: SimpleNamespace(phrase=f"the {key}") for key in self.forces}
        ends = {"end": SimpleNamespace(says={"good": "it ends well"})}
        self.crisis = SimpleNamespace(forces=named, stages=ends, account="So the army held.")
        self.worlds = SimpleNamespace(count=20, seed=5)
        self.each = 4
        self.event = Compare("=", Outcome("end"), Label("good", 0))
        self.left = stops_after
        generator = np.random.default_rng(2)
        self.weights = generator.uniform(0.02, 0.1, (13, 20))

    def chances(self, runs, label):
        if self.left == 0:
            raise StoppedEarly
        self.left -= 1
        there = np.array([[Aside(key) not in run for key in self.forces] for run in runs])
        pull = there @ self.weights + 0.3 * there[:, :1] * there[:, 1:2]
        return np.repeat(np.float32(pull / (1 + pull))[:, :, None], self.each, axis=2)


@pytest.mark.parametrize("groups", [{}, {"army": ["force_1", "force_2", "force_3"]}])
def test_above_twelve_forces_shares_of_drawn_orders_add_up(groups):
    found = attribute_to_forces(Toy(), groups)
    assert not found.exact
    assert found.orders >= 64
    assert found.order_error <= 0.005
    assert sum(share.value for share in found.shares) == pytest.approx(
        found.whole - found.empty, abs=1e-12
    )
    for share in found.shares:
        if share.parts:
            assert sum(part.value for part in share.parts) == pytest.approx(share.value, abs=1e-12)
    assert found.interactions[0].value > 0
    assert any("random orders" in one for one in found.sentences())


def test_no_more_orders_are_drawn_than_coalitions_are_allowed():
    assert attribute_to_forces(Toy(), order_error=0.0, most=500).orders == 32


def test_orders_drawn_before_an_interrupt_count():
    assert attribute_to_forces(Toy(stops_after=2)).orders == 32
    for calls in (0, 1):
        with pytest.raises(StoppedEarly):
            attribute_to_forces(Toy(stops_after=calls))


class Stopping(SilentProgress):
    """Somebody who wants the answer at once."""

    is_stopped = True


def test_an_interrupt_leaves_nothing_of_runs_that_all_count(sample):
    stopped = Sample(Simulator(sample.worlds, 1, Stopping()), sample.event)
    with pytest.raises(StoppedEarly):
        attribute_to_forces(stopped)


def test_an_attribution_is_told_in_prose():
    shares = (
        Share("crowd", "the crowd", 0.3, 0.008),
        Share("band", "the band", 0.001, 0.002),
        Share("guard", "Palace guard", -0.1, 0.012),
    )
    pairs = (Interaction("crowd", "guard", -0.05, 0.01), Interaction("crowd", "band", 0.0, 0.01))
    found = Attribution(
        "forces", "showdown = a", 0.6, 0.399, shares, pairs, exact=True, orders=0, worlds=400, histories=16
    )  # fmt: skip
    difference, most, pair, accuracy = found.sentences()
    assert difference == (
        "In the histories looked at, the probability that showdown = a is 0.600; with every force aside that could stand aside "
        "it would be 0.399, and the shares add up to the difference, +0.201."
    )
    assert most == (
        "Most is brought by the crowd +0.300 ± 0.008; on the other side stand Palace guard −0.100 ± 0.012."
    )
    assert pair == (
        "Together the crowd and Palace guard add 0.050 ± 0.010 less than the sum of what each adds "
        "alone."
    )
    assert accuracy == (
        "± is one standard error, over 400 worlds of 16 histories; the largest, 0.012, is above "
        "the 0.01 aimed at, which takes more worlds."
    )
    assert shares[0].interval == pytest.approx((0.2868, 0.3132), abs=1e-4)


def test_where_only_one_side_stands_out_no_other_side_is_told_of():
    shares = (Share("crowd", "People", -0.322, 0.008), Share("band", "the band", 0.001, 0.002))
    found = Attribution(
        "conditions", "a = b", 0.1, 0.421, shares, (), exact=True, orders=0, worlds=9, histories=1
    )  # fmt: skip
    assert found.sentences()[1] == "Most is taken away by People −0.322 ± 0.008."


def test_where_no_share_stands_out_the_prose_says_so():
    share = Share("band", "the band", 0.001, 0.002)
    found = Attribution(
        "conditions", "a = b", 0.6, 0.599, (share,), (), exact=True, orders=0, worlds=9, histories=1
    )  # fmt: skip
    assert found.sentences()[1] == "No share stands out from its error."


def test_what_changes_nothing_is_no_row(sample, free):
    """A core has no choice, so that what it has at stake is never used."""
    found = attribute_to_conditions(sample, conditions_of(["red.stakes = 5", "mood = 0"], free))
    assert [one.factor for one in found.shares if one.is_idle] == ["red.stakes = 5"]
    told = found.sentences()
    assert any(
        one == "Not one history changes with the stakes of red as it is (not 5)." for one in told
    )
    rows = [row for table in attribution_tables(found) for row in table.rows]
    assert [row[0] for row in rows] == ["The mood as it is (not 0)", "all together"]


def test_of_many_pairs_those_are_named_of_which_few_are_chance():
    """A hundred interactions without any meaning: two errors from 0 are five of them."""
    generator = np.random.default_rng(4)
    names = [f"f{one}" for one in range(100)]
    values = generator.standard_normal(99)
    pairs = tuple(
        Interaction(names[place], names[place + 1], float(value), 1.0)
        for place, value in enumerate(values)
    )
    strong = Interaction("f0", "f1", 9.0, 1.0)
    found = Attribution(
        "forces", "a = b", 0.6, 0.5, tuple(Share(one, one, 0.001, 0.01) for one in names),
        (strong, *pairs), exact=True, orders=0, worlds=9, histories=1,
    )  # fmt: skip
    assert (np.abs(values) > 2.0).sum() >= 3
    assert found.strong_interactions == [strong]
    (_, table) = attribution_tables(found)
    assert len(table.rows) == 1


def test_one_world_by_itself_knows_no_error():
    toy = Toy()
    toy.forces, toy.worlds.count, toy.weights = toy.forces[:3], 1, toy.weights[:3, :1]
    assert [share.error for share in attribute_to_forces(toy).shares] == [float("inf")] * 3


def test_a_group_is_called_with_the_article_that_the_account_gives_it():
    found = attribute_to_forces(Toy(), {"army": ["force_1", "force_2", "force_3"]})
    assert found.labels["army"] == "the army"
