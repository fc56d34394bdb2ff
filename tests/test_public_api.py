"""The names that ``import conjuncture`` gives, and what the documents use of them."""

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

import conjuncture

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]
NAMES = [
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
]  # fmt: skip
MODULES = {
    "data": [
        "DICTIONARY", "TAGS", "Column", "DataSource", "DataTable", "Tag", "attempts", "campaigns",
        "describe_table", "military_attempts", "path",
    ],
    "figures": [
        "Picture", "draw_attribution", "draw_causes", "draw_claims", "draw_comparison",
        "draw_discovery", "draw_explanation", "draw_interactions", "draw_map", "draw_outcomes",
        "draw_posterior", "draw_rivalry", "draw_sensitivity", "draw_tipping", "pictures_of", "png",
        "save", "save_all", "svg",
    ],
    "report": ["Report", "build_report", "write"],
}  # fmt: skip


def test_the_names_of_the_package():
    assert conjuncture.__all__ == NAMES
    assert dir(conjuncture) == NAMES


@pytest.mark.parametrize("name", MODULES)
def test_the_names_of_its_modules(name):
    assert getattr(conjuncture, name).__all__ == MODULES[name]


@pytest.mark.parametrize("name", [*NAMES, *MODULES])
def test_every_name_is_there_and_documented(name):
    found = getattr(conjuncture, name)
    assert name == "__version__" or found.__doc__
    members = MODULES.get(name, [])
    assert all(hasattr(found, one) for one in members)


def test_a_name_that_is_none():
    with pytest.raises(AttributeError, match="module 'conjuncture' has no attribute 'laod'"):
        assert conjuncture.laod


def test_importing_it_loads_nothing_but_how_results_are_shown():
    code = "import sys, conjuncture; print([one for one in sys.modules if 'conjuncture.' in one])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['conjuncture.analysis', 'conjuncture.analysis.result']"


@pytest.mark.parametrize("name", ["words", "pictures"])
def test_what_shows_results_is_found_whatever_was_loaded(name):
    code = f"from conjuncture.analysis.result import renderer_of; print(renderer_of({name!r}).__name__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith(".results")


def imports_of(page):
    """Yield the modules of ours that the Python of a page imports."""
    text = page.read_text(encoding="utf-8")
    for body in re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for node in ast.walk(ast.parse(body)):
            if isinstance(node, ast.Import):
                yield from (one.name for one in node.names)
            if isinstance(node, ast.ImportFrom):
                yield node.module


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_documents_import_the_package_alone(page):
    ours = {name for name in imports_of(page) if name.split(".")[0] == "conjuncture"}
    assert ours <= {"conjuncture"}
    names = set(re.findall(r"`(conjuncture(?:\.\w+)+)", page.read_text(encoding="utf-8")))
    for name in names:
        found = importlib.import_module("conjuncture")
        for part in name.split(".")[1:]:
            found = getattr(found, part)
