"""What is wrong with a tree is said in a sentence, where it stands."""

import pytest

from conjuncture.errors import ScenarioError

MARK = "¦"
GOOD = """
conjuncture: 1
title: A game
account: account.md
forces:
  unions: {mass: 30}
  crown: {troops: 1}
  army: {troops: 5}
  bystanders: {troops: 1}
groups: {all_armed: [crown, army]}
stages:
  arms:
    mechanism: game
    nodes:
      asking: {player: unions, moves: {ask: answer, wait: silence}}
      answer: {player: crown, moves: {arm: sees, promise: hears}}
      sees: {player: army, information: rumours, moves: {accept: weather, turn: coup}}
      hears: {player: army, information: rumours, moves: {accept: patience, turn: coup}}
      patience: {player: unions, moves: {hold: words, rise: uproar}}
      weather: {chance: {fair: 3, foul: 1}, moves: {fair: armed, foul: silence}}
    endings:
      silence: {payoffs: {crown: 0.2}}
      armed: {payoffs: {unions: 1, army: -1}}
      words: {payoffs: {unions: -0.2}}
      uproar: {outcome: words}
      coup: {payoffs: {army: 0.1}}
    precision: 2 to 10
"""

FORGETFUL = """wait: stillness}}
      stillness: {player: unions, moves: {pray: one, plot: two}}
      one: {player: unions, information: lost, moves: {hold: silence, rise: coup}}
      two: {player: unions, information: ¦lost, moves: {hold: silence, rise: coup}}
"""
SAME_NAMES = """wait: same}}
      same: {player: crown, moves: {y: other, x: silence}}
      other_same: {player: crown, moves: {x: coup, y: words}}
      other: {player: crown, ¦moves: {same_x: other_same, y: words}}
"""

CASES = {
    "circle": (
        "foul: silence}}", "foul: ¦answer}}",
        "the moves run in a circle: answer → sees → weather → answer",
    ),
    "two ways to a node": (
        "rise: uproar}}", "¦rise: weather}}",
        "two moves lead to the node 'weather': 'accept' at 'sees' and 'rise' at 'patience'",
    ),
    "leads nowhere": (
        "wait: silence}}", "wait: ¦silense}}",
        "there is no node or ending 'silense'; did you mean 'silence'?",
    ),
    "node nobody reaches": (
        "    endings:", "      ¦dream: {player: unions, moves: {a: coup, b: words}}\n    endings:",
        "no move leads to 'dream'",
    ),
    "ending nobody reaches": (
        "      coup: {payoffs", "      ¦never: {}\n      coup: {payoffs", "no move leads to 'never'",
    ),
    "unknown start": (
        "    nodes:", "    start: ¦askin\n    nodes:",
        "there is no node 'askin'; did you mean 'asking'?",
    ),
    "payoff to nobody": (
        "{payoffs: {army: 0.1}}", "{payoffs: {¦armi: 0.1}}",
        "there is no player 'armi'; did you mean 'army'?",
    ),
    "payoff to one who does not play": (
        "{payoffs: {army: 0.1}}", "{payoffs: {¦bystanders: 0.1}}",
        "'bystanders' makes no move in this game, so a payoff changes nothing",
    ),
    "unknown player": (
        "{player: crown,", "{player: ¦crwn,", "there is no force 'crwn'; did you mean 'crown'?",
    ),
    "a group as player": (
        "{player: crown,", "{player: ¦all_armed,",
        "'all_armed' is a group, and a player decides as one; name one of its forces",
    ),
    "different moves in one information set": (
        "rumours, moves: {accept: patience, turn: coup}",
        "rumours, ¦moves: {accept: patience, rebel: coup}",
        "'sees' and 'hears' are one information set ('rumours') but have different moves",
    ),
    "different players in one information set": (
        "hears: {player: army", "hears: {player: ¦crown",
        "('rumours') but belong to 'army' and 'crown'",
    ),
    "different absent in one information set": (
        "      hears: {player: army,", "      ¦hears: {player: army, absent: turn,",
        "differ in what is done when the player is absent",
    ),
    "absent does what cannot be done": (
        "asking: {player: unions,", "asking: {player: unions, absent: ¦wat,",
        "there is no move 'wat'; did you mean 'wait'?",
    ),
    "forgets what it did": (
        "wait: silence}}\n", FORGETFUL,
        "would forget what it did: 'wait' at 'asking', then 'pray' at 'stillness' before 'one'",
    ),
    "does not know whether it has moved": (
        "patience: {player: unions, moves: {hold: words, rise: uproar}}",
        "patience: {player: army, information: ¦rumours, moves: {accept: words, turn: uproar}}",
        "'army' would not know whether it has moved",
    ),
    "information called like a node": (
        "sees: {player: army, information: rumours", "sees: {player: army, information: ¦answer",
        "'answer' is a node already",
    ),
    "information of chance": (
        "weather: {chance", "weather: {¦information: dark, chance",
        "chance is no player, so 'information' says nothing; delete it",
    ),
    "one move": (
        "{hold: words, rise: uproar}", "{hold: words}",
        "'patience' has only one move, so nothing is decided there",
    ),
    "nobody decides": (
        "{player: crown, moves", "{moves", "nobody decides at 'answer'; write 'player: FORCE'",
    ),
    "player and chance": (
        "weather: {chance", "weather: {player: army, chance",
        "both a player and chance decide at 'weather'",
    ),
    "weights that sum to nothing": (
        "{fair: 3, foul: 1}", "{fair: 0, foul: 0.0}",
        "the weights of chance at 'weather' sum to nothing",
    ),
    "negative weight": ("{fair: 3,", "{fair: ¦-3,", "-3"),
    "weight without a move": (
        "{fair: 3, foul: 1}", "{fair: 3, foul: 1, ¦fowl: 1}",
        "there is no move 'fowl'; did you mean 'foul'?",
    ),
    "move without a weight": (
        "moves: {fair: armed, foul: silence}", "moves: {fair: armed, foul: silence, ¦hail: coup}",
        "chance has no weight for 'hail'; add 'hail: 1' to 'chance'",
    ),
    "negative precision": ("precision: 2 to 10", "precision: ¦-2", "-2"),
    "node and ending of one name": (
        "      coup: {payoffs", "      answer: {}\n      coup: {payoffs",
        "'answer' is a node and an ending",
    ),
    "move that is a word": (
        "{hold: words, rise: uproar}", "{hold: words, ¦given: uproar}",
        "'given' is a word of the language",
    ),
    "move that is no name": (
        "{hold: words, rise: uproar}", "{hold: words, ¦to rise: uproar}",
        "'to rise' cannot be a name",
    ),
    "move called none": (
        "{hold: words, rise: uproar}", "{hold: words, ¦none: uproar}",
        "'none' stands for a turn to which a history did not come",
    ),
    "outcome that is a word": ("outcome: words", "outcome: ¦end", "'end' is a word of the language"),
    "two options of one name": (
        "wait: silence}}\n", SAME_NAMES, "would both be called 'other_same_x' in measures",
    ),
    "misspelt key": ("{player: crown,", "{¦playr: crown,", "'playr' is not known"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_mistake_has_its_sentence_and_its_place(name, crisis):
    old, new, says = CASES[name]
    assert GOOD.count(old) == 1
    text = GOOD.replace(old, new)
    with pytest.raises(ScenarioError) as caught:
        crisis(text.replace(MARK, ""))
    found = [mistake for mistake in caught.value.mistakes if says in str(mistake)]
    assert found, str(caught.value)
    if MARK in text:
        before = text[: text.index(MARK)]
        place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
        assert place in [(mistake.line, mistake.column) for mistake in found], found


def test_the_good_one_is_good(crisis):
    stage = crisis(GOOD).stages["arms"].model
    assert stage.tree.players == ("unions", "crown", "army")
    assert stage.tree.turns["rumours"].nodes == ("sees", "hears")


def test_without_endings(crisis):
    text = GOOD[: GOOD.index("    endings:")]
    with pytest.raises(ScenarioError, match="has no 'endings'"):
        crisis(text)


def test_too_many_nodes(crisis):
    extra = "".join(
        f"      n{number}: {{player: army, moves: {{a: coup, b: words}}}}\n"
        for number in range(200)
    )
    with pytest.raises(ScenarioError, match="'nodes' has too many entries; write at most 200"):
        crisis(GOOD.replace("    endings:", extra + "    endings:"))
