"""Pictures as files: SVG whose text is text, and PNG; the same bytes whenever they are made."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import ExitStack
from html import escape
from io import BytesIO
from pathlib import Path

from conjuncture.engine.files import write_atomically
from conjuncture.errors import UsageError
from conjuncture.figures.style import Picture, house_style

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
