"""The word that a share of worlds supports, and what would tell more where none does."""

import numpy as np
import pytest

import conjuncture
from conjuncture.analysis.shares_of_worlds import ShareOfWorlds, unknown_share, wilson_bounds
from conjuncture.analysis.verdicts import (
    histories_to_tell,
    verdict_on,
    word_of,
    worlds_to_tell,
)
from crises import FREE

pytestmark = pytest.mark.usefixtures("without_compiler")

WORLDS, HISTORIES = 400, 512


def share(value, low, high, effective=400.0, mass_at_line=0.0):
    """Return a share whose distribution has so much mass right at the line, the rest far off."""
    distance, mass = np.array([0.0, 0.3]), np.array([mass_at_line, 1.0 - mass_at_line])
    return ShareOfWorlds(value, low, high, np.full(WORLDS, value), effective, distance, mass)


def verdict(found, reaching=WORLDS):
    return verdict_on(found, reaching=reaching, worlds=WORLDS, histories=HISTORIES, near=0.02)


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (0.9, 1.0, "holds"),
        (0.899, 1.0, "mostly holds"),
        (0.75, 0.8, "mostly holds"),
        (0.749, 0.89, "depends"),
        (0.749, 0.9, "open"),
        (0.101, 0.899, "depends"),
        (0.1, 0.5, "open"),
        (0.101, 0.9, "open"),
        (0.1, 0.25, "mostly fails"),
        (0.0, 0.1, "fails"),
        (0.0, 0.251, "open"),
        (0.0, 1.0, "open"),
    ],
)
def test_the_word_is_the_first_that_is_true_of_the_whole_interval(low, high, word):
    assert word_of(low, high) == word


def test_the_contrary_has_the_contrary_word():
    contrary = {"holds": "fails", "mostly holds": "mostly fails"}
    contrary |= {other: word for word, other in contrary.items()}
    for low in np.linspace(0.005, 0.985, 50):
        for high in np.linspace(low, 0.985, 30):
            word = word_of(low, high)
            assert word_of(1.0 - high, 1.0 - low) == contrary.get(word, word)


@pytest.mark.parametrize(
    ("low", "high", "word"), [(0.93, 0.97, "holds"), (0.4, 0.5, "depends"), (0.0, 0.08, "fails")]
)
def test_a_verdict_with_a_word_needs_nothing(low, high, word):
    found = verdict(share((low + high) / 2, low, high))
    assert (found.word, found.interval, found.share) == (word, (low, high), (low + high) / 2)
    assert (found.worlds_needed, found.histories_needed, found.at_line) == (None, None, False)


@pytest.mark.parametrize("effective", [9.99, 3.0, 1.0])
def test_with_fewer_than_ten_effective_worlds_there_is_no_word(effective):
    found = verdict(share(1.0, 0.95, 1.0, effective), reaching=30)
    assert found.word is None
    assert (found.share, found.interval) == (1.0, (0.95, 1.0))
    assert (found.reaching, found.worlds, found.effective_worlds) == (30, WORLDS, effective)
    enough = WORLDS * 10.0 / effective
    assert enough <= found.worlds_needed <= 1.1 * enough + 1
    assert verdict(share(1.0, 0.95, 1.0, 10.0)).word == "holds"


@pytest.mark.parametrize("reaching", [0, WORLDS])
def test_where_no_world_knows_anything_no_number_of_worlds_is_proposed(reaching):
    found = verdict(unknown_share(WORLDS), reaching=reaching)
    assert (found.word, found.worlds_needed, found.histories_needed) == (None, None, None)
    assert np.isnan(found.share)
    assert found.interval == (0.0, 1.0)
    assert (found.reaching, found.effective_worlds) == (reaching, 0.0)


def test_an_open_claim_most_of_whose_worlds_lie_at_its_line_needs_nothing():
    found = verdict(share(0.6, 0.05, 0.95, mass_at_line=0.5))
    assert (found.word, found.at_line) == ("open", True)
    assert (found.worlds_needed, found.histories_needed) == (None, None)
    assert not verdict(share(0.6, 0.05, 0.95, mass_at_line=0.49)).at_line
    assert not verdict(share(0.5, 0.4, 0.6, mass_at_line=0.9)).at_line


def test_an_open_claim_of_few_worlds_says_how_many_would_tell():
    low, high = wilson_bounds(0.82, 20.0)
    found = verdict(share(0.82, low, high, 20.0))
    assert found.word == "open"
    needed = found.worlds_needed
    assert needed == worlds_to_tell(0.82, (low, high), WORLDS) > WORLDS
    assert found.histories_needed is None
    for worlds, told in ((needed, True), (0.9 * needed, False)):
        root = np.sqrt(worlds / WORLDS)
        ends = 0.82 - (0.82 - low) / root, 0.82 + (high - 0.82) / root
        assert (word_of(*ends) != "open") is told


def test_an_open_claim_of_many_worlds_says_how_many_histories_would_tell():
    low, high = wilson_bounds(0.8, 200.0)
    found = verdict(share(0.8, low - 0.05, high + 0.11, 200.0))
    assert found.word == "open"
    assert found.worlds_needed is None
    needed = found.histories_needed
    assert needed == histories_to_tell(0.8, found.interval, 200.0, HISTORIES)
    for histories, told in ((needed, True), (HISTORIES, False)):
        root = np.sqrt(histories / HISTORIES)
        assert (word_of(low - 0.05 / root, high + 0.11 / root) != "open") is told


def test_more_than_is_sensible_is_not_proposed():
    # As many worlds known exactly would just have a word, and so only very many histories one.
    effective = next(
        one for one in np.arange(20.0, 60.0, 0.01) if wilson_bounds(0.82, one)[1] < 0.9
    )
    low, high = wilson_bounds(0.82, effective)
    assert histories_to_tell(0.82, (low, high + 0.02), effective, HISTORIES) is None
    # More worlds then tell, which known exactly leave room.
    found = verdict(share(0.82, low, high + 0.02, float(effective)))
    assert (found.histories_needed, found.worlds_needed) != (None, None)


def test_wilson_is_symmetric_and_within_zero_and_one():
    low, high = wilson_bounds(0.3, 50)
    assert (1 - high, 1 - low) == pytest.approx(wilson_bounds(0.7, 50))
    assert wilson_bounds(0.0, 10)[0] == 0.0
    assert wilson_bounds(1.0, 10)[1] == 1.0


def test_two_equal_verdicts_are_equal():
    one, two = (verdict(share(0.5, 0.4, 0.6)) for _ in range(2))
    assert one == two
    assert one != verdict(share(0.5, 0.4, 0.61))
    assert "favours" not in repr(one)


ON_THE_LINE = """
  always: {says: It ended some way., test: P(showdown = a or showdown = b) >= 1}
  beyond: {says: It ended some third way., test: P(showdown = a or showdown = b) < 1}
  never: {says: It ended both ways., test: P(showdown = a and showdown = b) > 0}
  number: {says: Two camps there were., test: E(1 + (1 * showdown.rounds - showdown.rounds)) > 1}
  least: {says: Two at least., test: E(1 + (1 * showdown.rounds - showdown.rounds)) >= 1}
  alike: {says: Nothing differs., test: "P(showdown = a | do(mood = mood)) - P(showdown = a) > 0"}
  no_less: {says: Not less., test: "P(showdown = a | do(mood = mood)) - P(showdown = a) >= 0"}
  within: {says: Alike., test: "P(showdown = a | do(mood = mood)) - P(showdown = a) in [0, 0.1]"}
  turned: {says: More., test: "P(showdown = a | do(mood = mood)) > P(showdown = a)"}
  from_nothing: {says: It was rare., test: "P(showdown = b and crowd.side = a) in [0, 0.1]"}
  below: {says: It was rare., test: P(showdown = b and crowd.side = a) <= 0.1}
  median: {says: Strong., test: "Q(0.9, showdown.strength[a] | crowd.side = a) > 3.2"}
  share: {says: Strong., test: "P(showdown.strength[a] > 3.2 | crowd.side = a) > 0.1"}
  third: {says: Weak., test: "Q(0.3, showdown.strength[a] | crowd.side = a) <= 2.4"}
  less: {says: Weak., test: "P(showdown.strength[a] <= 2.4 | crowd.side = a) >= 0.3"}
"""


@pytest.fixture(scope="module")
def on_the_line(write_crisis):
    text = FREE[: FREE.index("claims:")].rstrip() + "\nclaims:" + ON_THE_LINE
    return conjuncture.load(write_crisis(text)).run(worlds=60).test()


@pytest.mark.parametrize(
    ("key", "word"),
    [
        ("always", "holds"), ("beyond", "fails"), ("never", "fails"), ("number", "fails"),
        ("least", "holds"), ("alike", "fails"), ("no_less", "holds"), ("within", "holds"),
        ("turned", "fails"),
    ],
)  # fmt: skip
def test_what_is_just_the_line_in_every_history_is_decided_by_the_operator(on_the_line, key, word):
    assert on_the_line[key].word == word


def test_an_end_that_no_share_can_pass_is_no_line(on_the_line):
    assert on_the_line["from_nothing"].prior.verdict == on_the_line["below"].prior.verdict


@pytest.mark.parametrize(("quantile", "share"), [("median", "share"), ("third", "less")])
def test_a_quantile_beyond_a_number_is_a_share_beyond_it(on_the_line, quantile, share):
    assert on_the_line[quantile].prior.verdict == on_the_line[share].prior.verdict
    assert 0.0 < on_the_line[quantile].prior.verdict.share < 1.0
