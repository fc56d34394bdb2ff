"""Actual causes where forces move in turn: published examples as scenarios, and by the letter.

The examples are those of Halpern, "A modification of the Halpern-Pearl definition of causality"
(IJCAI 2015), and of his "Actual causality" (MIT Press 2016), chapters 2 and 3: forest fires, Suzy
and Billy, votes, double and bogus prevention. Each is written twice: as a scenario, and as the
structural equations it stands for, over which the modified definition is enumerated; the verdict
written beside them was worked out by hand. A variable is 1 where its force did something else than its contrast;
whoever is 0 can be held fast and be in no cause.
"""

from itertools import combinations, product

import numpy as np
import pytest

from conjuncture.analysis.explain.causes import SampleReplay, find_causes, search_portions
from conjuncture.analysis.explain.sample import Sample
from conjuncture.analysis.simulator import Simulator
from conjuncture.engine.force_conduct import ObservedConduct
from conjuncture.engine.worlds import Worlds
from conjuncture.language.interventions import Aside, Plays
from conjuncture.scenario.queries import read_event

pytestmark = pytest.mark.usefixtures("without_compiler")

HEAD = """
conjuncture: 1
title: An example
account: account.md
"""

FIRE = """
forces: {lightning: {kind: x, mass: 1}, match: {kind: x, mass: 1}}
stages:
  forest:
    mechanism: game
    precision: 100
    nodes:
      sky: {player: lightning, absent: hold, moves: {strike: lit, hold: dark}}
      lit: {player: match, information: hand, absent: keep, moves: {drop: both, keep: first}}
      dark: {player: match, information: hand, absent: keep, moves: {drop: second, keep: neither}}
    endings:
      both: {outcome: fire, payoffs: {lightning: 1, match: 1}}
      first: {outcome: SINGLE, payoffs: {lightning: 1}}
      second: {outcome: SINGLE, payoffs: {match: 1}}
      neither: {outcome: green}
"""

EARLY = """
forces: {suzy: {kind: x, mass: 1}, billy: {kind: x, mass: 1}}
stages:
  bottle:
    mechanism: game
    precision: 100
    nodes:
      first: {player: suzy, absent: hold, moves: {throw: by_suzy, hold: second}}
      second: {player: billy, absent: hold, moves: {throw: by_billy, hold: intact}}
    endings:
      by_suzy: {outcome: shattered, payoffs: {suzy: 1, billy: 1}}
      by_billy: {outcome: shattered, payoffs: {suzy: 0, billy: 1}}
      intact: {payoffs: {suzy: -1, billy: -1}}
"""

IN_TWO_STAGES = """
forces: {suzy: {kind: x, mass: 1}, billy: {kind: x, mass: 1}}
stages:
  bottle:
    mechanism: game
    precision: 100
    nodes: {first: {player: suzy, absent: hold, moves: {throw: shattered, hold: intact}}}
    endings: {shattered: {payoffs: {suzy: 1}}, intact: {}}
    next: {intact: again}
  again:
    mechanism: game
    precision: 100
    nodes: {second: {player: billy, absent: hold, moves: {throw: shattered, hold: intact}}}
    endings: {shattered: {payoffs: {billy: 1}}, intact: {}}
"""

LATE = """
forces:
  suzy: {kind: x, mass: 1}
  billy: {kind: x, mass: 1}
  suzys_rock: {kind: x, mass: 1}
  billys_rock: {kind: x, mass: 1}
stages:
  bottle:
    mechanism: game
    precision: 100
    nodes:
      first: {player: suzy, absent: hold, moves: {throw: thrown, hold: not_thrown}}
      thrown: {player: billy, information: next, absent: hold, moves: {throw: both, hold: one}}
      not_thrown: {player: billy, information: next, absent: hold, moves: {throw: other, hold: none}}
      both: {player: suzys_rock, information: flies, absent: miss, moves: {hit: s, miss: late}}
      one: {player: suzys_rock, information: flies, absent: miss, moves: {hit: t, miss: missed}}
      late: {player: billys_rock, information: follows, absent: fail, moves: {reach: b, fail: u}}
      other: {player: billys_rock, information: follows, absent: fail, moves: {reach: c, fail: v}}
    endings:
      s: {outcome: shattered, payoffs: {suzy: 1, billy: 1, suzys_rock: 1}}
      t: {outcome: shattered, payoffs: {suzy: 1, suzys_rock: 1}}
      b: {outcome: shattered, payoffs: {suzy: 1, billy: 1, billys_rock: 1}}
      c: {outcome: shattered, payoffs: {billy: 1, billys_rock: 1}}
      u: {outcome: intact, payoffs: {suzy: 1, billy: 1}}
      v: {outcome: intact, payoffs: {billy: 1}}
      missed: {outcome: intact, payoffs: {suzy: 1}}
      none: {outcome: intact}
"""

DOUBLE_PREVENTION = """
forces: {billy: {kind: x, mass: 1}, enemy: {kind: x, mass: 1}, suzy: {kind: x, mass: 1}}
stages:
  sky:
    mechanism: game
    precision: 100
    nodes:
      escort: {player: billy, absent: watch, moves: {fire: clear, watch: hunted}}
      hunted: {player: enemy, absent: pass, moves: {down: downed, pass: spared}}
      clear: {player: suzy, information: run, absent: turn, moves: {bomb: hit, turn: nothing}}
      spared: {player: suzy, information: run, absent: turn, moves: {bomb: hit_too, turn: no_more}}
    endings:
      hit: {outcome: destroyed, payoffs: {billy: 1, suzy: 1}}
      hit_too: {outcome: destroyed, payoffs: {suzy: 1}}
      nothing: {outcome: standing, payoffs: {billy: 1}}
      no_more: {outcome: standing}
      downed: {outcome: standing, payoffs: {enemy: 1}}
"""

BOGUS_PREVENTION = """
forces: {bodyguard: {kind: x, mass: 1}, assassin: {kind: x, mass: 1}}
stages:
  coffee:
    mechanism: game
    precision: 100
    nodes:
      cup: {player: bodyguard, absent: leave, moves: {antidote: safe, leave: bare}}
      safe: {player: assassin, information: hand, absent: poison, moves: {poison: a, refrain: b}}
      bare: {player: assassin, information: hand, absent: poison, moves: {poison: c, refrain: d}}
    endings:
      a: {outcome: survives, payoffs: {bodyguard: 1}}
      b: {outcome: survives, payoffs: {bodyguard: 1, assassin: 1}}
      c: {outcome: dies}
      d: {outcome: survives, payoffs: {assassin: 1}}
"""

NEUTRALISED = """
forces: {bodyguard: {kind: x, mass: 1}, assassin: {kind: x, mass: 1}, drug: {kind: x, mass: 1}}
stages:
  coffee:
    mechanism: game
    precision: 100
    nodes:
      cup: {player: bodyguard, absent: leave, moves: {antidote: safe, leave: bare}}
      safe: {player: assassin, information: hand, absent: poison, moves: {poison: met, refrain: b}}
      bare: {player: assassin, information: hand, absent: poison, moves: {poison: c, refrain: d}}
      met: {player: drug, absent: fail, moves: {neutralise: a, fail: e}}
    endings:
      a: {outcome: survives, payoffs: {bodyguard: 1, drug: 1}}
      e: {outcome: dies, payoffs: {bodyguard: 1}}
      b: {outcome: survives, payoffs: {bodyguard: 1, assassin: 1}}
      c: {outcome: dies}
      d: {outcome: survives, payoffs: {assassin: 1}}
"""


def votes(ayes, noes):
    """Return a vote that takes a majority of all, in which everybody's mind is made up."""
    voters = [f"  aye{n}: {{kind: x, troops: 1, leans: {{yes: sworn}}}}" for n in range(ayes)]
    voters += [f"  nay{n}: {{kind: x, troops: 1, leans: {{no: sworn}}}}" for n in range(noes)]
    quota = (ayes + noes) / 2 - noes
    return (
        "\n".join(
            [
                "unknowns: {decisiveness: 300, fog: 0}",
                "forces:",
                "  motion: {kind: x, troops: 0.001}",
                f"  order: {{kind: x, troops: {quota}}}",
                *voters,
                "stages:",
                "  ballot:",
                "    mechanism: showdown",
                "    camps: {yes: {core: motion, resolve: 1}, no: {core: order, resolve: 1}}",
            ]
        )
        .replace("yes:", "aye:")
        .replace("no:", "nay:")
    )


def voting(ayes, noes):
    names = [f"aye{n}" for n in range(ayes)]
    equations = {name: lambda _: 1 for name in names}
    return equations, lambda v: 2 * sum(v[name] for name in names) > ayes + noes


BOTH = {"lightning": lambda _: 1, "match": lambda _: 1}
PREEMPTION = (
    {"suzy": lambda _: 1, "billy": lambda v: 1 - v["suzy"]},
    lambda v: v["suzy"] | v["billy"],
)
"""Billy throws if Suzy does not."""

EXAMPLES = {
    "a forest fire that takes lightning and a match": (
        FIRE.replace("SINGLE", "green"),
        "forest = fire",
        (BOTH, lambda v: v["lightning"] & v["match"]),
        {("lightning",): (), ("match",): ()},
    ),
    "a forest fire that takes either: each is part of the one cause": (
        FIRE.replace("SINGLE", "fire"),
        "forest = fire",
        (BOTH, lambda v: v["lightning"] | v["match"]),
        {("lightning", "match"): ()},
    ),
    "early preemption: Suzy throws, and Billy need not": (
        EARLY,
        "bottle = shattered",
        PREEMPTION,
        {("suzy",): ("billy",)},
    ),
    "early preemption told in two stages": (
        IN_TWO_STAGES,
        "bottle = shattered or again = shattered",
        PREEMPTION,
        {("suzy",): ("billy",)},
    ),
    "late preemption: both throw, Suzy's rock is there first": (
        LATE,
        "bottle = shattered",
        (
            {
                "suzy": lambda _: 1,
                "billy": lambda _: 1,
                "suzys_rock": lambda v: v["suzy"],
                "billys_rock": lambda v: v["billy"] & (1 - v["suzys_rock"]),
            },
            lambda v: v["suzys_rock"] | v["billys_rock"],
        ),
        {("suzy",): ("billys_rock",), ("suzys_rock",): ("billys_rock",)},
    ),
    "double prevention: Billy keeps the enemy from keeping Suzy from bombing": (
        DOUBLE_PREVENTION,
        "sky = destroyed",
        (
            {
                "billy": lambda _: 1,
                "enemy": lambda v: 1 - v["billy"],
                "suzy": lambda v: 1 - v["enemy"],
            },
            lambda v: v["suzy"],
        ),
        {("billy",): (), ("suzy",): ()},
    ),
    "bogus prevention: the antidote is part of a cause with the assassin's change of mind": (
        BOGUS_PREVENTION,
        "coffee = survives",
        (
            {"bodyguard": lambda _: 1, "assassin": lambda _: 1},
            lambda v: v["assassin"] | v["bodyguard"],
        ),
        {("bodyguard", "assassin"): ()},
    ),
    "bogus prevention: once it is told whether poison was neutralised, it is in no cause": (
        NEUTRALISED,
        "coffee = survives",
        (
            {
                "bodyguard": lambda _: 1,
                "assassin": lambda _: 1,
                "drug": lambda v: (1 - v["assassin"]) & v["bodyguard"],
            },
            lambda v: v["assassin"] | v["drug"],
        ),
        {("assassin",): ("drug",)},
    ),
    "six votes to five: each of the six": (
        votes(6, 5),
        "ballot = aye",
        voting(6, 5),
        {(f"aye{n}",): () for n in range(6)},
    ),
    "five votes to none: any three of them, and nobody alone": (
        votes(5, 0),
        "ballot = aye",
        voting(5, 0),
        {tuple(f"aye{n}" for n in three): () for three in combinations(range(5), 3)},
    ),
}


def solved(equations, imposed):
    values = {}
    for name, equation in equations.items():
        values[name] = imposed.get(name, equation(values))
    return values


def by_the_definition(equations, event, largest=3):
    """Return the minimal causes, each with a smallest witness, from the definition alone."""
    actual = solved(equations, {})
    assert event(actual)
    causes = {}
    acted = [name for name in equations if actual[name]]
    for size in range(1, largest + 1):
        for members in combinations(acted, size):
            if any(set(one) < set(members) for one in causes):
                continue
            others = [name for name in equations if name not in members]
            for witness in (
                one for many in range(len(others) + 1) for one in combinations(others, many)
            ):
                imposed = dict.fromkeys(members, 0) | {name: actual[name] for name in witness}
                if not event(solved(equations, imposed)):
                    causes[members] = witness
                    break
    return causes


def sample_of(crisis, event, worlds=4, each=8):
    return Sample(Simulator(Worlds(crisis, 1, worlds), 1), read_event(event, crisis), each)


@pytest.mark.parametrize("exhaustive", [False, pytest.param(True, marks=pytest.mark.slow)])
@pytest.mark.parametrize(("text", "event", "model", "verdict"), EXAMPLES.values(), ids=EXAMPLES)
def test_published_examples_as_scenarios(crisis, text, event, model, verdict, exhaustive):
    assert by_the_definition(*model) == verdict
    causes = find_causes(sample_of(crisis(HEAD + text), event), exhaustive=exhaustive)
    assert causes.histories == 32
    assert {one.members: one.frozen for one in causes.sets} == verdict
    assert all(one.share == 1.0 for one in causes.sets)


def test_of_eleven_votes_to_none_any_six_are_a_cause_and_no_three(crisis):
    sample = sample_of(crisis(HEAD + votes(11, 0)), "ballot = aye", worlds=1, each=1)
    assert find_causes(sample).luck == 1.0
    six = find_causes(sample, largest=6).sets
    assert len(six) == 462
    assert {len(one.members) for one in six} == {6}


def test_sentences_name_suzy_alone_and_what_was_held_fast(crisis):
    told = find_causes(sample_of(crisis(HEAD + EARLY), "bottle = shattered")).sentences()
    assert told[-1].startswith("Most often it hung on suzy (100 ± ")
    assert told[-1].endswith(", with what billy did and did not do held fast).")


RESERVE = """
forces:
  first: {kind: x, mass: 1}
  reserve: {kind: x, troops: 9, leans: {a: 30, b: -30}}
  red: {kind: x, troops: 1}
  blue: {kind: x, troops: 5}
unknowns: {decisiveness: 60, fog: 0}
stages:
  dawn:
    mechanism: game
    precision: 100
    nodes: {march: {player: first, absent: stay, moves: {go: taken, stay: waiting}}}
    endings: {taken: {payoffs: {first: 1}}, waiting: {}}
    next: {waiting: noon}
  noon:
    mechanism: showdown
    camps: {a: {core: red, resolve: 1}, b: {core: blue, resolve: 1}}
"""


def test_whoever_would_have_come_later_did_nothing_and_is_held_to_it(crisis):
    causes = find_causes(sample_of(crisis(HEAD + RESERVE), "dawn = taken or noon = a"))
    assert [(one.members, one.frozen) for one in causes.sets] == [(("first",), ("reserve",))]
    assert causes.preempted == 1.0


ROUNDS = """
unknowns: {trust: 0.2 to 0.8}
attributes: {anger: {domain: any number, default: 0}}
forces:
  unions: {kind: x, mass: 1, anger: 0}
  crown: {kind: x, mass: 1}
stages:
  talks:
    mechanism: game
    visits: 3
    nodes:
      ask: {player: unions, absent: wait, moves: {demand: answer, wait: quiet}}
      answer: {player: crown, moves: {grant: granted, refuse: refused}}
      quiet: {player: crown, absent: rest, moves: {rest: calm, move: crushed}}
    endings:
      granted: {payoffs: {unions: trust, crown: -0.2}}
      refused: {payoffs: {unions: unions.anger - 0.4, crown: 0.1}}
      calm: {payoffs: {crown: 0.1 - unions.anger}}
      crushed: {payoffs: {unions: -1, crown: 0.2 * unions.anger}}
    precision: 2 to 8
    next: {refused: talks, calm: talks}
    effects: [{when: refused, set: {unions.anger: unions.anger + 0.3}}]
"""


def test_holding_players_to_what_they_did_changes_nothing(crisis):
    """The composition axiom, in a game that comes round three times and moves its own payoffs."""
    sample = sample_of(crisis(HEAD + ROUNDS), "talks = granted", worlds=40)
    replay = SampleReplay(sample)
    true, done = replay.replay_unchanged()
    places = np.arange(len(true))
    slots = sample.conduct.slots
    assert [(slot.visit, slot.place) for slot in slots] == list(product((1, 2, 3), (0, 1, 2)))
    assert (done.values[:, 7] > 0).any()  # some ask at the third visit
    generator = np.random.default_rng(3)
    held = generator.random(done.acted.shape) < 0.5
    values = np.where(held[:, None, :], done.values, np.int8(-1))
    again, taken = replay.replay(places, values)
    assert (again == true).all()
    assert (sample.conduct.fill_unreached(taken) == done.values).all()
    other = np.where(done.values > 0, 3 - done.values, np.int8(-1))
    assert (replay.replay(places, other)[0] != true).mean() > 0.05


SAMPLE = """
unknowns: {trust: 0.2 to 0.8, nerve: -0.3 to 0.3}
forces:
  unions: {kind: movement, mass: 20 to 60}
  presidency: {kind: government, troops: 0.5}
  army: {kind: army, troops: 3 to 6}
stages:
  arms:
    mechanism: game
    nodes:
      asking: {player: unions, absent: stay_silent, moves: {ask: answer, stay_silent: silence}}
      answer: {player: presidency, moves: {arm: armed_unions, promise: promised, refuse: refused}}
      armed_unions: {player: army, information: rumours, absent: accept, moves: {accept: armed, turn: weather}}
      promised: {player: army, information: rumours, absent: accept, moves: {accept: patience, turn: turned}}
      patience: {player: unions, absent: trust_it, moves: {trust_it: words, rise: uproar}}
      weather: {chance: {fair: 0.6, foul: 0.4}, moves: {fair: overthrown, foul: stalled}}
    endings:
      silence: {payoffs: {presidency: 0.2}}
      armed: {payoffs: {unions: 1, presidency: 0.3 + nerve, army: -1}}
      words: {outcome: promise, payoffs: {unions: trust - 0.5, presidency: 0.6}}
      uproar: {outcome: promise, payoffs: {unions: 0.1 to 0.4, presidency: -0.2, army: -0.3}}
      turned: {payoffs: {unions: -1, presidency: -1, army: 0.2}}
      overthrown: {outcome: turned, payoffs: {unions: -1, presidency: -1, army: 0.5 - nerve}}
      stalled: {outcome: armed, payoffs: {unions: 0.5, presidency: -0.4, army: -0.8}}
      refused: {payoffs: {unions: -0.4, presidency: 0, army: 0.3}}
    precision: 1 to 5
"""
TURNS = {
    "unions": (("ask", "stay_silent"), ("trust_it", "rise")),
    "presidency": (("arm", "promise", "refuse"),),
    "army": (("accept", "turn"),),
}
ABSENT = {"unions": ("stay_silent", "trust_it"), "army": ("accept",)}


def held(player, done):
    """Return how a player is held to what it did, by interventions that a user could write."""
    acts = []
    for place, (moves, did) in enumerate(zip(TURNS[player], done, strict=True)):
        if did > 0 or player in ABSENT:
            move = moves[did - 1] if did > 0 else ABSENT[player][place]
            acts.append(Plays(player, move, secretly=True))
        else:
            acts.append(Aside(player, secretly=True))
    return acts


@pytest.mark.slow
@pytest.mark.parametrize("event", ["arms = silence", "arms != promise"])
def test_causes_in_a_game_are_those_that_ordinary_interventions_show(crisis, event):
    """Every X and W, with ``do(x aside, w plays move secretly)`` on all histories at once."""
    sample = sample_of(crisis(HEAD + SAMPLE), event, worlds=30)
    replay = SampleReplay(sample)
    true, done = replay.replay_unchanged()
    places = np.flatnonzero(true)
    deeds = ObservedConduct(done.values[places], done.acted[places])
    assert sample.forces == tuple(TURNS)
    did = [
        [tuple(int(one) for one in row[1 : 1 + len(TURNS[name]), player]) for row in deeds.values]
        for player, name in enumerate(TURNS)
    ]
    runs, worths = [], {}
    for choice in product(*[[None, "away", *sorted(set(one))] for one in did]):
        acts = []
        for player, what in zip(TURNS, choice, strict=True):
            if what == "away":
                acts.append(Aside(player))
            elif what is not None:
                acts += held(player, what)
        worths[choice] = len(runs)
        runs.append(tuple(acts))
    truths = sample.truths(runs).reshape(len(runs), -1)[:, places]

    def turned(item, members, witness):
        choice = [None] * 3
        for one in members:
            choice[one] = "away"
        for one in witness:
            choice[one] = did[one][item]
        return not truths[worths[tuple(choice)], item]

    for exhaustive in (False, True):
        found = search_portions(replay, places, deeds, largest=3, exhaustive=exhaustive)
        preempting = 0
        for item in range(len(places)):
            causes = {}
            for size in (1, 2, 3):
                for members in combinations(range(3), size):
                    others = [one for one in range(3) if one not in members]
                    tried = (w for many in range(4 - size) for w in combinations(others, many))
                    within = any(set(one) < set(members) for one in causes)
                    smallest = next((w for w in tried if turned(item, members, w)), None)
                    if not within and smallest is not None:
                        causes[members] = len(smallest)
            assert {one: len(w) for one, w in found.causes_of(item).items()} == causes
            preempting += sum(size > 0 for size in causes.values())
        assert found.refused == 0
    assert event != "arms != promise" or preempting > 5
