"""What a cabinet may say, and what is told of what it may not."""

import pytest

from conjuncture.errors import ScenarioError
from conjuncture.mechanisms.cabinet.inputs import OUTCOMES, Stage
from conjuncture.scenario.stage_model import NOBODY, Cast

GOOD = """\
conjuncture: 1
title: A small cabinet
account: account.md
forces:
  presidency: {mass: 1}
  unions: {mass: 20}
  party: {mass: 1}
  command: {troops: 1}
groups: {left: [unions, party]}
stages:
  cabinet:
    mechanism: cabinet
    formateur: presidency
    claimants:
      unions: {reservation: 0.2 to 0.5}
      party: {reservation: 0.1}
    veto_players:
      command: {tolerance: 0.1 to 0.4}
    privacy: 0.5
    next: {refused: assembly, vetoed: assembly, not_offered: assembly}
  assembly:
    mechanism: cabinet
    protocol: closed_rule
    claimants:
      presidency: {weight: 2, veto: true}
      unions: {weight: 2}
      party: {weight: 1, recognition: 1 to 2}
    quota: 4
    discount: 0.9
claims: {}
"""

CLAIMANTS = """\
    claimants:
      unions: {reservation: 0.2 to 0.5}
      party: {reservation: 0.1}
"""

BAD = [
    (CLAIMANTS, "", 12, "stage 'cabinet' has no 'claimants'"),
    (CLAIMANTS, "    claimants: {}\n", 14, "too few entries"),
    ("    formateur: presidency\n", "", 12, "nobody offers the posts"),
    ("formateur: presidency", "formateur: president", 13, "did you mean 'presidency'?"),
    ("formateur: presidency", "formateur: unions", 13, "'unions' is a claimant"),
    ("formateur: presidency", "formateur: command", 13, "would veto its own offer"),
    ("party: {reservation: 0.1}", "partei: {reservation: 0.1}", 16, "did you mean 'party'?"),
    ("party: {reservation: 0.1}", "left: {reservation: 0.1}", 16, "stands in both"),
    ("party: {reservation: 0.1}", "party: {reservation: 1.5}", 16, "between 0 and 1"),
    ("party: {reservation: 0.1}", "party: {weight: 1}", 16, "nothing under 'setter'"),
    ("command: {tolerance", "unions: {tolerance", 18, "'unions' is a claimant already"),
    ("command: {tolerance", "comand: {tolerance", 18, "did you mean 'command'?"),
    ("0.1 to 0.4", "-0.5", 18, "between 0 and 1"),
    ("privacy: 0.5", "privacy: -1", 19, "at least 0"),
    ("privacy: 0.5", "quota: 3", 19, "nothing under 'setter'"),
    ("privacy: 0.5", "privcy: 0.5", 19, "did you mean 'privacy'?"),
    ("protocol: closed_rule", "protocol: closed", 23, "closed_rule"),
    ("unions: {weight: 2}", "unions: {weight: 2.5}", 26, "write a whole number"),
    ("unions: {weight: 2}", "unions: {weight: -2}", 26, "at least 0"),
    ("unions: {weight: 2}", "unions: {}", 26, "'unions' has no weight"),
    ("unions: {weight: 2}", "unions: {weight: 2, reservation: 0.2}", 26, "under 'closed_rule'"),
    ("1 to 2}", "-1}", 27, "at least 0"),
    ("quota: 4", "quota: -4", 28, "at least 1"),
    ("quota: 4", "quota: 6", 28, "the quota is 6, but all claimants together have 5 votes"),
    ("quota: 4", "quota: many", 28, "write a whole number"),
    ("discount: 0.9", "discount: 1.2", 29, "between 0 and 1"),
    ("discount: 0.9", "formateur: command", 29, "'command' is no claimant"),
    ("discount: 0.9", "benefit: 0.2", 29, "nothing under 'closed_rule'"),
    ("discount: 0.9", "veto_players: {command: {}}", 29, "write 'veto: true' at the claimant"),
]


def test_good_one_is_good(crisis):
    stages = crisis(GOOD).stages
    cabinet, assembly = stages["cabinet"].model, stages["assembly"].model
    cast = crisis(GOOD).cast
    assert cabinet.takes_part(cast) == ("presidency", "unions", "party", "command")
    assert cabinet.world_fixed_keys() == ()
    assert assembly.world_fixed_keys() == ("discount", "party.recognition")
    assert "vetoed" in cabinet.symbols(cast).measures


@pytest.mark.parametrize(
    ("old", "new", "line", "says"), BAD, ids=[case[3] + case[1] for case in BAD]
)
def test_bad_input_is_a_sentence_with_a_place(crisis, old, new, line, says):
    assert GOOD.count(old) == 1, old
    with pytest.raises(ScenarioError) as caught:
        crisis(GOOD.replace(old, new))
    here = [mistake for mistake in caught.value.mistakes if mistake.line == line]
    assert any(says in str(mistake) for mistake in here), str(caught.value)


def test_too_many_coalitions_are_refused(crisis):
    names = [f"f{place}" for place in range(14)]
    forces = "".join(f"  {name}: {{mass: 1}}\n" for name in names)
    claimants = "".join(f"      {name}: {{weight: 1, recognition: 1}}\n" for name in names)
    text = (
        f"conjuncture: 1\ntitle: Many\naccount: account.md\nforces:\n{forces}stages:\n  cabinet:\n"
        f"    mechanism: cabinet\n    protocol: closed_rule\n    claimants:\n{claimants}claims: {{}}\n"
    )
    with pytest.raises(ScenarioError, match="more than 1,000 ways"):
        crisis(text)
    assert crisis(text.replace(", recognition: 1", "")).stages["cabinet"].model.game.quota == 8


def test_outcomes_do_not_depend_on_who_there_is():
    stage = Stage.model_validate({"formateur": "a", "claimants": {"b": {}}})
    assert stage.symbols(NOBODY).outcomes == OUTCOMES
    assert "vetoed" not in stage.symbols(Cast(("a", "b"))).measures
