"""How every picture looks and is saved: its paper, its letters, marks that do without colour.

Colours are those of Okabe and Ito, which remain different under every common kind of colour
blindness; nothing is said by colour alone, so that a print in grey says the same. Files are SVG,
whose text is text, and PNG: the same bytes whenever they are made.
"""

from __future__ import annotations

import re
import textwrap
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache, wraps
from html import escape
from io import BytesIO
from math import isfinite
from pathlib import Path
from typing import ParamSpec

import numpy as np
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.textpath import TextPath
from numpy.typing import NDArray

from conjuncture.engine.files import write_atomically
from conjuncture.errors import UsageError

BLACK, GREY, PALE = "#000000", "#595959", "#d9d9d9"
BLUE, ORANGE, GREEN, RED = "#0072b2", "#e69f00", "#009e73", "#d55e00"
SKY, PURPLE = "#56b4e9", "#cc79a7"

WIDTH = 6.7
"""Inches: the text on a sheet of A4 with ordinary margins."""
WIDEST = 10.4
"""Inches: the same sheet across."""
SMALL, NORMAL, LARGE = 7.0, 8.0, 10.0
"""Sizes of letters, in points."""
LINE = 0.145
"""Inches that a line of ordinary letters takes."""
ORDINARY = 0.62
"""Ems that a letter of a rather broad label takes."""
LABEL = 34
"""Letters on a line of a label."""
HEADING = 68
"""Letters on a line of a heading."""

HOUSE = {
    "font.family": ["DejaVu Sans"],
    "font.size": NORMAL,
    "text.parse_math": False,
    "axes.edgecolor": GREY,
    "axes.labelsize": NORMAL,
    "axes.titlesize": NORMAL,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.labelsize": NORMAL,
    "ytick.labelsize": NORMAL,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": BLACK,
    "ytick.labelcolor": BLACK,
    "hatch.linewidth": 0.5,
    "legend.fontsize": NORMAL,
    "legend.frameon": False,
    "legend.handlelength": 2.4,
    "lines.linewidth": 1.4,
    "svg.fonttype": "none",
    "svg.hashsalt": "conjuncture",
    "figure.dpi": 100.0,
    "savefig.dpi": 200.0,
}
"""Letters stay letters in SVG; a user's text is never read as a formula."""

_P = ParamSpec("_P")


@dataclass(frozen=True)
class Picture:
    """A picture of a result.

    Attributes
    ----------
    name : str
        Under which it is saved: small letters, digits and hyphens.
    title : str
        What stands over it.
    figure : matplotlib.figure.Figure
    description : str
        What it shows, with the main numbers, for those who do not see it.
    """

    name: str
    title: str
    figure: Figure
    description: str


@contextmanager
def house_style() -> Iterator[None]:
    """Draw, or save, by the house's settings whatever the reader's own are; they come back after.

    A letter that the shipped font lacks is no reason for a warning: an SVG shows it with a font
    of the machine that opens it.
    """
    with warnings.catch_warnings(), style.context(["default", HOUSE]):
        warnings.filterwarnings("ignore", r"Glyph .* missing from font", UserWarning)
        yield


def in_house_style(draw: Callable[_P, Picture]) -> Callable[_P, Picture]:
    """Make a function draw in the style of the house, and let everything stay where it came."""

    @wraps(draw)
    def draw_in_style(*args: _P.args, **kwargs: _P.kwargs) -> Picture:
        with house_style():
            picture = draw(*args, **kwargs)
            if (engine := picture.figure.get_layout_engine()) is not None:
                # Laid out again for each file, it would come out a little different each time.
                engine.execute(picture.figure)
                picture.figure.set_layout_engine("none")
            return picture

    return draw_in_style


def empty_figure(title: str, height: float, width: float = WIDTH) -> Figure:
    """Return an empty figure with its heading.

    Parameters
    ----------
    title : str
    height : float
        Inches under the heading.
    width : float
        Inches.
    """
    heading = wrap_label(title, int(HEADING * width / WIDTH))
    lines = heading.count("\n") + 1
    figure = Figure(figsize=(width, height + 0.2 * lines + 0.1), layout="constrained")
    figure.suptitle(heading, x=0.01, ha="left", fontsize=LARGE, fontweight="bold")
    return figure


def wrap_label(label: str, width: int = LABEL, lines: int = 4) -> str:
    """Return a label on as many lines as it needs, at most ``lines``.

    Examples
    --------
    >>> wrap_label("the leaning of the line regiments towards Torres", 26).splitlines()
    ['the leaning of the line', 'regiments towards Torres']
    >>> wrap_label("the army and the unions", 12, 1)
    'the army…'
    """
    if len(label) > width:
        width = max(int(width * min(1.0, ORDINARY / breadth(label))), 4)
    return "\n".join(textwrap.wrap(label, width, max_lines=lines, placeholder="…"))


@lru_cache(maxsize=1000)
def breadth(label: str) -> float:
    """Return how broad the letters of a label are on average, in ems.

    Examples
    --------
    >>> breadth("MMMM") > ORDINARY > breadth("illicit")
    True
    """
    # A dollar sign would begin a formula.
    outline = TextPath((0.0, 0.0), label.replace("$", "S"), size=1.0)
    return max(float(outline.get_extents().width) / len(label), 0.1)


def count_lines(label: str) -> int:
    """Return how many lines a label takes."""
    return label.count("\n") + 1


def stack_rows(
    labels: Sequence[str], between: float, least: float = 0.0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where rows as high as their labels stand, one below the other, in inches.

    Parameters
    ----------
    labels : sequence of str
    between : float
        What each row has beside its label.
    least : float
        The height of a row at least.

    Returns
    -------
    edges : array, shape (rows + 1,)
    centres : array, shape (rows,)

    Examples
    --------
    >>> edges, centres = stack_rows(["the army", "the unions"], 0.355)
    >>> edges.tolist(), centres.tolist()
    ([0.0, 0.5, 1.0], [0.25, 0.75])
    """
    heights = [max(count_lines(label) * LINE + between, least) for label in labels]
    edges = np.concatenate([[0.0], np.cumsum(heights)])
    return edges, (edges[:-1] + edges[1:]) / 2


def is_finite(pair: Sequence[float]) -> bool:
    """Return whether both ends of an interval are known."""
    return all(isfinite(end) for end in pair)


def rows_of_labels(
    axes: Axes, places: Sequence[float] | NDArray[np.float64], labels: Sequence[str]
) -> None:
    """Name the rows of a chart at its left, the first row on top, without an axis line.

    Parameters
    ----------
    axes : Axes
    places : sequence of float, or array, shape (rows,)
        Heights of the rows.
    labels : sequence of str
    """
    axes.set_yticks(list(places), list(labels))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.margins(y=0)


def as_percentages(axis: Axis) -> None:
    """Write shares on an axis as percentages."""
    axis.set_major_formatter(lambda share, _: f"{100 * share:g} %")


IDENTIFIER = re.compile(r'(\bid="|href="#|url\(#)')
ROOT = re.compile(r"<svg\b[^>]*>")
METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)


def svg(picture: Picture) -> str:
    """Return a picture as SVG, with its title and description for those who do not see it.

    Every identifier begins with the picture's name, so that several pictures may stand in one page.

    Parameters
    ----------
    picture : Picture

    Returns
    -------
    str
        From the XML declaration on; text is kept as text, in the font DejaVu Sans where there is
        one.
    """
    kept = BytesIO()
    with house_style():
        nothing = {"Date": None, "Creator": None, "Format": None}
        picture.figure.savefig(kept, format="svg", metadata=nothing)
    text = METADATA.sub("", kept.getvalue().decode("utf-8"))
    text = text.replace('id="matplotlib.', 'id="')
    text = IDENTIFIER.sub(rf"\g<1>{picture.name}-", text)
    root = ROOT.search(text)
    if root is None:
        return text
    head = root.group()[:-1] + f' role="img" aria-labelledby="{picture.name}-t {picture.name}-d">'
    told = (
        f'\n <title id="{picture.name}-t">{escape(picture.title)}</title>'
        f'\n <desc id="{picture.name}-d">{escape(picture.description)}</desc>'
    )
    return text[: root.start()] + head + told + text[root.end() :]


def png(picture: Picture) -> bytes:
    """Return a picture as PNG, 200 points an inch, with its title and description inside."""
    kept = BytesIO()
    told = {"Software": None, "Title": picture.title, "Description": picture.description}
    with house_style():
        picture.figure.savefig(kept, format="png", metadata=told)
    return kept.getvalue()


def save(picture: Picture, folder: Path) -> list[Path]:
    """Write a picture into a folder as NAME.svg and NAME.png, both or neither.

    Parameters
    ----------
    picture : Picture
    folder : Path

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    UsageError
        When they cannot be written.
    """
    contents = {".svg": svg(picture).encode("utf-8"), ".png": png(picture)}
    targets = [folder / f"{picture.name}{ending}" for ending in contents]
    with ExitStack() as parts:
        for target, content in zip(targets, contents.values(), strict=True):
            parts.enter_context(write_atomically(target)).write_bytes(content)
    return targets


def save_all(pictures: Sequence[Picture], folder: Path) -> list[Path]:
    """Write several pictures into a folder.

    Raises
    ------
    UsageError
        When they cannot be written, or two have the same name.
    """
    names = [picture.name for picture in pictures]
    if len(set(names)) < len(names):
        raise UsageError("two pictures have the same name; save them into different folders")
    return [path for picture in pictures for path in save(picture, folder)]
