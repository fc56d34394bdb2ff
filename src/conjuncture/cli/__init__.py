"""The command line: it asks and shows, and computes nothing.

Exit codes: 0 done, 1 the scenario or the query is wrong or a result does not reproduce, 2 the
command was not called as it can be or a file cannot be read or written, 3 with ``test --strict`` a
claim does not hold, 70 an error that nobody foresaw, 130 stopped by the user, 141 nobody reads the
output any more, 143 ended by a signal.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress

INTERRUPTED = (130, 143)
"""Exit codes of commands that were interrupted, or asked to end."""


def main() -> None:
    """Run the command that the program was called with; the entry point ``conjuncture``."""
    from conjuncture.cli.app import app
    from conjuncture.cli.interrupts import keep_unraisable

    # Until the very end: what fails while the interpreter takes down libraries changes no result.
    sys.unraisablehook = keep_unraisable
    try:
        app()
    except SystemExit as end:
        leave_the_compiler(end.code)
        raise


def leave_the_compiler(code: object) -> None:
    """End the process where the compiler is still at work: it hears nothing, and nobody waits."""
    compiler = sys.modules.get("conjuncture.engine.compiler")
    if compiler is None:
        return
    if compiler.SPENT.under_way is not None or (code in INTERRUPTED and is_pool_at_work()):
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(code if isinstance(code, int) else 0)


def is_pool_at_work() -> bool:
    """Return whether a thread works on for somebody who was interrupted and has gone away."""
    pool = [one for one in threading.enumerate() if one.name.startswith("ThreadPoolExecutor")]
    for one in pool:
        one.join(0.5)
    return any(one.is_alive() for one in pool)
