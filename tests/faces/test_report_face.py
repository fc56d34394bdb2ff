"""The face of a report: one screen first, what is folded, sorting, the dark, the phone, and paper."""

import re

import pytest

import reports
from conjuncture.api import load
from conjuncture.ensemble import Ensemble
from conjuncture.report import builder
from conjuncture.report.builder import build_report
from conjuncture.report.document import write

pytestmark = pytest.mark.slow
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
MOST_SCREENS = 24
CONTRAST = """() => {
  const light = ([r, g, b]) => {
    const part = [r, g, b].map((one) => one / 255)
      .map((one) => (one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
  };
  const parts = (text) => text.match(/[\\d.]+/g).map(Number);
  const ground = (one) => {
    for (; one; one = one.parentElement) {
      const found = parts(getComputedStyle(one).backgroundColor);
      if (found.length === 3 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const one of document.querySelectorAll('main *, header *, nav *')) {
    const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || one.closest('.hidden, svg.light')) continue;
    const style = getComputedStyle(one);
    const ink = parts(one.closest('svg') ? style.fill : style.color);
    const [dark, bright] = [light(ink), light(ground(one))].sort((a, b) => a - b);
    const ratio = (bright + 0.05) / (dark + 0.05);
    if (ratio < 4.5) poor.push([one.className, one.textContent.slice(0, 40), ratio]);
  }
  return poor;
}"""
SIDEWAYS = "document.documentElement.scrollWidth - window.innerWidth"
SCREENS = "document.documentElement.scrollHeight / window.innerHeight"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The report of a crisis of 22 claims and ten stages, with few worlds."""
    target = tmp_path_factory.mktemp("face") / "report.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Ensemble, "explain", lambda _, event: reports.explanation(event))
        patch.setattr(builder, "worlds_of_claims", lambda *_: ({}, ""))
        write(build_report(load("bolivia-1970").run(worlds=20)), target)
    return target


@pytest.fixture
def opened(page, browser):
    """Return a function that opens the report in a window of some size and scheme."""
    contexts = []

    def open_page(size, scheme="light", *, scripts=True):
        context = browser.new_context(
            viewport=size, color_scheme=scheme, java_script_enabled=scripts, offline=True
        )
        contexts.append(context)
        view = context.new_page()
        view.goto(page.as_uri())
        return view

    yield open_page
    for context in contexts:
        context.close()


def fold(view):
    view.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = false; })")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_it_fits_the_window_and_folds_to_a_few_screens(opened, size):
    view = opened(size)
    assert view.evaluate(SIDEWAYS) <= 0
    fold(view)
    assert view.evaluate(SCREENS) <= MOST_SCREENS
    view.get_by_role("button", name="Unfold everything").click()
    assert view.evaluate(SIDEWAYS) <= 0
    assert view.locator("details:not([open])").count() == 0
    view.get_by_role("button", name="Fold everything", exact=True).click()
    assert view.locator("details[open]").count() == 0


def test_the_first_screen_has_question_answer_claims_and_course(opened):
    view = opened({"width": 1280, "height": 960})
    assert "15 forces and 10 stages" in view.locator(".asked").inner_text()
    assert "22 claims" in view.locator(".sentence").inner_text()
    assert view.locator(".strips li").count() == 22
    flow = view.locator(".flow svg")
    assert "What happened is marked: showdown with Torres" in flow.text_content()
    bottom = view.locator(".front").bounding_box()
    assert bottom["y"] + bottom["height"] <= 1.05 * 960
    order = view.locator("main h2").all_inner_texts()
    assert [one.split()[0] for one in order[1:4]] == ["The", "The", "Why"]
    assert order[1:3] == ["The claims", "The account"]
    assert order[-4:] == ["The cast", "The stages", "References", "The run"]


def test_a_phone_shows_the_course_as_bars(opened):
    view = opened(PHONE)
    assert not view.locator(".flow svg").is_visible()
    assert view.locator(".course li").count() == 10
    assert "◆ Torres" in view.locator(".course li").first.inner_text()
    assert view.locator("details[open]").count() == 0


@pytest.mark.parametrize("scripts", [True, False])
def test_a_claim_is_one_press_away_and_unfolds_its_figures(opened, scripts):
    view = opened(DESK, scripts=scripts)
    view.locator(".strips a").nth(2).click()
    claim = view.locator("article:target")
    assert claim.locator("h3").inner_text().startswith("3 ")
    assert not claim.locator("code").is_visible()
    claim.locator("summary").click()
    assert claim.locator("code").is_visible()
    claim.get_by_role("link", name=re.compile("passage")).first.click()
    assert view.locator("span:target").count() == 1


def test_a_link_into_what_is_folded_unfolds_it(opened):
    view = opened(DESK)
    fold(view)
    note = view.locator(".notes li", has=view.locator("a[href^='#force']")).first
    view.locator(f".account sup a[href='#{note.get_attribute('id')}']").click()
    assert note.is_visible()
    note.locator("a[href^='#force']").first.click()
    assert view.locator(":target").is_visible()


def test_tables_are_sorted_by_a_press_on_a_heading(opened):
    view = opened(DESK)
    view.get_by_role("button", name="Unfold everything").click()
    table = view.locator("table.sort", has=view.locator("caption", has_text="How each stage ended"))
    shares = table.locator("tbody td:nth-child(3)")
    before = shares.all_inner_texts()
    heading = table.get_by_role("button", name="histories")
    heading.click()
    falling = shares.all_inner_texts()
    assert heading.locator("..").get_attribute("aria-sort") == "descending"
    heading.click()
    assert heading.locator("..").get_attribute("aria-sort") == "ascending"
    assert sorted(before) == sorted(falling)

    def value(text):
        return float(re.search(r"[\d.]+", text)[0]) - 1e-6 * text.startswith("under")

    assert list(map(value, falling)) == sorted(map(value, before), reverse=True)
    assert list(map(value, shares.all_inner_texts())) == sorted(map(value, before))
    table.get_by_role("button", name="how it ends").click()
    names = table.locator("tbody td:nth-child(2)").all_inner_texts()
    assert names == sorted(names, key=str.casefold)


def test_claims_are_put_in_the_order_of_their_shares(opened):
    view = opened(DESK)
    numbers = view.locator(".strips .number")
    assert numbers.all_inner_texts() == [str(one) for one in range(1, 23)]
    view.get_by_role("button", name="by share").click()
    found = view.locator(".strips li").evaluate_all(
        "(all) => all.map((one) => Number(one.dataset.share ?? -1))"
    )
    assert found == sorted(found, reverse=True)
    view.get_by_role("button", name="account\N{RIGHT SINGLE QUOTATION MARK}s order").click()
    assert numbers.first.inner_text() == "1"


def test_without_scripts_nothing_promises_what_cannot_be_done(opened):
    view = opened(DESK, scripts=False)
    assert view.locator("button").count() == 0
    assert view.locator("details").count() > 30
    assert view.locator(".strips li").count() == 22


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_letter_stands_out_from_its_ground(opened, scheme):
    view = opened(DESK, scheme)
    view.get_by_role("button", name="Unfold everything").click()
    paper = view.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (paper == "rgb(255, 255, 255)") == (scheme == "light")
    assert view.evaluate(CONTRAST) == []


def test_paper_is_light_and_has_what_is_folded(opened):
    for scripts in (True, False):
        view = opened(DESK, "dark", scripts=scripts)
        folded = view.locator("#record").locator("xpath=ancestor::details").locator("dl")
        assert not folded.is_visible()
        view.emulate_media(media="print", color_scheme="dark")
        assert folded.bounding_box()["height"] > 100
    view = opened(DESK, "dark")
    view.emulate_media(media="print")
    assert view.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert view.evaluate(CONTRAST) == []
