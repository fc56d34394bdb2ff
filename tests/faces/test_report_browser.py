"""A report in a real browser: it asks for nothing, fits every width, prints, and excludes nobody."""

import pytest
from axe_playwright_python.sync_playwright import Axe

import reports
from conjuncture.api import load
from conjuncture.ensemble import Ensemble
from conjuncture.report.builder import build_report
from conjuncture.report.document import write

HIDDEN_BY_OTHERS = """() => [...document.querySelectorAll('main p, main li, main td, main th')]
    .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 1
        && !one.closest('.wide, .picture, .hidden'))
    .map((one) => one.textContent.slice(0, 60))"""


@pytest.fixture(scope="module")
def pages(write_crisis, tmp_path_factory):
    """An ordinary report and one full of hostile texts."""
    scenario = load(write_crisis(reports.QUOTING, reports.ACCOUNT))
    folder = tmp_path_factory.mktemp("report")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Ensemble, "explain", lambda _, event: reports.explanation(event))
        write(build_report(scenario.run(worlds=20)), folder / "ordinary.html")
    write(reports.hostile_report(scenario.crisis), folder / "hostile.html")
    return folder


@pytest.fixture(params=["ordinary", pytest.param("hostile", marks=pytest.mark.slow)])
def opened(request, pages, browser):
    asked, failed = [], []
    view = browser.new_page(viewport={"width": 1280, "height": 900})
    view.on("request", lambda one: asked.append(one.url))
    view.on("dialog", lambda one: failed.append(one.message))
    view.on("pageerror", lambda one: failed.append(str(one)))
    view.on("console", lambda one: failed.append(one.text))
    address = (pages / f"{request.param}.html").as_uri()
    view.goto(address)
    yield view
    assert asked == [address]
    assert failed == []
    view.close()


def test_axe_finds_no_violations(opened):
    for width in (1280, 400):
        opened.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(opened).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []


@pytest.mark.parametrize("width", [1280, 640, 320])
def test_nothing_is_wider_than_the_window(opened, width):
    """At 640 points a window shows what one of 1280 does at a zoom of 200 %."""
    opened.set_viewport_size({"width": width, "height": 900})
    sideways = opened.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert sideways <= 0
    assert opened.evaluate(HIDDEN_BY_OTHERS) == []


def test_it_is_read_by_the_keyboard(opened):
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.className") == "skip"
    opened.keyboard.press("Enter")
    assert opened.evaluate("location.hash") == "#content"


@pytest.mark.slow
def test_it_prints_with_nothing_cut(opened, tmp_path):
    opened.emulate_media(media="print")
    opened.set_viewport_size({"width": 643, "height": 900})
    assert opened.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    cut = (
        "(one) => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1"
    )
    wide = opened.evaluate(
        f"[...document.querySelectorAll('.wide, .picture')].filter({cut}).length"
    )
    assert wide == 0
    target = tmp_path / "report.pdf"
    opened.pdf(path=target, prefer_css_page_size=True)
    assert target.read_bytes().startswith(b"%PDF")


def test_a_note_leads_to_what_rests_on_the_passage_and_back(pages, browser):
    view = browser.new_page()
    view.goto((pages / "ordinary.html").as_uri())
    view.get_by_role("link", name="Note 1", exact=True).click()
    note = view.locator(":target")
    assert note.get_attribute("id") == "note-1"
    note.get_by_role("link", name="Guard: troops").click()
    value = view.locator(":target")
    assert "1 to 2" in value.text_content()
    value.get_by_role("link", name="passage 1").click()
    assert view.locator(":target").get_attribute("id") == "passage-1"
    view.close()


def test_pictures_have_names_and_descriptions(pages, browser):
    view = browser.new_page()
    view.goto((pages / "ordinary.html").as_uri())
    pictures = view.locator("svg[role=img]")
    assert pictures.count() == 11
    for place in range(pictures.count()):
        labels = pictures.nth(place).get_attribute("aria-labelledby").split()
        texts = [view.locator(f"[id='{one}']").text_content() for one in labels]
        assert all(texts)
    view.close()
