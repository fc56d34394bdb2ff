"""Conjuncture: from a written account of a political crisis to tested causal claims.

Examples
--------
>>> import conjuncture
>>> scenario = conjuncture.load("bolivia-1970")
>>> scenario.title
'Bolivia, October 1970'
"""

from __future__ import annotations

from conjuncture.analysis.result import set_renderer

TYPE_CHECKING = False
if TYPE_CHECKING:
    __version__: str
    from typing import Any

    from conjuncture import data, figures, report
    from conjuncture.analysis.alternatives import Alternatives
    from conjuncture.analysis.answers import Answer
    from conjuncture.analysis.chronicle import Chronicle
    from conjuncture.analysis.conditioning.posterior import Posterior
    from conjuncture.analysis.explain.discovery import discover
    from conjuncture.analysis.explain.discovery_result import Discovery
    from conjuncture.analysis.explain.explanation import ExplainOptions, Explanation
    from conjuncture.analysis.explain.sensitivity import Sensitivity
    from conjuncture.analysis.outcome_tree import OutcomeTree
    from conjuncture.analysis.reference_classes.comparison import Comparison
    from conjuncture.analysis.rivalry.rivals import Rivalry
    from conjuncture.api import Scenario, compare, load, rival, sweep
    from conjuncture.ensemble import Ensemble
    from conjuncture.errors import (
        ClusterError,
        ConjunctureError,
        Mistake,
        QueryError,
        ScenarioError,
        SimulationError,
        UsageError,
    )
    from conjuncture.presentation.claim_results import ClaimResults
    from conjuncture.report.document import Report

__all__ = [
    "Alternatives",
    "Answer",
    "Chronicle",
    "ClaimResults",
    "ClusterError",
    "Comparison",
    "ConjunctureError",
    "Discovery",
    "Ensemble",
    "ExplainOptions",
    "Explanation",
    "Mistake",
    "OutcomeTree",
    "Posterior",
    "QueryError",
    "Report",
    "Rivalry",
    "Scenario",
    "ScenarioError",
    "Sensitivity",
    "SimulationError",
    "UsageError",
    "__version__",
    "compare",
    "data",
    "discover",
    "figures",
    "load",
    "report",
    "rival",
    "sweep",
]

_MODULES = ("data", "figures", "report")
_HOMES = {
    "Alternatives": "analysis.alternatives",
    "Answer": "analysis.answers",
    "Chronicle": "analysis.chronicle",
    "ClaimResults": "presentation.claim_results",
    "ClusterError": "errors",
    "Comparison": "analysis.reference_classes.comparison",
    "ConjunctureError": "errors",
    "Discovery": "analysis.explain.discovery_result",
    "Ensemble": "ensemble",
    "ExplainOptions": "analysis.explain.explanation",
    "Explanation": "analysis.explain.explanation",
    "Mistake": "errors",
    "OutcomeTree": "analysis.outcome_tree",
    "Posterior": "analysis.conditioning.posterior",
    "QueryError": "errors",
    "Report": "report.document",
    "Rivalry": "analysis.rivalry.rivals",
    "Scenario": "api",
    "ScenarioError": "errors",
    "Sensitivity": "analysis.explain.sensitivity",
    "SimulationError": "errors",
    "UsageError": "errors",
    "compare": "api",
    "discover": "analysis.explain.discovery",
    "load": "api",
    "rival": "api",
    "sweep": "api",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for, so that importing the package is light."""
    from importlib import import_module

    if name in _MODULES:
        return import_module(f"conjuncture.{name}")
    if name == "__version__":
        from conjuncture.installation import package_version

        return package_version()
    if name not in _HOMES:
        raise AttributeError(f"module 'conjuncture' has no attribute '{name}'")
    found = globals()[name] = getattr(import_module(f"conjuncture.{_HOMES[name]}"), name)
    return found


def __dir__() -> list[str]:
    return sorted(__all__)


def _load_words() -> Any:
    from conjuncture.presentation import results

    return results


def _load_pictures() -> Any:
    from conjuncture.figures import results

    return results


set_renderer("words", _load_words)
set_renderer("pictures", _load_pictures)
