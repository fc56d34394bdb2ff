"""A crisis of several stages with effects and visits, which several tests share."""

import xarray

QUARREL = """
conjuncture: 1
title: A quarrel that comes again
account: account.md
unknowns: {decisiveness: 1.5, fog: 0.5}
attributes:
  nerve: {domain: 0 to 1, meaning: how far it dares}
forces:
  red: {kind: army, troops: 2 to 3, nerve: 0.5}
  blue: {name: The blue guard, kind: army, troops: 1 to 2, nerve: 0.2 to 0.6}
  line: {name: The line, kind: army, troops: 1 to 3, leans: {a: undecided, b: cool}}
  hill_men: {kind: army, troops: 0.5 to 1, leans: {a: cool, b: warm}}
stages:
  contest:
    mechanism: showdown
    camps: {a: {core: red, resolve: 1}, b: {core: blue, resolve: 1}}
    visits: 3
    next: {a: contest, b: reckoning}
    effects:
      - {when: a, shift: {red.troops: 0.2, line.troops: -0.1, hill_men.troops: -0.1}}
      - {when: b, set: {blue.nerve: 0.9}}
  reckoning:
    mechanism: showdown
    camps: {a: {core: red}, b: {core: blue}}
observed: {}
claims: {}
"""
"""Whoever wins the contest for the first camp has to fight it again, three times at most."""


def outcomes_of(tree):
    """Return the outcome of every visit from a tree of histories, called as a query calls it."""
    found = {}
    for stage, group in tree["stages"].children.items():
        outcome = group["outcome"]
        if "visit" not in outcome.dims:
            found[stage] = outcome
        for visit in outcome["visit"].values if "visit" in outcome.dims else ():
            found[f"{stage}[{visit}]"] = outcome.sel(visit=visit, drop=True)
    return xarray.Dataset(found)
