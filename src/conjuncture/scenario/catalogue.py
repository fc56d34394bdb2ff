"""The crises that ship with the package, each a folder whose name is its slug."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from conjuncture.errors import UsageError
from conjuncture.language.names import find_nearest_name
from conjuncture.scenario.reading import SCENARIO_FILE
from conjuncture.scenario.source import read_source
from conjuncture.scenario.tree import leading_texts


def crises() -> Mapping[str, Path]:
    """Return slug to folder of every crisis in the catalogue, in alphabetical order.

    Examples
    --------
    >>> crises()["bolivia-1970"].name
    'bolivia-1970'
    """
    folder = Path(str(files("conjuncture"))) / "crises"
    return {found.parent.name: found.parent for found in sorted(folder.glob(f"*/{SCENARIO_FILE}"))}


def find_scenario(scenario: str | Path) -> Path:
    """Return where a scenario is that is given as a path or as a slug of the catalogue.

    Raises
    ------
    UsageError
        When there is neither such a path nor such a slug.

    Examples
    --------
    >>> find_scenario("bolivia-1970").name
    'bolivia-1970'
    >>> find_scenario("bolivia-1790")
    Traceback (most recent call last):
    conjuncture.errors.UsageError: there is no scenario 'bolivia-1790'; did you mean 'bolivia-1970'?
    """
    path, known = Path(scenario), crises()
    try:
        if path.exists():
            return path
    except (OSError, ValueError):
        pass
    if str(scenario) in known:
        return known[str(scenario)]
    guess = find_nearest_name(str(scenario), known)
    remedy = f"did you mean '{guess}'?" if guess else "give a folder that holds scenario.yaml, or "
    if guess is None:
        remedy += f"one of the catalogue: {', '.join(known)}"
    raise UsageError(f"there is no scenario '{scenario}'; {remedy}")


def title_of(folder: Path) -> str:
    """Return the title of a crisis without reading all of it.

    Examples
    --------
    >>> title_of(find_scenario("bolivia-1970"))
    'Bolivia, October 1970'
    """
    source = read_source(folder / SCENARIO_FILE, "the scenario")
    return leading_texts(source).get("title", folder.name)
