"""The command line: it asks and shows, and computes nothing.

Exit codes: 0 done, 1 the scenario or the query is wrong or a result does not reproduce, 2 the
command was not called as it can be, 3 with ``test --strict`` a claim does not hold, 130 stopped by
the user, 141 nobody reads the output any more, 143 ended by a signal.
"""

from __future__ import annotations


def main() -> None:
    """Run the command that the program was called with; the entry point ``conjuncture``."""
    from conjuncture.cli.app import app

    app()
