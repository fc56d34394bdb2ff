"""How Sphinx makes the site out of docs/; the modules beside this file do what it cannot."""

from __future__ import annotations

import sys
from pathlib import Path

from conjuncture.installation import package_version

sys.path.insert(0, str(Path(__file__).parent))

project = "Conjuncture"
author = "The Conjuncture developers"
project_copyright = author
version = release = package_version()
language = "en"

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "docstrings",
    "equations",
    "citations",
    "navigation",
]
source_suffix = {".md": "markdown"}
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
nitpicky = True
# Docstrings name types, and functions of inner floors, that have no place in the reference.
nitpick_ignore_regex = [("py:.*", ".*")]
autodoc_typehints = "none"
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_ivar = True
add_module_names = False

html_theme = "furo"
html_title = f"{project} {version}"
html_static_path = ["static"]
html_css_files = ["conjuncture.css"]
html_math_renderer = "katex"
html_copy_source = False
html_use_index = False
# Summaries are fetched, and a page opened from a disk may fetch nothing.
html_show_search_summary = False
