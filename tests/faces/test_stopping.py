"""An interrupt is heeded wherever it falls, and gives the answer so far where there is one."""

import json
import re
import signal
import subprocess
import sys
from threading import Event

import pytest

from conjuncture.cli import interrupts
from conjuncture.cli.interrupts import (
    PartialRun,
    exit_on_sigterm,
    remember_interrupts,
    show_progress,
)
from crises import FREE
from terminal import interrupt_command

ENDLESS = "--worlds 64 --histories 20480000"


def interrupt(number=signal.SIGINT):
    signal.raise_signal(number)
    return "went on"


def some_gc_callback(number=signal.SIGINT):
    signal.raise_signal(number)
    return "went on"


def test_an_interrupt_stops_at_once():
    with remember_interrupts(), pytest.raises(KeyboardInterrupt):
        interrupt()


@pytest.fixture
def never_again(monkeypatch):
    """A signal that was lost is not sent again while the test lasts."""
    monkeypatch.setattr(interrupts, "AGAIN", 3600.0)


def test_an_interrupt_that_a_collection_would_swallow_stops_at_the_next_block(never_again):
    with remember_interrupts(), show_progress(quiet=True) as progress:
        progress.expect("histories", 2)
        progress.advance(1)
        assert some_gc_callback() == "went on"
        with pytest.raises(KeyboardInterrupt):
            progress.advance(1)


def test_a_request_to_end_is_heeded_wherever_it_falls(never_again):
    with remember_interrupts(), exit_on_sigterm(), show_progress(quiet=True) as progress:
        assert some_gc_callback(signal.SIGTERM) == "went on"
        with pytest.raises(SystemExit, match="143"):
            progress.advance(1)
    with remember_interrupts(), exit_on_sigterm(), pytest.raises(SystemExit, match="143"):
        interrupt(signal.SIGTERM)


@pytest.mark.parametrize(
    ("number", "raised"), [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, SystemExit)]
)
def test_what_a_collection_would_swallow_is_heard_again_while_no_progress_is_told(number, raised):
    def trace():
        assert some_gc_callback(number) == "went on"
        Event().wait(60.0)

    with remember_interrupts(), exit_on_sigterm(), pytest.raises(raised):
        trace()


class Interrupting:
    """Is interrupted while it is taken down, where Python drops what is raised."""

    def __del__(self):
        signal.raise_signal(signal.SIGINT)


def test_an_interrupt_that_python_dropped_is_heard_again(monkeypatch):
    def trace():
        Interrupting()
        Event().wait(60.0)

    monkeypatch.setattr(sys, "unraisablehook", interrupts.keep_unraisable)
    with remember_interrupts(), pytest.raises(KeyboardInterrupt):
        trace()


def test_the_handler_before_comes_back_and_nothing_is_left_of_the_interrupt(never_again):
    before = signal.getsignal(signal.SIGINT)
    with remember_interrupts():
        assert some_gc_callback() == "went on"
    assert signal.getsignal(signal.SIGINT) is before
    with remember_interrupts(), show_progress(quiet=True) as progress:
        progress.advance(1)


def test_the_first_interrupt_asks_for_the_answer_so_far_and_the_second_ends():
    with remember_interrupts(), show_progress(quiet=True, answering=True) as progress:
        progress.expect("histories", 3)
        progress.advance(1)
        assert not progress.is_stopped
        assert interrupt() == "went on"
        assert progress.is_stopped
        progress.advance(1)
        with pytest.raises(KeyboardInterrupt):
            interrupt()


def test_before_the_first_history_an_interrupt_ends():
    with remember_interrupts(), show_progress(quiet=True, answering=True) as progress:
        progress.expect("histories", 3)
        with pytest.raises(KeyboardInterrupt):
            interrupt()


def test_after_the_last_history_an_interrupt_ends():
    with remember_interrupts():
        with show_progress(quiet=True, answering=True) as progress:
            progress.advance(1)
        with pytest.raises(KeyboardInterrupt):
            interrupt()


def test_what_has_no_answer_so_far_ends_at_the_first():
    with remember_interrupts(), show_progress(quiet=True) as progress:
        progress.advance(1)
        with pytest.raises(KeyboardInterrupt):
            interrupt()
        assert not progress.is_stopped


@pytest.mark.parametrize(("empty", "told"), [(0, ""), (123, " (123 of 400 worlds have none)")])
def test_the_sentence(empty, told):
    assert str(PartialRun(1_234_944, 10_000_000, empty, 400)) == (
        f"stopped after 1,234,944 of 10,000,000 histories{told}: errors are wider accordingly"
    )


@pytest.fixture(scope="module")
def free(write_crisis):
    return str(write_crisis(FREE))


SENTENCE = re.compile(
    r"stopped after ([\d,]+) of 1,310,720,000 histories( \(\d+ of 64 worlds have none\))?: "
    r"errors are wider accordingly"
)


@pytest.mark.parametrize("width", [80, pytest.param(160, marks=pytest.mark.slow)])
def test_a_query_that_is_stopped_in_a_terminal_answers(free, width):
    code, shown = interrupt_command(f"query '{free}' 'P(showdown = a)' {ENDLESS}", width)
    assert code == 130
    assert SENTENCE.search(" ".join(shown.split()))
    answer = shown[shown.index("stopped after") :]
    assert max(map(len, answer.splitlines())) <= width
    assert re.search(r"P\(showdown = a\) = 0\.\d+\n", answer)
    assert "standard error" in answer
    assert "nan" not in answer


@pytest.mark.slow
def test_a_run_that_is_stopped_in_a_terminal_shows_tree_and_stages(free):
    code, shown = interrupt_command(f"run '{free}' {ENDLESS}")
    assert code == 130
    told = shown.index("stopped after")
    assert told < shown.index("of all  from here") < shown.index("reached in 100 %")
    assert "nan" not in shown[told:]


@pytest.mark.slow
@pytest.mark.parametrize("command", ["query '{}' 'P(showdown = a)'", "run '{}'"])
def test_what_was_stopped_is_kept_with_a_mark_and_does_not_reproduce(free, tmp_path, command):
    target = tmp_path / "result.json"
    asked = f"{command.format(free)} {ENDLESS} --json -o '{target}' > '{tmp_path / 'shown'}'"
    code, told = interrupt_command(asked)
    assert code == 130
    assert SENTENCE.search(" ".join(told.split()))
    content = json.loads(target.read_text(encoding="utf-8"))
    assert content["stopped"] == json.loads((tmp_path / "shown").read_text())["stopped"]
    counts = content["stopped"]
    assert counts["asked"] == 1_310_720_000
    assert 0 < counts["histories"] < counts["asked"]
    assert 0 <= counts["worlds_without"] < 64
    again = subprocess.run(
        [sys.executable, "-m", "conjuncture.cli", "reproduce", str(target)],
        capture_output=True, text=True,
    )  # fmt: skip
    assert again.returncode == 2
    assert "run it to its end to reproduce it" in again.stderr
