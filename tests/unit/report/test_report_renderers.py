"""Hostile texts come through as texts, in HTML and in Markdown; every link leads somewhere."""

import itertools
import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from conjuncture.errors import UsageError
from conjuncture.report.document import (
    as_html,
    as_markdown,
    code_span,
    digest,
    escape_css,
    escape_markdown,
    figures_folder,
    form_of,
    inline_svg,
    write,
)
from reports import ACCOUNT, HOSTILE, QUOTING, hostile_report

pytestmark = pytest.mark.usefixtures("without_compiler")

TAGS = {
    "html", "head", "meta", "title", "style", "body", "a", "header", "h1", "h2", "h3", "h4", "h5",
    "h6", "p", "nav", "ol", "ul", "li", "main", "section", "mark", "sup", "span", "em", "strong",
    "blockquote", "code", "br", "div", "table", "caption", "thead", "tbody", "tr", "th", "td",
    "figure", "svg", "dl", "dt", "dd", "footer", "figcaption", "article", "details", "summary",
    "i", "script",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "name", "content", "class", "href", "id", "tabindex", "aria-label",
    "aria-labelledby", "role", "scope", "value", "data-label", "viewbox", "style",
    "http-equiv", "title", "aria-hidden", "data-share", "open",
}  # fmt: skip


class Page(HTMLParser):
    """What a page consists of."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.ids, self.links = Counter(), Counter(), [], []
        self.words, self.comments = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        for name, value in attrs:
            self.attributes[name] += 1
            if name == "id":
                self.ids.append(value)
            if name in ("href", "src"):
                self.links.append(value)

    def handle_data(self, data):
        self.words.append(data)

    def handle_comment(self, data):
        self.comments.append(data)


@pytest.fixture(scope="module")
def report(write_crisis):
    from conjuncture.api import load

    return hostile_report(load(write_crisis(QUOTING, ACCOUNT)).crisis)


@pytest.fixture(scope="module")
def page(report):
    return Page(as_html(report))


def test_nothing_hostile_becomes_html(page):
    assert set(page.tags) <= TAGS
    assert set(page.attributes) <= ATTRIBUTES
    assert not page.comments
    assert page.tags["title"] == page.tags["style"] == page.tags["script"] == 1


def test_every_hostile_text_is_there_to_read(page, report):
    blocks = sum(len(block.segments) for block in report.account.blocks)
    whole = " ".join("".join(page.words).split())
    assert whole.count(" ".join(HOSTILE.split())) > blocks + 30


def test_ids_are_unique_and_links_stay_inside_and_lead_there(page):
    assert len(set(page.ids)) == len(page.ids)
    assert {link[0] for link in page.links} == {"#"}
    assert {link[1:] for link in page.links} <= set(page.ids)


def test_headings_come_in_order(report):
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", as_html(report))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_the_running_title_ends_no_style(report):
    style = re.search(r"<style>(.*?)</style>", as_html(report), re.DOTALL)[1]
    assert "<" not in style.split("@page { @top-left")[1]
    assert re.fullmatch(r"(?:[A-Za-z0-9]|\\[0-9a-f]+ )*", escape_css(HOSTILE))


def test_markdown_shows_hostile_texts_as_they_are(report):
    text = as_markdown(report, "x-figures")
    reader = MarkdownIt("gfm-like", {"html": True, "linkify": False})
    page = Page(reader.render(text))
    allowed = TAGS | {"img", "hr", "s", "u"}
    assert set(page.tags) <= allowed
    assert page.tags["s"] == 0
    assert page.tags["img"] == 1
    assert set(page.attributes) <= ATTRIBUTES | {"src", "alt", "style"}
    assert {link for link in page.links if link[0] != "#"} == {"x-figures/picture.svg"}
    whole = " ".join("".join(page.words).split())
    assert whole.count(" ".join(HOSTILE.split())) > 30


def test_a_text_at_the_start_of_a_line_begins_nothing():
    for text in ("# a", "- a", "+ a", "1. a", "2) a", "> a", "=== ", "| a |", "    a"):
        tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(
            f"{escape_markdown(text.strip())}\n"
        )
        assert [one.type for one in tokens] == ["paragraph_open", "inline", "paragraph_close"]
        assert tokens[1].children[0].content.startswith(text.strip()[0])


@pytest.mark.parametrize("text", ["a`b", "``", "`", "a | b", "x\n\ny", "\\"])
def test_code_in_markdown(text):
    shown = MarkdownIt().parseInline(str(code_span(text)).replace("\\|", "|"))[0].children
    assert [one.type for one in shown] == ["code_inline"]
    assert shown[0].content.strip() == " ".join(text.split())


def test_a_picture_goes_into_a_page_without_what_is_a_files():
    text = (
        '<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "x" "http://www.w3.org/y.dtd">\n'
        '<svg xmlns:xlink="http://www.w3.org/1999/xlink" xmlns="http://www.w3.org/2000/svg">'
        '<!-- <script> --><defs><style type="text/css">*{fill: red}</style></defs>'
        '<use xlink:href="#a-b"/><text style="font: 8px \'DejaVu Sans\'">xlink:href=</text></svg>'
    )
    assert inline_svg(text) == (
        '<svg style="stroke-linejoin:round;stroke-linecap:butt"><defs></defs><use href="#a-b"/>'
        "<text style=\"font: 8px 'DejaVu Sans', Verdana, sans-serif\">xlink:href=</text></svg>"
    )


def test_colours_of_a_picture_follow_the_page_unless_it_has_a_scale_of_colours():
    text = (
        '<svg viewBox="0 0 9 9"><g id="{}"><path style="fill: #0072b2; stroke: #123456"/></g></svg>'
    )
    assert "fill: var(--figure-blue,#0072b2); stroke: #123456" in inline_svg(text.format("patch_1"))
    scale = inline_svg(text.format("map-QuadMesh_1"))
    assert "fill: #0072b2" in scale
    assert ' class="light"' in scale


def test_a_page_lets_run_its_own_script_and_no_other(report):
    text = as_html(report)
    script = re.search(r"<script>(.*?)</script>", text, re.DOTALL)[1]
    assert f"script-src '{digest(script)}';" in text
    assert "default-src 'none'" in text


def test_files_are_there_whole_or_not_at_all(report, tmp_path, monkeypatch):
    target = tmp_path / "a report.md"
    write(report, target)
    assert [one.name for one in figures_folder(target).iterdir()] == ["picture.svg"]
    assert "](a%20report-figures/picture.svg)" in target.read_text(encoding="utf-8")

    def failing(*_):
        raise RuntimeError

    monkeypatch.setattr("conjuncture.report.document.as_html", failing)
    with pytest.raises(RuntimeError):
        write(report, tmp_path / "report.html")
    assert {one.name for one in tmp_path.iterdir()} == {"a report.md", "a report-figures"}


def test_the_pictures_need_a_folder(report, tmp_path):
    (tmp_path / "r-figures").write_text("in the way")
    with pytest.raises(UsageError, match=r"r-figures' cannot be made: file exists"):
        write(report, tmp_path / "r.md")
    assert not (tmp_path / "r.md").exists()


@pytest.mark.parametrize(
    ("name", "form", "said"),
    [
        ("report.pdf", None, "does not say in which form to write"),
        ("report", None, "does not say in which form to write"),
        ("report.html", "md", "keep one of the two"),
        ("report.html", "pdf", "not as 'pdf'"),
    ],
)
def test_the_form_must_be_known(name, form, said, tmp_path):
    with pytest.raises(UsageError, match=said):
        form_of(tmp_path / name, form)
