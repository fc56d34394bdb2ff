"""The outcome tree on a terminal: branches on the left, their figures beside them."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from conjuncture.analysis.tables import interval_of
from conjuncture.analysis.tree import OutcomeBranch, OutcomeTree, TreeLine, proportion_of
from conjuncture.cli.console import adapt_signs, print_wrapped

GAP = 2
FIGURE_HEADS = ("of all", "from here", "", "likeliest")

TREE_LEGEND = (
    "of all: share of all histories. from here: share of those that came to the stage, with the "
    "middle nine tenths of the worlds. likeliest: share of the worlds that come here in which no "
    "other outcome is likelier. A number in brackets counts visits; without an arrow the crisis "
    "ends."
)


def show_tree(tree: OutcomeTree, console: Console) -> None:
    """Print the outcome tree.

    The figures stand beside the branches where there is room for both, otherwise under them.

    Parameters
    ----------
    tree : OutcomeTree
    console : rich.console.Console
    """
    lines = tree.lines
    figures = [figures_of(line.branch) for line in lines if line.branch is not None]
    widths = [max(map(len, column)) for column in zip(FIGURE_HEADS, *figures, strict=True)]
    branches = [
        Text(adapt_signs(line.guides + line.label)) for line in lines if line.branch is not None
    ]
    left = max(len(one) for one in (Text(tree.root.name), *branches)) + GAP
    beside = left + sum(widths) + GAP * (len(widths) - 1) <= console.width
    head = Text(tree.root.name, "bold")
    if beside:
        head.pad_right(left - len(head))
        head.append(align_cells(FIGURE_HEADS, widths), "dim")
    console.print(head, soft_wrap=True)
    for line in lines:
        if beside and line.branch is not None:
            text = style_branch(line)
            text.pad_right(left - len(text))
            console.print(text.append(align_cells(figures_of(line.branch), widths)), soft_wrap=True)
        else:
            show_stacked(line, console)


def show_stacked(line: TreeLine, console: Console) -> None:
    """Print a branch, and its figures on the next line with their names."""
    indent = len(line.guides)
    style = "" if line.branch is not None else "dim"
    guides = Text(adapt_signs(line.guides), "dim")
    print_wrapped(console, Text(adapt_signs(line.label), style), indent, guides)
    if line.branch is not None:
        share, here, among, likeliest = figures_of(line.branch)
        text = f"{share} of all, {here} {among} from here, likeliest in {likeliest} of worlds"
        print_wrapped(console, Text(text, "dim"), indent + GAP)


def style_branch(line: TreeLine) -> Text:
    """Return a branch with the lines that lead to it."""
    outcome, arrow, then = line.label.partition(" → ")
    return Text.assemble(
        (adapt_signs(line.guides), "dim"), outcome, (adapt_signs(arrow), "dim"), (then, "bold")
    )


def figures_of(branch: OutcomeBranch) -> tuple[str, str, str, str]:
    """Return the figures of a branch, in the order of their heads."""
    among = interval_of(branch.here)
    return (
        proportion_of(branch.probability),
        proportion_of(branch.here),
        f"({among})" if among else "",
        f"{100 * branch.likeliest:.0f} %",
    )


def align_cells(cells: tuple[str, ...], widths: list[int]) -> str:
    """Return cells in columns, numbers to the right."""
    last = len(cells) - 1
    parts = [
        cell.ljust(width) if place == 2 else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return (" " * GAP).join(parts[: last + 1]).rstrip()
