"""Which scenarios share a compiled program: all that differ in nothing that it is traced from.

A program is traced from the skeleton of a crisis. That this leaves out nothing that counts is held
here against tracing the whole crisis: the text of what the compiler is given is the same.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace

import jax
import jax.numpy as jnp
import pytest
from hypothesis import given, settings

from conjuncture.engine import program_registry
from conjuncture.engine.draws import Ledger
from conjuncture.engine.program import Program, shape_of
from conjuncture.engine.program_registry import program_for
from conjuncture.engine.structure import structure_of
from conjuncture.engine.traces import no_patch
from conjuncture.ensemble import Ensemble
from conjuncture.errors import ScenarioError, SimulationError
from drawn_scenarios import read_text, scenarios

ACCOUNT = "The guard wavered. The crowd came out, and the officers closed ranks.\n"
TWO_STAGES = """
conjuncture: 1
title: A week in spring
account: account.md
unknowns:
  mood: {value: -0.5 to 0.5, note: A guess.}
  nerve: 0.2 to 0.4
  gloom: normal(0.1, 0.02)
  fog: 0.5 to 2
attributes: {dread: {domain: 0 to 1, default: 0.5, meaning: how much it dreads a rising}}
forces:
  red: {kind: army, troops: 2 to 3, dread: 0.3 to 0.6}
  blue: {kind: army, troops: 2 to 3, name: The Blues, short: the blues}
  guard: {kind: army, troops: 1 to 2, leans: {a: 2 * guard.dread - mood, b: undecided}, ties: {crowd: 0.5}}
  crowd: {kind: movement, mass: 20 to 60, leans: {a: mood + gloom}, stakes: 0.5 to 1}
backers:
  friends: {camp: b, materiel: 0.1 to 0.5, reach: {guard: 0.2 to 0.8}}
groups: {army: [guard]}
stages:
  showdown:
    mechanism: showdown
    short: the contest
    camps: {a: {core: red, resolve: 0.9, says: the reds' side}, b: {core: blue}}
    next: {a: pact}
    visits: 2
    effects:
      - when: a and crowd.side = a
        shift: {guard.dread: -0.5 * nerve}
        note: It sobered them.
  pact:
    mechanism: pact
    says: {agreed: the officers close ranks}
    parties: {red: {chance: 0.5 to 0.8, later: "clip(0.9 * guard.dread, 0, 1)"}, blue: {cost: 0.1}}
    governing: 0.05
    next: {refused: showdown}
    quote: the officers closed ranks
    source: paper
observed: {showdown: a}
references: {paper: A paper of the week.}
claims:
  guard:
    says: The guard decided it.
    test: necessity(do(guard aside) for showdown = a) > 0.2
    quote: The guard wavered
"""

OUT_OF_DOMAIN = """
conjuncture: 1
title: A pact
account: account.md
attributes: {dread: {domain: 0 to 1, meaning: how much it dreads a rising}}
forces:
  red: {kind: army, dread: 0.3 to 0.6}
  blue: {kind: army}
stages:
  pact:
    mechanism: pact
    parties: {red: {later: 0.9 * red.dread}, blue: {}}
    effects: [{set: {red.dread: 0.6 + red.dread}}]
"""
"""An effect that leaves a domain."""

SHARED = {
    "title": ("title: A week in spring", "title: Another week"),
    "comment": ("observed:", "# What happened\nobserved:"),
    "note": ("A guess.", "A better guess."),
    "quote": ("quote: the officers closed ranks", "quote: The crowd came out"),
    "source": ("    source: paper\n", ""),
    "reference": ("A paper of the week.", "Another paper."),
    "observed": ("observed: {showdown: a}", "observed: {showdown: b}"),
    "observed more": ("observed: {showdown: a}", "observed: {showdown: a, pact: agreed}"),
    "claim said": ("The guard decided it.", "It was the guard that decided it."),
    "claim tested": ("> 0.2", "> 0.3"),
    "intervention of a claim": ("do(guard aside)", "do(without friends, mood = 0.2)"),
    "number": ("nerve: 0.2 to 0.4", "nerve: 0.1 to 0.6"),
    "number known": ("nerve: 0.2 to 0.4", "nerve: 0.3"),
    "law": ("gloom: normal(0.1, 0.02)", "gloom: triangular(-1, 0, 1)"),
    "words of an unknown": ("nerve: 0.2 to 0.4", "nerve: {value: 0.2 to 0.4, short: its nerve}"),
    "constant": ("fog: 0.5 to 2", "fog: 0.7"),
    "attribute": ("stakes: 0.5 to 1", "stakes: 2"),
    "attribute's meaning": ("how much it dreads", "how far it fears"),
    "attribute's default": ("default: 0.5", "default: 0.4"),
    "attribute that effects move": ("dread: 0.3 to 0.6", "dread: 0.1"),
    "leaning": ("b: undecided", "b: cool"),
    "oath": ("b: undecided", "b: sworn"),
    "tie": ("crowd: 0.5", "crowd: 0.1 to 0.9"),
    "name": ("name: The Blues, short: the blues", "name: The Azure"),
    "kind": ("blue: {kind: army", "blue: {kind: party"),
    "materiel": ("materiel: 0.1 to 0.5", "materiel: 0"),
    "reach": ("guard: 0.2 to 0.8", "guard: 0.5"),
    "resolve": ("resolve: 0.9", "resolve: 0.5 to 0.6"),
    "side said": ("says: the reds' side", "says: the red side"),
    "stage's name": ("short: the contest", "short: the showdown"),
    "outcome said": ("the officers close ranks", "the officers agree"),
    "party's number": ("chance: 0.5 to 0.8", "chance: 0.3"),
    "stage's number": ("governing: 0.05", "governing: -0.1 to 0.1"),
}
"""Edits that compile nothing."""

APART = {
    "force added": ("  crowd: {kind", "  clerks: {kind: movement, mass: 1}\n  crowd: {kind"),
    "force renamed": ("crowd", "people"),
    "amount of nothing": ("troops: 1 to 2", "troops: 0"),
    "tie added": ("crowd: 0.5", "crowd: 0.5, red: 0.1"),
    "group": ("[guard]", "[guard, red]"),
    "camp of a backer": ("friends: {camp: b", "friends: {camp: a"),
    "reach added": ("guard: 0.2 to 0.8", "guard: 0.2 to 0.8, crowd: 0.1"),
    "rule of a stage": (
        "  showdown:\n    mechanism: showdown",
        "  showdown:\n    mechanism: showdown\n    order: sequential",
    ),
    "rule among several": (
        "    camps:",
        "    strength: {either: {weight: 0.5, refusal: 0.5}}\n    camps:",
    ),
    "signal": ("    camps:", "    signals: {call: {camp: a, reach: {crowd: 0.5}}}\n    camps:"),
    "camps in another order": (
        "    camps: {a: {core: red, resolve: 0.9, says: the reds' side}, b: {core: blue}}",
        "    camps: {b: {core: blue}, a: {core: red, resolve: 0.9, says: the reds' side}}",
    ),
    "next": ("next: {a: pact}", "next: {a: pact, b: pact}"),
    "visits": ("visits: 2", "visits: 3"),
    "party's number left to its default": (", blue: {cost: 0.1}", ", blue: {}"),
    "condition of an effect": ("when: a and crowd.side = a", "when: a"),
    "effect": ("-0.5 * nerve", "-0.6 * nerve"),
    "how an effect moves": ("shift: {guard.dread: -0.5", "clip: {guard.dread: 0.5"),
    "what an effect moves": ("shift: {guard.dread", "shift: {blue.dread"),
    "equation over what effects move": ("0.9 * guard", "0.8 * guard"),
    "draw within such an equation": ("2 * guard.dread - mood", "2 * guard.dread - mood + (0 to 1)"),
    "another number moved": ("mood + gloom", "guard.dread + gloom"),
    "domain": ("domain: 0 to 1", "domain: at least 0"),
    "constant stated, so that it stands among the unknowns": ("  fog: 0.5 to 2\n", ""),
}
"""Edits after which another program is compiled."""


def edit(change, text=TWO_STAGES):
    """Return the scenario with a text in it replaced."""
    old, new = change
    assert old in text
    return text.replace(old, new)


@pytest.fixture(scope="module")
def read(write_crisis):
    """Read a crisis from its text, beside the account that it quotes."""
    from conjuncture.mechanisms.registry import stage_models
    from conjuncture.scenario.scenario_file import read_crisis

    def read_with_account(text, account=ACCOUNT):
        return read_crisis(write_crisis(text, account), stage_models())

    return read_with_account


def text_for_the_compiler(structure):
    """Return what the compiler is given of a structure, and what is asked of its draws."""
    course, ledger = Program(structure).simulation, Ledger()
    patch = jax.tree.map(lambda one: shape_of(one[0]), no_patch(structure))
    row = jax.ShapeDtypeStruct((len(structure.stages), len(structure.cells)), jnp.float32)
    needed = jax.ShapeDtypeStruct((len(structure.stages),), jnp.bool_)
    lowered = jax.jit(
        lambda *given: course.simulate(ledger, None, given[0], given[1], None, {}, given[2])[0]
    ).lower(row, patch, needed)
    return lowered.as_text(), ledger.to_plain()


def text_of_whole(crisis):
    """Return the same, traced from the crisis with nothing left out."""
    return text_for_the_compiler(replace(structure_of(crisis), crisis=crisis))


@pytest.fixture(scope="module")
def before(read):
    return read(TWO_STAGES)


@pytest.fixture(scope="module")
def edited(read):
    """The scenario after all edits together that compile nothing, but for those that overlap."""
    text = TWO_STAGES
    for old, new in SHARED.values():
        text = text.replace(old, new)
    return read(text, f"{ACCOUNT}\nThat was all.\n")


def test_what_a_skeleton_leaves_out_is_not_traced(before, edited):
    text = text_for_the_compiler(structure_of(before))
    assert text_of_whole(before) == text
    assert text_of_whole(edited) == text


@pytest.mark.parametrize("change", SHARED.values(), ids=SHARED)
def test_what_no_history_hangs_on_compiles_nothing(read, before, change):
    after = read(edit(change))
    assert structure_of(after).digest == structure_of(before).digest
    assert program_for(after) is program_for(before)


@pytest.mark.parametrize("change", APART.values(), ids=APART)
def test_what_histories_hang_on_compiles_anew(read, before, change):
    after = read(edit(change))
    assert structure_of(after).digest != structure_of(before).digest
    assert program_for(after) is not program_for(before)


def test_a_shared_program_gives_the_results_of_one_of_its_own(before, edited, monkeypatch):
    asked = (
        "P(pact = agreed | showdown = a, do(crowd aside))",
        "E(guard.dread)",
        "P(pact = untrusted | reached(pact))",
    )
    first = [Ensemble(before, 4).query(one) for one in asked]
    shared = [Ensemble(edited, 4).query(one) for one in asked]
    assert len(program_for(before).executables) == 1
    monkeypatch.setattr(program_registry, "_programs", OrderedDict())
    assert [Ensemble(edited, 4).query(one) for one in asked] == shared
    assert shared != first


def test_what_went_wrong_is_told_with_its_place_in_the_scenario_at_hand(read):
    for text in (OUT_OF_DOMAIN, OUT_OF_DOMAIN.replace("forces:", "# Who there was\n\nforces:")):
        where = rf"scenario.yaml:{line_of(text, 'set:')}: the effect of 'pact' on 'red.dread'"
        with pytest.raises(SimulationError, match=where):
            Ensemble(read(text), 4).query("P(pact = agreed)")


def line_of(text, part):
    """Return the line of a text in which something stands, counted from 1."""
    return text[: text.index(part)].count("\n") + 1


def check_tracing(text):
    """Hold tracing a skeleton against tracing the whole, also of a crisis with other numbers."""
    try:
        crisis = read_text(text)
    except ScenarioError:
        return
    structure, other = structure_of(crisis), with_other_numbers(crisis)
    traced = text_of_whole(crisis)
    assert text_for_the_compiler(structure) == traced
    if structure_of(other).digest == structure.digest:
        assert text_of_whole(other) == traced


@pytest.mark.slow
@settings(max_examples=4)
@given(scenarios())
def test_scenarios_of_one_digest_are_traced_alike(text):
    check_tracing(text)


@pytest.mark.slow
@settings(max_examples=60, derandomize=False)
@given(scenarios())
def test_many_scenarios_of_one_digest_are_traced_alike(text):
    check_tracing(text)


def with_other_numbers(crisis):
    """Return a crisis that knows nothing of its numbers, and has neither title nor claims."""
    numbers = {key: replace(one, value=one.widest) for key, one in crisis.numbers.items()}
    return replace(crisis, numbers=numbers, title="Another", claims={}, observed={})
