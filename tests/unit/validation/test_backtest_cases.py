"""The backtest on the data that come with the package: its thresholds, and the table of classes."""

from pathlib import Path

import pytest
from scripts.learn import population
from validation import attempts, campaigns
from validation.backtest.mechanism_predictor import MechanismPredictor
from validation.backtest.pictures import draw_calibration, draw_losses
from validation.backtest.standings import results
from validation.backtest.tables import hindsight, markdown
from validation.classes import ATTEMPTS, CAMPAIGNS, MILITARY_ATTEMPTS, rate

from conjuncture import data
from conjuncture.data.dictionary import TAGS
from conjuncture.figures.picture import svg

BY_NAME = {"attempts": ATTEMPTS, "military_attempts": MILITARY_ATTEMPTS, "campaigns": CAMPAIGNS}
LEFT_OUT = "leave one decade out"


@pytest.fixture(scope="module")
def found():
    """How the baselines did on the attempts, by split."""
    return results(data.attempts(), attempts.BASELINES, attempts.LEVEL, attempts.FLOOR)


@pytest.fixture(scope="module")
def standings(found):
    """Their standings by contender and evidence, a decade left out."""
    return {(one.entry.contender, one.entry.evidence): one for one in found[LEFT_OUT].standings}


def test_evidence_earns_what_is_known_of_it(standings):
    loss = {key: one.log_loss.value for key, one in standings.items()}
    assert 0.69 <= loss["base rate", attempts.NOTHING] <= 0.70
    for contender in (attempts.LEVEL, attempts.MEAN):
        assert loss[contender, attempts.RANK] <= 0.612
        assert loss[contender, attempts.PROTEST] <= 0.600
        assert attempts.FLOOR < loss[contender, attempts.SUPPORT] <= 0.600


def test_rank_beats_the_base_rate_beyond_the_choice_of_countries(standings):
    assert standings[attempts.LEVEL, attempts.RANK].than_base.high < 0


def test_only_what_looks_at_the_end_is_marked(standings):
    for (_, evidence), one in standings.items():
        assert bool(one.leakage) == (evidence is attempts.EVERYTHING)
        assert one.log_loss.value >= attempts.FLOOR or "below .564" in one.leakage


def test_the_years_from_1990_are_tested_once(found):
    result = found["trained up to 1989, tested from 1990"]
    assert len(result.trial.success) == (data.attempts()["year"] >= 1990).sum()


def test_campaigns_that_go_on_are_left_out_of_the_trial():
    ended = campaigns.select_ended()
    assert len(ended) == 352
    assert int(ended["success"].sum()) == 150
    assert (ended["year"] >= ended["start"]).all()


def test_every_tag_that_is_looked_at_is_in_the_data():
    for table, sets in (
        ("attempts", (*attempts.CODED, attempts.EVERYTHING)),
        ("campaigns", campaigns.CODED),
    ):
        assert {tag for one in sets for tag in one.tags} <= set(TAGS[table])
    for table, classes in BY_NAME.items():
        for tags in classes:
            assert all(option in TAGS[table][tag].options for tag, option in tags.items())


@pytest.mark.parametrize(
    ("table", "tags", "successes", "members", "unknown"),
    [
        ("attempts", {}, 245, 491, 0),
        ("attempts", {"plotters": "combat"}, 85, 259, 55),
        ("attempts", {"plotters": "elite"}, 138, 177, 55),
        ("attempts", {"protest": "yes"}, 18, 19, 206),
        ("military_attempts", {"plotters": "combat"}, 83, 286, 0),
        ("military_attempts", {"plotters": "elite"}, 146, 191, 0),
        ("campaigns", {"method": "nonviolent", "defection": "yes"}, 40, 52, 0),
    ],
)
def test_classes_have_the_rates_of_the_sources(table, tags, successes, members, unknown):
    share, *counted = rate(getattr(data, table)(), tags)
    assert counted == [successes, members, unknown]
    assert share.value == successes / members
    assert share.low < share.value < share.high


def test_the_page_has_the_figures_of_the_baselines(found):
    page = (Path(__file__).parents[3] / "docs" / "validation.md").read_text(encoding="utf-8")
    for split, result in found.items():
        for line in markdown(split, result, "attempts").splitlines():
            assert line in page


def test_tables_and_pictures_say_what_is_leakage(found):
    evidence = (*attempts.CODED, attempts.EVERYTHING)
    told = hindsight("attempts", evidence)
    assert told.startswith("Coded by people who knew the outcome: `plotters`, `protest`,")
    for split, result in found.items():
        assert markdown(split, result, "attempts").count("everything; **leakage**") == 2
    losses = draw_losses("losses", "Losses", found, attempts.FLOOR)
    assert svg(losses) == svg(draw_losses("losses", "Losses", found, attempts.FLOOR))
    assert "below 0.564: leakage" in svg(losses)
    calibration = draw_calibration("calibration", "Calibration", found, attempts.PICTURED[:3])
    for picture in (losses, calibration):
        assert "(leakage)" in picture.description


@pytest.mark.parametrize(
    ("frame", "played", "evidence"),
    [
        (data.attempts, population.ATTEMPTS, attempts.SUPPORT),
        (campaigns.select_ended, population.CAMPAIGNS, campaigns.DEFECTION),
    ],
)
def test_mechanisms_predict_from_what_is_known(frame, played, evidence):
    cases = frame()
    chances = MechanismPredictor(played)(cases, evidence.tags)
    found = chances(cases).round(12)
    assert ((found > 0) & (found < 1)).all()
    assert found.mean() == pytest.approx(cases["success"].mean(), abs=0.05)
    alike = [cases[tag].fillna("") for tag in evidence.tags if tag != "aim"]
    assert cases.assign(found=found).groupby(alike)["found"].nunique().max() == 1
    blind = MechanismPredictor(played)(cases, ())(cases)
    assert blind.max() - blind.min() < 1e-9
