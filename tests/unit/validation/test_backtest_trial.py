"""Predictors and trials: what is learned from, what is asked, what a score is worth."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from validation.backtest.predictors import Logistic, base_rate
from validation.backtest.splits import decades, early_and_late
from validation.backtest.standings import results, standings
from validation.backtest.tables import markdown
from validation.backtest.trial import Contender, EvidenceSet, hold_trial

NOTHING = EvidenceSet("nothing", ())
RANK = EvidenceSet("rank", ("rank",))
FLAGS = EvidenceSet("flags", ("rank", "fell"), leakage="one of them is the end")
BASE = Contender("base rate", base_rate, (NOTHING,))
LOGISTIC = Contender("logistic", Logistic("level"), (RANK, FLAGS))


def cases(number=120, seed=2):
    """Cases of six countries and five decades; rank matters, and is missing now and then."""
    draws = np.random.default_rng(seed)
    rank = draws.choice(["high", "low", None], number, p=[0.4, 0.4, 0.2])
    success = (draws.random(number) < np.where(rank == "high", 0.8, 0.3)).astype(int)
    return pd.DataFrame(
        {
            "year": draws.integers(1960, 2010, number),
            "country": draws.choice(list("abcdef"), number),
            "success": success,
            "rank": pd.array(rank, dtype="string"),
            "fell": np.where(success == 1, "yes", "no"),
        }
    )


def chance_of(missing, rank):
    """The chance of a case of one rank after learning from all cases."""
    return Logistic(missing)(cases(), ("rank",))(
        pd.DataFrame({"rank": pd.array([rank], dtype="string")})
    )[0]


@pytest.mark.parametrize("missing", ["level", "mean"])
def test_a_missing_tag_is_no_answer(missing):
    unknown = chance_of(missing, None)
    assert chance_of(missing, "low") < unknown < chance_of(missing, "high")


def test_the_logistic_maximises_its_posterior():
    data = cases()
    known = data["rank"].fillna("unknown").to_numpy()
    columns = np.stack([known == one for one in ("high", "low", "unknown")]).T.astype(float)
    success = data["success"].to_numpy()

    def loss(at):
        odds = at[0] + columns @ at[1:]
        return np.sum(np.logaddexp(0, odds) - success * odds) + np.sum(at[1:] ** 2) / 2

    best = minimize(loss, np.zeros(4), tol=1e-10).x
    expected = 1 / (1 + np.exp(-best[0] - columns @ best[1:]))
    assert Logistic("level")(data, ("rank",))(data) == pytest.approx(expected, abs=1e-5)


def test_an_option_that_was_not_there_in_training_is_no_mistake():
    train = cases().query("rank != 'high'")
    assert 0 < Logistic("mean")(train, ("rank",))(cases())[0] < 1


@pytest.mark.parametrize("split", [decades, early_and_late])
def test_nobody_sees_what_it_is_asked(split):
    data = cases().assign(case=range(120))
    seen = []

    def spy(train, evidence):
        def chances(test):
            assert "success" not in test
            assert not set(train["case"]) & set(test["case"])
            seen.extend(test["case"])
            return np.full(len(test), 0.5)

        return chances

    trial = hold_trial(data, split, [Contender("spy", spy, (NOTHING,))])
    assert len(seen) == len(set(seen)) == len(trial.success)
    assert len(seen) == (120 if split is decades else int((data["year"] >= 1990).sum()))


def test_folds_are_calendar_decades_and_the_years_around_1990():
    year = np.array([1959, 1960, 1969, 1989, 1990])
    assert [int(fold.test.sum()) for fold in decades(year)] == [1, 2, 1, 1]
    (fold,) = early_and_late(year)
    assert fold.train.tolist() == [True, True, True, True, False]
    assert fold.test.tolist() == [False, False, False, False, True]


@pytest.mark.parametrize("stated", [np.nan, 1.2, -0.1])
def test_what_is_no_probability_is_refused(stated):
    def wrong(train, evidence):
        return lambda test: np.full(len(test), stated)

    with pytest.raises(ValueError, match="wrong one, nothing: not every case"):
        hold_trial(cases(), decades, [Contender("wrong one", wrong, (NOTHING,))])


def test_entries_with_the_same_evidence_stand_together_and_are_compared():
    mean = Contender("mean", Logistic("mean"), (RANK,))
    trial = hold_trial(cases(), decades, [BASE, LOGISTIC, mean])
    assert [(one.contender, one.evidence.name) for one in trial.entries] == [
        ("base rate", "nothing"), ("logistic", "rank"), ("mean", "rank"), ("logistic", "flags"),
    ]  # fmt: skip
    base, rank, averaged, _ = standings(trial, "logistic")
    assert (base.than_base.low, base.than_base.high) == (0.0, 0.0)
    assert base.than_peer is None
    assert rank.than_peer is None
    assert rank.than_base.high < 0
    assert averaged.than_peer.value == pytest.approx(averaged.log_loss.value - rank.log_loss.value)
    assert averaged.than_peer.high - averaged.than_peer.low < (
        averaged.log_loss.high - averaged.log_loss.low
    )


def test_leakage_is_marked_by_what_was_looked_at_and_by_what_was_scored():
    found = results(cases(), [BASE, LOGISTIC], "logistic", floor=0.3)
    for result in found.values():
        base, rank, flags = result.standings
        assert not base.leakage
        assert not rank.leakage
        assert flags.leakage == "one of them is the end, below .3"
    shown = markdown("leave one decade out", found["leave one decade out"], "cases")
    assert shown.startswith("**Leave one decade out**: 120 cases tested, ")
    assert shown.count("**leakage**") == 1
    marked = "| flags; **leakage**: one of them is the end, below .3 | logistic | "
    assert shown.splitlines()[-1].startswith(marked)


def test_a_score_below_the_floor_is_leakage_under_any_name():
    innocent = EvidenceSet("rank", ("rank", "fell"))
    logistic = Contender("logistic", Logistic("level"), (innocent,))
    found = results(cases(), [BASE, logistic], "logistic", floor=0.564)
    assert all(one.standings[1].leakage == "below .564" for one in found.values())
