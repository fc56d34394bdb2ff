"""The documents as a site: complete, whole without a network, every equation typeset."""

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from conjuncture.scenario.bibliography import works

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(page.relative_to(DOCS).with_suffix("") for page in DOCS.rglob("*.md"))
LOADED = re.compile(r"<(?:script|img|iframe|source|link)\b[^>]*?\b(?:src|href)=\"([^\"]*)\"")
LAID_OUT = """() => ({
    boxes: [...document.querySelectorAll('.katex-html')].map(
        (equation) => equation.getBoundingClientRect()).map((box) => box.width * box.height),
    annotations: document.querySelectorAll('.katex annotation').length,
    errors: document.querySelectorAll('.katex-error, mjx-merror, merror').length,
    fonts: [...document.fonts].filter((font) => font.family.startsWith('KaTeX')
        && font.status != 'unloaded').map((font) => font.status),
    left: [...document.querySelectorAll('article p, article li, article td')].map((part) => {
        const copy = part.cloneNode(true);
        copy.querySelectorAll('code, pre, .katex').forEach((inside) => inside.remove());
        return copy.textContent;
    }).filter((text) => /\\$|\\[@/.test(text)),
    sideways: document.documentElement.scrollWidth - window.innerWidth,
})"""


def build(docs, site):
    """Build a site as ``make docs`` does."""
    settings = ["-W", "--keep-going", "--fresh-env", "--quiet", "-c", str(ROOT / "scripts/site")]
    return subprocess.run(
        [sys.executable, "-m", "sphinx", *settings, "-d", str(site) + "-read", docs, site],
        capture_output=True,
        encoding="utf-8",
    )


def equations(page):
    """Count the equations in a page's Markdown."""
    reader = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin)
    tokens = reader.parse((DOCS / page).with_suffix(".md").read_text(encoding="utf-8"))
    inside = [token for block in tokens for token in (block, *(block.children or ()))]
    return sum(token.type.startswith("math_") for token in inside)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site of docs/."""
    folder = tmp_path_factory.mktemp("docs") / "site"
    done = build(DOCS, folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_every_document_stands_in_the_navigation(site):
    start = (site / "index.html").read_text(encoding="utf-8")
    listed = set(re.findall(r'<a class="reference internal" href="([^"#]+)\.html">', start))
    assert listed == {page.as_posix() for page in PAGES} - {"index"}


def test_every_work_is_listed_and_every_citation_leads_there(site):
    listed = (site / "reference" / "works.html").read_text(encoding="utf-8")
    assert {key for key in works() if f'id="{key}"' in listed} == set(works())
    showdown = (site / "mechanisms" / "showdown.html").read_text(encoding="utf-8")
    assert re.search(r'href="\.\./reference/works\.html#skaperdas1996"[^>]*>.*?Skaperdas', showdown)


def test_pages_load_only_what_lies_beside_them(site):
    for page in site.rglob("*.html"):
        for target in LOADED.findall(page.read_text(encoding="utf-8")):
            beside = unquote(target.split("?")[0].split("#")[0])
            assert (page.parent / beside).resolve().is_relative_to(site), (page, target)
            assert (page.parent / beside).exists(), (page, target)
    for style in site.rglob("*.css"):
        assert not re.search(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", style.read_text("utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_in_the_browser(site, browser, page):
    asked, failed = [], []
    view = browser.new_page(viewport={"width": 400, "height": 800})
    view.on("request", lambda request: asked.append(request.url))
    view.on("requestfailed", lambda request: failed.append(request.url))
    view.on("pageerror", lambda error: failed.append(str(error)))
    view.goto((site / page).with_suffix(".html").as_uri())
    view.evaluate("document.fonts.ready")
    seen = view.evaluate(LAID_OUT)
    view.close()

    assert not failed
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    expected = equations(page)
    assert (seen["annotations"], len(seen["boxes"]), seen["errors"]) == (expected, expected, 0)
    assert all(area > 0 for area in seen["boxes"])
    assert set(seen["fonts"]) == ({"loaded"} if expected else set())
    assert seen["left"] == []
    assert seen["sideways"] <= 0


def test_the_search_works_from_a_disk(site, browser):
    view = browser.new_page()
    view.goto((site / "search.html").as_uri() + "?q=capitulation")
    view.get_by_role("link", name="showdown").and_(view.locator("#search-results a")).wait_for()
    view.close()


def test_mistakes_in_documents_are_named_with_their_place(tmp_path):
    docs = tmp_path / "docs"
    (docs / "how-to").mkdir(parents=True)
    (docs / "index.md").write_text("# Start\n", encoding="utf-8")
    (docs / "how-to" / "wrong.md").write_text(
        "# Wrong\n\nThe sum $\\sum_{i$ fails.\n\nSo says [@nobody1900].\n\n"
        "See [there](there.md) and `[@quoted]`.\n",
        encoding="utf-8",
    )
    done = build(docs, tmp_path / "site")
    assert done.returncode != 0
    assert re.search(r"wrong\.md:3: .*KaTeX parse error", done.stderr)
    assert re.search(r"wrong\.md:5: .*'@nobody1900' is not a work", done.stderr)
    assert re.search(r"wrong\.md:7: .*there\.md", done.stderr)
    assert "quoted" not in done.stderr
