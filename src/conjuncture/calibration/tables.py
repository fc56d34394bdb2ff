"""The record of what was learned as tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from conjuncture.ordering import put_in_order


def learning_markdown(record: Mapping[str, Any]) -> str:
    """Return what was learned as Markdown.

    Parameters
    ----------
    record : mapping
        Of :func:`~conjuncture.calibration.summary.summarise_learning`.
    """
    calibration, effective = record["calibration"], record["effective"]
    proposed = record["sizes"]["last"]
    verdict = "no alarm" if calibration["uniform"] else "an alarm"
    error = max(record["emulator_error"])
    run = (
        f"Version {record['version']}, {record['cases']} attempts, seed {record['seed']}, "
        f"{record['seconds']} seconds on two cores. Log evidence {record['log_evidence']}. The "
        f"emulator misses held-out points by up to {error:.2f} in log-odds; weighed by the engine, "
        f"{proposed:,} particles are worth {effective} independent ones."
    )
    checked = (
        f"Simulation-based calibration, {calibration['repetitions']} repetitions: {verdict} at a "
        f"false-alarm rate of {calibration['false_alarm']:g} for all parameters together (least "
        f"p-value {calibration['least_p']:g}); intervals of 50 and 90 % held the true value in "
        f"{100 * calibration['covered_50']:.0f} and {100 * calibration['covered_90']:.0f} %."
    )
    legend = (
        "Each parameter before and after: median and the middle nine tenths. *Width* is the "
        "standard deviation after as a share of that before, on the scale on which the prior is "
        "normal; its error is that of so many particles."
    )
    together = [(one["width"], one["of"]) for one in record["combinations"]]
    chances = [
        (
            ", ".join(cell["tags"]) or "none of the four",
            f"{cell['mean']:.2f}",
            f"{cell['after'][0]:.2f} to {cell['after'][2]:.2f}",
        )
        for cell in record["cells"]
    ]
    paragraphs = [
        run,
        checked,
        legend,
        parameters_table(record["summary"]),
        say_defaults(record["defaults"]),
        "Combinations that became narrower than 0.7, uncorrelated with each other:",
        markdown_table(("width", "combination"), together),
        "The chance of success that follows, by what is known of an attempt:",
        markdown_table(("what is there", "mean", "middle nine tenths"), chances),
    ]
    return "\n\n".join(paragraphs)


def parameters_table(summary: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the table of parameters, the best known first."""
    ordered = put_in_order(summary.items(), lambda item: item[1]["width"])
    return markdown_table(
        ("parameter", "what it is", "before", "after", "width"),
        [
            (f"`{name}`", one["meaning"], interval_text_of(one["before"]), interval_text_of(one["after"]),
             f"{one['width']:.2f} ± {one['width_error']:.2f}")
            for name, one in ordered
        ],
    )  # fmt: skip


def say_defaults(defaults: list[str]) -> str:
    """Say which structural constants take their defaults from here."""
    if not defaults:
        return (
            "No structural constant became narrower than 0.7 of what it was: all keep their "
            "documented defaults."
        )
    names = ", ".join(f"`{name}`" for name in defaults)
    return f"Narrower than 0.7 of what they were, and so defaults from here on: {names}."


def interval_text_of(quantiles: list[float]) -> str:
    """Return a median and an interval.

    Examples
    --------
    >>> interval_text_of([0.7, 1.67, 4.0])
    '1.67 (0.7 to 4)'
    """
    low, middle, high = (f"{round(value, 3) + 0.0:g}".replace("-", "−") for value in quantiles)
    return f"{middle} ({low} to {high})"


def markdown_table(head: Iterable[str], body: Iterable[Iterable[object]]) -> str:
    """Return a table.

    Examples
    --------
    >>> print(markdown_table(("a", "b"), [(1, 2)]))
    | a | b |
    | --- | --- |
    | 1 | 2 |
    """
    heads = list(head)
    lines = [heads, ["---"] * len(heads), *([str(cell) for cell in row] for row in body)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
