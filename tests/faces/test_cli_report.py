"""``report``: the file it writes, what it refuses, and an interrupt that keeps what is done."""

import pytest
from typer.testing import CliRunner

import reports
from conjuncture.cli.app import app
from conjuncture.ensemble import Ensemble

pytestmark = pytest.mark.usefixtures("without_compiler")


@pytest.fixture(scope="module")
def march(write_crisis):
    return str(write_crisis(reports.QUOTING, reports.ACCOUNT))


@pytest.fixture
def explained(monkeypatch):
    monkeypatch.setattr(Ensemble, "explain", lambda _, event: reports.explanation(event))


def invoke(*arguments):
    result = CliRunner().invoke(app, ["report", *map(str, arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def test_one_file_that_holds_everything(march, explained, tmp_path):
    target = tmp_path / "report.html"
    code, out, err = invoke(march, "-o", target, "--worlds", 20)
    assert (code, out, err) == (0, f"the report is in '{target}'\n", "")
    assert [one.name for one in tmp_path.iterdir()] == ["report.html"]
    page = target.read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert page.rstrip().endswith("</html>")
    assert page.count("<svg") == 11
    assert page.count("<script") == 1


def test_markdown_has_its_pictures_beside_it(march, explained, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, _ = invoke(
        march, "--format", "md", "--worlds", 20, "--outcome", "showdown = b", "--quiet"
    )
    assert (code, out) == (0, "")
    (page,) = tmp_path.glob("*-report.md")
    text = page.read_text(encoding="utf-8")
    folder = tmp_path / f"{page.stem}-figures"
    pictures = sorted(one.name for one in folder.iterdir())
    assert len(pictures) == 11
    assert all(f"]({folder.name}/{name})" in text for name in pictures)
    assert "\n## Why " in text


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("-o", "report.pdf"), 2, "end its name in .html or .md"),
        (("-o", "none/report.html"), 2, "there is no folder 'none'"),
        (("-o", "report.html", "--format", "md"), 2, "keep one of the two"),
        (("-o", "report.html", "--worlds", "0"), 2, "worlds must be"),
        (("-o", "report.html", "--outcome", "showdown = c"), 1, "c"),
    ],
)
def test_what_is_refused(march, tmp_path, monkeypatch, arguments, code, said):
    monkeypatch.chdir(tmp_path)
    found, _, err = invoke(march, *arguments)
    assert found == code
    assert said in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_keeps_what_is_done(march, tmp_path, monkeypatch):
    def interrupted(ensemble, event):
        import signal

        signal.raise_signal(signal.SIGINT)
        assert ensemble.simulator.progress.is_stopped
        return reports.explanation(event, ("discovery",))

    monkeypatch.setattr(Ensemble, "explain", interrupted)
    target = tmp_path / "report.html"
    code, _, err = invoke(march, "-o", target, "--worlds", 20)
    assert code == 130
    assert err.splitlines() == [
        "stopped before the end:",
        "Of the explanation why showdown = a there is no “In which worlds it comes about”.",
        "How often each stage ends in which way was not counted.",
        "There is no comparison with similar cases.",
        "No history is told.",
    ]
    page = target.read_text(encoding="utf-8")
    assert "This report is not complete" in page
    assert "Whose doing it was" in page
