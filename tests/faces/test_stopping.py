"""An interrupt is heeded wherever it falls."""

import signal

import pytest

from conjuncture.cli.progress import watched
from conjuncture.cli.stopping import interrupts_remembered


def interrupt():
    signal.raise_signal(signal.SIGINT)
    return "went on"


def some_gc_callback():
    signal.raise_signal(signal.SIGINT)
    return "went on"


def test_an_interrupt_stops_at_once():
    with interrupts_remembered(), pytest.raises(KeyboardInterrupt):
        interrupt()


def test_an_interrupt_that_a_collection_would_swallow_stops_at_the_next_block():
    with interrupts_remembered(), watched(quiet=True) as progress:
        progress.expect("histories", 2)
        progress.advance(1)
        assert some_gc_callback() == "went on"
        with pytest.raises(KeyboardInterrupt):
            progress.advance(1)


def test_the_handler_before_comes_back_and_nothing_is_left_of_the_interrupt():
    before = signal.getsignal(signal.SIGINT)
    with interrupts_remembered():
        assert some_gc_callback() == "went on"
    assert signal.getsignal(signal.SIGINT) is before
    with interrupts_remembered(), watched(quiet=True) as progress:
        progress.advance(1)
