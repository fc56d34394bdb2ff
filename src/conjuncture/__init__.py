"""Conjuncture: from a written account of a political crisis to tested causal claims.

Examples
--------
>>> import conjuncture
>>> scenario = conjuncture.load("bolivia-1970")
>>> scenario.title
'Bolivia, October 1970'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conjuncture.errors import (
    ClusterError,
    ConjunctureError,
    Mistake,
    QueryError,
    ScenarioError,
    SimulationError,
    UsageError,
)

if TYPE_CHECKING:
    from conjuncture.ensemble import Ensemble
    from conjuncture.loading import Scenario, load
    from conjuncture.rivalry import rival
    from conjuncture.sweeping import sweep

__all__ = [
    "ClusterError",
    "ConjunctureError",
    "Ensemble",
    "Mistake",
    "QueryError",
    "Scenario",
    "ScenarioError",
    "SimulationError",
    "UsageError",
    "__version__",
    "load",
    "rival",
    "sweep",
]

_LATE = {
    "load": "loading",
    "Scenario": "loading",
    "Ensemble": "ensemble",
    "rival": "rivalry",
    "sweep": "sweeping",
    "__version__": "version",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for, so that importing the package is light."""
    from importlib import import_module

    if name not in _LATE:
        raise AttributeError(f"module 'conjuncture' has no attribute '{name}'")
    return getattr(import_module(f"conjuncture.{_LATE[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
