"""What is said and shown of compiling, and that it can be left."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from conjuncture.engine.compiler import CompileTime, run_interruptibly


def test_a_program_is_announced_once():
    told = []
    spent = CompileTime(on_start=told.append)
    with spent.announce_program("a", 40.0):
        first = spent.under_way
    with spent.time_program("a", 40.0):
        assert spent.under_way is first
    with spent.time_program("b", 2.0):
        assert spent.under_way is not first
    assert spent.under_way is None
    assert [one.expected for one in told] == [40.0, 2.0]
    assert spent.programs == 2


def test_nothing_is_under_way_after_a_failure():
    spent = CompileTime()
    with pytest.raises(ValueError, match="no"), spent.time_program("a", 1.0):
        raise ValueError("no")
    assert spent.under_way is None
    assert spent.programs == 0


def test_work_is_done_by_another_thread_and_its_errors_come_back():
    assert run_interruptibly(threading.current_thread) is not threading.main_thread()

    def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        run_interruptibly(fail)


def test_an_interrupt_does_not_wait_for_the_work():
    release = threading.Event()
    # A shell lets what it runs in the background ignore interrupts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Timer(0.3, lambda: __import__("_thread").interrupt_main()).start()
    start = time.monotonic()
    try:
        with pytest.raises(KeyboardInterrupt):
            run_interruptibly(lambda: release.wait(30.0))
    finally:
        signal.signal(signal.SIGINT, before)
        release.set()
    assert time.monotonic() - start < 10.0
