"""Makes the showdowns of other sizes: the same every time, written into the build folder."""

from __future__ import annotations

import random
from pathlib import Path

from programs import BUILD, HERE

TWELVE = HERE / "showdown"
REGION = 8
"""Forces that know one another: ties stay among so many."""

ACCOUNT = """# Two camps and {forces} forces

An invented crisis, made to be timed and not to be believed. Every value is one plain number.
"""
HEAD = """conjuncture: 1
title: Two camps and {forces} forces (a benchmark)
account: account.md

unknowns:
  street_exchange: 0.08
  decisiveness: 1.6
  fog: 0.6
  public_share: 0.4
  first_showing: 0.5
  refusal: 1

forces:
"""
TAIL = """
backers:
  neighbour:
    camp: committee
    materiel: 0.6
    reach: {{{reach}}}

stages:
  showdown:
    mechanism: showdown
    camps:
      cabinet: {{core: staff, resolve: 0.85}}
      committee: {{core: officers, resolve: 0.85}}
    order: simultaneous
    strength: weight
    next: {{cabinet: end, committee: end}}

claims:
  even:
    says: The cabinet was the likelier to win.
    test: P(showdown = cabinet) > 0.5
"""


def force(place: int, chance: random.Random, *, tied: bool) -> str:
    """Return one force as a line of YAML: three in four armed, half of them tied to another."""
    cabinet, committee = chance.uniform(-1, 1), chance.uniform(-1, 1)
    armed = place % 4 != 0
    size = f"troops: {chance.uniform(0.5, 3):.2f}" if armed else "troops: 0"
    mass = "" if armed else f", mass: {chance.uniform(5, 30):.1f}"
    kind = "army" if armed else "movement"
    first = place - place % REGION
    ties = ""
    if tied and place % 2 and place > first:
        other = chance.randrange(first, place)
        ties = f", ties: {{{name(other)}: {chance.uniform(0.5, 1.5):.2f}}}"
    return (
        f"  {name(place)}: {{kind: {kind}, {size}{mass}, stakes: {chance.uniform(1.5, 3):.2f}, "
        f"breakeven: {chance.uniform(0.3, 0.6):.2f}, discipline: 1.5, "
        f"leans: {{cabinet: {cabinet:.2f}, committee: {committee:.2f}}}{ties}}}\n"
    )


def name(place: int) -> str:
    """Return what a force is called."""
    return {0: "staff", 1: "officers"}.get(place, f"unit{place}")


def scenario(forces: int, *, tied: bool) -> str:
    """Return a showdown of so many forces as YAML."""
    chance = random.Random(forces)  # noqa: S311 - the same numbers every time, no secret
    lines = [HEAD.format(forces=forces)]
    for place, leans in ((0, "cabinet: 2, committee: -2"), (1, "cabinet: -2, committee: 2")):
        lines.append(
            f"  {name(place)}: {{kind: army, troops: {forces / 10:g}, stakes: 2, breakeven: 0.5, "
            f"discipline: 2, leans: {{{leans}}}}}\n"
        )
    lines += [force(place, chance, tied=tied) for place in range(2, forces)]
    reach = ", ".join(f"{name(place)}: 0.3" for place in range(2, forces, 6))
    return "".join(lines) + TAIL.format(reach=reach)


def folder(forces: int, *, tied: bool = True) -> Path:
    """Return the folder of a showdown, written anew; that of 12 tied forces is kept by hand."""
    if forces == 12 and tied:
        return TWELVE
    made = BUILD / f"showdown-{forces}{'' if tied else '-untied'}"
    made.mkdir(parents=True, exist_ok=True)
    (made / "scenario.yaml").write_text(scenario(forces, tied=tied))
    (made / "account.md").write_text(ACCOUNT.format(forces=forces))
    return made
