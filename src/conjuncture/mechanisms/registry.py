"""Which mechanisms there are: those in this folder and those that other packages ship.

A mechanism is an entry point in the group ``conjuncture.mechanisms`` whose name is what a
scenario writes after ``mechanism:`` and whose object is a folder (package) with ``inputs.py``
(holding ``Stage``, a :class:`~conjuncture.scenario.stage_model.StageModel`) and ``model.py``
(holding ``resolve``), and ``sample.yaml``, a scenario whose first stage uses it, on which the
contract tests run. Looking one up loads ``inputs`` alone; the engine loads ``model``.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points

from conjuncture import mechanisms
from conjuncture.scenario.stage_model import StageModel

GROUP = "conjuncture.mechanisms"


@cache
def packages() -> Mapping[str, str]:
    """Return mechanism name to the dotted name of its folder.

    Examples
    --------
    >>> packages()["showdown"]
    'conjuncture.mechanisms.showdown'
    """
    found = {
        module.name: f"{mechanisms.__name__}.{module.name}"
        for module in pkgutil.iter_modules(mechanisms.__path__)
        if module.ispkg
    }
    for entry in entry_points(group=GROUP):
        found.setdefault(entry.name, entry.value)
    return dict(sorted(found.items()))


@cache
def stage_models() -> Mapping[str, type[StageModel]]:
    """Return mechanism name to the model of what a stage may say."""
    return {
        name: importlib.import_module(f"{package}.inputs").Stage
        for name, package in packages().items()
    }
