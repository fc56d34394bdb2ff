"""What the machine can do, against which floors are computed."""

from __future__ import annotations

from dataclasses import asdict

from floors import rates_of_this_machine
from rows import Effort, Part, Row, Table

WHAT = {
    "multiply_adds": "multiply-add, float32",
    "whole_numbers": "add, xor of 32-bit words",
    "logarithms": "logarithm",
    "exponentials": "exponential",
    "divisions": "division",
    "gumbels": "Gumbel draw, its share of the generator included",
    "normals": "normal draw, its share of the generator included",
}


def rates(effort: Effort) -> Part:
    """Return the measured rates; they do not depend on the effort."""
    del effort
    found = asdict(rates_of_this_machine())
    rows = [
        Row(what, [found[name] / 1e9], "thousand million/s", "one core, in its first cache")
        for name, what in WHAT.items()
    ]
    rows.append(Row("memory", [found["bytes"] / 1e9], "GB/s", "triad, all cores"))
    return Part([Table("Rates of this machine", rows, ["The best of twenty trials each."])])
