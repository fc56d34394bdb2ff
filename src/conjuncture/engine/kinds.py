"""Kinds of machines: what two must share for their results to be equal bit for bit."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from conjuncture.engine import keeping, laws, machine

SOURCES = ("conjuncture.engine", "conjuncture.language", "conjuncture.mechanisms")


@cache
def kind_of_machine() -> dict[str, str]:
    """Return what the results of this machine depend on, besides what is asked."""
    described = machine.describe_machine()
    names = ("conjuncture", "jax", "jaxlib", "numpy", "scipy", "device", "processor", "compiler")
    return {
        **{name: str(described[name]) for name in names},
        "generator": str(laws.GENERATOR),
        "sources": " ".join(keeping.digest_sources(name) for name in SOURCES),
    }


def describe_difference(here: Mapping[str, str], there: Mapping[str, str]) -> str:
    """Return a sentence that says how a worker's machine differs from this one, or nothing.

    Examples
    --------
    >>> describe_difference({"jax": "0.10.2"}, {"jax": "0.10.1"})[:61]
    'a worker is of another kind than this machine (jax: 0.10.2 he'
    >>> describe_difference({"jax": "0.10.2"}, {"jax": "0.10.2"})
    ''
    """
    told = [
        f"{name}: {here[name] or 'nothing'} here, {there.get(name) or 'nothing'} there"
        for name in here
        if here[name] != there.get(name)
    ]
    if not told:
        return ""
    return (
        f"a worker is of another kind than this machine ({'; '.join(told)}), and its results would "
        "not be equal bit for bit; use workers of one kind, and run the command on one of them"
    )
